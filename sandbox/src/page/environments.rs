//! What runs where, as cards.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{
    Page,
    text::{relative, short},
};
use crate::github::{Environment, Outcome};

/// A card for each environment.
pub(super) fn cards(page: &Page, environments: &[Environment]) -> Markup {
    html! { @for environment in environments { (card(page, environment)) } }
}

fn card(page: &Page, environment: &Environment) -> Markup {
    let run = environment.last_run.as_ref();
    let deploying = environment.deploying.as_ref();
    let failed = deploying.is_none() && run.is_some_and(|run| run.outcome.is_some_and(|end| end != Outcome::Success));
    let since = environment.since.as_ref().and_then(|at| at.parse::<DateTime<Utc>>().ok());
    let repository = page.world.github().settings();
    let (base, owner, name) = (page.world.github().api_url(), &repository.owner, &repository.name);
    html! {
        article.environment.deploying[deploying.is_some()].failed[failed] {
            h3 { (environment.name) }
            p.version {
                @match &environment.version { Some(version) => b { (version) }, None => b.none { "nothing yet" } }
            }
            p.detail {
                @if let Some(version) = deploying { "deploying " b { (version) } "…" }
                @else if let Some(since) = since {
                    @if let Some(sha) = &environment.sha { code { (short(sha)) } " · " }
                    (relative(since, page.world.clock().now()))
                } @else { "waits for its first deploy" }
            }
            div.progress aria-hidden="true" {}
            @if let Some(run) = run.filter(|_| failed) {
                p.detail.alarm {
                    a href={ (base) "/" (owner) "/" (name) "/actions/runs/" (run.id) } target="_blank" { "last deploy failed" }
                }
            }
        }
    }
}
