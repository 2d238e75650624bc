//! Telegram's methods: `POST /bot{token}/{method}`, the method in any letter case.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Request, State as Extract},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::json;

use super::{
    commands,
    params::Params,
    problem::{Answer, Problem},
    state::State,
    things::Toast,
    updates,
};
use crate::chat::Shared;

pub(super) type Handle = Arc<Shared<State>>;

/// The methods with the parameters the sandbox understands; those marked `-` have no effect that could be seen.
const METHODS: [(&str, &str); 29] = [
    ("getme", ""),
    ("getupdates", "offset limit timeout allowed_updates"),
    ("setwebhook", "url secret_token allowed_updates drop_pending_updates max_connections ip_address certificate"),
    ("deletewebhook", "drop_pending_updates"),
    ("getwebhookinfo", ""),
    ("setmycommands", "commands scope language_code"),
    ("getmycommands", "scope language_code"),
    ("deletemycommands", "scope language_code"),
    ("setmydescription", "description language_code"),
    ("setmyshortdescription", "short_description language_code"),
    (
        "sendmessage",
        "chat_id message_thread_id text parse_mode entities link_preview_options disable_notification \
         protect_content reply_parameters reply_markup",
    ),
    (
        "senddocument",
        "chat_id message_thread_id document thumbnail caption parse_mode caption_entities \
         disable_content_type_detection disable_notification protect_content reply_parameters reply_markup",
    ),
    ("editmessagetext", "chat_id message_id text parse_mode entities link_preview_options reply_markup"),
    ("editmessagereplymarkup", "chat_id message_id reply_markup"),
    ("deletemessage", "chat_id message_id"),
    ("setmessagereaction", "chat_id message_id reaction is_big"),
    ("answercallbackquery", "callback_query_id text show_alert cache_time"),
    ("getchat", "chat_id"),
    ("getchatmember", "chat_id user_id"),
    ("getchatadministrators", "chat_id return_bots"),
    ("getchatmembercount", "chat_id"),
    ("sendchataction", "chat_id message_thread_id action"),
    ("pinchatmessage", "chat_id message_id disable_notification"),
    ("unpinchatmessage", "chat_id message_id"),
    ("createforumtopic", "chat_id name icon_color icon_custom_emoji_id"),
    ("editforumtopic", "chat_id message_thread_id name icon_custom_emoji_id"),
    ("closeforumtopic", "chat_id message_thread_id"),
    ("reopenforumtopic", "chat_id message_thread_id"),
    ("getforumtopiciconstickers", ""),
];

pub(super) fn router(handle: Handle) -> Router {
    Router::new()
        .route("/{bot}/{method}", post(method))
        .fallback(misunderstood)
        .method_not_allowed_fallback(misunderstood)
        .layer(DefaultBodyLimit::disable())
        .with_state(handle)
}

async fn misunderstood(Extract(handle): Extract<Handle>, request: Request) -> Problem {
    let what = format!("Telegram: {} {}", request.method(), request.uri().path());
    handle.look(|state| state.wire.misunderstood(what));
    Problem::not_found()
}

async fn method(
    Extract(handle): Extract<Handle>,
    Path((bot, method)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !handle.look(|state| bot.strip_prefix("bot") == Some(state.settings.token.as_str())) {
        return Problem::unauthorized().into_response();
    }
    let answer = match Params::read(&headers, body).await {
        Ok(params) => call(handle, &method, params).await,
        Err(problem) => Err(problem),
    };
    match answer {
        Ok(result) => Json(json!({"ok": true, "result": result})).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn call(handle: Handle, method: &str, params: Params) -> Answer {
    let name = method.to_lowercase();
    let Some((_, known)) = METHODS.iter().find(|known| known.0 == name) else {
        handle.look(|state| state.wire.misunderstood(format!("Telegram: the method {method}")));
        return Err(Problem::not_found());
    };
    for key in params.keys().filter(|key| !known.split_whitespace().any(|known| known == *key)) {
        handle.look(|state| state.wire.misunderstood(format!("Telegram: {method} with the parameter {key}")));
    }
    match name.as_str() {
        "getupdates" => updates::poll(handle, params).await,
        "setwebhook" => updates::set_webhook(handle, params).await,
        "deletewebhook" => updates::delete_webhook(handle, params),
        "getme" => handle.look(|state| Ok(state.me_json())),
        "getwebhookinfo" => handle.look(|state| Ok(state.webhook_json())),
        "getmycommands" => handle.look(|state| commands::get(state, &params)),
        _ => handle.change(|state| state.call(&name, &params)),
    }
}

impl State {
    fn call(&mut self, method: &str, params: &Params) -> Answer {
        match method {
            "sendmessage" => self.send(params),
            "senddocument" => self.send_document(params),
            "editmessagetext" => self.edit_text(params),
            "editmessagereplymarkup" => self.edit(params, None),
            "deletemessage" => self.delete(params),
            "setmessagereaction" => self.react(params),
            "answercallbackquery" => self.answer_query(params),
            "setmycommands" => commands::set(self, params),
            "deletemycommands" => commands::delete(self, params),
            "setmydescription" => commands::describe(params.text("description"), 512),
            "setmyshortdescription" => commands::describe(params.text("short_description"), 120),
            "pinchatmessage" => self.pin(params, true),
            "unpinchatmessage" => self.pin(params, false),
            "createforumtopic" => self.create_topic(params),
            "editforumtopic" => self.change_topic(params, None),
            "closeforumtopic" => self.change_topic(params, Some(true)),
            "reopenforumtopic" => self.change_topic(params, Some(false)),
            "getforumtopiciconstickers" => Ok(json!([])),
            "sendchataction" => self.named_chat(params).map(|_| json!(true)),
            _ => self.read_chat(method, params),
        }
    }

    fn read_chat(&mut self, method: &str, params: &Params) -> Answer {
        let id = self.named_chat(params)?.id;
        let chat = self.chat(id).ok_or_else(|| Problem::bad("chat not found"))?;
        match method {
            "getchat" => Ok(self.full_chat_json(chat)),
            "getchatadministrators" => Ok(self.administrators_json(chat)),
            "getchatmembercount" => Ok(json!(self.settings.people.len() + 1)),
            "getchatmember" => {
                let user = params.int("user_id").unwrap_or_default();
                self.member_json(chat, user).ok_or_else(|| Problem::bad("user not found"))
            }
            _ => Err(Problem::not_found()),
        }
    }

    /// `answerCallbackQuery`; answering a second time changes nothing.
    fn answer_query(&mut self, params: &Params) -> Answer {
        let now = self.now();
        let id = params.text("callback_query_id");
        let query = self.queries.iter_mut().find(|query| query.id == id && !query.too_old(now));
        let query = query
            .ok_or_else(|| Problem::bad("query is too old and response timeout expired or query ID is invalid"))?;
        let text = params.text("text").to_owned();
        if text.chars().count() > 200 {
            return Err(Problem::bad("MESSAGE_TOO_LONG"));
        }
        query.toast.get_or_insert(Toast { text, alert: params.flag("show_alert") });
        Ok(json!(true))
    }
}
