//! `acknowledge`: somebody says that they look at an incident; both chats see who.

use commands::{Acknowledge, Permission};

use super::{Asked, Refusal};
use crate::{
    domain::message::{Message, Tone},
    messages::{self, either},
    record::incidents::{self, Answered},
};

impl Asked<'_> {
    pub(super) async fn acknowledge(&self, asked: Acknowledge) -> Result<Option<Message>, Refusal> {
        self.may_acknowledge()?;
        let (context, by, number) = (self.context.clone(), self.who()?, u64::from(asked.incident));
        self.decide(move |writing| {
            let found = writing.matter(number)?;
            let matter = found.ok_or_else(|| "This is long over; nothing is known of it any more.".to_owned())?;
            let what = messages::matter::name(&matter);
            let message = match incidents::acknowledge(&context, writing, matter, &by)? {
                Answered::Now => Message::new(Tone::Good, format!("You look at it: {what}")),
                Answered::Before(first, at) => messages::report::acknowledged_before(&what, &first, at, &by),
                Answered::NotNeeded => return Err(format!("Nobody has to look at this any more: {what}.").into()),
            };
            Ok((message, vec![]))
        })
        .await
    }

    /// Whoever says so keeps others from being called: those who can do something about it, and those who are called.
    fn may_acknowledge(&self) -> Result<(), Refusal> {
        let (known, context) = (self.known()?, self.context);
        let called = context.escalate_roles.iter().any(|role| known.roles.contains(role));
        if called || context.people.may(&known.roles, Permission::RollBack) {
            return Ok(());
        }
        let mut roles = context.people.roles_with(Permission::RollBack);
        roles.extend(context.escalate_roles.iter().filter(|role| !roles.contains(role)).cloned().collect::<Vec<_>>());
        Err(Refusal::Refused(format!(
            "Whoever looks at an incident has to be able to do something about it: that takes the role {}. Ask {}.",
            either(&roles),
            either(&context.people.holding(&roles))
        )))
    }
}
