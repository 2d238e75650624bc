//! Branches and tags, the newest first.

use maud::{Markup, html};

use super::{
    Page,
    text::{relative, short},
};
use crate::github::{CommitView, Problem, RefView};

/// So many branches and tags are drawn.
const SHOWN: usize = 15;

/// Both lists, and how to clone.
pub(super) async fn lists(page: &Page) -> Result<Markup, Problem> {
    let github = page.world.github();
    let branches = dated(page, github.branches()).await?;
    let tags = dated(page, github.tags()).await?;
    Ok(html! { (list(page, "Branches", &branches)) (list(page, "Tags", &tags)) })
}

async fn dated(page: &Page, refs: Vec<RefView>) -> Result<Vec<(RefView, Option<CommitView>)>, Problem> {
    let mut dated = Vec::with_capacity(refs.len());
    for found in refs {
        let commit = page.commit(&found.commit).await?;
        dated.push((found, commit));
    }
    dated.sort_by_key(|(_, commit)| std::cmp::Reverse(commit.as_ref().map(|commit| commit.at)));
    Ok(dated)
}

fn list(page: &Page, title: &str, refs: &[(RefView, Option<CommitView>)]) -> Markup {
    let now = page.world.clock().now();
    let more = refs.len().saturating_sub(SHOWN);
    html! {
        section.list aria-label=(title) {
            h3 { (title) span.count { (refs.len()) } }
            @for (found, commit) in refs.iter().take(SHOWN) {
                div.row {
                    code.name { (found.name) }
                    code { (short(&found.commit)) }
                    @if let Some(commit) = commit {
                        span.subject title={ (commit.subject) " — " (commit.author) } { (commit.subject) }
                        time { (relative(commit.at, now)) }
                    }
                }
            }
            @if more > 0 { p.none { "and " (more) " more" } }
        }
    }
}
