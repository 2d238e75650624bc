//! Telegram's text with its entities as HTML.

use maud::{Markup, PreEscaped};
use serde_json::Value;

use super::markdown::{anchor, escaped, linked};

/// A text with what is bold, a link or a mention in it.
pub(super) fn render(text: &str, entities: &[Value]) -> Markup {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut sorted: Vec<&Value> = entities.iter().collect();
    sorted.sort_by_key(|entity| (range(entity).0, std::cmp::Reverse(range(entity).1)));
    PreEscaped(part(&units, 0, units.len(), &sorted, true))
}

fn range(entity: &Value) -> (usize, usize) {
    let number = |key: &str| entity[key].as_u64().unwrap_or_default() as usize;
    (number("offset"), number("offset") + number("length"))
}

/// Entities within which an address is not a link, or is one already.
const NOT_LINKED: [&str; 4] = ["code", "pre", "text_link", "url"];

/// The part of the text from `at` to `end`, with the entities that lie within it, outermost first.
fn part(units: &[u16], mut at: usize, end: usize, entities: &[&Value], links: bool) -> String {
    let plain = |text: String| if links { linked(&text) } else { escaped(&text) };
    let mut html = String::new();
    let mut rest = entities;
    while let Some((entity, others)) = rest.split_first() {
        let (start, stop) = (range(entity).0.max(at), range(entity).1.min(end));
        let inside = others.iter().take_while(|other| range(other).0 < stop).count();
        if start < stop {
            html.push_str(&plain(text(units, at, start)));
            let links = links && !NOT_LINKED.iter().any(|kind| entity["type"] == *kind);
            let within = part(units, start, stop, &others[..inside], links);
            html.push_str(&wrapped(entity, within, &text(units, start, stop)));
            at = stop;
            // A quote or a block of code ends its own line.
            at += usize::from(is_block(entity) && units.get(at) == Some(&u16::from(b'\n')) && at < end);
        }
        rest = &others[inside..];
    }
    html + &plain(text(units, at, end))
}

fn is_block(entity: &Value) -> bool {
    matches!(entity["type"].as_str(), Some("pre" | "blockquote" | "expandable_blockquote"))
}

fn text(units: &[u16], at: usize, end: usize) -> String {
    String::from_utf16_lossy(units.get(at..end).unwrap_or_default())
}

fn wrapped(entity: &Value, inside: String, plain: &str) -> String {
    let within = |tag: &str| format!("<{tag}>{inside}</{tag}>");
    match entity["type"].as_str().unwrap_or_default() {
        "bold" => within("strong"),
        "italic" => within("em"),
        "underline" => within("u"),
        "strikethrough" => within("s"),
        "spoiler" => within("mark"),
        "code" => within("code"),
        "pre" => within("pre"),
        "blockquote" | "expandable_blockquote" => within("blockquote"),
        "text_link" => {
            let url = entity["url"].as_str().unwrap_or_default();
            anchor(url, &inside).unwrap_or(inside)
        }
        "url" => anchor(plain, &inside).unwrap_or(inside),
        "mention" | "text_mention" => {
            let name = entity["name"].as_str().map_or_else(|| inside.clone(), |name| escaped(&format!("@{name}")));
            format!("<span class=mention>{name}</span>")
        }
        "bot_command" => format!("<span class=command>{inside}</span>"),
        _ => inside,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nests_and_escapes() {
        let entities = [
            json!({"type": "bold", "offset": 0, "length": 7}),
            json!({"type": "code", "offset": 3, "length": 3}),
            json!({"type": "text_link", "offset": 8, "length": 1, "url": "javascript:x"}),
        ];
        let html = render("🚀 <b> x y", &entities).into_string();
        let quote = [json!({"type": "blockquote", "offset": 0, "length": 1})];
        assert_eq!(render("a\nb", &quote).into_string(), "<blockquote>a</blockquote>b");
        let linked = render("see https://x.y/a_b. <i>", &[]).into_string();
        assert!(
            linked.starts_with("see <a href=\"https://x.y/a_b\"") && linked.ends_with("</a>. &lt;i&gt;"),
            "{linked}"
        );
        assert_eq!(html, "<strong>🚀 <code>&lt;b&gt;</code> </strong>x y");
    }
}
