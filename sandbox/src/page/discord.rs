//! The Discord pane: channels, messages with their embeds and buttons, threads, private replies.

use maud::{Markup, PreEscaped, html};
use serde_json::Value;

use super::{
    Page, Screen, locked, markdown,
    text::{ASIDE, avatar, counted, moment, relative},
};
use crate::{
    discord::{Post, Thread},
    world::ZONE,
};

/// The channels that have a tab.
pub(super) const CHANNELS: [&str; 2] = ["releases", "incidents"];
/// So many messages of a channel are drawn.
const SHOWN: usize = 60;

/// The tabs above the messages.
pub(super) fn tabs(screen: &Screen) -> Markup {
    html! {
        div.bar {
            span.brand { "Discord" }
            div role="tablist" aria-label="Discord channels" {
                @for channel in CHANNELS {
                    button role="tab" data-tab="discord" data-name=(channel)
                        aria-selected=(channel == screen.discord) { "# " (channel) }
                }
            }
        }
    }
}

/// The line in which people write.
pub(super) fn composer(screen: &Screen) -> Markup {
    html! {
        div.composer {
            div.menu data-menu hidden {}
            form #discord-say data-post="/discord/say" autocomplete="off" {
                input name="text" type="text" maxlength="2000" aria-label="Message or command on Discord"
                    placeholder={ "Message #" (screen.discord) " — type / for commands" };
            }
            div #discord-options {}
        }
    }
}

/// The messages of the open channel.
pub(super) fn log(page: &Page, screen: &Screen) -> Markup {
    let posts = page.world.discord().screen(&screen.discord, &screen.me);
    let dismissed = locked(&page.dismissed).clone();
    let posts: Vec<&Post> = posts.iter().filter(|post| !dismissed.contains(&post.id)).collect();
    let hidden = posts.len().saturating_sub(SHOWN);
    html! {
        @if posts.is_empty() {
            div.empty {
                b { "This is the beginning of #" (screen.discord) "." }
                p { "Type " code { "/" } " below and choose a command; the bot answers here." }
            }
        }
        @if let Some(card) = posts.iter().rev().find(|post| !post.private && acts(post)) {
            button.pinned data-goto={ "post-" (card.id) } title="Go to this message" {
                b { "Buttons to press" } span { (headline(page, card)) }
            }
        }
        @if hidden > 0 { div.more { (counted(hidden, "older message")) } }
        @for post in &posts[hidden..] { (message(page, post)) }
    }
}

/// Whether somebody is to press something on it.
fn acts(post: &Post) -> bool {
    let parts = post.components.iter().filter_map(|row| row["components"].as_array()).flatten();
    let aside = |label: &Value| label.as_str().is_some_and(|label| ASIDE.contains(&label));
    parts.into_iter().any(|part| part["custom_id"].is_string() && part["disabled"] != true && !aside(&part["label"]))
}

fn headline(page: &Page, post: &Post) -> Markup {
    let title = post.embeds.iter().find_map(|embed| embed["title"].as_str()).unwrap_or(&post.content);
    PreEscaped(markdown::inline(title.lines().next().unwrap_or_default(), &|inside| mention(page, inside)))
}

fn message(page: &Page, post: &Post) -> Markup {
    let now = page.world.clock().now();
    html! {
        article.message.private[post.private].pings[post.pings_me] id={ "post-" (post.id) } {
            @if let Some((who, what)) = &post.answers {
                div.above { "↱ " b { (who) } " used " span.command { (what) } }
            }
            @if let Some((who, words)) = &post.reply_to { div.above { "↱ " b { (who) } " " (words) } }
            (avatar(&post.author))
            div.body {
                div.who {
                    b class=(post.author) { (post.author) }
                    @if post.bot { span.tag { "APP" } }
                    time title=(post.at.format("%Y-%m-%d %H:%M:%S UTC")) { (moment(post.at, now)) }
                }
                @if post.thinking { p.thinking { (post.author) " is thinking" span.dots { "…" } } }
                @if !post.content.is_empty() {
                    div.text { (text(page, &post.content)) @if post.edited { small.edited { "(edited)" } } }
                }
                @for embed in &post.embeds { (draw_embed(page, embed)) }
                @for name in &post.files { div.file { "📎 " (name) } }
                (rows(post))
                @if let Some(thread) = &post.thread { (draw_thread(page, post, thread)) }
                @if post.private {
                    div.only {
                        "👁 Only you can see this · "
                        button.link data-post="/discord/dismiss" data-message=(post.id) { "Dismiss message" }
                    }
                }
            }
        }
    }
}

fn draw_thread(page: &Page, post: &Post, thread: &Thread) -> Markup {
    let last = thread.posts.iter().rev().find(|post| !post.private);
    html! {
        details.thread open id={ "thread-" (post.id) } {
            summary {
                b { "🧵 " (thread.name) }
                span { (counted(thread.posts.len(), "message")) @if thread.archived { " · archived" } }
                @if let Some(last) = last { time { (relative(last.at, page.world.clock().now())) } }
            }
            div.posts data-stick id={ "posts-" (post.id) } tabindex="0" aria-label={ "Thread " (thread.name) } {
                @for post in &thread.posts { (message(page, post)) }
            }
        }
    }
}

fn draw_embed(page: &Page, embed: &Value) -> Markup {
    let part = |value: &Value| value.as_str().filter(|words| !words.is_empty()).map(|words| text(page, words));
    let line = |value: &Value| {
        value.as_str().map(|words| PreEscaped(markdown::inline(words, &|inside| mention(page, inside))))
    };
    let colour = embed["color"].as_u64().map_or_else(|| "#4e5058".to_owned(), |colour| format!("#{colour:06x}"));
    let fields = embed["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        div.embed style={ "border-color:" (colour) } {
            @if let Some(author) = embed["author"]["name"].as_str() { div.author { (author) } }
            @if let Some(title) = line(&embed["title"]) {
                div.title {
                    @match embed["url"].as_str().and_then(|url| markdown::anchor(url, &title.0)) {
                        Some(link) => { (PreEscaped(link)) }
                        None => { (title) }
                    }
                }
            }
            @if let Some(words) = part(&embed["description"]) { div.text { (words) } }
            @if !fields.is_empty() {
                dl {
                    @for field in fields {
                        div.wide[field["inline"] != true] {
                            @if let Some(name) = line(&field["name"]) { dt { (name) } }
                            @if let Some(words) = part(&field["value"]) { dd { (words) } }
                        }
                    }
                }
            }
            @if let Some(words) = embed["footer"]["text"].as_str() { div.footer { (words) } }
        }
    }
}

fn rows(post: &Post) -> Markup {
    let parts = |row: &Value| row["components"].as_array().cloned().unwrap_or_default();
    html! {
        @for row in &post.components {
            div.buttons {
                @for part in parts(row) {
                    @if part["type"] == 2 { (button(post, &part)) }
                    @else { (menu(post, &part)) }
                }
            }
        }
    }
}

fn button(post: &Post, button: &Value) -> Markup {
    let words = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let label = html! {
        @if let Some(emoji) = button["emoji"]["name"].as_str() { span { (emoji) } " " }
        (words(&button["label"]))
    };
    let look = match button["style"].as_u64() {
        Some(1) => "primary",
        Some(3) => "good",
        Some(4) => "bad",
        _ => "plain",
    };
    html! {
        @if let Some(url) = button["url"].as_str() {
            a.button.plain href=(url) target="_blank" rel="noreferrer" { (label) " ↗" }
        } @else {
            button class={ "button " (look) } disabled[button["disabled"] == true] data-post="/discord/press"
                data-message=(post.id) data-press=(words(&button["custom_id"])) { (label) }
        }
    }
}

fn menu(post: &Post, menu: &Value) -> Markup {
    let options = menu["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        select data-choose="/discord/press" data-message=(post.id) aria-label=(menu["placeholder"].as_str().unwrap_or("Choose")) {
            option value="" { (menu["placeholder"].as_str().unwrap_or("Choose…")) }
            @for option in options {
                option value=(option["label"].as_str().unwrap_or_default()) {
                    (option["label"].as_str().unwrap_or_default())
                }
            }
        }
    }
}

fn text(page: &Page, words: &str) -> Markup {
    markdown::render(words, &|inside| mention(page, inside))
}

fn mention(page: &Page, inside: &str) -> Option<Markup> {
    let words = page.world.discord().mention(inside)?;
    let Some(time) = inside.strip_prefix("t:") else { return Some(html! { span.mention { (words) } }) };
    let (seconds, style) = time.split_once(':').unwrap_or((time, "f"));
    let at = chrono::DateTime::from_timestamp(seconds.parse().ok()?, 0)?;
    let (now, there) = (page.world.clock().now(), at.with_timezone(&ZONE));
    let shown = match style {
        "R" => relative(at, now),
        "t" | "T" => there.format("%H:%M").to_string(),
        "d" | "D" => there.format("%-d %b %Y").to_string(),
        _ => there.format("%-d %b %Y, %H:%M").to_string(),
    };
    Some(html! { time.stamp title=(at.format("%Y-%m-%d %H:%M:%S UTC")) { (shown) } })
}
