//! Pull requests and workflow runs.

use maud::{Markup, html};

use super::{
    Page,
    banner::is_red,
    queue::{colour, sign},
    text::{relative, short},
};
use crate::github::{Outcome, PullView};

/// So many pull requests and runs are drawn.
const SHOWN: usize = 15;

/// Open pull requests first, then those that ended, newest first.
pub(super) fn pulls(page: &Page) -> Markup {
    let mut pulls = page.world.github().pull_requests();
    pulls.sort_by_key(|pull| (!pull.open, std::cmp::Reverse(pull.number)));
    let more = pulls.len().saturating_sub(SHOWN);
    html! {
        section.list aria-label="Pull requests" {
            h3 { "Pull requests" span.count { (pulls.iter().filter(|pull| pull.open).count()) " open" } }
            @if pulls.is_empty() { p.none { "None yet; a release opens one." } }
            @for pull in pulls.iter().take(SHOWN) { (one(page, pull)) }
            @if more > 0 { p.none { "and " (more) " more" } }
        }
    }
}

fn one(page: &Page, pull: &PullView) -> Markup {
    let state = match (pull.merged, pull.open) {
        (true, _) => "merged",
        (_, true) => "open",
        _ => "closed",
    };
    let github = page.world.github();
    let settings = github.settings();
    let statuses = if pull.open { github.statuses(&pull.head_sha) } else { Vec::new() };
    let waits = github.merge_queue().iter().any(|waiting| waiting.number == pull.number);
    let url = format!("{}/{}/{}/pull/{}", github.api_url(), settings.owner, settings.name, pull.number);
    html! {
        article class={ "pull " (state) } {
            div.title {
                a href=(url) target="_blank" { (pull.title) }
                span.number { "#" (pull.number) }
                span.state { (state) }
            }
            div.about {
                code { (pull.head) } " → " code { (pull.base) }
                @if let Some(who) = &pull.merged_by { " · merged by " (who) } @else { " · " (pull.author) }
            }
            div.labels {
                @if let Some(ci) = pull.ci.filter(|_| pull.open) { span class={ "ci " (ci) } { (ci_words(ci)) } }
                @for status in &statuses {
                    span class={ "ci " (colour(&status.state)) } title=(status.description) {
                        (sign(&status.state)) " " (status.context)
                    }
                }
                @if pull.approvals > 0 { span.ci.success { "✓ " (pull.approvals) " approved" } }
                @for label in &pull.labels { span.label { (label) } }
            }
            @for status in statuses.iter().filter(|status| is_red(&status.state) && !status.description.is_empty()) {
                p.why { (status.description) }
            }
            @if let Some(body) = pull.body.as_deref().filter(|body| !body.is_empty()) {
                details id={ "pull-" (pull.number) } { summary { "Description" } pre { (body) } }
            }
            @if pull.open {
                div.acts {
                    @if waits {
                        button data-post="/code/dequeue" data-number=(pull.number) { "Take out of the queue" }
                    } @else if github.has_merge_queue(&pull.base) {
                        button data-post="/code/enqueue" data-number=(pull.number) { "Queue as " span data-me {} }
                    } @else {
                        button data-post="/code/merge" data-number=(pull.number) { "Merge as " span data-me {} }
                    }
                    button data-post="/code/close" data-number=(pull.number) { "Close" }
                }
            }
        }
    }
}

fn ci_words(ci: &str) -> &'static str {
    match ci {
        "success" => "✓ ci",
        "pending" => "● ci running",
        _ => "✗ ci failed",
    }
}

/// The newest workflow runs.
pub(super) fn runs(page: &Page) -> Markup {
    let mut runs = page.world.github().runs();
    runs.reverse();
    let now = page.world.clock().now();
    let more = runs.len().saturating_sub(SHOWN);
    html! {
        section.list aria-label="Workflow runs" {
            h3 { "Workflow runs" span.count { (runs.len()) } }
            @if runs.is_empty() { p.none { "None yet." } }
            @for run in runs.iter().take(SHOWN) {
                @let (class, sign) = match run.outcome {
                    None => ("pending", "●"), Some(Outcome::Success) => ("success", "✓"), Some(_) => ("failure", "✗"),
                };
                div.row {
                    span class={ "ci " (class) } title=(run.outcome.map_or(run.status, Outcome::word)) { (sign) }
                    b { (run.workflow) }
                    code { (run.branch) }
                    @if let Some(version) = run.inputs.get("version") { span { (version) } }
                    @else { span { (short(&run.sha)) } }
                    time { (relative(run.updated, now)) }
                }
            }
            @if more > 0 { p.none { "and " (more) " more" } }
        }
    }
}
