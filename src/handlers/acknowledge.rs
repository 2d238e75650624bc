//! `acknowledge`: somebody says that they look at an incident; both chats see who.

use commands::Acknowledge;

use super::{Asked, Refusal};
use crate::{
    domain::message::{Message, Tone},
    matters, messages,
};

impl Asked<'_> {
    pub(super) async fn acknowledge(&self, asked: Acknowledge) -> Result<Option<Message>, Refusal> {
        let (desk, by, number) = (self.desk.clone(), self.who()?, u64::from(asked.incident));
        self.decide(move |writing| {
            let found = writing.matter(number)?;
            let matter = found.ok_or_else(|| "This is long over; nothing is known of it any more.".to_owned())?;
            let what = messages::matter::name(&matter);
            let before = matter.trouble.as_ref().and_then(|trouble| trouble.acknowledged.clone());
            if let Some((first, at)) = before {
                return Ok((messages::report::acknowledged_before(&what, &first, at, &by), vec![]));
            }
            matters::acknowledge(&desk, writing, matter, &by)?
                .ok_or_else(|| format!("Nobody has to look at this: {what}."))?;
            Ok((Message::new(Tone::Good, format!("You look at it: {what}")), vec![]))
        })
        .await
    }
}
