//! The parts of GitHub's payloads that are read. What is missing from them makes a payload [`super::Happened::Other`].

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct EventPayload {
    pub(super) action: Option<String>,
    pub(super) repository: Option<RepositoryPayload>,
}

#[derive(Deserialize)]
pub(super) struct RepositoryPayload {
    pub(super) id: Option<u64>,
    pub(super) full_name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Pulled {
    pub(super) pull_request: Pull,
}

#[derive(Deserialize)]
pub(super) struct Pull {
    pub(super) number: u64,
    pub(super) head: RefPayload,
    pub(super) base: RefPayload,
    pub(super) merged: Option<bool>,
    pub(super) merged_at: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct RefPayload {
    #[serde(rename = "ref")]
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Pushed {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) head_commit: Option<Told>,
}

#[derive(Deserialize)]
pub(super) struct Told {
    pub(super) message: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Created {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) ref_type: String,
}

#[derive(Deserialize)]
pub(super) struct RunEvent {
    pub(super) workflow_run: RunPayload,
}

#[derive(Deserialize)]
pub(super) struct RunPayload {
    pub(super) id: u64,
    pub(super) head_branch: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Worked {
    pub(super) workflow_job: JobPayload,
}

#[derive(Deserialize)]
pub(super) struct JobPayload {
    pub(super) run_id: u64,
    pub(super) head_branch: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Checked {
    #[serde(alias = "check_run", alias = "check_suite")]
    pub(super) check: CheckPayload,
}

#[derive(Deserialize)]
pub(super) struct CheckPayload {
    pub(super) head_sha: String,
}

#[derive(Deserialize)]
pub(super) struct Reported {
    pub(super) sha: String,
    #[serde(default)]
    pub(super) context: String,
    #[serde(default)]
    pub(super) state: String,
    #[serde(default)]
    pub(super) id: u64,
    #[serde(default)]
    pub(super) sender: SentBy,
}

#[derive(Default, Deserialize)]
pub(super) struct SentBy {
    #[serde(default)]
    pub(super) login: String,
}

#[derive(Deserialize)]
pub(super) struct DeploymentStatusPayload {
    pub(super) deployment_status: DeploymentProgress,
    pub(super) deployment: DeploymentPayload,
    pub(super) workflow_run: Option<RunPayload>,
}

#[derive(Deserialize)]
pub(super) struct DeploymentProgress {
    pub(super) environment: Option<String>,
    pub(super) state: String,
    pub(super) description: Option<String>,
    pub(super) log_url: Option<String>,
    pub(super) target_url: Option<String>,
    pub(super) created_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
pub(super) struct DeploymentPayload {
    #[serde(default)]
    pub(super) id: u64,
    #[serde(rename = "ref", default)]
    pub(super) git_ref: String,
    /// An object, or text, as whoever made it wished.
    #[serde(default)]
    pub(super) payload: Value,
    #[serde(default)]
    pub(super) transient_environment: bool,
    pub(super) environment: Option<String>,
    pub(super) sha: String,
}
