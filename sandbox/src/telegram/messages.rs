//! Sending, editing, deleting and pinning messages, and topics.

use serde_json::{Value, json};

use super::{
    html::{self, Rich},
    keyboard,
    params::Params,
    problem::{Answer, Problem},
    state::State,
    things::{Chat, Entry, Kind, Message, Standing, Topic},
};
use crate::chat::{self, Ping};

impl State {
    /// The chat that a request names, if the bot may act there.
    pub(super) fn named_chat(&mut self, params: &Params) -> Result<&mut Chat, Problem> {
        if !params.has("chat_id") {
            return Err(Problem::bad("chat_id is empty"));
        }
        let id = params.int("chat_id").ok_or_else(|| Problem::bad("chat not found"))?;
        let chat = self.chat_mut(id)?;
        match (chat.bot, chat.kind) {
            (Standing::Kicked, Kind::Private) => Err(Problem::forbidden("bot was blocked by the user")),
            (Standing::Kicked, Kind::Group) => Err(Problem::forbidden("bot was kicked from the group chat")),
            (Standing::Kicked, Kind::Supergroup) => Err(Problem::forbidden("bot was kicked from the supergroup chat")),
            (Standing::Stranger, _) => Err(Problem::forbidden("bot can't initiate conversation with a user")),
            _ => Ok(chat),
        }
    }

    /// `sendMessage`
    pub(super) fn send(&mut self, params: &Params) -> Answer {
        self.named_chat(params)?;
        let rich = self.rich(params, "text", 4096)?;
        if rich.text.is_empty() {
            return Err(Problem::bad("message text is empty"));
        }
        self.post(params, rich, None)
    }

    /// `sendDocument`
    pub(super) fn send_document(&mut self, params: &Params) -> Answer {
        self.named_chat(params)?;
        let named = params.text("document");
        let part = named.strip_prefix("attach://").unwrap_or("document");
        let file = match params.files.get(part) {
            Some(file) => file.clone(),
            None if named.starts_with("http") || named.starts_with("file-") => (named.to_owned(), 0),
            None => return Err(Problem::bad("there is no document in the request")),
        };
        if file.1 == 0 && !named.starts_with("http") && !named.starts_with("file-") {
            return Err(Problem::bad("file must be non-empty"));
        }
        let rich = self.rich(params, "caption", 1024)?;
        self.post(params, rich, Some(file))
    }

    fn post(&mut self, params: &Params, rich: Rich, document: Option<(String, usize)>) -> Answer {
        let markup = keyboard::read(&params.structure("reply_markup")?, |what| self.wire.misunderstood(what))?;
        let (now, bot) = (self.now(), self.settings.bot_id);
        let mut pings = self.mentioned(&rich);
        let chat = self.named_chat(params)?;
        let reply_to = replied(chat, params)?;
        // An answer stands in the topic of what it answers.
        let topic = topic(chat, params.int("message_thread_id").or(reply_to.and_then(|id| chat.message(id)?.topic)))?;
        if chat.kind == Kind::Private {
            pings.retain(|person| *person == chat.id);
        }
        let (id, silent) = (chat.next_id(), params.flag("disable_notification"));
        let message = Message {
            id,
            topic,
            from: bot,
            rich,
            document,
            reply_to,
            markup,
            at: now,
            edited: None,
            silent,
            pings,
            notice_of: None,
            reaction: None,
        };
        let chat_id = chat.id;
        self.add(chat_id, message)
    }

    /// Puts a message into its chat and writes its pings into the log.
    pub(super) fn add(&mut self, chat: i64, message: Message) -> Answer {
        let text = chat::excerpt(&self.readable(&message.rich));
        let known = self.chat(chat).ok_or_else(|| Problem::bad("chat not found"))?;
        let place = known.topic_name(message.topic).map(|topic| format!("{} / {topic}", known.title));
        let place = place.unwrap_or_else(|| known.title.clone());
        for person in &message.pings {
            let ping = Ping {
                at: message.at,
                person: self.name_of(*person),
                place: place.clone(),
                message: message.id.to_string(),
                text: text.clone(),
                silent: message.silent,
            };
            self.pings.push(ping);
        }
        let chat_state = self.chat_mut(chat)?;
        chat_state.log.push(Entry::Message(message.id));
        chat_state.messages.push(message);
        let chat = self.chat(chat).ok_or_else(|| Problem::bad("chat not found"))?;
        chat.messages.last().map(|message| self.message_json(chat, message)).ok_or_else(|| Problem::bad("no message"))
    }

    /// `editMessageText`; without a keyboard the message loses the one it had.
    pub(super) fn edit_text(&mut self, params: &Params) -> Answer {
        self.named_chat(params)?;
        let rich = self.rich(params, "text", 4096)?;
        if rich.text.is_empty() {
            return Err(Problem::bad("message text is empty"));
        }
        self.edit(params, Some(rich))
    }

    /// `editMessageReplyMarkup`, and the second half of `editMessageText`.
    pub(super) fn edit(&mut self, params: &Params, rich: Option<Rich>) -> Answer {
        let markup = keyboard::read(&params.structure("reply_markup")?, |what| self.wire.misunderstood(what))?;
        let (now, bot) = (self.now(), self.settings.bot_id);
        let chat = self.named_chat(params)?;
        let (chat_id, id) = (chat.id, params.int("message_id").unwrap_or_default());
        let message = chat.messages.iter_mut().find(|message| message.id == id);
        let message = message.ok_or_else(|| Problem::bad("message to edit not found"))?;
        if message.from != bot || (rich.is_some() && message.document.is_some()) {
            return Err(Problem::bad("message can't be edited"));
        }
        let rich = rich.unwrap_or_else(|| message.rich.clone());
        if message.rich == rich && message.markup.keyboard == markup.keyboard {
            return Err(Problem::bad(
                "message is not modified: specified new message content and reply markup are exactly the same as a \
                 current content and reply markup of the message",
            ));
        }
        message.rich = rich;
        message.markup = markup;
        message.edited = Some(now);
        let chat = self.chat(chat_id).ok_or_else(|| Problem::bad("chat not found"))?;
        chat.message(id).map(|message| self.message_json(chat, message)).ok_or_else(|| Problem::bad("no message"))
    }

    /// `deleteMessage`
    pub(super) fn delete(&mut self, params: &Params) -> Answer {
        let (bot, now) = (self.settings.bot_id, self.now());
        let chat = self.named_chat(params)?;
        let id = params.int("message_id").unwrap_or_default();
        let message = chat.message(id).ok_or_else(|| Problem::bad("message to delete not found"))?;
        let own = message.from == bot && now - message.at < chrono::Duration::hours(48);
        if !own && chat.bot != Standing::Administrator {
            return Err(Problem::bad("message can't be deleted for everyone"));
        }
        chat.messages.retain(|message| message.id != id);
        chat.pinned.retain(|pinned| *pinned != id);
        Ok(json!(true))
    }

    /// `createForumTopic`
    pub(super) fn create_topic(&mut self, params: &Params) -> Answer {
        let chat = self.named_chat(params)?;
        if !chat.is_forum() {
            return Err(Problem::bad("the chat is not a forum"));
        }
        if chat.bot != Standing::Administrator {
            return Err(Problem::bad("not enough rights to create a topic"));
        }
        let name = topic_name(params)?;
        let id = chat.next_id();
        chat.topics.push(Topic { id, name: name.clone(), closed: false });
        Ok(json!({"message_thread_id": id, "name": name, "icon_color": 7_322_096}))
    }

    /// `editForumTopic`, `closeForumTopic`, `reopenForumTopic`
    pub(super) fn change_topic(&mut self, params: &Params, closed: Option<bool>) -> Answer {
        let name = if params.has("name") { Some(topic_name(params)?) } else { None };
        let chat = self.named_chat(params)?;
        if chat.bot != Standing::Administrator {
            return Err(Problem::bad("not enough rights to manage topics"));
        }
        let id = params.int("message_thread_id");
        let topic = chat.topics.iter_mut().find(|topic| Some(topic.id) == id);
        let topic = topic.ok_or_else(|| Problem::bad("message thread not found"))?;
        topic.closed = closed.unwrap_or(topic.closed);
        topic.name = name.unwrap_or_else(|| topic.name.clone());
        Ok(json!(true))
    }

    /// A text parameter with its entities, by parse mode or as a list.
    fn rich(&self, params: &Params, key: &str, most: usize) -> Result<Rich, Problem> {
        let text = params.text(key);
        let listed = params.structure(if key == "text" { "entities" } else { "caption_entities" })?;
        let mut rich = match params.text("parse_mode").to_uppercase().as_str() {
            "HTML" if self.is_older && text.contains("<tg-time") => {
                let at = text.find("<tg-time").unwrap_or_default();
                return Err(Problem::bad(format!(
                    "can't parse entities: Unsupported start tag \"tg-time\" at byte offset {at}"
                )));
            }
            "HTML" => html::parse(text).map_err(|why| Problem::bad(format!("can't parse entities: {why}")))?,
            "" => Rich { text: text.trim().to_owned(), entities: listed.as_array().cloned().unwrap_or_default() },
            other => {
                self.wire.misunderstood(format!("Telegram: parse_mode {other}; the sandbox knows HTML"));
                return Err(Problem::bad("unsupported parse_mode"));
            }
        };
        if html::length(&rich.text) > most {
            let what = if key == "text" { "message is too long" } else { "message caption is too long" };
            return Err(Problem::bad(what));
        }
        self.recognise(&mut rich);
        Ok(rich)
    }
}

fn topic_name(params: &Params) -> Result<String, Problem> {
    let name = params.text("name").trim().to_owned();
    let fits = (1..=128).contains(&name.chars().count());
    if fits { Ok(name) } else { Err(Problem::bad("TOPIC_TITLE_EMPTY")) }
}

fn topic(chat: &Chat, id: Option<i64>) -> Result<Option<i64>, Problem> {
    let Some(id) = id else { return Ok(None) };
    let topic = chat.topics.iter().find(|topic| topic.id == id);
    let topic = topic.ok_or_else(|| Problem::bad("message thread not found"))?;
    if topic.closed && chat.bot != Standing::Administrator {
        return Err(Problem::bad("TOPIC_CLOSED"));
    }
    Ok(Some(id))
}

fn replied(chat: &Chat, params: &Params) -> Result<Option<i64>, Problem> {
    let reply: Value = params.structure("reply_parameters")?;
    let Some(id) = reply["message_id"].as_i64() else { return Ok(None) };
    if chat.message(id).is_some() {
        return Ok(Some(id));
    }
    if reply["allow_sending_without_reply"] == true {
        return Ok(None);
    }
    Err(Problem::bad("message to be replied not found"))
}
