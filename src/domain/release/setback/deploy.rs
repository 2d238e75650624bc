//! What keeps a deploy from its end.

use serde::{Deserialize, Serialize};

use crate::domain::deploy::run_end::RunStop;

/// What a deploy waits for, or what went wrong with it.
#[expect(missing_docs, reason = "each field is the word of its name in the sentence")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deploy", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum DeploySetback {
    /// CD was not asked.
    NotAsked { environment: String },
    /// Whether CD was asked is not known yet.
    Uncertain { environment: String },
    /// CD was asked, and GitHub does not list the run yet.
    Unlisted,
    /// CD begins by itself.
    Begins { environment: String, git_ref: String },
    /// CD is at it.
    Goes { environment: String, build: String },
    /// The environment's rules let it wait.
    Protected { environment: String, build: String, url: String },
    /// One of these has to let it go on.
    Kept { environment: String, build: String, url: String, who: Vec<String> },
    /// It failed, in CD's word.
    Failed { environment: String, build: String, url: String, how: String },
    /// It neither failed nor ended well.
    Stopped { environment: String, build: String, url: String, how: RunStop },
    /// The same of a story, which waits for whoever brings it.
    StoryStopped { environment: String, story: String, url: String, how: RunStop },
    /// Somebody takes it back.
    TakenBack { by: String, reason: String },
    /// CD is at another commit than the one that was decided on.
    Other(DeployedOtherwise),
    /// The tag was moved while CD was at it: where it is now, if anywhere.
    TagMoved {
        tag: String,
        now: Option<String>,
        decided: String,
        environment: String,
        build: String,
        url: String,
        ended: bool,
    },
    /// The tag to go back to was moved since it ran there.
    MovedSince { tag: String, environment: String, ran: String, now: String },
    /// A later version runs there.
    RunsLater { environment: String, version: String, later: String, release: String },
    /// Stories are deployed by a workflow, and none is named.
    NoStoryWorkflow { environment: String },
}

/// A commit that CD deploys in place of the one that was decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DeployedOtherwise {
    /// Where.
    pub environment: String,
    /// The commit.
    pub deployed: String,
    /// The tag that was decided on; nothing if it was the merge.
    pub tag: Option<String>,
    /// Its commit.
    pub decided: String,
}
