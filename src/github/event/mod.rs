//! Webhooks: whether GitHub sent them, and what they tell.

mod payload;
mod signature;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use self::payload::{
    Checked, Created, DeploymentStatusPayload, EventPayload, Pulled, Pushed, Reported, RunEvent, Worked,
};

pub use self::signature::verify;
use super::deployments::{self, digest_after};

/// What a webhook tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// GitHub's word for its kind, from the `X-GitHub-Event` header.
    pub kind: String,
    /// What was done, where the kind has several: opened, closed, completed, …
    pub action: Option<String>,
    /// The repository it is about, `owner/name`.
    pub repository: Option<String>,
    /// The id of that, which stays when it is called otherwise.
    pub repository_id: Option<u64>,
    /// What happened.
    pub happened: Happened,
}

/// What happened on GitHub, as far as releases care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Something about a pull request, reviews included.
    PullRequest {
        /// Its number.
        number: u64,
        /// The branch it comes from.
        head: String,
        /// The branch it goes to.
        base: String,
        /// Whether it has been merged.
        merged: bool,
    },
    /// A branch or tag moved, appeared or went.
    Push {
        /// The full ref, `refs/heads/main`.
        git_ref: String,
        /// Where it was; zeros if it is new.
        before: String,
        /// Where it is; zeros if it was deleted.
        after: String,
        /// The message of the commit it is at; nothing if it was deleted.
        head_message: Option<String>,
    },
    /// A branch or tag was made.
    Created {
        /// Its short name.
        name: String,
        /// Whether it is a branch.
        is_branch: bool,
    },
    /// A workflow run, or a job of it, goes on.
    Workflow {
        /// The run.
        run_id: u64,
        /// The branch or tag it runs on, if GitHub says.
        head_branch: Option<String>,
    },
    /// A check, or a suite of checks, goes on.
    Checks {
        /// The commit.
        head_sha: String,
    },
    /// A commit has a new status.
    Status {
        /// The commit.
        sha: String,
        /// Its name.
        context: String,
        /// Whether it is a success.
        good: bool,
        /// Its id; later ones have greater ones.
        id: u64,
        /// The login of whoever wrote it.
        by: String,
    },
    /// A group of pull requests wants to be checked before a merge queue merges it.
    MergeGroup,
    /// The rules or the protection of a branch were changed.
    Rules,
    /// A deployment goes on.
    DeploymentStatus {
        /// The environment's name.
        environment: String,
        /// GitHub's word: success, failure, error, in_progress, …
        state: String,
        /// The commit that is deployed.
        sha: String,
        /// What is known of it besides.
        about: Box<DeploymentDetails>,
    },
    /// GitHub tries the webhook.
    Ping,
    /// Anything else.
    Other,
}

/// What is known of a deployment besides its environment and commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeploymentDetails {
    /// Its id.
    pub id: u64,
    /// The branch, tag or commit that was asked for.
    pub git_ref: String,
    /// The version that whoever made it named.
    pub version: Option<String>,
    /// Whether the bot made it.
    pub is_ours: bool,
    /// Whether the environment is one that comes and goes.
    pub transient: bool,
    /// The workflow run that made it, if one did.
    pub run: Option<u64>,
    /// The artefact's digest, as CD says.
    pub digest: Option<String>,
    /// The configuration's digest, as CD says.
    pub config: Option<String>,
    /// The page of the deploy.
    pub url: Option<String>,
    /// When it came to stand so.
    pub at: Option<DateTime<Utc>>,
}

/// The number of the workflow run whose page an address is.
fn run_of(url: &str) -> Option<u64> {
    let rest = url.split("/actions/runs/").nth(1)?;
    rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// Reads a webhook's body. A kind that is not known, or does not have what we look for, is [`Happened::Other`].
///
/// # Errors
/// A sentence, if the body is not a webhook in JSON.
pub fn read(kind: &str, body: &[u8]) -> Result<Event, String> {
    let about: EventPayload = serde_json::from_slice(body).map_err(|problem| match body.starts_with(b"payload=") {
        true => "the webhook sends a form; set its content type to application/json".to_owned(),
        false => format!("the webhook's body is not one of GitHub's: {problem}"),
    })?;
    let (repository_id, repository) = about.repository.map_or((None, None), |about| (about.id, about.full_name));
    Ok(Event {
        kind: kind.to_owned(),
        action: about.action,
        repository,
        repository_id,
        happened: happened(kind, body).unwrap_or(Happened::Other),
    })
}

fn happened(kind: &str, body: &[u8]) -> Option<Happened> {
    Some(match kind {
        "ping" => Happened::Ping,
        "pull_request" | "pull_request_review" => {
            let Pulled { pull_request: pull } = part(body)?;
            let merged = pull.merged.unwrap_or(false) || pull.merged_at.is_some();
            Happened::PullRequest { number: pull.number, head: pull.head.name, base: pull.base.name, merged }
        }
        "push" => {
            let Pushed { name, before, after, head_commit } = part(body)?;
            Happened::Push { git_ref: name, before, after, head_message: head_commit.and_then(|commit| commit.message) }
        }
        "create" => {
            let Created { name, ref_type } = part(body)?;
            Happened::Created { name, is_branch: ref_type == "branch" }
        }
        "workflow_run" => {
            let RunEvent { workflow_run: run } = part(body)?;
            Happened::Workflow { run_id: run.id, head_branch: run.head_branch }
        }
        "workflow_job" => {
            let Worked { workflow_job: job } = part(body)?;
            Happened::Workflow { run_id: job.run_id, head_branch: job.head_branch }
        }
        "check_run" | "check_suite" => Happened::Checks { head_sha: part::<Checked>(body)?.check.head_sha },
        "status" => {
            let Reported { sha, context, state, id, sender } = part(body)?;
            Happened::Status { sha, context, good: state == "success", id, by: sender.login }
        }
        "merge_group" => Happened::MergeGroup,
        "branch_protection_rule" | "branch_protection_configuration" | "repository_ruleset" => Happened::Rules,
        "deployment_status" => {
            let DeploymentStatusPayload { deployment_status: status, deployment, workflow_run } = part(body)?;
            let environment = status.environment.or(deployment.environment)?;
            let description = status.description.unwrap_or_default();
            let page = [status.log_url, status.target_url].into_iter().flatten().find(|url| !url.is_empty());
            let payload = deployments::payload(&deployment.payload);
            let about = DeploymentDetails {
                id: deployment.id,
                git_ref: deployment.git_ref,
                version: payload.get("version").and_then(|version| version.as_str()).map(str::to_owned),
                is_ours: payload.get("shipmate").is_some(),
                transient: deployment.transient_environment,
                run: workflow_run.map(|run| run.id).or_else(|| run_of(page.as_deref()?)),
                digest: digest_after("digest", &description),
                config: digest_after("config", &description),
                url: page,
                at: status.created_at,
            };
            Happened::DeploymentStatus { environment, state: status.state, sha: deployment.sha, about: Box::new(about) }
        }
        _ => return None,
    })
}

fn part<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok()
}
