//! What runs has to be what was decided on: the tag is read again right before CD is asked and when it is done, and what CD
//! deploys is compared.

use super::context::{StepContext, StepError};
use crate::{
    domain::{
        message::short::{is_same, short},
        release::{fact::Provenance, rollout::Phase, setback::DeployedOtherwise},
    },
    messages::stops::Stop,
};

/// Refuses a tag that does not point any more at the commit that was decided on; `left` says what does not happen then.
pub(super) async fn refuse_moved(context: &StepContext<'_>, git_ref: &str, left: &str) -> Result<(), StepError> {
    let Some((now, decided)) = strayed(context, git_ref).await? else { return Ok(()) };
    let how = now.map_or_else(|| "is gone".to_owned(), |now| format!("was moved to {}", short(&now)));
    Err(Stop::Moved { tag: git_ref, how: &how, at: short(decided), left }.into())
}

/// The commit of the release's own tag that was decided on, once it is certain that the tag is still there; nothing for any
/// other branch or tag.
pub(super) async fn tagged(context: &StepContext<'_>, git_ref: &str, left: &str) -> Result<Option<String>, StepError> {
    if git_ref != context.release.spec.tag {
        return Ok(None);
    }
    refuse_moved(context, git_ref, left).await?;
    Ok(context.release.state.tagged.clone())
}

/// Where a tag is now that does not mark what was decided on any more, if it is anywhere, and that commit. While CD is at work on
/// it, it may have read it before or after that.
pub(super) async fn strayed<'a>(
    context: &StepContext<'a>,
    git_ref: &str,
) -> Result<Option<(Option<String>, &'a str)>, StepError> {
    let spec = &context.release.spec;
    let branch = git_ref == spec.production || git_ref == spec.branch;
    let Some(decided) = decided(context, git_ref).filter(|_| !branch) else { return Ok(None) };
    let there = context.repository.tag_or_gone(git_ref).await?.map(|tag| tag.commit);
    if there.as_deref().is_some_and(|there| is_same(decided, there)) {
        return Ok(None);
    }
    Ok(Some((there, decided)))
}

/// How what CD deploys differs from what was decided on, if it does.
pub(super) fn difference(
    context: &StepContext<'_>,
    environment: &str,
    proof: &Provenance,
) -> Option<DeployedOtherwise> {
    let decided = decided(context, &proof.git_ref)?;
    let deployed = proof.commit.as_deref()?;
    if is_same(decided, deployed) {
        return None;
    }
    let tag = Some(proof.git_ref.clone()).filter(|git_ref| *git_ref != context.release.spec.production);
    let (environment, deployed, decided) = (environment.to_owned(), deployed.to_owned(), decided.to_owned());
    Some(DeployedOtherwise { environment, deployed, tag, decided })
}

/// The commit that was decided on for a tag, or for the branch that production runs; of an earlier tag, the one that ran. A
/// branch that goes on has none: there, people decide on what ran.
fn decided<'a>(context: &StepContext<'a>, git_ref: &str) -> Option<&'a str> {
    let (spec, state) = (&context.release.spec, &context.release.state);
    if context.release.is_roll_back() {
        return Some(spec.source_commit.as_str()).filter(|_| git_ref == spec.tag);
    }
    if git_ref == spec.tag {
        return state.tagged.as_deref();
    }
    if git_ref == spec.production {
        return state.merged.as_ref().map(|merged| merged.commit.as_str());
    }
    // A drill, and what goes back, deploys an earlier tag.
    let goes_back = matches!(context.release.phase(context.index), Phase::Failed | Phase::RollingBack);
    let earlier = goes_back || spec.previous_tag.as_deref() == Some(git_ref);
    let ran = || context.surroundings.ledgers.values().find_map(|ledger| ledger.commit_of(git_ref));
    if earlier { ran() } else { None }
}
