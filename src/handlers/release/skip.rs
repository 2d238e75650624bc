//! `/release skip`: go past what a release waits for, with a reason that stays in its journal.

use commands::{Agree, ReleaseSkip};

use crate::{
    context::Context,
    domain::{
        message::{Message, Tone},
        release::{
            Release, ReleaseId,
            fact::Fact,
            foremost::foremost,
            next::{Next, Wait, next},
            skip::{Unskippable, unskippable},
        },
    },
    handlers::{Asked, Refusal, decide::is_gate, find::fresh, subject::MeantGate},
    messages::glass::{requested, second_needed},
    record::{incidents::own, journal},
    store::Writing,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn skip(&self, asked: ReleaseSkip) -> Result<Option<Message>, Refusal> {
        let release = self.release(asked.project.as_ref(), asked.version.as_ref())?;
        let reason = asked.reason.as_str().to_owned();
        self.go_past(release.spec.id, None, Some(reason)).await
    }

    /// A second person agrees to go past a gate.
    pub(in crate::handlers) async fn agree(&self, asked: Agree) -> Result<Option<Message>, Refusal> {
        let release = self.release(None, asked.version.as_ref())?;
        let gate = self.gate(&release, asked.gate.as_ref())?;
        self.go_past(release.spec.id, Some(gate), None).await
    }

    /// Goes past what a release waits for, or past the gate that a button names. Where it takes two, the first one asks.
    async fn go_past(
        &self,
        id: ReleaseId,
        named: Option<MeantGate>,
        reason: Option<String>,
    ) -> Result<Option<Message>, Refusal> {
        let (context, by) = (self.context.clone(), self.who()?);
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let now = context.clock.now();
            let step = past_what((&context, writing), &release, named.as_ref())?;
            let what = release.title_of(step);
            let fact = match (release.takes_two(step), release.glass_asked(step).cloned(), reason) {
                (true, Some(first), _) if first.by == by => {
                    return Err(
                        format!("You have asked for that already. {}", second_needed(&context.people, &by)).into()
                    );
                }
                // A reason of their own is no consent to another's.
                (true, Some(first), Some(_)) => {
                    let request = requested(&release, step, &first.by, &first.reason, &context.people);
                    return Err(Refusal::Answered(Box::new(request)));
                }
                (true, Some(first), None) => {
                    Fact::Skipped { step, by: first.by, reason: first.reason, second: Some(by.clone()) }
                }
                (true, None, Some(reason)) => {
                    let commit = release.head_at(step).to_owned();
                    Fact::SkipAsked { step, by: by.clone(), reason, commit }
                }
                (false, _, Some(reason)) => Fact::Skipped { step, by: by.clone(), reason, second: None },
                (_, _, None) => {
                    return Err("Nobody asks to go past that any more. /release skip asks, with a reason."
                        .to_owned()
                        .into());
                }
            };
            let asks = matches!(fact, Fact::SkipAsked { .. });
            let told = match asks {
                true => Message::new(Tone::Asking, format!("Asked to go past: {what}"))
                    .text(second_needed(&context.people, &by)),
                false => Message::new(Tone::Plain, format!("Skipped: {what}")),
            };
            journal::record(&context, writing, &mut release, fact, now)?;
            Ok((told, vec![id]))
        })
        .await
    }
}

/// The step that is gone past, if anybody may.
fn past_what(
    (context, writing): (&Context, &Writing),
    release: &Release,
    named: Option<&MeantGate>,
) -> Result<usize, Refusal> {
    let now = context.clock.now();
    let waits = match next(release, &context.surroundings_in(writing, release, now)?, now) {
        Next::Wait(waits) => waits,
        Next::Run(_) | Next::Finished(_) => vec![],
    };
    named.map_or(Ok(()), |named| named.refuse_older(release))?;
    let nothing = || Refusal::Refused(format!("{} waits for nothing that could be skipped.", release.name()));
    let meant = match named {
        Some(named) => {
            let is_meant = |step: usize| named.gate_of(release).is_some_and(|gate| is_gate(release, step, &gate.name));
            waits.iter().find(|(step, _)| is_meant(*step)).map(|(step, wait)| (*step, wait))
        }
        // What the card speaks of first, which is what whoever reads it means.
        None => foremost(release, &waits),
    };
    let (step, wait) = meant.ok_or_else(nothing)?;
    let back = release.spec.plan.environment_of(step).map(str::to_owned);
    let back = back.map(|place| own::is_taken_back(context, writing, release, &place).map(|back| (place, back)));
    // By its own roll-back, or by one that a person asked for.
    let back = back.transpose()?.filter(|(_, back)| *back).map(|(place, _)| Unskippable::RolledBack(place));
    let mut gone = None;
    if let Wait::Undone { environment, taken_back: true, .. } = wait {
        gone = Some(Unskippable::RolledBack(environment.clone()));
    }
    match gone.or(unskippable(release, step)).or(back) {
        Some(why) => Err(refused(&release.name_of(step), &why).into()),
        None => Ok(step),
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
