//! What keeps a pull request from being merged, in words.

use std::fmt;

use super::super::hindrance;
use crate::domain::{
    freeze::enforcement::CONTEXT,
    release::{
        conflict::named,
        setback::{Approval, MergeObstacle, ProposalStands, PullKind, PullSetback, ReviewRule},
    },
};

impl fmt::Display for PullSetback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpened => f.write_str("the release has no pull request"),
            Self::Unlisted { head } => write!(f, "the pull request from {head} is not to be found"),
            Self::BeingMade => f.write_str("the pull request of the back-merge is being made"),
            Self::Ready { number } => write!(f, "#{number} is ready: a person merges it"),
            Self::Obstructed { what: None, number, by } => write!(f, "#{number}: {by}"),
            Self::Obstructed { what: Some(what), number, by } => write!(f, "{what} #{number}: {by}"),
            Self::Conflicts { number, base, head, files } => write!(
                f,
                "#{number} conflicts with {base} in {}: a person merges {base} into {head} and pushes that",
                named(files)
            ),
            Self::ConflictsAtMerge { number, base } => {
                write!(f, "#{number} conflicts with {base}: resolve it on the release branch")
            }
            Self::ConflictsNow { what, number } => write!(f, "{what} #{number} conflicts"),
            Self::ToResolve { what, number, files } => {
                write!(f, "{what} #{number} conflicts in {}: a person resolves it", named(files))
            }
            Self::NotMerged { number, said } => write!(f, "GitHub does not merge #{number}: {said}"),
            Self::MergedOtherwise { number } => write!(f, "#{number} was merged otherwise"),
            Self::Closed { what, number } => {
                write!(f, "{what} #{number} was closed without merging: reopen it and retry, or skip with a reason")
            }
            Self::AtClosedBase { what, number, base } => {
                write!(f, "{what} #{number} waits until {base} is open again")
            }
            Self::Queued { what, number, base } => write!(
                f,
                "{what} #{number} is in the merge queue of {base}, which merges it once its checks pass there"
            ),
            Self::MergesItself { what, number, base, pending, approval } => {
                write!(f, "{what} #{number} has auto-merge: GitHub merges it once {}", missing(base, pending, approval))
            }
            Self::ToReview { what, number, queued, review } => {
                let then = if *queued { "goes into the merge queue" } else { "is merged" };
                write!(f, "{what} #{number} {then} once it is approved: {review}")
            }
            Self::LeftQueue { what, number, base, url, why, by } => write!(
                f,
                "{what} #{number} left the merge queue of {base} without being merged: {}. Put that right, then retry and the \
                 bot puts it in again, or merge it there: {url}",
                thrown_out(why, by)
            ),
            Self::OtherMethod { what, number, method } => write!(
                f,
                "{what} #{number} has auto-merge by {}, which makes other commits than those that were decided on: somebody \
                 switches it to a merge commit",
                method.to_lowercase()
            ),
            Self::Persons { what, number, rule } => {
                write!(f, "{what} #{number} is a person's to merge: {}", hindrance::sentence(rule))
            }
            Self::NotQueued { number, base, said } => {
                write!(f, "GitHub does not put #{number} into the merge queue of {base}: {said}")
            }
            Self::NotByItself { number, said } => {
                write!(f, "GitHub does not switch auto-merge on for #{number}: {said}")
            }
            Self::TakenBack { what, number, base, queued } => {
                let from = if *queued { "is out of the merge queue" } else { "is not merged by itself" };
                write!(f, "{what} #{number} {from} while {base} is closed")
            }
            Self::NotTakenBack { what, number, base, queued, said } => {
                let on = if *queued { "in the merge queue" } else { "merged by itself" };
                write!(
                    f,
                    "{what} #{number} is not to be {on} while {base} is closed, and GitHub does not take that back: {said}"
                )
            }
            Self::Proposed { number, from, into, stands } => {
                write!(f, "#{number} brings {from} into {into}")?;
                match stands {
                    ProposalStands::Conflicts(files) => {
                        write!(f, " and conflicts in {}: a person resolves it", named(files))
                    }
                    ProposalStands::Draft => f.write_str(": a person marks it ready and merges it"),
                    ProposalStands::Ready => f.write_str(": a person merges it"),
                }
            }
            Self::ProposalClosed { number } => write!(
                f,
                "#{number} was closed without merging: reopen it, retry to have another, or skip with a reason"
            ),
        }
    }
}

impl fmt::Display for PullKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PullRequest => "pull request",
            Self::BackMerge => "back-merge",
        })
    }
}

impl fmt::Display for MergeObstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Draft => f.write_str("it is still a draft: mark it ready for review"),
            Self::Conflict(base) => write!(f, "it conflicts with {base}: resolve that on its branch"),
            Self::Unchecked => f.write_str("GitHub is still checking whether it merges cleanly"),
            Self::Failed(checks) => write!(f, "failed checks: {}", checks.join(", ")),
            Self::Running(checks) => write!(f, "checks are running: {}", checks.join(", ")),
            Self::Closed => write!(f, "its status {CONTEXT} is red; the bot makes it green once nothing closes it"),
            Self::Unreported => {
                f.write_str("no check has reported yet (if there are none, set `checks = false` for the project)")
            }
        }
    }
}

impl fmt::Display for ReviewRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hindrance::sentence(&self.rule))?;
        match self.nobody {
            true => f.write_str("; bot.toml gives nobody who may release a GitHub account, so nobody was asked"),
            false => Ok(()),
        }
    }
}

/// What auto-merge waits for, as far as it is known.
fn missing(base: &str, pending: &[String], approval: &Approval) -> String {
    let passed = (!pending.is_empty()).then(|| format!("{} passed", pending.join(", ")));
    let approved = match approval {
        Approval::Given => None,
        Approval::Missing => Some("it is approved".to_owned()),
        Approval::MissingBy(rule) => Some(format!("it is approved ({rule})")),
    };
    match (passed, approved) {
        (None, None) => format!("everything is there that the rules of {base} require"),
        (passed, approved) => passed.into_iter().chain(approved).collect::<Vec<_>>().join(" and "),
    }
}

/// Why GitHub threw something out of a queue.
fn thrown_out(why: &str, by: &str) -> String {
    match why {
        "failed_checks" | "ci_failure" => "a required check failed there".to_owned(),
        "checks_timed_out" | "ci_timeout" => "a required check did not report in time".to_owned(),
        "merge_conflict" => "it conflicts with what is before it".to_owned(),
        "branch_protections" => "the rules of the branch do not let it in".to_owned(),
        "manual" => format!("{by} took it out"),
        "" => "GitHub does not say why".to_owned(),
        other => format!("GitHub says {}", other.replace('_', " ")),
    }
}
