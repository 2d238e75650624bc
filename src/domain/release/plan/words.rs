//! Says what steps and announcements are, in words for people.

use super::{Announcement, OnFailure, Step, Tagged};
use crate::domain::message::place::spoken;

impl Step {
    /// What the step does, in words for people.
    pub fn in_words(&self) -> String {
        match self {
            Self::Snapshot { branch, commits } if commits.is_empty() => format!("create branch {branch}"),
            Self::Snapshot { branch, commits } => {
                let messages: Vec<String> =
                    commits.iter().map(|commit| format!("\u{201c}{}\u{201d}", commit.message)).collect();
                format!("create branch {branch} with {}", messages.join(" and "))
            }
            Self::Tag { name, of: Tagged::Head, .. } => format!("create tag {name}"),
            Self::Tag { name, of: Tagged::Merge, .. } => format!("create tag {name} on the merge"),
            Self::Tag { name, of: Tagged::CatchUp, .. } => {
                format!("move tag {name} to the branch's head, if fixes came after it")
            }
            Self::Notes => "read what is in".into(),
            Self::AwaitTime { date } => format!("wait for {}", named(date)),
            Self::Freeze { branches, .. } => format!("freeze {}", branches.join(" and ")),
            Self::Thaw => "lift the freeze".into(),
            Self::Labels { names } => format!("make sure the labels {} exist", names.join(", ")),
            Self::PullRequest { title, base, .. } => format!("open pull request \u{201c}{title}\u{201d} into {base}"),
            Self::TickTimeline => "tick the timeline in the pull request".into(),
            Self::Deploy { title: Some(title), .. } => title.clone(),
            Self::Deploy { environment, git_ref, .. } => format!("deploy {git_ref} to {}", spoken(environment)),
            Self::Settle { environment, soak: Some(soak), .. } => format!("soak on {} for {soak}", spoken(environment)),
            Self::Settle { environment, watch, .. } => {
                format!("watch {} for {}", spoken(environment), watch.as_deref().unwrap_or_default())
            }
            Self::Announce { text: Some(text), .. } => format!("announce: {text}"),
            Self::Announce { what, .. } => format!("announce: {}", what.in_words()),
            Self::SignOff(gate) => format!("wait for {}", gate.title),
            Self::Compare { environments: [one, other] } => format!("compare {} with {}", spoken(one), spoken(other)),
            Self::AwaitChecks { named, .. } if !named.is_empty() => {
                format!("wait for the check {}", named.join(" and "))
            }
            Self::AwaitChecks { git_ref: Some(git_ref), .. } => format!("wait for the checks of {git_ref}"),
            Self::AwaitChecks { git_ref: None, .. } => "wait for the checks".into(),
            Self::Branch { name, from } => format!("make sure branch {name} exists, made from {from}"),
            Self::Pick { into, .. } => format!("merge the stories that are picked into {into}, one by one"),
            Self::Merge { branch, from, .. } => format!("merge {from} into {branch}"),
            Self::CherryPick { branch, into, .. } => {
                format!("bring the fix to {into}: create branch {branch} with its commits")
            }
            Self::CheckFixes { git_ref } => format!("check that {git_ref} has every fix that production has"),
            Self::Overlap { with } => format!("look for files that were also changed on {with}"),
            Self::AwaitTag { name } => format!("wait for tag {name}"),
            Self::AwaitFix => "wait for the fix to be pushed".into(),
            Self::AwaitMerge { at: None } => "wait for a person to merge the pull request".into(),
            Self::AwaitMerge { at: Some(date) } => {
                format!("merge the pull request at {}, if everything is signed off", named(date))
            }
            Self::Validate { tag, file } => format!("check that {tag}, {file} and the release branch agree"),
            Self::PublishRelease { tag } => format!("publish the release page of {tag}"),
            Self::BackMerge { branch, into, from, .. } => format!("merge {from} into {branch}, made from {into}"),
            Self::MergeWhenGreen => "merge that pull request when its checks are green".into(),
            Self::DeleteBranch { name } => format!("delete branch {name}"),
        }
    }
}

impl Step {
    /// What the step does from its beginning to its end, for those who look at the plan.
    pub fn in_full(&self) -> String {
        let words = self.in_words();
        let Some(settling) = self.settling().filter(|settling| settling.deploys) else { return words };
        let soak = settling.soak.map(|span| format!(", soak for {span}")).unwrap_or_default();
        let watch = settling.watch.map(|span| format!(", watch for {span}")).unwrap_or_default();
        format!("{words}{soak}{watch}{}", settling.on_failure.in_words())
    }
}

impl OnFailure {
    /// What follows, behind what might fail.
    fn in_words(&self) -> &'static str {
        match self {
            Self::Leave => "",
            Self::Hold => "; if that fails, hold the environment",
            Self::RollBack { .. } => "; if that fails, roll back",
        }
    }
}

impl Announcement {
    /// The occasion, in a few words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Prepared => "release prepared, feature cutoff active",
            Self::Snapshot => "snapshot taken: what is in, what is not",
            Self::Critical => "hotfix under way, review as soon as possible",
            Self::Merged => "merged, production comes next",
            Self::Live => "live in production",
            Self::Closed => "release closed, with its timeline",
            Self::CodeFreeze => "code freeze: what is in",
            Self::Notes => "release notes for developers, QA and stakeholders",
            Self::Begun => "begun: what is in, and which way it goes",
            Self::Said => "how far it is",
            Self::Planning => "planning of the next release",
            Self::SignedOff => "everything is signed off: what comes, and when",
        }
    }
}

/// A date's name as people say it.
fn named(date: &str) -> String {
    date.replace('-', " ")
}
