//! Reactions that the bot sets below messages.

use serde_json::json;

use super::{
    params::Params,
    problem::{Answer, Problem},
    state::State,
};

/// The signs that may be reactions (<https://core.telegram.org/bots/api#reactiontypeemoji>).
const SIGNS: [&str; 73] = [
    "❤",
    "👍",
    "👎",
    "🔥",
    "🥰",
    "👏",
    "😁",
    "🤔",
    "🤯",
    "😱",
    "🤬",
    "😢",
    "🎉",
    "🤩",
    "🤮",
    "💩",
    "🙏",
    "👌",
    "🕊",
    "🤡",
    "🥱",
    "🥴",
    "😍",
    "🐳",
    "❤\u{200d}🔥",
    "🌚",
    "🌭",
    "💯",
    "🤣",
    "⚡",
    "🍌",
    "🏆",
    "💔",
    "🤨",
    "😐",
    "🍓",
    "🍾",
    "💋",
    "🖕",
    "😈",
    "😴",
    "😭",
    "🤓",
    "👻",
    "👨\u{200d}💻",
    "👀",
    "🎃",
    "🙈",
    "😇",
    "😨",
    "🤝",
    "✍",
    "🤗",
    "🫡",
    "🎅",
    "🎄",
    "☃",
    "💅",
    "🤪",
    "🗿",
    "🆒",
    "💘",
    "🙉",
    "🦄",
    "😘",
    "💊",
    "🙊",
    "😎",
    "👾",
    "🤷\u{200d}♂",
    "🤷",
    "🤷\u{200d}♀",
    "😡",
];

impl State {
    /// `setMessageReaction`: a bot sets one at most, and none where the group allows none.
    pub(super) fn react(&mut self, params: &Params) -> Answer {
        let wanted = params.structure("reaction")?;
        let wanted: Vec<_> = wanted.as_array().into_iter().flatten().collect();
        if let Some(kind) = wanted.iter().find(|reaction| reaction["type"] != "emoji") {
            self.wire.misunderstood(format!("Telegram: the reaction {kind}"));
        }
        let chat = self.named_chat(params)?;
        let id = params.int("message_id").unwrap_or_default();
        let barred = chat.without_reactions;
        let message = chat.messages.iter_mut().find(|message| message.id == id);
        let message = message.ok_or_else(|| Problem::bad("message to react not found"))?;
        if wanted.len() > 1 {
            return Err(Problem::bad("REACTIONS_TOO_MANY"));
        }
        let sign = wanted.first().map(|reaction| reaction["emoji"].as_str().unwrap_or_default().to_owned());
        if sign.as_ref().is_some_and(|sign| barred || !SIGNS.contains(&sign.as_str())) {
            return Err(Problem::bad("REACTION_INVALID"));
        }
        message.reaction = sign;
        Ok(json!(true))
    }
}
