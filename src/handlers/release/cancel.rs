//! `/release cancel`: end a release, with a reason.

use commands::ReleaseCancel;

use crate::{
    domain::{
        freeze::Freeze,
        message::{Message, Tone},
        release::fact::Fact,
    },
    handlers::{Asked, Refusal, find::fresh},
    record::{freezes, journal},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn cancel(&self, asked: ReleaseCancel) -> Result<Option<Message>, Refusal> {
        let release = self.release(asked.project.as_ref(), asked.version.as_ref())?;
        let (context, by, id) = (self.context.clone(), self.who()?, release.spec.id);
        let reason = asked.reason.as_str().to_owned();
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let now = context.clock.now();
            // Its freeze was there for it, and nobody thinks of it any more.
            let own = |freeze: &Freeze| (freeze.release == Some(id) && !freeze.is_over(now)).then_some(freeze.id);
            let freezes: Vec<u64> = writing.freezes()?.iter().filter_map(own).collect();
            let cancelled = Fact::Cancelled { by: by.clone(), reason: reason.clone() };
            journal::record(&context, writing, &mut release, cancelled, now)?;
            let why = format!("{} was cancelled: {reason}", release.name());
            freezes
                .into_iter()
                .try_for_each(|freeze| freezes::lift(&context, writing, freeze, &by, Some(why.clone())))?;
            Ok((Message::new(Tone::Plain, format!("Cancelled: {}", release.name())), vec![id]))
        })
        .await
    }
}
