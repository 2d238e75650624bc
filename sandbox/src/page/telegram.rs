//! The Telegram pane: chats, bubbles with their keyboards, and what is being asked.

use axum::{
    extract::{Query, State},
    response::Html,
};
use maud::{Markup, html};

use super::{
    Handle, Page, Screen, entities,
    text::{ASIDE, avatar, counted, moment},
};
use crate::{chat::Button, telegram::Post};

/// So many messages of a chat are drawn.
const SHOWN: usize = 60;

/// The chats that have a tab, and what the tabs say.
pub(super) fn chats(screen: &Screen) -> Vec<(String, &'static str)> {
    vec![
        ("Releases".to_owned(), "Releases"),
        ("Incidents".to_owned(), "Incidents"),
        (screen.me.clone(), "@shipmate_bot"),
    ]
}

/// The topic that is shown of a chat.
pub(super) fn topic(chat: &str) -> Option<&'static str> {
    (chat == "Releases").then_some("Releases")
}

/// The tabs above the messages.
pub(super) fn tabs(screen: &Screen) -> Markup {
    html! {
        div.bar {
            span.brand { "Telegram" }
            div role="tablist" aria-label="Telegram chats" {
                @for (chat, label) in chats(screen) {
                    @let name = if chat == screen.me { "me" } else { chat.as_str() };
                    button role="tab" data-tab="telegram" data-name=(name)
                        aria-selected=(chat == screen.telegram) { (label) }
                }
            }
        }
    }
}

/// The line in which people write.
pub(super) fn composer() -> Markup {
    html! {
        div.composer {
            div.menu data-menu hidden {}
            div #telegram-reply .replying hidden {
                span {} button.link type="button" data-no-reply aria-label="Do not reply" { "✕" }
            }
            form #telegram-say data-post="/telegram/say" autocomplete="off" {
                input type="hidden" name="reply_to";
                input name="text" type="text" maxlength="4096" aria-label="Message or command on Telegram"
                    placeholder="Message — type / for commands";
                button type="submit" aria-label="Send" { "➤" }
            }
        }
    }
}

/// The messages of the open chat.
pub(super) fn log(page: &Page, screen: &Screen) -> Markup {
    let posts = page.world.telegram().screen(&screen.telegram, topic(&screen.telegram));
    let hidden = posts.len().saturating_sub(SHOWN);
    html! {
        @if posts.is_empty() {
            div.empty { "No messages here yet." br; "Type " code { "/" } " below to see what the bot understands." }
        }
        @if let Some(card) = posts.iter().rev().find(|post| post.reply_to.is_none() && acts(post)) {
            button.pinned data-goto={ "bubble-" (card.id) } title="Go to this message" {
                b { "Buttons to press" } span { (card.text.lines().next().unwrap_or_default()) }
            }
        }
        @if hidden > 0 { div.more { (counted(hidden, "older message")) } }
        @for post in &posts[hidden..] { (bubble(page, screen, post)) }
    }
}

/// Whether somebody is to press something on it.
fn acts(post: &Post) -> bool {
    post.buttons.iter().flatten().any(|button| button.id.is_some() && !ASIDE.contains(&button.label.as_str()))
}

fn bubble(page: &Page, screen: &Screen, post: &Post) -> Markup {
    let now = page.world.clock().now();
    let asks_me = post.asks.as_ref().is_some_and(|whom| whom.as_ref().is_none_or(|names| names.contains(&screen.me)));
    html! {
        article.message.mine[post.author == screen.me].pings[post.pings.contains(&screen.me)]
            data-asks[asks_me] data-message=(post.id) id={ "bubble-" (post.id) } {
            (avatar(&post.author))
            div.stack {
                div.bubble {
                    div.who {
                        b class=(post.author) { (post.author) }
                        button.link.reply data-reply=(post.id) data-words=(post.text.lines().next().unwrap_or_default())
                            title="Reply" aria-label={ "Reply to " (post.author) } { "↩" }
                    }
                    @if let Some((id, who, words)) = &post.reply_to {
                        button.replied data-goto={ "bubble-" (id) } title="Go to this message" {
                            b class=(who) { (who) } span { (words) }
                        }
                    }
                    @if let Some(file) = &post.file { div.file { "📄 " (file) } }
                    @if !post.text.is_empty() { div.text { (entities::render(&post.text, &post.entities)) } }
                    time title=(post.at.format("%Y-%m-%d %H:%M:%S UTC")) {
                        @if post.edited { "edited " } (moment(post.at, now))
                    }
                }
                @if let Some(sign) = &post.reaction { div.reaction { (sign) } }
                @for row in &post.buttons { div.keyboard { @for button in row { (key(post, button)) } } }
            }
        }
    }
}

fn key(post: &Post, button: &Button) -> Markup {
    html! {
        @if let Some(url) = &button.url {
            a href=(url) target="_blank" rel="noreferrer" { (button.label) " ↗" }
        } @else {
            button data-post="/telegram/press" data-message=(post.id) data-press=(button.id.as_deref().unwrap_or_default()) {
                (button.label)
            }
        }
    }
}

#[derive(serde::Deserialize)]
pub(super) struct Prefix {
    #[serde(default)]
    typed: String,
}

/// `GET /telegram/menu`: the bot's menu, as far as it goes on from what is typed.
pub(super) async fn menu(State(page): State<Handle>, Query(prefix): Query<Prefix>) -> Html<String> {
    let wanted = prefix.typed.trim_start_matches('/').to_lowercase();
    let menu = page.world.telegram().menu();
    let markup = html! {
        @for (name, help) in menu.iter().filter(|(name, _)| name.starts_with(&wanted)) {
            button type="button" data-fill={ "/" (name) " " } { b { "/" (name) } span { (help) } }
        }
    };
    Html(markup.into_string())
}
