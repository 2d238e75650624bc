//! Publishes GitHub's release page for the tag. Where pages cannot be changed once they are published, it is a draft until the
//! assets are there that the page before had.

use super::{
    context::{Observation, StepContext, StepError},
    decided, notes,
};
use crate::{
    domain::release::{assets::awaited, fact::Outcome, setback::GitSetback},
    github::model::ReleasePage,
};

pub(super) async fn look(context: &StepContext<'_>, tag: &str) -> Result<Observation, StepError> {
    // Before it was begun there is nothing to see.
    if context.release.state.steps[context.index].started.is_none() {
        return Ok(Observation::Ready);
    }
    if let Some(page) = context.repository.release_by_tag(tag).await? {
        return adopt(context, tag, page).await.map(Observation::Done);
    }
    let Some(draft) = context.repository.draft_of(tag).await? else { return Ok(Observation::Ready) };
    let missing = missing(&wanted(context).await?, &draft);
    Ok(if missing.is_empty() { Observation::Ready } else { Observation::not_yet(waits(context, tag, missing)) })
}

pub(super) async fn act(context: &StepContext<'_>, tag: &str) -> Result<Outcome, StepError> {
    let repository = context.repository;
    // An earlier try may have made it, or CI.
    if let Some(page) = repository.release_by_tag(tag).await? {
        return adopt(context, tag, page).await;
    }
    decided::refuse_moved(context, tag, "no release page is published for it").await?;
    let wanted = wanted(context).await?;
    if wanted.is_empty() {
        return publish(context, tag).await;
    }
    let draft = match repository.draft_of(tag).await? {
        Some(draft) => draft,
        None => repository.draft_release(tag, tag, &body(context).await?).await?,
    };
    let missing = missing(&wanted, &draft);
    if !missing.is_empty() {
        return Err(StepError::Waits(waits(context, tag, missing).into()));
    }
    Ok(Outcome::Page { url: repository.publish_draft(draft.id).await?.url })
}

/// Takes a page that is there for the release's own, if its tag is what was decided on.
async fn adopt(context: &StepContext<'_>, tag: &str, page: ReleasePage) -> Result<Outcome, StepError> {
    decided::refuse_moved(context, tag, "the release page that is there shows something else").await?;
    Ok(Outcome::Page { url: page.url })
}

async fn publish(context: &StepContext<'_>, tag: &str) -> Result<Outcome, StepError> {
    let body = body(context).await?;
    let page = match StepContext::exists(context.repository.publish_release(tag, tag, &body).await)? {
        Some(page) => Some(page),
        None => context.repository.release_by_tag(tag).await?,
    };
    let page = page.ok_or_else(|| StepError::soon(GitSetback::NoPage))?;
    Ok(Outcome::Page { url: page.url })
}

async fn body(context: &StepContext<'_>) -> Result<String, StepError> {
    let notes = notes::of(context).await?;
    let body = if notes.is_empty() { "No changes to tell.".to_owned() } else { notes.quiet_markdown() };
    Ok(body.trim().to_owned())
}

/// The assets that have to be there first; none where they can be added later, or where the page before had none.
async fn wanted(context: &StepContext<'_>) -> Result<Vec<String>, StepError> {
    let (spec, repository) = (&context.release.spec, context.repository);
    let Some(previous) = &spec.previous_tag else { return Ok(vec![]) };
    let before = repository.release_by_tag(previous).await?.filter(|before| !before.assets.is_empty());
    let Some(before) = before else { return Ok(vec![]) };
    let sealed = before.immutable || repository.releases_are_immutable().await?;
    let version = spec.version.to_string();
    Ok(if sealed { awaited(&before.assets, previous, &spec.tag, &version) } else { vec![] })
}

fn missing(wanted: &[String], draft: &ReleasePage) -> Vec<String> {
    wanted.iter().filter(|name| !draft.assets.contains(name)).cloned().collect()
}

fn waits(context: &StepContext<'_>, tag: &str, missing: Vec<String>) -> GitSetback {
    let before = context.release.spec.previous_tag.clone().unwrap_or_default();
    GitSetback::Draft { tag: tag.to_owned(), missing, before }
}
