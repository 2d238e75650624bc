//! Publishes GitHub's release page for the tag.

use super::{
    context::{StepContext, StepError},
    notes,
};
use crate::domain::release::fact::Outcome;

pub(super) async fn act(context: &StepContext<'_>, tag: &str) -> Result<Outcome, StepError> {
    if context.resumed
        && let Some(page) = context.repository.release_by_tag(tag).await?
    {
        return Ok(Outcome::Page { url: page.url });
    }
    let notes = notes::between(context, context.release.spec.previous_tag.as_deref(), tag).await?;
    let body = if notes.is_empty() { "No changes to tell.".to_owned() } else { notes.markdown() };
    let page = match StepContext::exists(context.repository.publish_release(tag, tag, body.trim()).await)? {
        Some(page) => Some(page),
        None => context.repository.release_by_tag(tag).await?,
    };
    let page = page.ok_or_else(|| StepError::Later("the release page is not to be found".into(), None))?;
    Ok(Outcome::Page { url: page.url })
}
