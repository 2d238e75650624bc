//! What people do to the repository and its surroundings: merge, push, let things fail.

use std::sync::atomic::Ordering;

use axum::{Form, Json, extract::State};
use serde_json::json;

use super::{
    Handle, Page,
    actions::{Pairs, Told, sent, told},
    banner::FREEZE,
    locked,
};
use crate::{
    github::{MergeMethod, Outcome, Problem, sha256},
    wire::{Fault, Mishap, Service},
};

/// The login on GitHub of whoever is looking.
fn login(page: &Page, pairs: &[(String, String)]) -> &'static str {
    page.world.person(sent(pairs, "me")).map(|person| person.github).unwrap_or("ghost")
}

fn number(pairs: &[(String, String)]) -> u64 {
    sent(pairs, "number").parse().unwrap_or_default()
}

pub(super) async fn merge(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    let merged = page.world.github().merge_pull_request(login(&page, &pairs), number(&pairs), MergeMethod::Merge);
    let merged = merged.await;
    if merged.as_ref().is_err_and(|problem| problem.to_string().contains(FREEZE)) {
        locked(&page.reached).insert("tried");
    }
    told(merged)
}

pub(super) async fn close(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    told(page.world.github().close_pull_request(login(&page, &pairs), number(&pairs)).await)
}

pub(super) async fn enqueue(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    told(page.world.github().enqueue(login(&page, &pairs), number(&pairs)).await)
}

pub(super) async fn dequeue(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    told(page.world.github().dequeue(login(&page, &pairs), number(&pairs)).await)
}

pub(super) async fn push(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    let who = login(&page, &pairs);
    let pushed = match sent(&pairs, "what") {
        "feature" => feature(&page, who).await,
        "pull" => pull(&page, who).await,
        "conflict" => conflict(&page, who).await,
        _ => fix(&page, who, sent(&pairs, "branch")).await,
    };
    told(pushed)
}

const FEATURES: [(&str, &str); 4] = [
    ("search", "find an order by its customer"),
    ("export", "download invoices as a spreadsheet"),
    ("theme", "dark colours after sunset"),
    ("login", "sign in with a passkey"),
];

async fn feature(page: &Page, who: &str) -> Result<String, Problem> {
    let n = page.pushes.fetch_add(1, Ordering::Relaxed) as usize;
    let (scope, what) = FEATURES[n % FEATURES.len()];
    let (path, text) = (format!("src/{scope}-{n}.txt"), format!("{what}\n"));
    let github = page.world.github();
    github.push_commit(who, &github.settings().development, &path, &text, &format!("feat({scope}): {what}")).await
}

/// A feature on a branch of its own, and a pull request for it.
async fn pull(page: &Page, who: &str) -> Result<String, Problem> {
    let n = page.pushes.fetch_add(1, Ordering::Relaxed) as usize;
    let (scope, what) = FEATURES[n % FEATURES.len()];
    let (branch, title) = (format!("feature/{scope}-{n}"), format!("feat({scope}): {what}"));
    let github = page.world.github();
    let base = &github.settings().development;
    github.create_branch(who, &branch, base).await?;
    github.push_commit(who, &branch, &format!("src/{scope}-{n}.txt"), &format!("{what}\n"), &title).await?;
    github.open_pull_request(who, &branch, base, &title).await.map(|number| number.to_string())
}

/// Rewrites the top of the changelog, which every release writes, too.
async fn conflict(page: &Page, who: &str) -> Result<String, Problem> {
    let n = page.pushes.fetch_add(1, Ordering::Relaxed);
    let github = page.world.github();
    let line = &github.settings().development;
    let old = github.file(line, "CHANGELOG.md").await?.unwrap_or_default();
    let rest = old.strip_prefix("# Changelog\n").unwrap_or(&old);
    let text = format!("# Changelog\n\n## Unreleased\n\n- a line that the release does not know ({n})\n{rest}");
    github.push_commit(who, line, "CHANGELOG.md", &text, "docs: collect what is coming").await
}

async fn fix(page: &Page, who: &str, branch: &str) -> Result<String, Problem> {
    let n = page.pushes.fetch_add(1, Ordering::Relaxed);
    let (path, text) = (format!("src/fix-{n}.txt"), "checked twice\n");
    page.world.github().push_commit(who, branch, &path, text, "fix(orders): round half cents up").await
}

pub(super) async fn fail(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    let (github, workflow) = (page.world.github(), sent(&pairs, "workflow"));
    match github.told_outcomes(workflow).is_empty() {
        true => github.next_outcome(workflow, Outcome::Failure),
        false => github.forget_outcomes(workflow),
    }
    Json(json!({}))
}

/// Somebody builds the next artifact for an environment anew.
pub(super) async fn digest(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    let (n, environment) = (page.pushes.fetch_add(1, Ordering::Relaxed), sent(&pairs, "environment"));
    page.world.github().next_digest(environment, &sha256(&format!("another artifact {n}")));
    Json(json!({"toast": format!("The next deploy to {environment} brings another artifact.")}))
}

/// Somebody changes the configuration of an environment.
pub(super) async fn configure(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    let (n, environment) = (page.pushes.fetch_add(1, Ordering::Relaxed), sent(&pairs, "environment"));
    page.world.github().set_config(environment, &sha256(&format!("another configuration {n}")));
    Json(json!({"toast": format!("{environment} has another configuration from its next deploy on.")}))
}

pub(super) async fn flag(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    if let Some(unleash) = page.world.unleash() {
        let (name, environment) = (sent(&pairs, "flag"), sent(&pairs, "environment"));
        unleash.turn(name, environment, unleash.is_on(name, environment) != Some(true));
    }
    Json(json!({}))
}

pub(super) async fn webhooks(State(page): State<Handle>) -> Told {
    let github = page.world.github();
    github.lose_webhooks(!github.loses_webhooks());
    Json(json!({}))
}

pub(super) async fn bad_gateway(State(page): State<Handle>) -> Told {
    let mishap = Mishap::Answer(502, Vec::new(), json!({"message": "Server Error"}));
    let (method, path) = Default::default();
    page.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap });
    Json(json!({"toast": "The bot's next request to GitHub is answered with 502."}))
}
