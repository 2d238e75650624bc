//! `/approve`: a yes at a gate, bound to the commit it is given for.

use commands::Approve;

use super::decide::open_gate;
use crate::{
    domain::{
        message::{Button, Look, Message, Tone},
        release::{Release, fact::Fact, gate::Gate},
    },
    handlers::{Asked, Refusal, find::fresh, subject::Subject},
    messages::{about, buttons::on_present},
    record::journal,
};

impl Asked<'_> {
    pub(super) async fn approve(&self, asked: Approve) -> Result<Option<Message>, Refusal> {
        let release = self.release_at(asked.gate.as_ref(), asked.project.as_ref(), asked.version.as_ref())?;
        let gate = self.gate(&release, asked.gate.as_ref())?;
        if let Some(subject) = Subject::read(&gate.name) {
            return self.judge(&release, subject, None).await;
        }
        let (context, known, id) = (self.context.clone(), self.known()?.clone(), release.spec.id);
        let note = asked.note.map(|note| note.as_str().to_owned());
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let (gate, state) = open_gate((&context, writing), &release, &gate, &known)?;
            if let Some((by, reason)) = &state.rejected
                && *by != known.name
            {
                return Err(
                    format!("{by} rejected it: {reason}. A fix, or {by} withdrawing it, opens it again.").into()
                );
            }
            if state.approved.contains(&known.name) {
                return Err(format!(
                    "You have approved already; {} of {} so far.",
                    state.approved.len(),
                    release.quorum(&gate)
                )
                .into());
            }
            let unticked = gate.unticked(&state);
            if !unticked.is_empty() {
                return Err(tick_first(&release, &gate, &unticked));
            }
            if let Some(picking) = release.spec.plan.picking().filter(|picking| picking.gate.name == gate.name)
                && picking.into == release.spec.branch
                && release.state.stories.taken().is_empty()
            {
                return Err(format!(
                    "No story is in {}, so nothing would be released. Pick some with /release add, or end it with \
                     /release cancel.",
                    release.name()
                )
                .into());
            }
            let commit = release.commit_at(&gate).to_owned();
            let fact = Fact::Approved { gate: gate.name.clone(), by: known.name, commit, note, review: None };
            journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            Ok((Message::new(Tone::Good, format!("Approved: {}", gate.title)), vec![id]))
        })
        .await
    }
}

fn tick_first(release: &Release, gate: &Gate, unticked: &[&crate::domain::release::gate::Check]) -> Refusal {
    let names: Vec<&str> = unticked.iter().map(|check| check.name.as_str()).collect();
    let all = about(release, "tick").with("gate", on_present(release, gate)).with("item", "0");
    let message = Message::new(Tone::Asking, "Not everything is ticked yet")
        .text(format!("Still open: {}. Tick what you have checked on the card, then approve.", names.join(", ")))
        .row(Button::say("I checked all of it: tick all", Look::Plain, &all).into_iter().collect());
    Refusal::Answered(Box::new(message))
}
