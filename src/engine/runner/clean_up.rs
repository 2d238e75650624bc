//! Removes what a cancelled release left on GitHub, one thing after the other; a kill goes on with the same one.

use std::collections::BTreeMap;

use super::record::record;
use crate::{
    context::Context,
    domain::{
        deploy::ledger::Ledger,
        release::{
            Release,
            fact::Fact,
            leftover::{CleanUp, KeptFor, Leftover},
        },
    },
    engine::steps::clean_up::{LeftoverStands, look_at, remove},
    github::{Repository, problem::GithubProblem},
    store::StoreProblem,
    work::NextTurn,
};

/// Removes the next thing, or says why it stays; nothing if none is left.
pub(super) async fn turn(
    context: &Context,
    release: &Release,
    ledgers: &BTreeMap<String, Ledger>,
) -> Result<Option<NextTurn>, StoreProblem> {
    let Some(left) = release.to_clean_up().into_iter().next() else { return Ok(None) };
    let came = match (release.kept_for(&left, ledgers), context.projects.get(&release.spec.project)) {
        (Some(why), _) => CleanUp::Kept { why },
        (None, None) => CleanUp::Kept { why: KeptFor::NoProject },
        (None, Some((_, repository))) => match Box::pin(cleaned(context, release, repository, &left)).await? {
            Ok(came) => came,
            Err(GithubProblem::RateLimited { until }) => return Ok(Some(NextTurn::At(until))),
            // A token that is refused says nothing of what was looked at.
            Err(problem) if problem.may_pass() || matches!(problem, GithubProblem::Unauthorized(_)) => {
                tracing::warn!(release = release.spec.id.0, %problem, "what was left could not be removed");
                return Ok(Some(NextTurn::At(context.clock.now() + context.poll)));
            }
            Err(problem) => CleanUp::Kept { why: KeptFor::Github { problem } },
        },
    };
    record(context, release.spec.id, Fact::CleanUp { what: left, came }).await?;
    Ok(Some(NextTurn::Now))
}

/// What became of something, if GitHub lets the bot see and do it.
async fn cleaned(
    context: &Context,
    release: &Release,
    repository: &Repository,
    left: &Leftover,
) -> Result<Result<CleanUp, GithubProblem>, StoreProblem> {
    let begun = release.clean_up_of(left).is_some();
    match look_at(repository, &context.people, release, left).await {
        Err(problem) => return Ok(Err(problem)),
        Ok(LeftoverStands::Kept(why)) => return Ok(Ok(CleanUp::Kept { why })),
        Ok(LeftoverStands::Gone) if begun => return Ok(Ok(CleanUp::Removed)),
        Ok(LeftoverStands::Gone) => return Ok(Ok(CleanUp::Gone)),
        Ok(LeftoverStands::Needless) => {}
    }
    if !begun {
        let begun = Fact::CleanUp { what: left.clone(), came: CleanUp::Begun };
        record(context, release.spec.id, begun).await?;
    }
    Ok(remove(repository, left).await.map(|()| CleanUp::Removed))
}
