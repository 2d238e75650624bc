//! `/release skip`: go past what a release waits for, with a reason that stays in its journal.

use commands::ReleaseSkip;

use crate::{
    domain::{
        message::{Message, Tone},
        release::{
            fact::Fact,
            next::{Next, Wait, next},
            skip::{Unskippable, unskippable},
        },
    },
    handlers::{Asked, Refusal, find::fresh},
    record::{incidents::own, journal},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn skip(&self, asked: ReleaseSkip) -> Result<Option<Message>, Refusal> {
        let release = self.release(asked.project.as_ref(), asked.version.as_ref())?;
        let (context, by, id) = (self.context.clone(), self.who()?, release.spec.id);
        let reason = asked.reason.as_str().to_owned();
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let first = match next(
                &release,
                &context.surroundings_in(writing, &release, context.clock.now())?,
                context.clock.now(),
            ) {
                Next::Wait(waits) => waits.into_iter().next(),
                Next::Run(_) | Next::Finished(_) => None,
            };
            let nothing = || Refusal::Refused(format!("{} waits for nothing that could be skipped.", release.name()));
            let (step, wait) = first.ok_or_else(nothing)?;
            let what = release.name_of(step);
            let back = release.spec.plan.environment_of(step).map(str::to_owned);
            let back =
                back.map(|place| own::is_taken_back(&context, writing, &release, &place).map(|back| (place, back)));
            // By its own roll-back, or by one that a person asked for.
            let back = back.transpose()?.filter(|(_, back)| *back).map(|(place, _)| Unskippable::RolledBack(place));
            let mut gone = None;
            if let Wait::Undone { environment, taken_back: true, .. } = wait {
                gone = Some(Unskippable::RolledBack(environment));
            }
            if let Some(why) = gone.or(unskippable(&release, step)).or(back) {
                return Err(refused(&what, &why).into());
            }
            journal::record(&context, writing, &mut release, Fact::Skipped { step, by, reason }, context.clock.now())?;
            Ok((Message::new(Tone::Plain, format!("Skipped: {what}")), vec![id]))
        })
        .await
    }
}

/// Why it is not skipped, and what to do instead.
fn refused(what: &str, why: &Unskippable) -> String {
    match why {
        Unskippable::Foundation => {
            format!("\u{201c}{what}\u{201d} cannot be skipped: everything after it rests on it. Retry it, or cancel.")
        }
        Unskippable::RolledBack(environment) => format!(
            "\u{201c}{what}\u{201d} cannot be skipped: it was rolled back, so it does not run in {environment}, and all \
             that comes after would say that it does. Say /release resume {environment} and retry it; or cancel, and \
             release a fix under a new version."
        ),
        Unskippable::Artifact(environment) => format!(
            "\u{201c}{what}\u{201d} cannot be skipped: only the artifact that was deployed first may go on, and \
             {environment} does not have it. Have CD deploy that one there and retry; or cancel, and release under a \
             new version."
        ),
    }
}
