//! Makes sure that labels exist.

use super::context::{StepContext, StepError};
use crate::domain::release::fact::Outcome;

pub(super) async fn act(context: &StepContext<'_>, names: &[String]) -> Result<Outcome, StepError> {
    let there = context.repository.labels().await?;
    let missing = names.iter().filter(|name| !there.iter().any(|label| label.eq_ignore_ascii_case(name)));
    let made = missing.map(|name| {
        let (color, description) = looks(name);
        context.repository.create_label(name, color, description)
    });
    futures::future::try_join_all(made).await?;
    Ok(Outcome::Nothing)
}

/// Colour and description of the labels that the shipped playbooks name.
fn looks(name: &str) -> (&'static str, &'static str) {
    match name {
        "release" => ("0e8a16", "A release on its way to production"),
        "automated" => ("ededed", "Made by the release bot"),
        "backport" => ("1d76db", "Brings production back to development"),
        "auto-merge" => ("bfd4f2", "Merges itself when its checks are green"),
        "hotfix" => ("d93f0b", "A fix for what is in production"),
        "priority:critical" => ("b60205", "Look at this first"),
        _ => ("c5def5", "Used by releases"),
    }
}
