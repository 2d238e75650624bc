//! `/freeze grant`: gives leave that somebody else asked for.

use commands::FreezeGrant;

use crate::{
    domain::message::{Message, Tone},
    handlers::{Asked, Refusal},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn freeze_grant(&self, asked: FreezeGrant) -> Result<Option<Message>, Refusal> {
        let exemption = self.exemption(asked.number)?;
        self.may_decide_on(&exemption)?;
        // What is granted is what is there now.
        let (_, repository) =
            self.context.projects.get(&exemption.project).ok_or_else(|| "Its project is gone.".to_owned())?;
        let number = exemption.pull_request;
        match repository.open_pull(number).await? {
            Some(pull) if pull.head == exemption.head && pull.base == exemption.base => {}
            Some(_) => {
                return Err(format!(
                    "#{number} is not any more what it was when {} asked; they have to ask again.",
                    exemption.asked_by
                )
                .into());
            }
            None => return Err(format!("#{number} is not open any more.").into()),
        }
        if asked.dry_run {
            let text = format!("#{number} would pass at {}: {}.", exemption.head, exemption.reason);
            return Ok(Some(Message::new(Tone::Plain, "Plan (nothing has been done)").text(text)));
        }
        self.settle_exemption(exemption, None).await
    }
}
