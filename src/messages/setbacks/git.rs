//! What keeps a step from what it does with branches, tags and commits, in words.

use std::fmt;

use super::super::short;
use crate::domain::release::{conflict::named, fact::NewCommit, setback::GitSetback, stop::Stop};

impl fmt::Display for GitSetback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TagToCome { tag, branch } => write!(f, "tag {tag} appears on {branch}"),
            Self::FixToCome { branch } => write!(f, "a developer pushes the fix to {branch}"),
            Self::ChecksRun { git_ref, checks } => write!(f, "checks are running on {git_ref}: {}", checks.join(", ")),
            Self::ChecksToCome { git_ref, checks } if checks.is_empty() => {
                write!(f, "no check of {git_ref} has reported yet")
            }
            Self::ChecksToCome { git_ref, checks } => {
                write!(f, "the check {} of {git_ref} has not reported yet", checks.join(" and "))
            }
            Self::Draft { tag, missing, before } => write!(
                f,
                "the release page of {tag} is a draft until {} is there, which {before} had: once published it takes nothing \
                 more. Whoever wants it without publishes it on GitHub",
                missing.join(", ")
            ),
            Self::NoPage => f.write_str("the release page is not to be found"),
            Self::Vanished { name } => write!(f, "{name} vanished"),
            Self::BeingMade { branch } => write!(f, "branch {branch} is just being made"),
            Self::Pushed { branch } => write!(f, "somebody pushed to {branch} just now"),
            Self::NoBranch { branch } => write!(f, "branch {branch} is not on GitHub: make it, then retry"),
            Self::NothingMerged => f.write_str("nothing has been merged that could be tagged"),
            Self::Conflict { from, into, files } => write!(
                f,
                "{from} and {into} conflict in {}: a person merges them on {into} and pushes it",
                named(files)
            ),
            Self::ByPull { from, into, files } => write!(f, "{from} and {into} conflict in {}", named(files)),
            Self::ByRule { from, into } => write!(f, "a rule keeps {into}, so {from} goes there by pull request"),
            Self::NotMerged { from, into, said } => write!(f, "GitHub does not merge {from} into {into}: {said}"),
            Self::NotAside { branch, said } => write!(
                f,
                "GitHub does not let the bot work on branch {branch}: {said}. Exempt `shipmate/tmp/**` from the rule, then retry"
            ),
            Self::NotPicked { commits, from, branch, files } => write!(
                f,
                "{} of {from} conflicts on {branch} in {}. By hand: git fetch origin --tags; git switch {branch}; git \
                 cherry-pick -x {0}; resolve; git push origin {branch}. Then retry",
                commits.iter().map(|commit| short(commit)).collect::<Vec<_>>().join(" "),
                named(files)
            ),
            Self::Left { branch, tag, commits } => {
                let line =
                    |NewCommit { sha, subject, author, .. }: &NewCommit| format!("{} {subject} ({author})", short(sha));
                write!(
                    f,
                    "on {branch} is what {tag} has not: {}. Bring it to another branch, delete {branch} on GitHub, and retry; \
                     or skip this with a reason, and it stays",
                    commits.iter().map(line).collect::<Vec<_>>().join("; ")
                )
            }
            Self::Foreign { branch, commit, subject } => write!(
                f,
                "{branch} holds {} \u{201c}{subject}\u{201d}, which is no merge of mine and would be lost if I made {branch} \
                 again: bring {branch} to what it should be, then retry",
                short(commit)
            ),
            Self::Wrong { stops } => {
                let stops: Vec<String> = stops.iter().map(Stop::to_string).collect();
                write!(f, "nothing goes to production: {}", stops.join(". And "))
            }
            Self::NoStory { story } => {
                write!(f, "there is no branch {story} on GitHub any more: push it, or take it out")
            }
            Self::TakenOut { story } => write!(f, "{story} was taken out"),
        }
    }
}
