//! How Telegram writes its things as JSON.

use serde_json::{Value, json};

use super::{
    state::State,
    things::{Chat, Kind, Message, Standing},
};

/// What an administrator may do.
const RIGHTS: [&str; 12] = [
    "can_be_edited",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
];

impl State {
    pub(super) fn user_json(&self, id: i64) -> Value {
        if id == self.settings.bot_id {
            let (name, username) = (&self.settings.bot_name, &self.settings.bot_username);
            return json!({"id": id, "is_bot": true, "first_name": name, "username": username});
        }
        let person = self.settings.people.iter().find(|person| person.telegram == id);
        let Some(person) = person else { return json!({"id": id, "is_bot": false, "first_name": "Somebody"}) };
        json!({
            "id": id, "is_bot": false, "first_name": capitalised(person.name),
            "username": person.telegram_username, "language_code": "en",
        })
    }

    pub(super) fn me_json(&self) -> Value {
        let mut me = self.user_json(self.settings.bot_id);
        me["can_join_groups"] = json!(true);
        for ability in
            ["can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business", "has_main_web_app"]
        {
            me[ability] = json!(false);
        }
        me
    }

    pub(super) fn chat_json(&self, chat: &Chat) -> Value {
        match chat.kind {
            Kind::Private => {
                let user = self.user_json(chat.id);
                json!({"id": chat.id, "type": "private", "first_name": user["first_name"], "username": user["username"]})
            }
            Kind::Group => json!({"id": chat.id, "type": "group", "title": chat.title}),
            Kind::Supergroup => {
                json!({"id": chat.id, "type": "supergroup", "title": chat.title, "is_forum": chat.is_forum()})
            }
        }
    }

    /// `getChat`
    pub(super) fn full_chat_json(&self, chat: &Chat) -> Value {
        let mut json = self.chat_json(chat);
        json["accent_color_id"] = json!(0);
        json["max_reaction_count"] = json!(11);
        json["accepted_gift_types"] = json!({
            "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
            "gifts_from_channels": false,
        });
        if chat.kind != Kind::Private {
            json["permissions"] = json!({"can_send_messages": true, "can_pin_messages": false});
        }
        if let Some(message) = chat.pinned.last().and_then(|id| chat.message(*id)) {
            json["pinned_message"] = self.message_json(chat, message);
        }
        json
    }

    pub(super) fn message_json(&self, chat: &Chat, message: &Message) -> Value {
        let mut json = self.plain_message_json(chat, message);
        if let Some(replied) = message.reply_to.and_then(|id| chat.message(id)) {
            json["reply_to_message"] = self.plain_message_json(chat, replied);
        }
        if let Some(pinned) = message.notice_of.and_then(|id| chat.message(id)) {
            json["pinned_message"] = self.plain_message_json(chat, pinned);
        }
        json
    }

    fn plain_message_json(&self, chat: &Chat, message: &Message) -> Value {
        let mut json = json!({
            "message_id": message.id, "date": message.at.timestamp(), "chat": self.chat_json(chat),
            "from": self.user_json(message.from),
        });
        let entities: Vec<Value> = message.rich.entities.iter().map(|entity| self.entity_json(entity)).collect();
        let (text, marks) = match message.document {
            Some(_) => ("caption", "caption_entities"),
            None => ("text", "entities"),
        };
        if !message.rich.text.is_empty() {
            json[text] = json!(message.rich.text);
        }
        if !entities.is_empty() {
            json[marks] = json!(entities);
        }
        if let Some((name, size)) = &message.document {
            let id = format!("file-{}-{}", chat.id, message.id);
            json["document"] = json!({"file_id": id, "file_unique_id": id, "file_name": name, "file_size": size});
        }
        if let Some(topic) = message.topic {
            json["message_thread_id"] = json!(topic);
            json["is_topic_message"] = json!(true);
        }
        if let Some(edited) = message.edited {
            json["edit_date"] = json!(edited.timestamp());
        }
        if !message.markup.keyboard.is_null() {
            json["reply_markup"] = json!({"inline_keyboard": message.markup.keyboard});
        }
        json
    }

    fn entity_json(&self, entity: &Value) -> Value {
        let mut entity = entity.clone();
        if let Some(id) = entity["user"]["id"].as_i64() {
            entity["user"] = self.user_json(id);
        }
        entity
    }

    /// A member as `getChatMember` writes it; None if the chat does not know the user.
    pub(super) fn member_json(&self, chat: &Chat, user: i64) -> Option<Value> {
        let mut member = json!({"user": self.user_json(user)});
        if user == self.settings.bot_id {
            member["status"] = json!(match chat.bot {
                Standing::Administrator => "administrator",
                Standing::Member => "member",
                Standing::Kicked => "kicked",
                Standing::Stranger => "left",
            });
            if chat.bot == Standing::Kicked {
                member["until_date"] = json!(0);
            }
            if chat.bot == Standing::Administrator {
                member["is_anonymous"] = json!(false);
                member["can_manage_topics"] = json!(chat.is_forum());
                RIGHTS.iter().for_each(|right| member[*right] = json!(true));
            }
            return Some(member);
        }
        let person = self.settings.people.iter().find(|person| person.telegram == user)?;
        if chat.kind == Kind::Private && chat.id != user {
            return None;
        }
        if chat.is_administrated_by(person) {
            member["status"] = json!("creator");
            member["is_anonymous"] = json!(false);
        } else {
            member["status"] = json!("member");
        }
        Some(member)
    }

    /// `getChatAdministrators`
    pub(super) fn administrators_json(&self, chat: &Chat) -> Value {
        let people = self.settings.people.iter().filter(|person| chat.is_administrated_by(person));
        let people = people.map(|person| person.telegram);
        let bot = (chat.bot == Standing::Administrator).then_some(self.settings.bot_id);
        people.chain(bot).filter_map(|user| self.member_json(chat, user)).collect()
    }
}

pub(super) fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
