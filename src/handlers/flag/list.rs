//! `/flag list`: shows feature flags.

use commands::FlagList;

use crate::{
    domain::message::Message,
    handlers::{Asked, Refusal},
    messages,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn flag_list(&self, _: FlagList) -> Result<Message, Refusal> {
        let flags = self.flags()?;
        let shown: Vec<_> = flags.list().await?.into_iter().map(|flag| (flag.name, flag.on, flag.about)).collect();
        Ok(messages::flag::list(flags.environment(), &shown, &self.context.store.switches()?))
    }
}
