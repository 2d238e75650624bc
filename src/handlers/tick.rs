//! `tick`: a line of a checklist, ticked or unticked from the card.

use commands::Tick;

use super::{Asked, Refusal, decide::open_gate, find::fresh};
use crate::{
    domain::{
        message::{Message, Tone},
        release::fact::Fact,
    },
    messages::checklist::which,
    record::journal,
};

impl Asked<'_> {
    pub(super) async fn tick(&self, asked: Tick) -> Result<Option<Message>, Refusal> {
        let release = self.release(None, asked.version.as_ref())?;
        let gate = self.gate(&release, asked.gate.as_ref())?;
        let (context, known, id, on) = (self.context.clone(), self.known()?.clone(), release.spec.id, !asked.off);
        let item = asked.item.map(|item| usize::try_from(item).unwrap_or(usize::MAX));
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let (gate, state) = open_gate((&context, writing), &release, &gate, &known)?;
            let Some(item) = item else {
                let mut lines: Vec<_> = gate.checklist.iter().enumerate().collect();
                lines.retain(|(line, _)| state.ticked.contains_key(line) != on);
                return Ok((which(&release, &gate, &lines, !on), vec![]));
            };
            let items: Vec<usize> = match item {
                0 => (0..gate.checklist.len()).collect(),
                item if item <= gate.checklist.len() => vec![item - 1],
                _ => return Err(format!("{} has {} lines, not {item}.", gate.title, gate.checklist.len()).into()),
            };
            let changes: Vec<usize> =
                items.iter().copied().filter(|item| state.ticked.contains_key(item) != on).collect();
            for item in &changes {
                let fact = Fact::Ticked { gate: gate.name.clone(), item: *item, on, by: known.name.clone() };
                journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            }
            let names: Vec<&str> = items.iter().map(|item| gate.checklist[*item].name.as_str()).collect();
            let verb = match (on, changes.is_empty()) {
                (true, false) => "Ticked",
                (false, false) => "Unticked",
                (true, true) => "Already ticked",
                (false, true) => "Not ticked anyway",
            };
            Ok((Message::new(Tone::Plain, format!("{verb}: {}", names.join(", "))), vec![id]))
        })
        .await
    }
}
