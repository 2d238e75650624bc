//! `/withdraw`: takes a decision back.

use commands::Withdraw;

use super::decide::open_gate;
use crate::{
    context::Context,
    domain::{
        message::{Message, Tone},
        release::{Release, fact::Fact, gate::Gate},
        team::people::Known,
    },
    handlers::{Asked, Refusal, find::fresh, subject::MeantGate},
    messages::capital,
    record::{journal, ledger},
    store::View,
};

impl Asked<'_> {
    pub(super) async fn withdraw(&self, asked: Withdraw) -> Result<Option<Message>, Refusal> {
        let release = self.release_at(asked.gate.as_ref(), asked.project.as_ref(), asked.version.as_ref())?;
        let gate = self.gate(&release, asked.gate.as_ref())?;
        let (context, known, id) = (self.context.clone(), self.known()?.clone(), release.spec.id);
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let (gate, state) = given_gate((&context, writing), &release, &gate, &known)?;
            let rejected = state.rejected.as_ref().is_some_and(|(by, _)| *by == known.name);
            if !rejected && !state.approved.contains(&known.name) {
                return Err("You have not decided here, so there is nothing to withdraw.".to_owned().into());
            }
            let fact = Fact::Withdrawn { gate: gate.name.clone(), by: known.name, review: None };
            ledger::note(writing, &release, &fact, context.clock.now())?;
            journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            Ok((Message::new(Tone::Plain, format!("Withdrawn: {}", gate.title)), vec![id]))
        })
        .await
    }
}

/// The gate, if it is open, or through and not yet acted on: until the merge a decision can be taken back.
fn given_gate(
    (context, view): (&Context, &dyn View),
    release: &Release,
    meant: &MeantGate,
    known: &Known,
) -> Result<(Gate, crate::domain::release::gate::GateState), Refusal> {
    let through = release.spec.plan.gate(&meant.name).filter(|(step, _)| release.state.steps[*step].done.is_some());
    let Some((step, gate)) = through else { return open_gate((context, view), release, meant, known) };
    meant.refuse_older(release)?;
    if !release.may_be_taken_back(step) {
        return Err(format!("{} has been acted on already; it cannot be taken back.", capital(&gate.title)).into());
    }
    Ok((gate.clone(), release.state.gates.get(&meant.name).cloned().unwrap_or_default()))
}
