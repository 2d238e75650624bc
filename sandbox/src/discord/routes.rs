//! Discord's addresses.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Query, Request, State as Extract},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, patch, post, put},
};
use serde_json::Value;

use super::{
    answers::Which,
    gateway, pace,
    problem::Problem,
    request::Body,
    state::{ANOTHER_GUILD, GUILD, State},
};
use crate::chat::Shared;

pub(super) type Handle = Arc<Shared<State>>;
type Answer = Result<Json<Value>, Problem>;
type Pairs = Query<Vec<(String, String)>>;

pub(super) fn router(handle: Handle) -> Router {
    let paced = middleware::from_fn_with_state(Arc::clone(&handle), pace::paced);
    let with_token = Router::new()
        .route("/api/v10/gateway/bot", get(|Extract(h): Extract<Handle>| read(h, |s| Ok(s.gateway_json()))))
        .route("/api/v10/users/@me/channels", post(private_talk))
        .route("/api/v10/users/@me", get(|Extract(h): Extract<Handle>| read(h, |s| Ok(s.me_json()))))
        .route(
            "/api/v10/oauth2/applications/@me",
            get(|Extract(h): Extract<Handle>| read(h, |s| Ok(s.application_json()))),
        )
        .route("/api/v10/applications/@me", get(|Extract(h): Extract<Handle>| read(h, |s| Ok(s.application_json()))))
        .route("/api/v10/applications/{app}/commands", put(put_commands).get(list_commands))
        .route("/api/v10/applications/{app}/guilds/{guild}/commands", put(put_guild_commands).get(list_guild_commands))
        .route("/api/v10/guilds/{guild}", get(|h, p| guild(h, p, |s, id| s.guild_json(id))))
        .route("/api/v10/guilds/{guild}/roles", get(|h, p| guild(h, p, |s, id| s.roles_json(id))))
        .route("/api/v10/guilds/{guild}/channels", get(|h, p| guild(h, p, |s, id| s.guild_channels_json(id))))
        .route("/api/v10/guilds/{guild}/members/{user}", get(member))
        .route("/api/v10/channels/{channel}", get(channel).patch(change_channel))
        .route("/api/v10/channels/{channel}/messages", get(messages).post(create_message).layer(paced))
        .route("/api/v10/channels/{channel}/messages/{id}", patch(edit_message).get(message).delete(delete_message))
        .route("/api/v10/channels/{channel}/messages/{id}/threads", post(open_thread))
        .route("/api/v10/channels/{channel}/messages/pins/{id}", put(pin).delete(unpin))
        // The address of before 2025, which serenity has.
        .route("/api/v10/channels/{channel}/pins/{id}", put(pin).delete(unpin))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&handle), authorised));
    Router::new()
        .route("/gateway", get(gateway::connect))
        .route("/gateway/", get(gateway::connect))
        .route("/api/v10/gateway", get(|Extract(h): Extract<Handle>| read(h, |s| Ok(s.gateway_json()))))
        .route("/api/v10/interactions/{id}/{token}/callback", post(callback))
        .route("/api/v10/webhooks/{app}/{token}", post(follow_up))
        .route(
            "/api/v10/webhooks/{app}/{token}/messages/{id}",
            patch(change_answer).get(read_answer).delete(delete_answer),
        )
        .merge(with_token)
        .fallback(|h, r| misunderstood(h, r, Problem::no_such_route()))
        .method_not_allowed_fallback(|h, r| misunderstood(h, r, Problem::wrong_method()))
        .layer(DefaultBodyLimit::disable())
        .with_state(handle)
}

async fn authorised(Extract(handle): Extract<Handle>, request: Request, next: Next) -> Response {
    let given = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let right = handle.look(|state| given == Some(&format!("Bot {}", state.settings.token)));
    if right { next.run(request).await } else { Problem::unauthorized().into_response() }
}

async fn misunderstood(Extract(handle): Extract<Handle>, request: Request, problem: Problem) -> Response {
    let what = format!("Discord: {} {}", request.method(), request.uri().path());
    handle.look(|state| state.wire.misunderstood(what));
    problem.into_response()
}

async fn read(handle: Handle, read: impl FnOnce(&State) -> Result<Value, Problem>) -> Answer {
    handle.look(read).map(Json)
}

async fn guild(
    Extract(handle): Extract<Handle>,
    Path(id): Path<u64>,
    get: impl FnOnce(&State, u64) -> Value,
) -> Answer {
    if ![GUILD, ANOTHER_GUILD].contains(&id) {
        return Err(Problem::unknown(10004));
    }
    Ok(Json(handle.look(|state| get(state, id))))
}

async fn member(Extract(handle): Extract<Handle>, Path((guild, user)): Path<(u64, u64)>) -> Answer {
    if ![GUILD, ANOTHER_GUILD].contains(&guild) {
        return Err(Problem::unknown(10004));
    }
    handle.look(|state| state.member(guild, user)).map(Json)
}

async fn put_commands(Extract(handle): Extract<Handle>, Path(app): Path<u64>, body: Body) -> Answer {
    handle.change(|state| state.put_commands(app, None, &body)).map(Json)
}

async fn put_guild_commands(
    Extract(handle): Extract<Handle>,
    Path((app, guild)): Path<(u64, u64)>,
    body: Body,
) -> Answer {
    handle.change(|state| state.put_commands(app, Some(guild), &body)).map(Json)
}

async fn list_commands(Extract(handle): Extract<Handle>, Path(app): Path<u64>) -> Answer {
    handle.change(|state| state.commands(app, None).cloned()).map(|list| Json(Value::Array(list)))
}

async fn list_guild_commands(Extract(handle): Extract<Handle>, Path((app, guild)): Path<(u64, u64)>) -> Answer {
    handle.change(|state| state.commands(app, Some(guild)).cloned()).map(|list| Json(Value::Array(list)))
}

async fn channel(Extract(handle): Extract<Handle>, Path(id): Path<u64>) -> Answer {
    handle.change(|state| {
        state.channel(id)?;
        let found = state.channels.iter().find(|channel| channel.id == id);
        Ok(Json(found.map(|channel| state.channel_json(channel)).unwrap_or_default()))
    })
}

/// `POST users/@me/channels`: the private talk with somebody, made if there is none yet.
async fn private_talk(Extract(handle): Extract<Handle>, body: Body) -> Answer {
    handle.change(|state| state.private_talk(&body)).map(Json)
}

async fn change_channel(Extract(handle): Extract<Handle>, Path(id): Path<u64>, body: Body) -> Answer {
    handle.change(|state| state.change_channel(id, &body)).map(Json)
}

async fn messages(Extract(handle): Extract<Handle>, Path(channel): Path<u64>, Query(query): Pairs) -> Answer {
    handle.change(|state| state.list_messages(channel, &query)).map(Json)
}

async fn create_message(Extract(handle): Extract<Handle>, Path(channel): Path<u64>, body: Body) -> Answer {
    handle.change(|state| state.create_message(channel, &body)).map(Json)
}

async fn message(Extract(handle): Extract<Handle>, Path((channel, id)): Path<(u64, u64)>) -> Answer {
    handle.change(|state| {
        state.message(channel, id)?;
        state.shown(id).map(Json)
    })
}

async fn edit_message(Extract(handle): Extract<Handle>, Path((channel, id)): Path<(u64, u64)>, body: Body) -> Answer {
    handle.change(|state| state.edit_message(channel, id, &body)).map(Json)
}

async fn delete_message(
    Extract(handle): Extract<Handle>,
    Path((channel, id)): Path<(u64, u64)>,
) -> Result<StatusCode, Problem> {
    handle.change(|state| state.delete_message(channel, id)).map(|()| StatusCode::NO_CONTENT)
}

async fn pin(Extract(handle): Extract<Handle>, Path((channel, id)): Path<(u64, u64)>) -> Result<StatusCode, Problem> {
    handle.change(|state| state.pin(channel, id)).map(|()| StatusCode::NO_CONTENT)
}

async fn unpin(Extract(handle): Extract<Handle>, Path((channel, id)): Path<(u64, u64)>) -> Result<StatusCode, Problem> {
    handle.change(|state| state.unpin(channel, id)).map(|()| StatusCode::NO_CONTENT)
}

async fn open_thread(
    Extract(handle): Extract<Handle>,
    Path((channel, id)): Path<(u64, u64)>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Problem> {
    handle.change(|state| state.open_thread(channel, id, &body)).map(|thread| (StatusCode::CREATED, Json(thread)))
}

async fn callback(
    Extract(handle): Extract<Handle>,
    Path((id, token)): Path<(u64, String)>,
    Query(query): Pairs,
    body: Body,
) -> Result<Response, Problem> {
    let answer = handle.change(|state| state.answer(id, &token, &body))?;
    if query.contains(&("with_response".to_owned(), "true".to_owned())) {
        return Ok(Json(answer).into_response());
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn follow_up(Extract(handle): Extract<Handle>, Path((app, token)): Path<(u64, String)>, body: Body) -> Answer {
    handle.change(|state| state.follow_up(app, &token, &body)).map(Json)
}

async fn read_answer(Extract(handle): Extract<Handle>, Path((app, token, id)): Path<(u64, String, String)>) -> Answer {
    handle.change(|state| state.read_answer(app, &token, which(&id)?)).map(Json)
}

async fn change_answer(
    Extract(handle): Extract<Handle>,
    Path((app, token, id)): Path<(u64, String, String)>,
    body: Body,
) -> Answer {
    handle.change(|state| state.change_answer(app, &token, which(&id)?, &body)).map(Json)
}

async fn delete_answer(
    Extract(handle): Extract<Handle>,
    Path((app, token, id)): Path<(u64, String, String)>,
) -> Result<StatusCode, Problem> {
    handle.change(|state| state.delete_answer(app, &token, which(&id)?)).map(|()| StatusCode::NO_CONTENT)
}

fn which(id: &str) -> Result<Which, Problem> {
    if id == "@original" {
        return Ok(Which::Original);
    }
    id.parse().map(Which::Followup).map_err(|_| Problem::unknown(10008))
}
