//! What runs where, as cards: in the order of the way to production, which comes last.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde_json::Value;

use super::{
    Page,
    text::{relative, short},
};
use crate::{discord::Post, github::Environment};

/// So many digits of a digest are drawn.
const DIGITS: usize = "sha256:".len() + 8;

/// A card for each environment, and what differs between production and the place before it.
pub(super) fn cards(page: &Page, environments: &[Environment]) -> Markup {
    let held = held(page);
    html! {
        @for environment in environments { (card(page, environment, held.contains(&environment.name))) }
        @if let [.., before, last] = environments {
            @let lines = differences(before, last);
            @if !lines.is_empty() {
                p.drift { b { (before.name) " and " (last.name) " differ" } ": " (lines.join(", ")) }
            }
        }
    }
}

/// The name as people write it.
fn title(name: &str) -> String {
    if ["qa", "stg", "uat"].contains(&name) { name.to_uppercase() } else { name.to_owned() }
}

fn card(page: &Page, environment: &Environment, held: bool) -> Markup {
    let deploying = environment.deploying.as_ref();
    let failure = environment.failure.as_ref().filter(|_| deploying.is_none());
    let since = environment.since.as_ref().and_then(|at| at.parse::<DateTime<Utc>>().ok());
    html! {
        article.environment.deploying[deploying.is_some()].failed[failure.is_some()].held[held] {
            h3 { (title(&environment.name)) @if held { span.hold title="It takes no deploys until somebody resumes it" { "⏸ held" } } }
            p.version {
                @match &environment.version { Some(version) => b { (version) }, None => b.none { "nothing yet" } }
                @if let Some(canary) = canary(page, environment) {
                    span.share title="The share of the traffic that it gets" { " at " (canary.share) " %" }
                    @if let Some(rest) = &canary.rest { span.rest { "the rest: " b { (rest) } } }
                }
            }
            p.detail {
                @if let Some(version) = deploying { "deploying " b { (version) } "…" }
                @else if let Some(since) = since {
                    @if let Some(sha) = &environment.sha { code { (short(sha)) } " · " }
                    (relative(since, page.world.clock().now()))
                } @else { "waits for its first deploy" }
            }
            @if let Some(shipped) = &environment.shipped {
                p.detail { code title={ "artifact " (shipped.digest) ", configuration " (shipped.config) } {
                    (cut(&shipped.digest)) "…"
                } }
            }
            div.progress aria-hidden="true" {}
            @if let Some(log) = failure {
                p.detail.alarm { a href=(log) target="_blank" { "last deploy failed" } }
            }
        }
    }
}

/// A version that gets a part of the traffic.
struct Canary {
    /// How much, in per cent.
    share: String,
    /// The version that gets the rest.
    rest: Option<String>,
}

/// The share of what was deployed last, if that was said and is not all.
fn canary(page: &Page, environment: &Environment) -> Option<Canary> {
    let github = page.world.github();
    let stands = |deployment: &Value| {
        let state = deployment["id"].as_u64().and_then(|id| github.deployment_state(id));
        // A success that was followed by another one is inactive.
        deployment["environment"] == environment.name.as_str()
            && state.is_some_and(|state| state == "success" || state == "inactive")
    };
    let part =
        |deployment: &Value| deployment["payload"]["share"].as_str().filter(|share| *share != "100").map(str::to_owned);
    let deployed: Vec<Value> = github.deployments().into_iter().filter(stands).collect();
    let share = part(deployed.last()?)?;
    let whole = deployed.iter().rev().find(|deployment| part(deployment).is_none());
    let rest = whole.and_then(|deployment| deployment["payload"]["version"].as_str().map(str::to_owned));
    Some(Canary { share, rest })
}

/// What differs between two environments in which something runs.
fn differences(one: &Environment, other: &Environment) -> Vec<String> {
    let (Some(version), Some(live)) = (&one.version, &other.version) else { return Vec::new() };
    let mut lines = Vec::new();
    if version != live {
        lines.push(format!("version {version} against {live}"));
    }
    if let (Some(here), Some(there)) = (&one.shipped, &other.shipped) {
        if version == live && here.digest != there.digest {
            lines.push(format!("artifact {} against {}", cut(&here.digest), cut(&there.digest)));
        }
        if here.config != there.config {
            lines.push(format!("configuration {} against {}", cut(&here.config), cut(&there.config)));
        }
    }
    lines
}

fn cut(digest: &str) -> &str {
    digest.get(..DIGITS).unwrap_or(digest)
}

/// The environments that the bot offers to resume, on any message that everybody sees.
fn held(page: &Page) -> Vec<String> {
    let channels = super::discord::CHANNELS.iter();
    let posts: Vec<Post> = channels.flat_map(|channel| page.world.discord().screen(channel, "")).collect();
    let threads = posts.iter().filter_map(|post| post.thread.as_ref()).flat_map(|thread| &thread.posts);
    let rows = posts.iter().chain(threads).filter(|post| !post.private).flat_map(|post| &post.components);
    let buttons = rows.filter_map(|row| row["components"].as_array()).flatten();
    let resumed = |button: &Value| {
        let name = button["label"].as_str()?.strip_prefix("Resume ")?.trim_end_matches('…').to_owned();
        (button["disabled"] != true).then_some(name)
    };
    buttons.filter_map(resumed).collect()
}
