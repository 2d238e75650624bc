//! What became of what people did on Telegram.

use super::{
    Telegram,
    state::State,
    things::{Query, Toast},
};
use crate::chat::Refused;

/// One press of a button, which the bot must answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub struct QueryId(pub String);

impl Telegram {
    /// How the bot answered a press; None until it has.
    pub fn toast(&self, query: &QueryId) -> Option<Toast> {
        self.0.shared.look(|state| state.queries.iter().find(|known| known.id == query.0)?.toast.clone())
    }

    /// Waits until the bot has answered a press.
    ///
    /// # Errors
    /// If that does not happen within [`crate::chat::PATIENCE`].
    pub async fn answered(&self, query: &QueryId) -> Result<Toast, Refused> {
        let answer = |state: &State| state.queries.iter().find(|known| known.id == query.0)?.toast.clone();
        self.0.shared.until("the bot did not answer the button on Telegram", answer).await
    }

    /// Every answer to a press, in the order of the presses: who saw it and what.
    pub fn toasts(&self) -> Vec<(String, Toast)> {
        self.0.shared.look(|state| {
            let shown =
                state.queries.iter().filter_map(|query| Some((state.name_of(query.person), query.toast.clone()?)));
            shown.collect()
        })
    }

    /// How many updates the bot has not confirmed, and presses it has not answered.
    pub fn outstanding(&self) -> usize {
        self.0.shared.look(|state| {
            let open = |query: &&Query| query.toast.is_none() && !query.too_old(state.now());
            state.updates.len() + state.queries.iter().filter(open).count()
        })
    }

    /// The presses that the bot never answered and can no longer answer.
    pub fn failed(&self) -> Vec<String> {
        self.0.shared.look(|state| {
            let failed = |query: &&Query| query.toast.is_none() && query.too_old(state.now());
            state.queries.iter().filter(failed).map(|query| query.what.clone()).collect()
        })
    }

    /// Waits until a bot asks for updates or has set a webhook.
    ///
    /// # Errors
    /// If that does not happen within [`crate::chat::PATIENCE`].
    pub async fn wait_until_connected(&self) -> Result<(), Refused> {
        let connected = |state: &State| (state.polls > 0 || state.webhook.is_some()).then_some(());
        self.0.shared.until("the bot did not ask Telegram for updates", connected).await
    }
}
