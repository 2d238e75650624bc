//! The made-up repositories of teams with branches and environments of their own, one file each, and what they share.

pub mod git_flow;
pub mod module;
pub mod monthly;
pub mod trunk;

use super::{
    settings::{Seed, Settings},
    telling::{Told, data, signature, written},
};

/// One hour in seconds.
const HOUR: i64 = 3600;

/// A history while it is told: each event comes an hour after the one before.
pub struct Chronicle<'a> {
    settings: &'a Settings,
    stream: String,
    at: i64,
}

impl<'a> Chronicle<'a> {
    /// Begins at this moment, in seconds since 1970.
    pub fn begin(settings: &'a Settings, at: i64) -> Self {
        Self { settings, stream: String::new(), at }
    }

    /// Goes on at this moment.
    pub fn at(&mut self, at: i64) {
        self.at = at;
    }

    /// Commits that are pushed directly.
    pub fn pushed(&mut self, commits: &[Told]) {
        for told in commits {
            self.stream += &written(self.settings, told, self.at, None, "");
            self.at += HOUR;
        }
    }

    /// A commit that a pull request brings, merged by alice.
    pub fn brought(&mut self, number: u64, from: &str, told: &Told) {
        self.stream += &written(self.settings, told, self.at, Some((number, from)), "alice-gh");
        self.at += HOUR;
    }

    /// An annotated tag on a branch, set by alice.
    pub fn tagged(&mut self, tag: &str, branch: &str) {
        let (tagger, message) = (signature(self.settings, "alice-gh", self.at), data(&format!("Release {tag}")));
        self.stream += &format!("tag {tag}\nfrom refs/heads/{branch}\ntagger {tagger}\n{message}");
        self.at += HOUR;
    }

    /// A branch that begins where another one is.
    pub fn branched(&mut self, branch: &str, from: &str) {
        self.stream += &format!("reset refs/heads/{branch}\nfrom refs/heads/{from}\n\n");
    }

    /// The whole as a stream for `git fast-import`.
    pub fn end(self) -> String {
        self.stream
    }
}

/// The history of a seed as a stream for `git fast-import`, and the branches that pull requests were merged into; none
/// if its history is made elsewhere.
pub fn history(settings: &Settings) -> Option<(String, &'static [&'static str])> {
    match settings.seed {
        Seed::Module => Some((module::stream(settings), &["main", "phase1-proj"])),
        Seed::Monthly => Some((monthly::stream(settings), &["main"])),
        Seed::GitFlow => Some((git_flow::stream(settings), &["main", "develop"])),
        Seed::Trunk => Some((trunk::stream(settings), &["main"])),
        _ => None,
    }
}
