//! Pins a message and takes the pin away; the notice that Discord writes of a pin is deleted.

use serde::Deserialize;
use serenity::{
    all::{ChannelId, MessageId},
    http::{LightMethod, Request, Route},
};

use super::{
    call::DiscordFailure,
    connect::Discord,
    problem::{Doing, problem},
    speak::{channel_id, message_id},
};
use crate::chat::problem::ChatProblem;

/// A notice that a message was pinned has this type.
const PINNED: u8 = 6;
/// Among so many of the newest messages the notice is looked for.
const NEWEST: u8 = 10;

#[derive(Deserialize)]
struct ListedMessage {
    id: MessageId,
    #[serde(rename = "type")]
    kind: u8,
    message_reference: Option<MessageNamed>,
}

#[derive(Deserialize)]
struct MessageNamed {
    message_id: Option<MessageId>,
}

impl Discord {
    /// Pins a message, and deletes the notice of it if it is found. Pinned again, nothing happens.
    ///
    /// # Errors
    /// `Refused` when the bot may not, or when as many are pinned as can be; `Gone` when the message was deleted.
    pub async fn pin(&self, channel: u64, message: u64) -> Result<(), ChatProblem> {
        let speaking = |failure: DiscordFailure| problem(&failure, Doing::Speaking(channel));
        let (channel_id, message_id) = (channel_id(channel)?, message_id(message)?);
        let route = Route::ChannelPin { channel_id, message_id };
        self.rest.send(Request::new(route, LightMethod::Put)).await.map_err(speaking)?;
        match self.delete_notice(channel_id, message_id).await.map_err(speaking) {
            // Whoever may not read what was said before leaves the notice.
            Err(ChatProblem::Refused(_) | ChatProblem::Shut(_) | ChatProblem::Gone(_)) => Ok(()),
            done => done,
        }
    }

    /// Takes a message's pin away.
    ///
    /// # Errors
    /// As [`Discord::pin`].
    pub async fn unpin(&self, channel: u64, message: u64) -> Result<(), ChatProblem> {
        let route = Route::ChannelPin { channel_id: channel_id(channel)?, message_id: message_id(message)? };
        let unpinned = self.rest.send(Request::new(route, LightMethod::Delete)).await;
        unpinned.map(drop).map_err(|failure| problem(&failure, Doing::Speaking(channel)))
    }

    async fn delete_notice(&self, channel_id: ChannelId, of: MessageId) -> Result<(), DiscordFailure> {
        let request = Request::new(Route::ChannelMessages { channel_id }, LightMethod::Get);
        let newest = request.params(Some(vec![("limit", NEWEST.to_string())]));
        let listed: Vec<ListedMessage> = self.rest.call(newest).await?;
        let tells = |one: &&ListedMessage| {
            one.kind == PINNED && one.message_reference.as_ref().is_some_and(|named| named.message_id == Some(of))
        };
        let Some(notice) = listed.iter().find(tells) else { return Ok(()) };
        let route = Route::ChannelMessage { channel_id, message_id: notice.id };
        self.rest.send(Request::new(route, LightMethod::Delete)).await.map(drop)
    }
}
