//! The banner that says that nothing may be merged.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;

use super::Page;
use crate::github::StatusEvent;

/// The context under which the bot reports on GitHub whether a pull request may be merged.
pub(super) const FREEZE: &str = "shipmate/freeze";

/// Whether a report closes.
pub(super) fn is_red(state: &str) -> bool {
    matches!(state, "failure" | "error")
}

/// The banner; nothing when everything is open.
pub(super) fn banner(page: &Page) -> Markup {
    let github = page.world.github();
    let reports = github.status_history(FREEZE);
    let latest: BTreeMap<&str, &StatusEvent> = reports.iter().map(|report| (report.sha.as_str(), report)).collect();
    let open: Vec<_> = github.pull_requests().into_iter().filter(|pull| pull.open).collect();
    let red = open.iter().filter_map(|pull| latest.get(pull.head_sha.as_str())).filter(|report| is_red(&report.state));
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for report in red {
        *reasons.entry(report.description.as_str()).or_default() += 1;
    }
    let (count, total) = (reasons.values().sum::<usize>(), open.len());
    let sets: Vec<String> = github.rulesets().iter().filter(|set| closes(set)).map(described).collect();
    html! {
        @if count > 0 || !sets.is_empty() {
            div.frozen-now role="status" {
                b { "❄ Frozen" }
                @if count > 0 {
                    span { (count) " of " (total) @if total == 1 { " open pull request" } @else { " open pull requests" } " may not merge" }
                    @for reason in reasons.keys().filter(|reason| !reason.is_empty()) { q { (reason) } }
                }
                @for set in &sets { span.set { (set) } }
            }
        }
    }
}

/// Whether a ruleset keeps a branch from changing now.
fn closes(set: &Value) -> bool {
    let mut rules = set["rules"].as_array().into_iter().flatten();
    set["enforcement"] == "active" && rules.any(|rule| rule["type"] == "update")
}

fn described(set: &Value) -> String {
    let names = set["conditions"]["ref_name"]["include"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let names: Vec<&str> = names.map(|name| name.strip_prefix("refs/heads/").unwrap_or(name)).collect();
    let name = set["name"].as_str().unwrap_or_default();
    format!("GitHub itself refuses changes of {} (ruleset {name})", names.join(", "))
}
