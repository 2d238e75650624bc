//! Telegram's HTML: strictly parsed to text and entities, and written out again for the transcripts.

use serde_json::{Value, json};

/// A text with its entities; offsets are in UTF-16 units, as Telegram counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Rich {
    pub text: String,
    pub entities: Vec<Value>,
}

struct Open {
    name: String,
    start: usize,
    entity: Value,
}

/// The length that Telegram counts.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Parses HTML as Telegram does.
///
/// # Errors
/// What stands after "can't parse entities: ".
pub(super) fn parse(html: &str) -> Result<Rich, String> {
    let (mut text, mut entities) = (String::new(), Vec::new());
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(next) = html[at..].chars().next() {
        match next {
            '&' => {
                let (meaning, width) = entity(&html[at..]);
                text.push(meaning);
                at += width;
            }
            '<' => {
                let end = html[at..].find('>').ok_or_else(|| format!("Unclosed start tag at byte offset {at}"))?;
                let tag = &html[at + 1..at + end];
                match tag.strip_prefix('/') {
                    Some(name) => close(name.trim(), at, &text, &mut open, &mut entities)?,
                    None => open.push(start(tag, at, length(&text), open.last())?),
                }
                at += end + 1;
            }
            other => {
                text.push(other);
                at += other.len_utf8();
            }
        }
    }
    if let Some(left) = open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", left.name));
    }
    entities.sort_by_key(|entity: &Value| (entity["offset"].as_u64(), std::cmp::Reverse(entity["length"].as_u64())));
    Ok(trimmed(Rich { text, entities }))
}

fn start(tag: &str, at: usize, start: usize, parent: Option<&Open>) -> Result<Open, String> {
    let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let name = name.to_lowercase();
    let attribute = |wanted: &str| {
        let rest = attributes.trim().strip_prefix(wanted)?.trim_start().strip_prefix('=')?.trim();
        Some(unescaped(rest.trim_matches(['"', '\''])))
    };
    let entity = match name.as_str() {
        "b" | "strong" => json!({"type": "bold"}),
        "i" | "em" => json!({"type": "italic"}),
        "u" | "ins" => json!({"type": "underline"}),
        "s" | "strike" | "del" => json!({"type": "strikethrough"}),
        "tg-spoiler" => json!({"type": "spoiler"}),
        "span" if attribute("class").as_deref() == Some("tg-spoiler") => json!({"type": "spoiler"}),
        "span" => return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {at}")),
        "blockquote" if attributes.trim() == "expandable" => json!({"type": "expandable_blockquote"}),
        "blockquote" => json!({"type": "blockquote"}),
        "code" => match (parent.map(|parent| parent.name.as_str()), attribute("class")) {
            (Some("pre"), Some(class)) => {
                json!({"type": "nothing", "language": class.trim_start_matches("language-")})
            }
            (Some("pre"), None) => json!({"type": "nothing"}),
            _ => json!({"type": "code"}),
        },
        "pre" => json!({"type": "pre"}),
        "a" => link(attribute("href").unwrap_or_default()),
        "tg-time" => time(attributes).ok_or_else(|| format!("Invalid tag \"tg-time\" at byte offset {at}"))?,
        _ => return Err(format!("Unsupported start tag \"{name}\" at byte offset {at}")),
    };
    Ok(Open { name, start, entity })
}

/// A moment that each client shows in its own zone: <https://core.telegram.org/bots/api#date-time-entity-formatting>.
fn time(attributes: &str) -> Option<Value> {
    let (mut unix, mut format) = (None, "");
    for attribute in attributes.split_whitespace() {
        let (name, value) = attribute.split_once('=')?;
        let value = value.trim_matches(['"', '\'']);
        match name {
            "unix" => unix = value.parse::<i64>().ok(),
            "format" => format = value,
            _ => {}
        }
    }
    // `r|w?[dD]?[tT]?`
    let rest = format.strip_prefix('w').unwrap_or(format);
    let rest = rest.strip_prefix(['d', 'D']).unwrap_or(rest);
    let rest = rest.strip_prefix(['t', 'T']).unwrap_or(rest);
    (format == "r" || rest.is_empty()).then_some(())?;
    Some(json!({"type": "date_time", "unix_time": unix?, "date_time_format": format}))
}

fn link(href: String) -> Value {
    match href.strip_prefix("tg://user?id=").and_then(|id| id.parse::<i64>().ok()) {
        Some(id) => json!({"type": "text_mention", "user": {"id": id}}),
        None if href.contains("://") => json!({"type": "text_link", "url": href}),
        None => json!({"type": "nothing"}),
    }
}

fn close(name: &str, at: usize, text: &str, open: &mut Vec<Open>, entities: &mut Vec<Value>) -> Result<(), String> {
    let Some(last) = open.pop() else { return Err(format!("Unexpected end tag at byte offset {at}")) };
    if !name.is_empty() && name.to_lowercase() != last.name {
        let expected = &last.name;
        return Err(format!("Unmatched end tag at byte offset {at}, expected \"</{expected}>\", found \"</{name}>\""));
    }
    if let (Some(language), Some(outer)) = (last.entity.get("language"), open.last_mut()) {
        outer.entity["language"] = language.clone();
    }
    let width = length(text) - last.start;
    if width > 0 && last.entity["type"] != "nothing" {
        let mut entity = last.entity;
        entity["offset"] = json!(last.start);
        entity["length"] = json!(width);
        entities.push(entity);
    }
    Ok(())
}

/// One character reference: what it means and how long it is. An unknown one stays as it stands.
fn entity(rest: &str) -> (char, usize) {
    let Some(end) = rest.find(';').filter(|end| *end < 12) else { return ('&', 1) };
    let name = &rest[1..end];
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    let meaning = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        _ => match name.strip_prefix("#x") {
            Some(hex) => number(hex, 16),
            None => name.strip_prefix('#').and_then(|decimal| number(decimal, 10)),
        },
    };
    meaning.map_or(('&', 1), |meaning| (meaning, end + 1))
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Telegram cuts white space at both ends.
fn trimmed(rich: Rich) -> Rich {
    let cut = rich.text.len() - rich.text.trim_start().len();
    let cut_units = length(&rich.text[..cut]) as u64;
    let text = rich.text.trim().to_owned();
    let total = length(&text) as u64;
    let mut entities = rich.entities;
    for entity in &mut entities {
        let start = entity["offset"].as_u64().unwrap_or_default();
        let end = start + entity["length"].as_u64().unwrap_or_default();
        let (start, end) = (start.saturating_sub(cut_units), end.saturating_sub(cut_units).min(total));
        entity["offset"] = json!(start);
        entity["length"] = json!(end.saturating_sub(start));
    }
    entities.retain(|entity| entity["length"] != 0);
    Rich { text, entities }
}

/// Writes a rich text with signs for its entities; `name` knows what people are called.
pub(super) fn written(rich: &Rich, name: impl Fn(&Value) -> Option<String>) -> String {
    let ranged = |entity: &Value| {
        let start = entity["offset"].as_u64().unwrap_or_default() as usize;
        let quotes = entity["type"].as_str().is_some_and(|kind| kind.ends_with("blockquote"));
        (start, start + entity["length"].as_u64().unwrap_or_default() as usize, quotes)
    };
    // Transcripts are written often, so each entity is read once, not once a character.
    let entities: Vec<_> = rich.entities.iter().map(|entity| (ranged(entity), entity)).collect();
    let mut out = String::new();
    let (mut at, mut silent_until) = (0, 0);
    for character in rich.text.chars().map(Some).chain([None]) {
        for (_, entity) in entities.iter().rev().filter(|((_, end, _), _)| *end == at) {
            out.push_str(&signs(entity).1);
        }
        let Some(character) = character else { break };
        for ((_, end, _), entity) in entities.iter().filter(|((start, ..), _)| *start == at) {
            out.push_str(signs(entity).0);
            if let Some(name) = name(entity) {
                out.push_str(&name);
                silent_until = *end;
            }
        }
        if at >= silent_until {
            out.push(character);
        }
        at += character.len_utf16();
        if character == '\n' && entities.iter().any(|((start, end, quotes), _)| *quotes && *start < at && at < *end) {
            out.push_str("> ");
        }
    }
    out
}

fn signs(entity: &Value) -> (&'static str, String) {
    let same = |sign: &'static str| (sign, sign.to_owned());
    match entity["type"].as_str().unwrap_or_default() {
        "bold" => same("**"),
        "italic" => same("_"),
        "underline" => same("__"),
        "strikethrough" => same("~~"),
        "spoiler" => same("||"),
        "code" => same("`"),
        "pre" => ("```\n", "\n```".to_owned()),
        "blockquote" | "expandable_blockquote" => ("> ", String::new()),
        "text_link" => ("", format!(" ({})", entity["url"].as_str().unwrap_or_default())),
        _ => ("", String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(html: &str) -> Result<String, String> {
        parse(html).map(|rich| written(&rich, |_| None))
    }

    #[test]
    fn reads_what_telegram_reads() {
        let html = " <b>api</b> <a href=\"https://x.y/?a=1&amp;b\">v1</a> &lt;ok&gt; 🚀<i>é</i> &copy; ";
        assert_eq!(seen(html).as_deref(), Ok("**api** v1 (https://x.y/?a=1&b) <ok> 🚀_é_ &copy;"));
        let quoted = "<blockquote>a\nb</blockquote>c";
        assert_eq!(seen(quoted).as_deref(), Ok("> a\n> bc"));
        let code = parse("<pre><code class=\"language-rust\">x</code></pre>").map(|rich| rich.entities);
        assert_eq!(code, Ok(vec![json!({"type": "pre", "language": "rust", "offset": 0, "length": 1})]));
    }

    #[test]
    fn refuses_what_telegram_refuses() {
        let wrong = [
            ("a <x>b</x>", "Unsupported start tag \"x\" at byte offset 2"),
            ("<b>a", "Can't find end tag corresponding to start tag \"b\""),
            ("<b>a</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
            ("a</b>", "Unexpected end tag at byte offset 1"),
            ("1 < 2", "Unclosed start tag at byte offset 2"),
        ];
        for (html, problem) in wrong {
            assert_eq!(seen(html), Err(problem.to_owned()));
        }
    }
}
