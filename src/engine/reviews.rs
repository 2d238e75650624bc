//! Reminds, once a morning, of gates that two people went past and that nobody has looked at since.

use chrono::{DateTime, Utc};

use crate::{context::Context, domain::message::post::Target, messages, record::journal, store::StoreProblem};

/// Reminds of each that is older than this morning; a morning's reminder is told once, whenever the bot is up.
pub(super) async fn remind(context: &Context, morning: DateTime<Utc>) -> Result<(), StoreProblem> {
    for release in context.store.releases_to_review()? {
        let mut open = release.to_review();
        open.retain(|glass| glass.at < morning);
        let Some((project, _)) = context.projects.get(&release.spec.project).filter(|_| !open.is_empty()) else {
            continue;
        };
        let (id, places, writer) = (release.spec.id, project.releases.clone(), context.clone());
        let message = messages::glass::reminder(&release, &open, &context.people);
        let key = format!("review/{id}/{}", morning.date_naive());
        context
            .write(move |writing| journal::post_everywhere(&writer, writing, &key, &places, Target::Channel, &message))
            .await?;
    }
    Ok(())
}
