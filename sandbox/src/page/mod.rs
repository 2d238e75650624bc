//! The page that shows the world: the week, both chats side by side, the repository, the environments, and the clock.

mod actions;
mod backups;
mod banner;
mod clockwork;
mod code_actions;
mod compose;
mod discord;
mod entities;
mod environments;
mod feed;
mod flags;
mod form;
mod fragments;
mod header;
mod markdown;
mod mishaps;
mod queue;
mod refs;
mod repository;
mod shell;
mod telegram;
mod text;
mod tour;
mod tour_facts;
mod tour_places;
mod week;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
};

use axum::{
    Router,
    extract::{Query, Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};

use crate::{
    github::{CommitView, Problem},
    world::World,
};

type Handle = Arc<Page>;

/// What the page keeps beside the world itself.
struct Page {
    world: Arc<World>,
    /// Commits never change, so each is read from git once.
    commits: Mutex<HashMap<String, CommitView>>,
    /// Private replies that somebody has waved away.
    dismissed: Mutex<BTreeSet<String>>,
    /// The newest form that each person has sent or closed.
    forms_done: Mutex<BTreeMap<String, u64>>,
    /// The points of the tour that have been reached.
    reached: Mutex<BTreeSet<&'static str>>,
    /// Where the clock is on its way to.
    goal: Mutex<Option<clockwork::Goal>>,
    /// The bot's calendar.
    feed: Mutex<feed::Feed>,
    /// How many commits have been pushed from here, so that each is another one.
    pushes: AtomicU64,
}

/// Whose screen it is, and which channel and chat are open on it.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(default)]
struct Screen {
    me: String,
    discord: String,
    telegram: String,
    /// The chapter of the tour, empty for the one that comes next.
    tour: String,
    /// The fragments that the browser has, as `id:hash` with commas between.
    have: String,
}

impl Default for Screen {
    fn default() -> Self {
        let [me, discord, telegram] = ["alice", "releases", "Releases"].map(str::to_owned);
        Self { me, discord, telegram, tour: String::new(), have: String::new() }
    }
}

impl Page {
    fn new(world: Arc<World>) -> Self {
        let (commits, dismissed, forms_done) = Default::default();
        let (reached, goal, feed, pushes) = Default::default();
        Self { world, commits, dismissed, forms_done, reached, goal, feed, pushes }
    }

    async fn commit(&self, sha: &str) -> Result<Option<CommitView>, Problem> {
        let known = locked(&self.commits).get(sha).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let found = self.world.github().commit(sha).await?;
        if let Some(commit) = &found {
            locked(&self.commits).insert(sha.to_owned(), commit.clone());
        }
        Ok(found)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The page of a world, as a router for a server on this machine.
pub fn router(world: Arc<World>) -> Router {
    let acts = Router::new()
        .route("/clock", post(clockwork::clock))
        .route("/discord/say", post(actions::discord_say))
        .route("/discord/command", post(actions::discord_command))
        .route("/discord/press", post(actions::discord_press))
        .route("/discord/form", post(actions::discord_form))
        .route("/discord/dismiss", post(actions::discord_dismiss))
        .route("/telegram/say", post(actions::telegram_say))
        .route("/telegram/press", post(actions::telegram_press))
        .route("/code/merge", post(code_actions::merge))
        .route("/code/close", post(code_actions::close))
        .route("/code/enqueue", post(code_actions::enqueue))
        .route("/code/dequeue", post(code_actions::dequeue))
        .route("/code/push", post(code_actions::push))
        .route("/code/fail", post(code_actions::fail))
        .route("/code/digest", post(code_actions::digest))
        .route("/code/configure", post(code_actions::configure))
        .route("/code/flag", post(code_actions::flag))
        .route("/code/webhooks", post(code_actions::webhooks))
        .route("/code/bad-gateway", post(code_actions::bad_gateway))
        .route_layer(middleware::from_fn(from_this_page));
    Router::new()
        .route("/", get(front))
        .route("/fragments", get(fragments::answer))
        .route("/discord/menu", get(compose::menu))
        .route("/discord/options", get(compose::options))
        .route("/discord/suggestions", get(compose::suggestions))
        .route("/telegram/menu", get(telegram::menu))
        .route("/page.css", get(|| file("text/css; charset=utf-8", include_str!("page.css"))))
        .route("/page.js", get(|| file("text/javascript; charset=utf-8", include_str!("page.js"))))
        .merge(acts)
        .with_state(Arc::new(Page::new(world)))
}

async fn front(State(page): State<Handle>, Query(screen): Query<Screen>) -> Response {
    match shell::document(&page, &screen).await {
        Ok(document) => Html(document.into_string()).into_response(),
        Err(problem) => (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    }
}

async fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind)], text)
}

/// Other pages in the same browser can send forms here, but not with this header.
async fn from_this_page(request: Request, next: Next) -> Response {
    if request.headers().contains_key("x-sandbox-page") {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "Only the sandbox's own page may do this.").into_response()
}
