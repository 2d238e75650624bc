//! What runs has to be what was decided on: the tag is read again right before CD is asked, and what CD deploys is compared.

use super::context::{StepContext, StepError};
use crate::domain::{
    message::short::{is_same, short},
    release::{Release, fact::Provenance},
};

/// Refuses a tag that does not point any more at the commit that was decided on.
pub(super) async fn refuse_moved(context: &StepContext<'_>, environment: &str, git_ref: &str) -> Result<(), StepError> {
    let Some(decided) = decided(context.release, git_ref).filter(|_| git_ref == context.release.spec.tag) else {
        return Ok(());
    };
    let there = context.repository.tag(git_ref).await?.map(|tag| tag.commit);
    if there.as_deref() == Some(decided) {
        return Ok(());
    }
    let how = match there {
        Some(commit) => format!("was moved to {}", short(&commit)),
        None => "is gone".to_owned(),
    };
    Err(StepError::Person(format!(
        "tag {git_ref} {how}, and {} is what was decided on: {environment} was not asked to deploy it. Put the tag back \
         onto that commit and retry, or cancel",
        short(decided)
    )))
}

/// How what CD deploys differs from what was decided on, as a sentence, if it does.
pub(super) fn difference(context: &StepContext<'_>, environment: &str, proof: &Provenance) -> Option<String> {
    let decided = decided(context.release, &proof.git_ref)?;
    let deployed = proof.commit.as_deref()?;
    if is_same(decided, deployed) {
        return None;
    }
    Some(format!(
        "{environment} gets commit {}, which is not what was decided on: {} is {}",
        short(deployed),
        context.release.spec.tag,
        short(decided)
    ))
}

/// The commit that was decided on for a tag, or for the branch that production runs. A branch that goes on has none: there,
/// people decide on what ran.
fn decided<'a>(release: &'a Release, git_ref: &str) -> Option<&'a str> {
    let (spec, state) = (&release.spec, &release.state);
    if release.is_roll_back() {
        return Some(spec.source_commit.as_str()).filter(|_| git_ref == spec.tag);
    }
    let merged = state.merged.as_ref().filter(|_| git_ref == spec.production).map(|merged| merged.commit.as_str());
    state.tagged.as_deref().filter(|_| git_ref == spec.tag).or(merged)
}
