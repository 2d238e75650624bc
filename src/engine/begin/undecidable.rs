//! Gates through which nobody could let a release go that is about to begin.

use crate::{
    context::Context,
    domain::release::{Release, ReleaseKind, ReleaseSpec, fact::Recorded},
    engine::steps,
    github::Repository,
    messages,
};

/// A sentence for each, without a full stop. Who wrote what is in is read where that matters; what GitHub does not show now is
/// looked at when the gate's turn comes.
pub async fn look(context: &Context, repository: &Repository, spec: &ReleaseSpec) -> Vec<String> {
    let mut release = Release::new(spec.clone(), vec![]);
    // Of a hotfix nothing is written yet.
    let minds = spec.kind == ReleaseKind::Regular && spec.plan.gates().any(|(_, gate)| !gate.author_may);
    if minds && let Ok(fact) = steps::authored(repository, &context.people, &release, &spec.source_commit).await {
        release.add(Recorded { at: spec.at, fact });
    }
    release.deadlocks(&context.people).iter().map(messages::deadlock::sentence).collect()
}
