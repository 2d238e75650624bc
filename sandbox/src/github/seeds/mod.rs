//! The made-up repositories of teams with branches and environments of their own, one file each, and what they share.

pub(super) mod git_flow;
pub(super) mod module;
pub(super) mod monthly;
pub(super) mod trunk;

use super::{
    settings::{Seed, Settings},
    telling::{Told, data, signature, written},
};

/// One hour in seconds.
const HOUR: i64 = 3600;
/// 1 January 2026, 14:00 UTC.
const NEW_YEAR: i64 = 1_767_276_000;

/// A day of 2026 on which something is done, from 14:00 UTC on.
#[derive(Clone, Copy)]
pub(super) enum Day {
    /// A day of January, from 1.
    January(i64),
    /// A day of February, from 1.
    February(i64),
}

impl Day {
    /// Its 14:00 UTC, in seconds since 1970.
    fn at(self) -> i64 {
        let days = match self {
            Self::January(day) => day - 1,
            Self::February(day) => 31 + day - 1,
        };
        NEW_YEAR + days * 24 * HOUR
    }
}

/// A commit with the number and the branch of the pull request that brings it.
pub(super) type Brought = (u64, &'static str, Told);

/// How those who pick their stories come to be deployed.
const DEPLOYS_WHEN_ASKED: Told = Told(
    "erin-gh",
    "main",
    "ci: deploy when asked",
    ".github/workflows/deploy-prod.yml",
    "on: workflow_dispatch\njobs:\n  deploy:\n    environment: prod\n",
);

/// A history while it is told: each event comes an hour after the one before.
pub(super) struct Chronicle<'a> {
    settings: &'a Settings,
    stream: String,
    at: i64,
}

impl<'a> Chronicle<'a> {
    /// Begins on this day.
    pub(super) fn begin(settings: &'a Settings, day: Day) -> Self {
        Self { settings, stream: String::new(), at: day.at() }
    }

    /// Goes on from this day.
    pub(super) fn on(&mut self, day: Day) {
        self.at = day.at();
    }

    /// Commits that are pushed directly.
    pub(super) fn pushed(&mut self, commits: &[Told]) {
        for told in commits {
            self.stream += &written(self.settings, told, self.at, None, "");
            self.at += HOUR;
        }
    }

    /// Commits that pull requests bring, merged by alice.
    pub(super) fn brought(&mut self, commits: &[Brought]) {
        for (number, from, told) in commits {
            self.stream += &written(self.settings, told, self.at, Some((*number, from)), "alice-gh");
            self.at += HOUR;
        }
    }

    /// An annotated tag on a branch, set by alice.
    pub(super) fn tagged(&mut self, tag: &str, branch: &str) {
        let (tagger, message) = (signature(self.settings, "alice-gh", self.at), data(&format!("Release {tag}")));
        self.stream += &format!("tag {tag}\nfrom refs/heads/{branch}\ntagger {tagger}\n{message}");
        self.at += HOUR;
    }

    /// A branch that begins where another one is.
    pub(super) fn branched(&mut self, branch: &str, from: &str) {
        self.stream += &format!("reset refs/heads/{branch}\nfrom refs/heads/{from}\n\n");
    }

    /// Branches that begin where another one is, with commits on them that are not merged yet.
    pub(super) fn unmerged(&mut self, from: &str, commits: &[Told]) {
        let mut begun = vec![];
        for Told(_, branch, ..) in commits {
            if !begun.contains(branch) {
                self.branched(branch, from);
                begun.push(*branch);
            }
        }
        self.pushed(commits);
    }

    /// The whole as a stream for `git fast-import`.
    pub(super) fn end(self) -> String {
        self.stream
    }
}

/// The history of a seed as a stream for `git fast-import`, and the branches that pull requests were merged into; none
/// if its history is made elsewhere.
pub(super) fn history(settings: &Settings) -> Option<(String, &'static [&'static str])> {
    match settings.seed {
        Seed::Module => Some((module::stream(settings), &["main", "phase1-proj"])),
        Seed::Monthly => Some((monthly::stream(settings), &["main"])),
        Seed::GitFlow => Some((git_flow::stream(settings), &["main", "develop"])),
        Seed::Trunk => Some((trunk::stream(settings), &["main"])),
        _ => None,
    }
}
