//! `/approve`: a yes at a gate, bound to the commit it is given for.

use commands::Approve;

use super::decide::open_gate;
use crate::{
    domain::{
        message::{Message, Tone},
        release::fact::Fact,
    },
    handlers::{Asked, Refusal, find::fresh, subject::Subject},
    messages::checklist::{checked_too, together},
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
            let open = gate.open_lines(&state);
            if !open.iter().all(|(line, _)| asked.together.as_ref().is_some_and(|together| together.has(*line))) {
                return Err(Refusal::Answered(Box::new(checked_too(&release, &gate, &open, note.as_deref()))));
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
            let mut note = note;
            if !open.is_empty() {
                let names: Vec<&str> = open.iter().map(|(_, check)| check.name.as_str()).collect();
                note = Some(note.into_iter().fold(together(&names), |all, note| format!("{all}. {note}")));
            }
            for (item, _) in open {
                let ticked = Fact::Ticked { gate: gate.name.clone(), item, on: true, by: known.name.clone() };
                journal::record(&context, writing, &mut release, ticked, context.clock.now())?;
            }
            let fact = Fact::Approved { gate: gate.name.clone(), by: known.name, commit, note, review: None };
            journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            Ok((Message::new(Tone::Good, format!("Approved: {}", gate.title)), vec![id]))
        })
        .await
    }
}
