//! What a step made, as far as later steps need it.

use serde::{Deserialize, Serialize};

use super::{BackMerge, Joined};
use crate::domain::release::{conflict::Clash, notes::Notes};

/// What a step made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing that later steps need.
    Nothing,
    /// A branch.
    Branch {
        /// Its head.
        commit: String,
        /// What is in it since the version before, one line each.
        #[serde(default)]
        contains: Vec<String>,
    },
    /// What is in the release.
    Notes {
        /// The commit that was read.
        commit: String,
        /// What changed, grouped.
        notes: Notes,
    },
    /// A tag, made or moved.
    Tag {
        /// The commit it points at.
        commit: String,
        /// Where it pointed before it was moved.
        moved_from: Option<String>,
    },
    /// A pull request.
    PullRequest {
        /// Its number.
        number: u64,
        /// Its page.
        url: String,
    },
    /// A deploy has been asked for.
    Run {
        /// The workflow run.
        id: u64,
        /// Its page.
        url: String,
        /// The build's name.
        build: String,
    },
    /// A deploy ended well.
    Deployed {
        /// The workflow run's page.
        url: String,
        /// How long it took, in seconds.
        seconds: i64,
        /// The build's name.
        build: String,
        /// What CD says of it.
        #[serde(default)]
        proof: Provenance,
    },
    /// CD deploys by itself, and will report.
    Expected {
        /// The build's name.
        build: String,
    },
    /// A deployment on GitHub has been made.
    Deployment {
        /// The deployment.
        id: u64,
        /// The build's name.
        build: String,
    },
    /// The fix has come.
    Fix {
        /// The branch's head.
        commit: String,
    },
    /// A pull request has been merged.
    Merged {
        /// Who merged it.
        by: String,
        /// The merge commit.
        commit: String,
        /// The head that was merged.
        head: String,
    },
    /// A release page.
    Page {
        /// Its address.
        url: String,
    },
    /// The back-merge branch.
    BackMerge(BackMerge),
    /// The stories have been taken in.
    Stories {
        /// Those that are in.
        taken: Vec<String>,
        /// Those that were picked and stay out.
        left: Vec<String>,
    },
    /// Files that the release touches and that were also changed elsewhere.
    Overlap {
        /// The branch on which they were changed too.
        with: String,
        /// The files.
        files: Vec<Clash>,
    },
    /// One branch has been merged into another.
    Merge {
        /// Where that branch is now.
        commit: String,
        /// How it came about.
        how: Joined,
    },
    /// What differs between two environments.
    Drift {
        /// Their names.
        environments: [String; 2],
        /// A sentence for each difference.
        lines: Vec<String>,
    },
}

impl Outcome {
    /// The page of the run that it is, if it is one.
    pub fn page_of_run(&self) -> Option<&str> {
        let Self::Run { url, .. } = self else { return None };
        Some(url)
    }

    /// The workflow run that CD was asked for.
    pub fn run(&self) -> Option<u64> {
        let Self::Run { id, .. } = self else { return None };
        Some(*id)
    }

    /// The deployment on GitHub that was made for CD.
    pub fn deployment(&self) -> Option<u64> {
        let Self::Deployment { id, .. } = self else { return None };
        Some(*id)
    }

    /// The build that CD was asked for.
    pub fn build(&self) -> Option<&str> {
        let (Self::Run { build, .. } | Self::Deployment { build, .. } | Self::Expected { build }) = self else {
            return None;
        };
        Some(build)
    }
}

/// What CD says of something that it deployed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The branch or tag that was deployed.
    pub git_ref: String,
    /// Its commit.
    pub commit: Option<String>,
    /// The artifact's digest, `sha256:` and 64 hexadecimal digits.
    pub digest: Option<String>,
    /// The digest of its configuration.
    pub config: Option<String>,
}
