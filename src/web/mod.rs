//! The web server: health for operators, and the doors that GitHub and Telegram knock on.

mod arriving;
pub mod calendar;
mod concerned;
mod connection_table;
mod connections;
pub mod github;
mod lingering;
mod outside;

use std::{io, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures::future::BoxFuture;
use tokio::{net::TcpListener, sync::Semaphore};

use self::calendar::NoCalendar;
use crate::{
    logging,
    reports::{BodyRoom, TokenBucket, UnprovenBody},
};

/// GitHub sends nothing larger, in bytes; Telegram's updates are far smaller.
const LARGEST_FROM_GITHUB: usize = 25 * 1024 * 1024;
const LARGEST_FROM_TELEGRAM: usize = 1024 * 1024;

/// How many may wait at once until the bot has nothing to do.
const WAITING: usize = 32;

/// Takes in webhooks.
pub struct Hook {
    /// Whether a webhook can be its sender's, as far as its headers tell. The body of any other is not read.
    pub may_be: Box<dyn Fn(&HeaderMap) -> bool + Send + Sync>,
    /// Takes in one, headers and body. It verifies the sender, and stores before it answers `Ok`.
    pub take: TakeWebhook,
}

/// Takes in one webhook.
pub type TakeWebhook =
    Box<dyn Fn(HeaderMap, UnprovenBody) -> BoxFuture<'static, Result<(), HookRefusal>> + Send + Sync>;

/// Tells whether the bot can do its work, with what there is to know besides; if not, a sentence that says why.
pub type Ready = Box<dyn Fn() -> BoxFuture<'static, Result<String, String>> + Send + Sync>;

/// Waits until the bot has nothing to do right now.
pub type Settled = Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// Gives a project's calendar to whoever has the token: the project's name, and what was given for the token.
pub type GiveCalendar = Box<dyn Fn(&str, &str) -> Result<String, NoCalendar> + Send + Sync>;

/// What the server needs to answer.
pub struct Web {
    /// Whether the bot can do its work.
    pub ready: Ready,
    /// Is over when the bot has nothing to do right now: nothing to say, nothing to ask, nothing half done.
    pub settled: Settled,
    /// Is over when all that was to be said has been said, whatever else is under way.
    pub delivered: Settled,
    /// Takes GitHub's webhooks; without it there is no such address.
    pub github: Option<Hook>,
    /// Takes Telegram's updates; without it there is no such address.
    pub telegram: Option<Hook>,
    /// Gives calendars; without it there is no such address.
    pub calendar: Option<GiveCalendar>,
    /// Takes what others report; further addresses.
    pub hooks: Option<Router>,
    /// What all bodies that are being read may hold.
    pub room: BodyRoom,
    /// How many connections there may be at once.
    pub connections: usize,
    /// Once this is over, the server takes no more connections, answers what it has begun, and ends.
    pub stop: BoxFuture<'static, ()>,
}

/// Why a webhook was not taken. The reason is for the log; the sender sees only the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookRefusal {
    /// The sender did not prove who they are: 401.
    Unproven,
    /// It cannot be read: 400.
    Unreadable(String),
    /// They come too often; how long to wait: 429.
    TooOften(std::time::Duration),
    /// It could not be stored, and may be sent again: 503.
    NotStored(String),
}

/// Serves until `routes.stop` is over: `GET /livez`, `GET /readyz`, `GET /settled`, `GET /delivered`, `GET /calendar.ics`,
/// `POST /hooks/github`, `POST /hooks/telegram`, and what `routes.hooks` has.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, routes: Web) -> io::Result<()> {
    let Web { ready, settled, delivered, github, telegram, calendar, hooks, room, connections, stop } = routes;
    let health = Router::new()
        .route("/livez", get(async || "alive\n"))
        .route("/readyz", get(readiness))
        .with_state(Arc::new(ready))
        .merge(Router::new().route("/settled", get(settling)).with_state(waited_for(settled)))
        .merge(Router::new().route("/delivered", get(settling)).with_state(waited_for(delivered)));
    let github = door("/hooks/github", github, LARGEST_FROM_GITHUB, room.clone());
    let telegram = door("/hooks/telegram", telegram, LARGEST_FROM_TELEGRAM, room);
    let router = health.merge(github).merge(telegram).merge(calendars(calendar)).merge(hooks.unwrap_or_default());
    connections::serve(listener, router, connections, stop).await
}

async fn readiness(State(ready): State<Arc<Ready>>) -> impl IntoResponse {
    match ready().await {
        Ok(said) => (StatusCode::OK, format!("{said}\n")),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
    }
}

/// What so many may wait for at once.
fn waited_for(settled: Settled) -> (Arc<Settled>, Arc<Semaphore>) {
    (Arc::new(settled), Arc::new(Semaphore::new(WAITING)))
}

async fn settling(State((settled, waiting)): State<(Arc<Settled>, Arc<Semaphore>)>) -> Response {
    let Ok(_waits) = waiting.try_acquire() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many wait for this already\n").into_response();
    };
    settled().await;
    "settled\n".into_response()
}

/// What is asked of `GET /calendar.ics`.
#[derive(serde::Deserialize)]
struct CalendarQuery {
    #[serde(default)]
    project: String,
    #[serde(default)]
    token: String,
}

fn calendars(calendar: Option<GiveCalendar>) -> Router {
    let Some(calendar) = calendar else { return Router::new() };
    // A token in an address is guessed like any other: those who have none that is right have a pace of their own.
    let strangers = Arc::new(TokenBucket::of_strangers());
    let give = move |State(calendar): State<Arc<GiveCalendar>>, Query(asked): Query<CalendarQuery>| {
        let strangers = Arc::clone(&strangers);
        async move {
            match calendar(&asked.project, &asked.token) {
                Ok(text) => {
                    (StatusCode::OK, [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response()
                }
                Err(NoCalendar::Unproven) => unproven(strangers.take()),
                Err(NoCalendar::Unknown) => StatusCode::NOT_FOUND.into_response(),
                Err(NoCalendar::Unread(why)) => {
                    tracing::error!(why, "the calendar cannot be given");
                    StatusCode::SERVICE_UNAVAILABLE.into_response()
                }
            }
        }
    };
    Router::new().route("/calendar.ics", get(give)).with_state(Arc::new(calendar))
}

/// The answer to whoever does not show the calendar's token, as fast as they may come.
fn unproven(pace: Result<(), std::time::Duration>) -> Response {
    if let Err(wait) = pace {
        let again = [(header::RETRY_AFTER, wait.as_secs().to_string())];
        return (StatusCode::TOO_MANY_REQUESTS, again, "too many wrong tokens; try again in a moment\n")
            .into_response();
    }
    tracing::warn!("a calendar was refused: the token in its address is missing or wrong");
    let said = "the token is missing or wrong: it has to be that of [calendar] in bot.toml\n";
    (StatusCode::UNAUTHORIZED, said).into_response()
}

fn door(path: &'static str, hook: Option<Hook>, largest: usize, room: BodyRoom) -> Router {
    let Some(hook) = hook else { return Router::new() };
    // Those who do not prove who they are have a pace of their own.
    let (hook, strangers) = (Arc::new(hook), Arc::new(TokenBucket::of_strangers()));
    let take = move |headers: HeaderMap, body: Body| {
        let (hook, strangers, room) = (Arc::clone(&hook), Arc::clone(&strangers), room.clone());
        async move {
            let taken = match (hook.may_be)(&headers) {
                false => Err(HookRefusal::Unproven),
                true => match room.read(&headers, body, largest).await {
                    Ok(body) => (hook.take)(headers, body).await,
                    Err(refused) => {
                        logging::of_strangers(|left_out| {
                            tracing::warn!(path, problem = ?refused, left_out, "a webhook was refused: it did not come in whole");
                        });
                        return refused.into_response();
                    }
                },
            };
            match taken {
                Err(HookRefusal::Unproven) if strangers.take().is_err() => {
                    answer(path, Err(HookRefusal::TooOften(std::time::Duration::from_secs(1))))
                }
                taken => answer(path, taken),
            }
        }
    };
    Router::new().route(path, post(take))
}

fn answer(path: &str, taken: Result<(), HookRefusal>) -> Response {
    match taken {
        Ok(()) => StatusCode::OK.into_response(),
        Err(HookRefusal::Unproven) => {
            logging::of_strangers(|left_out| {
                tracing::warn!(path, left_out, "a webhook was refused: its sender did not prove who they are");
            });
            let said = "the secret is missing or wrong: it has to be the one in bot.toml\n";
            (StatusCode::UNAUTHORIZED, said).into_response()
        }
        Err(HookRefusal::Unreadable(why)) => {
            tracing::warn!(path, why, "a webhook was refused: it cannot be read");
            (StatusCode::BAD_REQUEST, format!("this cannot be read: {why}\n")).into_response()
        }
        Err(HookRefusal::TooOften(wait)) => {
            logging::of_strangers(|left_out| {
                tracing::debug!(path, left_out, "a webhook was put off: its sender comes too often");
            });
            let again = [(header::RETRY_AFTER, wait.as_secs().to_string())];
            (StatusCode::TOO_MANY_REQUESTS, again, "too many webhooks; try again in a moment\n").into_response()
        }
        Err(HookRefusal::NotStored(why)) => {
            tracing::error!(path, why, "a webhook could not be stored");
            (StatusCode::SERVICE_UNAVAILABLE, "this could not be stored; send it again\n").into_response()
        }
    }
}

#[cfg(test)]
mod crowded_tests;
#[cfg(test)]
mod tests;
