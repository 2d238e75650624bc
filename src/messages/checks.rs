//! What is told of checks that failed on a release's own pull requests.

use super::{buttons, wait};
use crate::domain::{
    message::{Block, Line, Message, Tone, line},
    release::{
        Release,
        fact::{Fact, FailedCheck},
        gate::Gate,
        plan::Step,
    },
    team::people::People,
};

/// Checks failed: which, where their logs are, and what helps. Those who can mend it are mentioned.
pub fn failed(release: &Release, step: usize, failed: &[FailedCheck], people: &People) -> Message {
    let named = |check: &FailedCheck| -> Line {
        match &check.url {
            Some(url) => line().link(&check.name, url),
            None => line().code(&check.name),
        }
    };
    let before = release.spec.plan.steps.iter().take(step + 1).rev();
    let gate: Option<&Gate> = before.into_iter().find_map(|planned| planned.step.gate());
    let is_back_merge = release.spec.plan.step(step) == Some(&Step::MergeWhenGreen) && !release.spec.brings_tag();
    let what = if is_back_merge { "the back-merge" } else { "the release" };
    let how_many = if failed.len() == 1 { "a check" } else { "checks" };
    Message::new(
        Tone::Bad,
        format!("\u{1f6a8} {}: {} failed on the pull request of {what}", release.name(), how_many),
    )
    .block(Block::List(failed.iter().map(named).collect()))
    .text(
        "It is not merged like that. Push a fix, or run the check again on GitHub; I go on by myself once it is green.",
    )
    .row(buttons::page_of(release, step).into_iter().collect())
    .ping(wait::menders(release, gate, people))
}

/// Whether people do not know yet that all of these failed, since the last push, and since none did.
pub fn are_news(release: &Release, step: usize, failed: &[FailedCheck]) -> bool {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let passed = |fact: &Fact| matches!(fact, Fact::Seen { step: of, failed, .. } if *of == step && failed.is_empty());
    let since =
        earlier.take_while(|recorded| !matches!(recorded.fact, Fact::HeadMoved { .. }) && !passed(&recorded.fact));
    let before = since.filter_map(|recorded| {
        let Fact::Seen { step: of, failed, .. } = &recorded.fact else { return None };
        (*of == step).then_some(failed)
    });
    let told: Vec<&str> = before.flatten().map(|check| check.name.as_str()).collect();
    failed.iter().any(|check| !told.contains(&check.name.as_str()))
}
