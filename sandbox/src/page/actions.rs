//! What people do on the page in Discord and Telegram.

use axum::{Form, Json, extract::State};
use serde_json::{Value, json};

use super::{Handle, compose::given, form, locked};
use crate::chat::Refused;

/// The bot has three seconds to answer a press; after them Discord tells the person.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(3500);

pub(super) type Pairs = Form<Vec<(String, String)>>;

/// What the page is told: nothing more, or a sentence to show.
pub(super) type Told = Json<Value>;

/// The value that was sent under a name; empty if none was.
pub(super) fn sent<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
}

/// Nothing to tell, or what was refused.
pub(super) fn told<T, P: std::fmt::Display>(result: Result<T, P>) -> Told {
    Json(match result {
        Ok(_) => json!({}),
        Err(problem) => json!({"problem": problem.to_string()}),
    })
}

/// A number that was sent under a name.
pub(super) fn number<T: std::str::FromStr>(pairs: &[(String, String)], name: &str) -> Result<T, Refused> {
    sent(pairs, name).parse().map_err(|_| Refused(format!("{name} is missing")))
}

pub(super) async fn discord_say(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    let (me, channel, text) = (sent(&pairs, "me"), sent(&pairs, "discord"), sent(&pairs, "text").trim());
    if text.starts_with('/') {
        return told::<(), _>(Err("Choose a command from the list; Discord sends no others."));
    }
    if text.is_empty() {
        return Json(json!({}));
    }
    told(page.world.discord().say(me, channel, text))
}

pub(super) async fn discord_command(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    let (me, channel, path) = (sent(&pairs, "me"), sent(&pairs, "discord"), sent(&pairs, "path"));
    told(page.world.discord().command(me, channel, path, &given(&pairs)))
}

pub(super) async fn discord_press(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    let discord = page.world.discord();
    let (me, press) = (sent(&pairs, "me"), sent(&pairs, "press"));
    let chosen = sent(&pairs, "chosen");
    let pressed = match number(&pairs, "message") {
        Ok(_) if !chosen.is_empty() => discord.choose(me, sent(&pairs, "discord"), chosen),
        Ok(message) => discord.press_exactly(me, message, press),
        Err(refused) => Err(refused),
    };
    match pressed {
        Ok(id) => {
            let heard = discord.record(id).is_some_and(|record| record.delivered);
            let answered = heard && matches!(tokio::time::timeout(PATIENCE, discord.answered(id)).await, Ok(Ok(_)));
            if answered { Json(json!({})) } else { told::<(), _>(Err("This interaction failed")) }
        }
        refused => told(refused),
    }
}

pub(super) async fn discord_form(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    let me = sent(&pairs, "me");
    let Some((id, _)) = form::of(&page, me).filter(|(id, _)| id.0.to_string() == sent(&pairs, "interaction")) else {
        return told::<(), _>(Err("This form is no longer open."));
    };
    let close = !sent(&pairs, "close").is_empty();
    let result = match close {
        true => Ok(()),
        false => page.world.discord().submit_modal(me, id, &given(&pairs)).await.map(|_| ()),
    };
    if result.is_ok() {
        locked(&page.forms_done).insert(me.to_owned(), id.0);
    }
    told(result)
}

pub(super) async fn discord_dismiss(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    locked(&page.dismissed).insert(sent(&pairs, "message").to_owned());
    Json(json!({}))
}

pub(super) async fn telegram_say(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    let (me, chat, text) = (sent(&pairs, "me"), sent(&pairs, "telegram"), sent(&pairs, "text").trim());
    if text.is_empty() {
        return Json(json!({}));
    }
    let telegram = page.world.telegram();
    told(match number(&pairs, "reply_to") {
        Ok(message) => telegram.reply(me, chat, message, text),
        Err(_) => telegram.say(me, chat, super::telegram::topic(chat), text),
    })
}

pub(super) async fn telegram_press(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    let telegram = page.world.telegram();
    let (me, chat, press) = (sent(&pairs, "me"), sent(&pairs, "telegram"), sent(&pairs, "press"));
    let pressed = number(&pairs, "message").and_then(|message| telegram.press_exactly(me, chat, message, press));
    let answered = match pressed {
        Ok(query) => telegram.answered(&query).await,
        Err(refused) => Err(refused),
    };
    match answered {
        Ok(toast) => Json(json!({"toast": toast.text, "alert": toast.alert})),
        Err(refused) => told::<(), _>(Err(refused)),
    }
}
