//! `/freeze refuse`: refuses leave, or takes it back.

use commands::FreezeRefuse;

use crate::{
    domain::message::{Message, Tone},
    handlers::{Asked, Refusal},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn freeze_refuse(&self, asked: FreezeRefuse) -> Result<Option<Message>, Refusal> {
        let exemption = self.exemption(asked.number)?;
        if exemption.is_granted() {
            self.known()?;
        } else {
            self.may_decide_on(&exemption)?;
        }
        if asked.dry_run {
            let text = format!("The exemption of #{} would be refused.", exemption.pull_request);
            return Ok(Some(Message::new(Tone::Plain, "Plan (nothing has been done)").text(text)));
        }
        self.settle_exemption(exemption, Some(asked.reason.as_str().to_owned())).await
    }
}
