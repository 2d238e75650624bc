//! `/release cancel`: end a release, with a reason.

use commands::ReleaseCancel;

use super::{Asked, Refusal, find::fresh};
use crate::{
    domain::{
        message::{Message, Tone},
        release::fact::Fact,
    },
    record::journal,
};

impl Asked<'_> {
    pub(super) async fn cancel(&self, asked: ReleaseCancel) -> Result<Option<Message>, Refusal> {
        let release = self.release(asked.project.as_ref(), asked.version.as_ref())?;
        let (context, by, id) = (self.context.clone(), self.who()?, release.spec.id);
        let reason = asked.reason.as_str().to_owned();
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            journal::record(&context, writing, &mut release, Fact::Cancelled { by, reason }, context.clock.now())?;
            Ok((Message::new(Tone::Plain, format!("Cancelled: {}", release.name())), vec![id]))
        })
        .await
    }
}
