//! Turns a message into Telegram's HTML and its buttons.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use teloxide::types::{ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyMarkup};
use url::{Host, Url};

use super::html;
use crate::domain::{
    message::{Action, Block, Button, Line, Message, Span, Tone},
    team::people::People,
};

/// Telegram takes at most this many bytes in a button.
const BUTTON_BYTES: usize = 64;
/// Telegram takes at most this many characters in an empty input field.
const PLACEHOLDER_CHARACTERS: usize = 64;

/// A telephone shows no more than two buttons side by side in full.
const BESIDE: usize = 2;

/// Who reads: the team's zone, and the people who can be mentioned.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub zone: Tz,
    pub people: &'a People,
    /// Whether the server knows moments, which each client shows in its own zone.
    pub knows_moments: bool,
}

impl Reader<'_> {
    /// The whole text of a message, as HTML.
    pub(super) fn text(&self, message: &Message) -> String {
        let mut text = title(message);
        let mut gap = if text.is_empty() { "" } else { "\n" };
        for block in &message.body {
            text = text + gap + &self.block(block);
            gap = if matches!(block, Block::Heading(_)) { "\n" } else { "\n\n" };
        }
        for paragraph in [self.plain_links(message), self.mentions(message)].into_iter().flatten() {
            text = text + "\n\n" + &paragraph;
        }
        self.how_to_answer(message).map_or(text.clone(), |how| text + "\n" + &how)
    }

    /// Whether somebody is notified by this message.
    pub(super) fn pings(&self, message: &Message) -> bool {
        message.pings.iter().any(|name| self.telegram_id(name).is_some())
    }

    fn block(&self, block: &Block) -> String {
        let rows = |rows: Vec<String>| rows.join("\n");
        match block {
            Block::Text(line) => self.line(line),
            Block::List(lines) => rows(lines.iter().map(|line| format!("• {}", self.line(line))).collect()),
            Block::Checklist(lines) => {
                let boxed =
                    |(done, line): &(bool, Line)| format!("{} {}", if *done { '☑' } else { '☐' }, self.line(line));
                rows(lines.iter().map(boxed).collect())
            }
            Block::Fields(fields) => {
                let field = |(name, value): &(String, Line)| {
                    format!("{} {}", html::bold(&format!("{name}:")), self.line(value))
                };
                rows(fields.iter().map(field).collect())
            }
            Block::Code(text) => format!("<pre>{}</pre>", html::verbatim(text)),
            Block::Heading(text) => html::bold(text),
            Block::Quote(text) => format!("<blockquote>{}</blockquote>", html::words(text)),
        }
    }

    fn line(&self, line: &Line) -> String {
        let span = |span: &Span| match span {
            Span::Plain(text) | Span::Left(text) => html::words(text),
            Span::Bold(text) => html::bold(text),
            Span::Code(text) => html::code(text),
            Span::Link { text, url } => html::link(text, url),
            Span::Time(at) => self.time(*at),
            Span::Moment { at, near } => self.moment(*at, *near),
        };
        line.0.iter().map(span).collect()
    }

    fn time(&self, at: DateTime<Utc>) -> String {
        self.at(at, false, html::words(&at.with_timezone(&self.zone).format("%a %-d %b %H:%M %Z").to_string()))
    }

    /// Where all read the same clock, its zone goes without saying.
    fn moment(&self, at: DateTime<Utc>, near: bool) -> String {
        let date = if near { "" } else { "%a %-d %b " };
        let several = self.people.people.iter().filter_map(|person| person.time_zone).any(|zone| zone != self.zone);
        let zone = if several { " %Z" } else { "" };
        self.at(at, near, html::words(&at.with_timezone(&self.zone).format(&format!("{date}%H:%M{zone}")).to_string()))
    }

    /// A moment, with the words for clients that do not know such things.
    fn at(&self, at: DateTime<Utc>, near: bool, words: String) -> String {
        let format = if near { "t" } else { "wdt" };
        match self.knows_moments {
            true => format!("<tg-time unix=\"{}\" format=\"{format}\">{words}</tg-time>", at.timestamp()),
            false => words,
        }
    }

    fn mentions(&self, message: &Message) -> Option<String> {
        let mention = |name: &String| match self.telegram_id(name) {
            Some(id) => html::mention(name, id),
            None => html::words(name),
        };
        let names: Vec<String> = message.pings.iter().map(mention).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    fn how_to_answer(&self, message: &Message) -> Option<String> {
        let until = message.question.as_ref()?.asker.as_ref()?.until;
        Some(format!("Answer by replying to this. I forget it at {}.", self.moment(until, true)))
    }

    fn telegram_id(&self, name: &str) -> Option<u64> {
        self.people.named(name)?.telegram.first().copied()
    }

    /// Pages that Telegram takes on no button are named in the text instead.
    fn plain_links(&self, message: &Message) -> Option<String> {
        let plain = |button: &Button| match &button.action {
            Action::Open(url) if page(url).is_none() => {
                Some(format!("{}: {}", html::words(&button.label), html::words(url)))
            }
            Action::Open(_) | Action::Say(_) => None,
        };
        let links: Vec<String> = message.buttons.iter().flatten().filter_map(plain).collect();
        (!links.is_empty()).then(|| links.join("\n"))
    }
}

/// The buttons below a message, if it has any.
pub(super) fn keyboard(message: &Message) -> Option<InlineKeyboardMarkup> {
    let rows = message.buttons.iter().flat_map(|row| row.chunks(BESIDE));
    let rows = rows.map(|row| row.iter().filter_map(button).collect::<Vec<_>>());
    let rows: Vec<_> = rows.filter(|row| !row.is_empty()).collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

/// What is below a new message: its buttons, or the field in which its question is answered.
pub(super) fn markup(message: &Message) -> Option<ReplyMarkup> {
    let asked = message.question.as_ref().filter(|question| question.asker.is_some());
    let asking = asked.map(|question| {
        let placeholder: String = question.ask.chars().take(PLACEHOLDER_CHARACTERS).collect();
        let field = ForceReply::new().selective();
        ReplyMarkup::ForceReply(if placeholder.is_empty() { field } else { field.input_field_placeholder(placeholder) })
    });
    keyboard(message).map(ReplyMarkup::InlineKeyboard).or(asking)
}

fn button(button: &Button) -> Option<InlineKeyboardButton> {
    match &button.action {
        Action::Say(command) if command.len() <= BUTTON_BYTES => {
            Some(InlineKeyboardButton::callback(&button.label, command))
        }
        Action::Say(command) => {
            tracing::error!(
                label = button.label,
                bytes = command.len(),
                "a button was left out: its command is too long"
            );
            None
        }
        Action::Open(url) => Some(InlineKeyboardButton::url(&button.label, page(url)?)),
    }
}

/// An address that Telegram takes on a button: it refuses the whole message for `http://localhost`.
fn page(url: &str) -> Option<Url> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let known = match url.host()? {
        Host::Domain(name) => name.contains('.'),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    };
    known.then_some(url)
}

/// The first line. A question begins with whom it asks: Telegram opens the field for an answer to those whom it mentions.
fn title(message: &Message) -> String {
    if let Some(asker) = message.question.as_ref().and_then(|question| question.asker.as_ref()) {
        let mention = match &asker.username {
            Some(username) => format!("@{username}"),
            None => html::mention(&asker.name, asker.user),
        };
        return format!("{mention} {}", html::bold(&message.title));
    }
    if message.title.is_empty() {
        return String::new();
    }
    let sign = match message.tone {
        Tone::Plain => None,
        Tone::Working => Some("🔵"),
        Tone::Asking => Some("🟡"),
        Tone::Good => Some("🟢"),
        Tone::Bad => Some("🔴"),
        Tone::Frozen => Some("❄️"),
    };
    let title = html::bold(&message.title);
    match sign {
        Some(sign) if !begins_with_emoji(&message.title) => format!("{sign} {title}"),
        _ => title,
    }
}

fn begins_with_emoji(text: &str) -> bool {
    text.chars().next().is_some_and(|first| matches!(first, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}'))
}

#[cfg(test)]
mod tests;
