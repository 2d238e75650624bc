//! `/reject`: a no at a gate, and why.

use commands::{Argument, GateName, Reject};

use super::decide::open_gate;
use crate::{
    domain::{
        message::{Message, Tone},
        release::fact::Fact,
    },
    handlers::{
        Asked, Refusal,
        find::fresh,
        subject::{MeantGate, Subject},
    },
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
            .filter(|(word, _)| MeantGate::read(&release, word).is_some() || Subject::read(word).is_some())
            .and_then(|(word, rest)| Some((GateName::parse(word).ok()?, rest.trim())));
        let (gate, reason) = match (&asked.gate, named) {
            (None, Some((word, rest))) => (self.gate(&release, Some(&word))?, rest.to_owned()),
            (gate, _) => (self.gate(&release, gate.as_ref())?, asked.reason.as_str().to_owned()),
        };
        if let Some(subject) = Subject::read(&gate.name) {
            return self.judge(&release, subject, Some(reason)).await;
        }
        let (context, known, id) = (self.context.clone(), self.known()?.clone(), release.spec.id);
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let (gate, state) = open_gate((&context, writing), &release, &gate, &known)?;
            if let Some((by, reason)) = &state.rejected {
                return Err(format!("{by} has rejected it already: {reason}").into());
            }
            let commit = release.commit_at(&gate).to_owned();
            let fact = Fact::Rejected { gate: gate.name.clone(), by: known.name, commit, reason };
            ledger::note(writing, &release, &fact, context.clock.now())?;
            journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            Ok((Message::new(Tone::Good, format!("Rejected: {}", gate.title)), vec![id]))
        })
        .await
    }
}
