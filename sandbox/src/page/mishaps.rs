//! What people can make happen: commits, failing deploys, lost webhooks.

use maud::{Markup, html};
use serde_json::Value;

use super::{Page, Screen};

/// The buttons, and how to clone the repository.
pub(super) fn panel(page: &Page, screen: &Screen) -> Markup {
    let github = page.world.github();
    let line = line_under_way(page);
    let lost = github.loses_webhooks();
    let places = github.environment_names();
    // Another artifact matters where the first one came from somewhere else.
    let last = places.last().filter(|_| !github.settings().standing.is_empty());
    html! {
        div.happen {
            h3 { "Somebody pushes" }
            @let development = &github.settings().development;
            button data-post="/code/push" data-what="pull" { "A pull request to " (development) }
            @if !guarded(page, development) {
                button data-post="/code/push" data-what="feature" { "A feature to " (development) }
                button data-post="/code/push" data-what="conflict" { "A conflicting commit to " (development) }
            }
            @if let Some(line) = &line {
                button data-post="/code/push" data-what="fix" data-branch=(line) { "A fix to " code { (line) } }
            } @else { button disabled { "A fix to the release branch" } }
            h3 { "Something fails" }
            @for place in &places {
                @let whose = github.deploys_to(place);
                @let told = github.told_outcomes(&whose).len();
                button data-post="/code/fail" data-workflow=(whose) aria-pressed=(told > 0) {
                    "The next " (place) " deploy fails" @if told > 0 { " ✓" }
                }
            }
            @if let Some(last) = last {
                button data-post="/code/digest" data-environment=(last) { "Another artifact comes to " (last) }
                button data-post="/code/configure" data-environment=(last) { "Somebody configures " (last) " anew" }
            }
            button data-post="/code/fail" data-workflow="ci.yml" aria-pressed=(!github.told_outcomes("ci.yml").is_empty()) {
                "The next CI check fails" @if !github.told_outcomes("ci.yml").is_empty() { " ✓" }
            }
            button data-post="/code/webhooks" aria-pressed=(lost) { "GitHub's webhooks get lost" @if lost { " ✓" } }
            button data-post="/code/bad-gateway" { "GitHub answers 502 once" }
            h3 { "Work on it yourself" }
            @if let Ok(person) = page.world.person(&screen.me) {
                @let command = clone_command(page, person.github);
                div.clone {
                    input #clone readonly value=(command) aria-label="How to clone the repository";
                    button data-copy="clone" { "Copy" }
                }
                p.none { "It is a real repository: clone it, push to it as " (person.name) "." }
            }
        }
    }
}

/// Whether a branch requires checks, so that it changes by pull requests only.
fn guarded(page: &Page, branch: &str) -> bool {
    let name = format!("refs/heads/{branch}");
    let requires = |set: &Value| {
        let has =
            |list: &Value, wanted: &dyn Fn(&Value) -> bool| list.as_array().is_some_and(|all| all.iter().any(wanted));
        has(&set["conditions"]["ref_name"]["include"], &|part| *part == name)
            && has(&set["rules"], &|rule| rule["type"] == "required_status_checks")
    };
    page.world.github().rulesets().iter().any(requires)
}

/// The newest branch of a release or a hotfix: with an open pull request, or by its name alone.
fn line_under_way(page: &Page) -> Option<String> {
    let github = page.world.github();
    let line = |head: &str| head.starts_with("release/") || head.starts_with("hotfix/");
    let pulled = github.pull_requests().into_iter().rev().find(|pull| pull.open && line(&pull.head));
    let named = || {
        let mut names: Vec<String> = github.branches().into_iter().map(|branch| branch.name).collect();
        names.retain(|name| name.starts_with("hotfix") || name.ends_with("-release"));
        // A hotfix is more urgent than a release.
        names.sort_by_key(|name| !name.starts_with("hotfix"));
        names.into_iter().next()
    };
    pulled.map(|pull| pull.head).or_else(named)
}

/// The address holds the login and the sandbox's own token, so that a push is that person's.
fn clone_command(page: &Page, login: &str) -> String {
    let github = page.world.github();
    let url = github.clone_url();
    let place = url.strip_prefix("http://").unwrap_or(&url);
    format!("git clone http://{login}:{}@{place}", github.settings().token)
}
