//! The parts of the page that change, and which of them a browser does not have yet.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use maud::Markup;

use super::{
    Handle, Page, Screen, backups, banner, discord, environments, feed, flags, form, header, mishaps, queue,
    repository, telegram, tour, week,
};
use crate::github::Problem;

/// What has changed since the browser last asked.
#[derive(serde::Serialize)]
pub(super) struct Changes {
    /// By the element's id: the new hash and the new HTML.
    fragments: BTreeMap<&'static str, (String, String)>,
    /// How many messages each channel and chat holds, to mark those with news.
    counts: BTreeMap<String, usize>,
}

/// `GET /fragments`
pub(super) async fn answer(
    State(page): State<Handle>,
    Query(screen): Query<Screen>,
) -> Result<Json<Changes>, (StatusCode, String)> {
    feed::refresh(&page);
    let problem = |problem: Problem| (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string());
    let mut fragments = BTreeMap::new();
    for (id, markup) in all(&page, &screen).await.map_err(problem)? {
        let html = markup.into_string();
        let hash = hash(&html);
        if !screen.have.split(',').any(|had| had.split_once(':') == Some((id, &hash))) {
            fragments.insert(id, (hash, html));
        }
    }
    Ok(Json(Changes { fragments, counts: counts(&page, &screen) }))
}

/// Every part, by the id of its element.
pub(super) async fn all(page: &Page, screen: &Screen) -> Result<Vec<(&'static str, Markup)>, Problem> {
    let environments = page.world.github().environments().await?;
    Ok(vec![
        ("time", header::time(page)),
        ("clock", header::clock(page)),
        ("tour", tour::strip(page, screen, &environments).await?),
        ("week", week::strip(page)),
        ("banner", banner::banner(page)),
        ("discord-log", discord::log(page, screen)),
        ("discord-form", form::open(page, screen)),
        ("telegram-log", telegram::log(page, screen)),
        ("environments", environments::cards(page, &environments)),
        ("flags", flags::list(page)),
        ("backups", backups::last(page)),
        ("queue", queue::list(page)),
        ("pulls", repository::pulls(page)),
        ("refs", super::refs::lists(page).await?),
        ("runs", repository::runs(page)),
        ("mishaps", mishaps::panel(page, screen)),
    ])
}

fn counts(page: &Page, screen: &Screen) -> BTreeMap<String, usize> {
    let discord = discord::CHANNELS.iter().map(|channel| {
        let posts = page.world.discord().screen(channel, &screen.me);
        (
            format!("discord/{channel}"),
            posts.iter().map(|post| 1 + post.thread.iter().flat_map(|t| &t.posts).count()).sum(),
        )
    });
    let telegram = telegram::chats(screen).into_iter().map(|(chat, _)| {
        let posts = page.world.telegram().screen(&chat, telegram::topic(&chat));
        (format!("telegram/{chat}"), posts.len())
    });
    discord.chain(telegram).collect()
}

fn hash(html: &str) -> String {
    let mut hasher = DefaultHasher::new();
    html.hash(&mut hasher);
    format!("{:x}", hasher.finish())
}
