//! Answers people: in at most three messages, with a file where that is not enough.

use super::Delivery;
use crate::{
    chat::{discord, problem::ChatProblem, telegram},
    domain::message::{
        Block, Message, Tone,
        post::{Place, Post, ReplyTo},
    },
    messages,
};

/// An answer is no more messages than this.
const MOST: usize = 3;
/// How many characters of a longer one are shown beside its file.
const SHOWN: usize = 1500;
/// What the file is called.
const FILE: &str = "answer.txt";

impl Delivery {
    pub(super) async fn reply(&self, reply: &ReplyTo, post: &Post) -> Result<(), ChatProblem> {
        match reply {
            ReplyTo::Interaction { token, late } => {
                let discord = self.chats.discord()?;
                let whole = self.fitted(&post.message).await?;
                let is_long = discord::parts(&whole).len() > MOST;
                let (message, text) = if is_long { beginning(&whole) } else { (whole, String::new()) };
                let file = is_long.then_some((FILE, text.as_str()));
                match (discord.reply(token, &message, file).await, late) {
                    // It has run out, or its three seconds were over before it could be acknowledged.
                    (Err(ChatProblem::Gone(_)), Some(late)) => self.reach(late, (&message, file), &post.key).await,
                    (Ok(sent), Some(late)) if discord::parts(&message).len() == 1 && !is_long => {
                        self.note_for_later(late.place, sent, &post.message, Some(token)).await;
                        Ok(())
                    }
                    (answered, _) => answered.map(drop),
                }
            }
            ReplyTo::TelegramMessage { chat, topic, message } => self.answer((*chat, *topic), *message, post).await,
            ReplyTo::TelegramPress { query, chat, topic, message } => {
                let telegram = self.chats.telegram()?;
                let Some(short) = short(&post.message) else {
                    telegram.answer_press(query, "", false).await?;
                    return self.answer((*chat, *topic), *message, post).await;
                };
                match telegram.answer_press(query, &short, post.message.tone == Tone::Bad).await {
                    Err(ChatProblem::Gone(_)) => self.answer((*chat, *topic), *message, post).await,
                    answered => answered,
                }
            }
        }
    }

    /// Answers a message on Telegram.
    async fn answer(&self, (chat, topic): (i64, Option<i32>), to: i32, post: &Post) -> Result<(), ChatProblem> {
        let (place, reply_to) = (Place::Telegram { chat, topic }, u64::try_from(to).ok());
        let parts = telegram::parts(&post.message).len();
        if parts <= MOST {
            let sent = self.send(place, reply_to, &post.message, &post.key).await?;
            if parts == 1 {
                self.note_for_later(place, sent, &post.message, None).await;
            }
            return Ok(());
        }
        let (message, text) = beginning(&post.message);
        let key = format!("{}/beginning", post.key);
        self.send(place, reply_to, &message, &key).await?;
        // Should the file fail, it alone is sent again.
        self.took(&key, 1).await?;
        self.chats.telegram()?.send_file((chat, topic), Some(to), FILE, text).await
    }
}

impl Delivery {
    /// Remembers an answer whose buttons go once they are of no more use.
    async fn note_for_later(&self, place: Place, sent: u64, message: &Message, token: Option<&str>) {
        if let Err(problem) = self.note_answer(place, sent, message, token).await {
            tracing::warn!(%problem, "the buttons of an answer stay");
        }
    }
}

/// The beginning of a long answer, with its buttons; and all of it as text.
fn beginning(whole: &Message) -> (Message, String) {
    let mut room = SHOWN;
    let fits = |block: &&Block| {
        let size = Message::new(Tone::Plain, "").block((*block).clone()).plain_text().chars().count();
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    };
    let body = whole.body.iter().take_while(fits).cloned().collect();
    let shown = Message { body, ..whole.clone() };
    (shown.text(messages::place::IN_FILE), whole.plain_text())
}

/// A message as the short text over a pressed Telegram button, if it fits there.
fn short(message: &Message) -> Option<String> {
    let plain = message.plain_text();
    (message.buttons.is_empty() && message.question.is_none() && plain.chars().count() <= 190).then_some(plain)
}
