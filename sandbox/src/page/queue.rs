//! What waits in the merge queue.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    Page,
    text::{relative, short},
};

/// The queue; nothing when no branch has one.
pub(super) fn list(page: &Page) -> Markup {
    let github = page.world.github();
    let queue = github.merge_queue();
    let queues = |set: &Value| set["rules"].as_array().into_iter().flatten().any(|rule| rule["type"] == "merge_queue");
    let has = !queue.is_empty() || github.rulesets().iter().any(queues);
    let now = page.world.clock().now();
    html! {
        @if has {
            section.list aria-label="Merge queue" {
                h3 { "Merge queue" span.count { (queue.len()) " waiting" } }
                @if queue.is_empty() { p.none { "Nothing waits." } }
                @for (place, waiting) in (1..).zip(&queue) {
                    div.row {
                        b { (place) "." }
                        span { "#" (waiting.number) " → " (waiting.base) }
                        @if let Some(sha) = &waiting.sha { code { (short(sha)) } }
                        @for (name, state) in &waiting.checks {
                            span class={ "ci " (colour(state)) } title={ (name) ": " (state) } { (sign(state)) " " (name) }
                        }
                        time { (waiting.by) ", " (relative(waiting.since, now)) }
                    }
                }
            }
        }
    }
}

/// The class that colours a status.
pub(super) fn colour(state: &str) -> &'static str {
    match state {
        "success" => "success",
        "failure" | "error" => "failure",
        _ => "pending",
    }
}

/// The sign before a status.
pub(super) fn sign(state: &str) -> &'static str {
    match state {
        "success" => "✓",
        "failure" | "error" => "✗",
        _ => "●",
    }
}
