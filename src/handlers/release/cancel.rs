//! `/release cancel`: end a release, with a reason; and what that would remove, before.

use std::sync::Arc;

use commands::{Cancel, Command, Permission, ProjectName, ReleaseCancel, ReleaseRef};

use crate::{
    domain::{
        freeze::Freeze,
        message::{Message, Tone},
        release::{Release, fact::Fact},
    },
    handlers::{
        Asked, Refusal,
        find::{fresh, still_open},
    },
    messages::clean_up,
    record::{freezes, journal},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn cancel(&self, asked: ReleaseCancel) -> Result<Option<Message>, Refusal> {
        let release = self.release(asked.project.as_ref(), asked.version.as_ref())?;
        let (context, by, id) = (self.context.clone(), self.who()?, release.spec.id);
        let (reason, cleans_up) = (asked.reason.as_str().to_owned(), !asked.keep);
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let now = context.clock.now();
            // Its freeze was there for it, and nobody thinks of it any more.
            let own = |freeze: &Freeze| (freeze.release == Some(id) && !freeze.is_over(now)).then_some(freeze.id);
            let freezes: Vec<u64> = writing.freezes()?.iter().filter_map(own).collect();
            let cancelled = Fact::Cancelled { by: by.clone(), reason: reason.clone(), cleans_up };
            journal::record(&context, writing, &mut release, cancelled, now)?;
            let why = format!("{} was cancelled: {reason}", release.name());
            freezes
                .into_iter()
                .try_for_each(|freeze| freezes::lift(&context, writing, freeze, &by, Some(why.clone())))?;
            Ok((Message::new(Tone::Plain, format!("Cancelled: {}", release.name())), vec![id]))
        })
        .await
    }

    /// Asks before a release is cancelled, with what will be removed.
    pub(in crate::handlers) fn ask_cancel(&self, asked: &Cancel) -> Result<Message, Refusal> {
        let release = self.cancelled(None, asked.version.as_ref())?;
        Ok(clean_up::question(&release, &self.context.surroundings(&release)?.ledgers))
    }

    /// What is said above the question why a release is cancelled; nothing if something else is asked for.
    pub(in crate::handlers) fn why_cancel(&self) -> Result<Option<Message>, Refusal> {
        let answered = self.invocation.clone().with("reason", "?");
        let Ok(Command::ReleaseCancel(asked)) = Command::read(&answered) else { return Ok(None) };
        self.authorise(Permission::Release)?;
        let release = self.cancelled(asked.project.as_ref(), asked.version.as_ref())?;
        Ok(Some(clean_up::why(&release, &self.context.surroundings(&release)?.ledgers, asked.keep)))
    }

    /// The release that is meant, if it is open still.
    fn cancelled(&self, project: Option<&ProjectName>, version: Option<&ReleaseRef>) -> Result<Arc<Release>, Refusal> {
        let release = self.release(project, version)?;
        still_open(&release)?;
        Ok(release)
    }
}
