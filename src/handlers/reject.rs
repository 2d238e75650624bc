//! `/reject`: a no at a gate, and why.

use commands::Reject;

use super::decide::{commit_at, open_gate};
use crate::{
    domain::{
        message::{Message, Tone},
        release::fact::Fact,
    },
    handlers::{Asked, Refusal, find::fresh, subject::Subject},
    record::{journal, ledger},
};

impl Asked<'_> {
    pub(super) async fn reject(&self, asked: Reject) -> Result<Option<Message>, Refusal> {
        let release = self.release_at(asked.gate.as_ref(), asked.project.as_ref(), asked.version.as_ref())?;
        // `/reject qa it is slow` means the gate, as `/approve qa` does.
        let named = asked
            .reason
            .as_str()
            .split_once(' ')
            .filter(|(word, _)| release.spec.plan.gate(word).is_some() || Subject::read(word).is_some());
        let (gate, reason) = match (&asked.gate, named) {
            (None, Some((word, rest))) => (word.to_owned(), rest.trim().to_owned()),
            (gate, _) => (self.gate(&release, gate.as_ref())?, asked.reason.as_str().to_owned()),
        };
        if let Some(subject) = Subject::read(&gate) {
            return self.judge(&release, subject, Some(reason)).await;
        }
        let (context, known, id) = (self.context.clone(), self.known()?.clone(), release.spec.id);
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let (gate, state) = open_gate((&context, writing), &release, &gate, &known)?;
            if let Some((by, reason)) = &state.rejected {
                return Err(format!("{by} has rejected it already: {reason}").into());
            }
            let commit = commit_at(&release, &gate);
            let fact = Fact::Rejected { gate: gate.name.clone(), by: known.name, commit, reason };
            ledger::note(writing, &release, &fact, context.clock.now())?;
            journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            Ok((Message::new(Tone::Good, format!("Rejected: {}", gate.title)), vec![id]))
        })
        .await
    }
}
