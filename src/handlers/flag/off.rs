//! `/flag off`: has a flag switched off.

use commands::FlagOff;

use crate::{
    domain::message::Message,
    handlers::{Asked, Refusal},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn flag_off(&self, asked: FlagOff) -> Result<Option<Message>, Refusal> {
        self.switch(asked.name.as_str(), false, asked.reason.as_str()).await
    }
}
