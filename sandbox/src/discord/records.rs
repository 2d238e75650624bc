//! What became of what people did on Discord.

use std::time::Duration;

use super::{Discord, Response, state::State, things::Interaction};
use crate::chat::Refused;

/// One interaction: something that a person did and that the bot must answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct InteractionId(pub u64);

/// What became of an interaction.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Record {
    /// Which one.
    pub id: InteractionId,
    /// Who did it.
    pub person: String,
    /// What they did, as in the transcript.
    pub what: String,
    /// Whether the bot was connected to hear of it.
    pub delivered: bool,
    /// How long the bot took to acknowledge it, in real time.
    pub acknowledged_after: Option<Duration>,
    /// The first answer.
    pub response: Option<Response>,
    /// Whether only this person sees the answer.
    pub ephemeral: bool,
    /// What the answer's message shows now, if there is one.
    pub shows: Option<String>,
    /// The bot still has to answer.
    pub outstanding: bool,
    /// The bot did not answer in time, and the person was told so.
    pub failed: bool,
}

impl Discord {
    /// What became of every interaction, in order.
    pub fn interactions(&self) -> Vec<Record> {
        self.0.shared.look(|state| state.interactions.iter().map(|known| state.record(known)).collect())
    }

    /// What became of one interaction.
    pub fn record(&self, id: InteractionId) -> Option<Record> {
        self.0.shared.look(|state| state.interaction(id.0).map(|known| state.record(known)))
    }

    /// How many interactions the bot still has to answer.
    pub fn outstanding(&self) -> usize {
        self.0.shared.look(|state| state.interactions.iter().filter(|known| known.outstanding(state.now())).count())
    }

    /// What people did and the bot did not answer in time.
    pub fn failed(&self) -> Vec<String> {
        self.interactions().into_iter().filter(|record| record.failed).map(|record| record.what).collect()
    }

    /// Waits until the bot has answered: acknowledged, and if it deferred, with the message it promised.
    ///
    /// # Errors
    /// If that does not happen within [`crate::chat::PATIENCE`].
    pub async fn answered(&self, id: InteractionId) -> Result<Record, Refused> {
        let answered = |state: &State| {
            let known = state.interaction(id.0)?;
            (known.response.is_some() && !known.promised).then(|| state.record(known))
        };
        self.0.shared.until("the bot did not answer", answered).await
    }
}

impl State {
    fn record(&self, known: &Interaction) -> Record {
        let original = known.original.and_then(|id| self.messages.get(&id));
        Record {
            id: InteractionId(known.id),
            person: self.name_of(known.user),
            what: known.what.clone(),
            delivered: known.delivered,
            acknowledged_after: known.response.map(|response| response.1),
            response: known.response.map(|response| response.0),
            ephemeral: known.ephemeral,
            shows: original.filter(|message| !message.is_loading()).map(|message| self.text_of(message).join("\n")),
            outstanding: known.outstanding(self.now()),
            failed: known.failed(self.now()),
        }
    }
}
