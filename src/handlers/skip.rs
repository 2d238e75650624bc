//! `/release skip`: go past what a release waits for, with a reason that stays in its journal.

use commands::ReleaseSkip;

use super::{Asked, Refusal, find::fresh};
use crate::{
    domain::{
        fact::Fact,
        message::{Message, Tone},
        next::{Next, next},
        plan::Step,
    },
    journal,
};

impl Asked<'_> {
    pub(super) async fn skip(&self, asked: ReleaseSkip) -> Result<Option<Message>, Refusal> {
        let release = self.release(asked.project.as_ref(), asked.version.as_ref())?;
        let (desk, by, id) = (self.desk.clone(), self.who()?, release.brief.id);
        let reason = asked.reason.as_str().to_owned();
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let step = match next(&release, &desk.around(&release)?, desk.clock.now()) {
                Next::Wait(waits) => waits.first().map(|(step, _)| *step),
                Next::Run(_) | Next::Finished(_) => None,
            };
            let nothing = || Refusal::Refused(format!("{} waits for nothing that could be skipped.", release.name()));
            let step = step.ok_or_else(nothing)?;
            let planned = &release.brief.plan.steps[step].step;
            let what = release.brief.plan.name_of(step);
            if matches!(
                planned,
                Step::Snapshot { .. }
                    | Step::Tag { .. }
                    | Step::PullRequest { .. }
                    | Step::Pick { .. }
                    | Step::AwaitMerge { .. }
            ) {
                return Err(format!(
                    "\u{201c}{what}\u{201d} cannot be skipped: everything after it rests on it. Retry it, or cancel."
                )
                .into());
            }
            journal::record(&desk, writing, &mut release, Fact::Skipped { step, by, reason }, desk.clock.now())?;
            Ok((Message::new(Tone::Plain, format!("Skipped: {what}")), vec![id]))
        })
        .await
    }
}
