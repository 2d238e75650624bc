//! Says things in Discord: sends, edits, opens threads, replies.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serenity::{
    all::{
        AutoArchiveDuration, ChannelId, CreateAttachment, CreateInteractionResponseFollowup, CreateMessage,
        CreateThread, EditInteractionResponse, EditMessage, MessageId, MessageReference, MessageReferenceKind, Nonce,
    },
    http::{LightMethod, Multipart, MultipartUpload, Request, Route},
};

use super::{
    call::{DiscordFailure, json},
    connect::Discord,
    fitting::fitting,
    limits::shortened,
    parts::parts,
    problem::{Doing, THREAD_EXISTS, problem},
    render::render,
};
use crate::{chat::problem::ChatProblem, domain::message::Message};

/// Discord's limit for the name of a thread.
const THREAD_NAME: usize = 100;
/// How much of a key's digest identifies a message: 24 letters, of 25 that Discord takes.
const NONCE_BYTES: usize = 18;

/// What we need to know of a message or a thread that was made. More is not read, so that less can go wrong.
#[derive(Deserialize)]
struct SentMessage {
    id: MessageId,
}

impl Discord {
    /// Sends a message and returns its id. The same `nonce`, said again within a few minutes, sends nothing and returns
    /// the same id. A message that may be too long goes through [`super::parts`] first, or through
    /// [`super::fitting`], each part with its own nonce.
    ///
    /// # Errors
    /// `Later` when trying again may help, `Gone` when there is no such channel, `Refused` when the bot may not.
    /// It answers `reply_to`, if that is still there.
    pub async fn send(
        &self,
        channel: u64,
        reply_to: Option<u64>,
        message: &Message,
        nonce: &str,
    ) -> Result<u64, ChatProblem> {
        let shown = render(message, &self.people);
        let mut new = CreateMessage::new()
            .content(shown.content)
            .embeds(shown.embeds)
            .components(shown.rows)
            .allowed_mentions(shown.mentions)
            .nonce(Nonce::String(short(nonce)))
            .enforce_nonce(true);
        if let Some(id) = reply_to.and_then(std::num::NonZeroU64::new) {
            let reference = MessageReference::new(MessageReferenceKind::Default, channel_id(channel)?);
            let answered = reference.message_id(MessageId::new(id.get())).fail_if_not_exists(false);
            new = new.reference_message(answered);
        }
        let route = Route::ChannelMessages { channel_id: channel_id(channel)? };
        self.make(route, LightMethod::Post, &new).await.map_err(|error| problem(&error, Doing::Speaking(channel)))
    }

    /// Sends a text as a file by this name. The same `nonce`, said again within a few minutes, sends nothing.
    ///
    /// # Errors
    /// As [`Discord::send`].
    pub async fn send_file(&self, channel: u64, file: (&str, &str), nonce: &str) -> Result<(), ChatProblem> {
        let new = CreateMessage::new().nonce(Nonce::String(short(nonce))).enforce_nonce(true);
        let route = Route::ChannelMessages { channel_id: channel_id(channel)? };
        let made = self.make_with_file(route, LightMethod::Post, &new, file).await;
        made.map(drop).map_err(|error| problem(&error, Doing::Speaking(channel)))
    }

    /// Replaces everything in a message of ours. Nobody is pinged again. What is too long is shortened and says so.
    ///
    /// # Errors
    /// `Later` when trying again may help, `Gone` when the message was deleted, `Refused` when the bot may not.
    pub async fn edit(&self, channel: u64, message_id: u64, message: &Message) -> Result<(), ChatProblem> {
        let shown = render(&fitting(message), &self.people);
        let edit = EditMessage::new()
            .content(shown.content)
            .embeds(shown.embeds)
            .components(shown.rows)
            .allowed_mentions(shown.mentions);
        let route =
            Route::ChannelMessage { channel_id: channel_id(channel)?, message_id: self::message_id(message_id)? };
        let edited = self.make(route, LightMethod::Patch, &edit).await;
        edited.map(drop).map_err(|error| problem(&error, Doing::Speaking(channel)))
    }

    /// Opens the thread of a message, or finds it already open, and returns the thread's channel id.
    ///
    /// # Errors
    /// `Later` when trying again may help, `Gone` when the message was deleted, `Refused` when the bot may not.
    pub async fn open_thread(&self, channel: u64, message_id: u64, name: &str) -> Result<u64, ChatProblem> {
        let name = if name.trim().is_empty() { "Release" } else { name };
        let thread =
            CreateThread::new(shortened(name, THREAD_NAME)).auto_archive_duration(AutoArchiveDuration::OneWeek);
        let id = self::message_id(message_id)?;
        let route = Route::ChannelMessageThreads { channel_id: channel_id(channel)?, message_id: id };
        match self.make(route, LightMethod::Post, &thread).await {
            // A thread has the id of the message it began with.
            Err(error) if error.code() == Some(THREAD_EXISTS) => Ok(message_id),
            made => made.map_err(|error| problem(&error, Doing::OpeningThread(channel))),
        }
    }

    /// The channel of the private talk with somebody.
    ///
    /// # Errors
    /// `Later` when trying again may help, `Shut` when there can be none.
    pub async fn private_talk(&self, user: u64) -> Result<u64, ChatProblem> {
        let body = serde_json::json!({ "recipient_id": user.to_string() });
        let made = self.make(Route::UserMeDmChannels, LightMethod::Post, &body).await;
        made.map_err(|error| match problem(&error, Doing::Speaking(user)) {
            later @ ChatProblem::Later { .. } => later,
            other => ChatProblem::Shut(other.to_string()),
        })
    }

    /// Fills in the answer that was promised to an interaction, seen by the person alone. What is too long for one
    /// message follows in others; `file` is a text that comes along, with its name. Said again, it replaces what it says. The id
    /// of the first message.
    ///
    /// # Errors
    /// `Later` when trying again may help, `Gone` when it is too late to answer, `Refused` when Discord refuses it.
    pub async fn reply(&self, token: &str, message: &Message, file: Option<(&str, &str)>) -> Result<u64, ChatProblem> {
        let answering = |error: DiscordFailure| problem(&error, Doing::Answering);
        let application_id = self.application_id;
        let mut first = None;
        for (index, part) in parts(message).iter().enumerate() {
            let shown = render(part, &self.people);
            let made = if index == 0 {
                let edit = EditInteractionResponse::new()
                    .content(shown.content)
                    .embeds(shown.embeds)
                    .components(shown.rows)
                    .allowed_mentions(shown.mentions);
                let route = Route::WebhookOriginalInteractionResponse { application_id, token };
                match file {
                    Some(file) => self.make_with_file(route, LightMethod::Patch, &edit, file).await,
                    None => self.make(route, LightMethod::Patch, &edit).await,
                }
            } else {
                let new = CreateInteractionResponseFollowup::new()
                    .ephemeral(true)
                    .content(shown.content)
                    .embeds(shown.embeds)
                    .components(shown.rows)
                    .allowed_mentions(shown.mentions);
                let route = Route::WebhookFollowupMessages { application_id, token };
                self.make(route, LightMethod::Post, &new).await
            };
            first.get_or_insert(made.map_err(answering)?);
        }
        Ok(first.unwrap_or_default())
    }

    async fn make_with_file(
        &self,
        route: Route<'_>,
        method: LightMethod,
        body: &impl Serialize,
        (name, text): (&str, &str),
    ) -> Result<u64, DiscordFailure> {
        let upload = MultipartUpload::Attachments(vec![CreateAttachment::bytes(text.as_bytes(), name)]);
        let multipart = Multipart { upload, fields: vec![], payload_json: Some(json(body)?) };
        let request = Request::new(route, method).multipart(Some(multipart));
        self.rest.call::<SentMessage>(request).await.map(|made| made.id.get())
    }

    async fn make(&self, route: Route<'_>, method: LightMethod, body: &impl Serialize) -> Result<u64, DiscordFailure> {
        let request = Request::new(route, method).body(Some(json(body)?.into_bytes()));
        self.rest.call::<SentMessage>(request).await.map(|made| made.id.get())
    }
}

/// Serenity's ids are never 0.
pub(super) fn channel_id(channel: u64) -> Result<ChannelId, ChatProblem> {
    if channel == 0 { Err(none("channel")) } else { Ok(ChannelId::new(channel)) }
}

pub(super) fn message_id(message: u64) -> Result<MessageId, ChatProblem> {
    if message == 0 { Err(none("message")) } else { Ok(MessageId::new(message)) }
}

fn none(what: &str) -> ChatProblem {
    ChatProblem::Gone(format!("There is no Discord {what} with the id 0."))
}

/// A name for a message that is short enough for Discord and follows from its key.
fn short(key: &str) -> String {
    let digest = digest(&SHA256, key.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.as_ref().get(..NONCE_BYTES).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_fit_and_differ() {
        let long = short(&"a-key/".repeat(50));
        assert_eq!((long.len(), short("a").len()), (24, 24));
        assert_ne!(short("a/1"), short("a/2"));
        assert_eq!(short("a/1"), short("a/1"));
    }
}
