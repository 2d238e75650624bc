//! What runs has to be what was decided on: the tag is read again right before CD is asked, and what CD deploys is compared.

use super::scene::{Scene, Trouble};
use crate::domain::{
    message::short::{is_same, short},
    release::{Release, fact::Proof},
};

/// Refuses a tag that does not point any more at the commit that was decided on.
pub(super) async fn refuse_moved(scene: &Scene<'_>, environment: &str, git_ref: &str) -> Result<(), Trouble> {
    let Some(decided) = decided(scene.release, git_ref).filter(|_| git_ref == scene.release.brief.tag) else {
        return Ok(());
    };
    let there = scene.repository.tag(git_ref).await?.map(|tag| tag.commit);
    if there.as_deref() == Some(decided) {
        return Ok(());
    }
    let how = match there {
        Some(commit) => format!("was moved to {}", short(&commit)),
        None => "is gone".to_owned(),
    };
    Err(Trouble::Person(format!(
        "tag {git_ref} {how}, and {} is what was decided on: {environment} was not asked to deploy it. Put the tag back \
         onto that commit and retry, or cancel",
        short(decided)
    )))
}

/// How what CD deploys differs from what was decided on, as a sentence, if it does.
pub(super) fn difference(scene: &Scene<'_>, environment: &str, proof: &Proof) -> Option<String> {
    let decided = decided(scene.release, &proof.git_ref)?;
    let deployed = proof.commit.as_deref()?;
    if is_same(decided, deployed) {
        return None;
    }
    Some(format!(
        "{environment} gets commit {}, which is not what was decided on: {} is {}",
        short(deployed),
        scene.release.brief.tag,
        short(decided)
    ))
}

/// The commit that was decided on for a tag, or for the branch that production runs. A branch that goes on has none: there,
/// people decide on what ran.
fn decided<'a>(release: &'a Release, git_ref: &str) -> Option<&'a str> {
    let (brief, state) = (&release.brief, &release.state);
    if release.is_roll_back() {
        return Some(brief.source_commit.as_str()).filter(|_| git_ref == brief.tag);
    }
    let merged = state.merged.as_ref().filter(|_| git_ref == brief.production).map(|merged| merged.commit.as_str());
    state.tagged.as_deref().filter(|_| git_ref == brief.tag).or(merged)
}
