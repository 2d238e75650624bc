//! `/flag on`: has a flag switched on.

use commands::FlagOn;

use crate::{
    domain::message::Message,
    handlers::{Asked, Refusal},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn flag_on(&self, asked: FlagOn) -> Result<Option<Message>, Refusal> {
        self.switch(asked.name.as_str(), true, asked.reason.as_str()).await
    }
}
