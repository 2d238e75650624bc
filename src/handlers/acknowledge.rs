//! `acknowledge`: somebody says that they look at an incident; both chats see who.

use commands::Acknowledge;

use super::{Asked, Refusal};
use crate::{
    domain::{
        message::{Message, Tone},
        post::Target,
    },
    journal, messages,
};

impl Asked<'_> {
    pub(super) async fn acknowledge(&self, asked: Acknowledge) -> Result<Option<Message>, Refusal> {
        let (desk, by, number) = (self.desk.clone(), self.who()?, u64::from(asked.incident));
        self.decide(move |writing| {
            let found = writing.incident(number)?;
            let mut incident = found.ok_or_else(|| "This is long over; nothing is known of it any more.".to_owned())?;
            if let Some((first, at)) = &incident.acknowledged {
                return Ok((messages::report::acknowledged_before(&incident, first, *at, &by), vec![]));
            }
            incident.acknowledged = Some((by.clone(), desk.clock.now()));
            writing.put_incident(&incident)?;
            let message = messages::report::acknowledged(&incident, &by);
            let target = |place| Target::Incident { place, incident: number };
            let key = format!("incident/{number}/acknowledged");
            journal::post_everywhere(&desk, writing, &key, &incident.places, target, &message)?;
            Ok((Message::new(Tone::Good, format!("You look at it: {}", incident.what)), vec![]))
        })
        .await
    }
}
