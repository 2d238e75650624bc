//! Webhooks: whether GitHub sent them, and what they tell.

use ring::hmac;
use serde::{Deserialize, de::DeserializeOwned};

/// What a webhook tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// GitHub's word for its kind, from the `X-GitHub-Event` header.
    pub kind: String,
    /// What was done, where the kind has several: opened, closed, completed, …
    pub action: Option<String>,
    /// The repository it is about, `owner/name`.
    pub repository: Option<String>,
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
    },
    /// A deployment goes on.
    DeploymentStatus {
        /// The environment's name.
        environment: String,
        /// GitHub's word: success, failure, error, in_progress, …
        state: String,
        /// The commit that is deployed.
        sha: String,
    },
    /// GitHub tries the webhook.
    Ping,
    /// Anything else.
    Other,
}

/// Whether `signature_header` (`X-Hub-Signature-256`) is the one that only the holder of `secret` can make for `body`.
/// Takes the same time wherever they differ. An empty secret accepts nothing.
pub fn verify(secret: &[u8], signature_header: &str, body: &[u8]) -> bool {
    let given = signature_header.strip_prefix("sha256=").and_then(bytes_of_hex);
    let Some(given) = given.filter(|_| !secret.is_empty()) else { return false };
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret), body, &given).is_ok()
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|letter| letter.to_digit(16)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| (high * 16 + low) as u8).collect())
}

/// Reads a webhook's body. A kind that is not known, or does not have what we look for, is [`Happened::Other`].
///
/// # Errors
/// A sentence, if the body is not a webhook in JSON.
pub fn read(kind: &str, body: &[u8]) -> Result<Event, String> {
    let about: About = serde_json::from_slice(body).map_err(|problem| match body.starts_with(b"payload=") {
        true => "the webhook sends a form; set its content type to application/json".to_owned(),
        false => format!("the webhook's body is not one of GitHub's: {problem}"),
    })?;
    Ok(Event {
        kind: kind.to_owned(),
        action: about.action,
        repository: about.repository.and_then(|repository| repository.full_name),
        happened: happened(kind, body).unwrap_or(Happened::Other),
    })
}

fn happened(kind: &str, body: &[u8]) -> Option<Happened> {
    Some(match kind {
        "ping" => Happened::Ping,
        "pull_request" | "pull_request_review" => {
            let Pulled { pull_request: Pull { number, head, base, merged, merged_at } } = part(body)?;
            let merged = merged.unwrap_or(false) || merged_at.is_some();
            Happened::PullRequest { number, head: head.name, base: base.name, merged }
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
            let Ran { workflow_run: Run { id, head_branch } } = part(body)?;
            Happened::Workflow { run_id: id, head_branch }
        }
        "workflow_job" => {
            let Worked { workflow_job: Job { run_id, head_branch } } = part(body)?;
            Happened::Workflow { run_id, head_branch }
        }
        "check_run" | "check_suite" => {
            let Checked { check: Check { head_sha } } = part(body)?;
            Happened::Checks { head_sha }
        }
        "status" => Happened::Status { sha: part::<Commit>(body)?.sha },
        "deployment_status" => {
            let Deployed { deployment_status: Progress { environment, state }, deployment } = part(body)?;
            let environment = environment.or(deployment.environment)?;
            Happened::DeploymentStatus { environment, state, sha: deployment.sha }
        }
        _ => return None,
    })
}

fn part<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok()
}

#[derive(Deserialize)]
struct About {
    action: Option<String>,
    repository: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: Option<String>,
}

#[derive(Deserialize)]
struct Pulled {
    pull_request: Pull,
}

#[derive(Deserialize)]
struct Pull {
    number: u64,
    head: End,
    base: End,
    merged: Option<bool>,
    merged_at: Option<String>,
}

#[derive(Deserialize)]
struct End {
    #[serde(rename = "ref")]
    name: String,
}

#[derive(Deserialize)]
struct Pushed {
    #[serde(rename = "ref")]
    name: String,
    before: String,
    after: String,
    head_commit: Option<Told>,
}

#[derive(Deserialize)]
struct Told {
    message: Option<String>,
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "ref")]
    name: String,
    ref_type: String,
}

#[derive(Deserialize)]
struct Ran {
    workflow_run: Run,
}

#[derive(Deserialize)]
struct Run {
    id: u64,
    head_branch: Option<String>,
}

#[derive(Deserialize)]
struct Worked {
    workflow_job: Job,
}

#[derive(Deserialize)]
struct Job {
    run_id: u64,
    head_branch: Option<String>,
}

#[derive(Deserialize)]
struct Checked {
    #[serde(alias = "check_run", alias = "check_suite")]
    check: Check,
}

#[derive(Deserialize)]
struct Check {
    head_sha: String,
}

#[derive(Deserialize)]
struct Commit {
    sha: String,
}

#[derive(Deserialize)]
struct Deployed {
    deployment_status: Progress,
    deployment: Deployment,
}

#[derive(Deserialize)]
struct Progress {
    environment: Option<String>,
    state: String,
}

#[derive(Deserialize)]
struct Deployment {
    environment: Option<String>,
    sha: String,
}
