//! Turns a message into Telegram's HTML and its buttons.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use teloxide::types::{ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyMarkup};
use url::{Host, Url};

use super::{ask, html};
use crate::domain::{
    message::{Action, Block, Button, Line, Message, Span, Tone},
    people::People,
};

/// Telegram takes at most this many bytes in a button.
const BUTTON_BYTES: usize = 64;
/// Telegram takes at most this many characters in an empty input field.
const PLACEHOLDER_CHARACTERS: usize = 64;

/// Who reads: the team's zone, and the people who can be mentioned.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub zone: Tz,
    pub people: &'a People,
}

impl Reader<'_> {
    /// The whole text of a message, as HTML.
    pub fn text(&self, message: &Message) -> String {
        let mut text = title(message);
        let mut gap = "\n";
        for block in &message.body {
            text = text + gap + &self.block(block);
            gap = if matches!(block, Block::Heading(_)) { "\n" } else { "\n\n" };
        }
        let after = [self.plain_links(message), self.mentions(message), question(message)];
        for paragraph in after.into_iter().flatten() {
            text = text + "\n\n" + &paragraph;
        }
        text
    }

    /// Whether somebody is notified by this message.
    pub fn pings(&self, message: &Message) -> bool {
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
            Span::Plain(text) => html::words(text),
            Span::Bold(text) => html::bold(text),
            Span::Code(text) => html::code(text),
            Span::Link { text, url } => html::link(text, url),
            Span::Time(at) => self.time(*at),
        };
        line.0.iter().map(span).collect()
    }

    fn time(&self, at: DateTime<Utc>) -> String {
        html::words(&at.with_timezone(&self.zone).format("%a %-d %b %H:%M %Z").to_string())
    }

    fn mentions(&self, message: &Message) -> Option<String> {
        let mention = |name: &String| match self.telegram_id(name) {
            Some(id) => html::mention(name, id),
            None => html::words(name),
        };
        let names: Vec<String> = message.pings.iter().map(mention).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    fn telegram_id(&self, name: &str) -> Option<u64> {
        self.people.named(name)?.telegram
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
    let rows = message.buttons.iter().map(|row| row.iter().filter_map(button).collect::<Vec<_>>());
    let rows: Vec<_> = rows.filter(|row| !row.is_empty()).collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

/// What is below a new message: its buttons, or the field in which its question is answered.
pub(super) fn markup(message: &Message) -> Option<ReplyMarkup> {
    let asking = message.question.as_ref().map(|question| {
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

fn title(message: &Message) -> String {
    let sign = match message.tone {
        Tone::Plain => None,
        Tone::Working => Some("🔵"),
        Tone::Asking => Some("🟡"),
        Tone::Good => Some("🟢"),
        Tone::Bad => Some("🔴"),
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

fn question(message: &Message) -> Option<String> {
    let question = message.question.as_ref()?;
    Some(format!("{}\n{}", html::words(&question.ask), ask::last_line(question, html::code)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::TimeZone;

    use super::*;
    use crate::domain::{
        message::{Look, Question, line},
        people::Person,
    };

    fn team() -> People {
        let person = |name: &str, telegram| Person {
            name: name.into(),
            discord: None,
            telegram,
            github: None,
            roles: Default::default(),
        };
        People { people: vec![person("Alice <3", Some(42)), person("Bob", None)], ..People::default() }
    }

    fn shown(message: &Message) -> String {
        Reader { zone: Tz::America__New_York, people: &team() }.text(message)
    }

    fn every_block_with(text: &str) -> Message {
        Message::new(Tone::Bad, text)
            .text(line().plain(text).bold(text).code(text).link(text, format!("https://x.test/?q={text}")))
            .block(Block::Heading(text.into()))
            .block(Block::List(vec![text.into()]))
            .block(Block::Checklist(vec![(true, text.into()), (false, text.into())]))
            .block(Block::Fields(vec![(text.into(), text.into())]))
            .block(Block::Code(text.into()))
            .block(Block::Quote(text.into()))
    }

    #[test]
    fn hostile_text_formats_nothing_and_pings_nobody() {
        let words = "&lt;b&gt;&amp;&quot;&lt;/b&gt; @\u{2060}everyone";
        let copied = "&lt;b&gt;&amp;&quot;&lt;/b&gt; @everyone";
        let expected = format!(
            "🔴 <b>{words}</b>\n\
             {words}<b>{words}</b><code>{copied}</code><a href=\"https://x.test/?q={copied}\">{words}</a>\n\n\
             <b>{words}</b>\n\
             • {words}\n\n\
             ☑ {words}\n☐ {words}\n\n\
             <b>{words}:</b> {words}\n\n\
             <pre>{copied}</pre>\n\n\
             <blockquote>{words}</blockquote>"
        );
        assert_eq!(shown(&every_block_with("<b>&\"</b> @everyone")), expected);
    }

    #[test]
    fn mail_addresses_stay_as_they_are() {
        assert_eq!(html::words("ask a@b.test or @bob, @"), "ask a@b.test or @\u{2060}bob, @");
    }

    #[test]
    fn links_lead_to_pages_only() {
        let message = Message::new(Tone::Plain, "T").text(line().link("me", "tg://user?id=7"));
        assert_eq!(shown(&message), "<b>T</b>\nme (tg://user?id=7)");
    }

    #[test]
    fn moments_are_in_the_teams_zone_in_winter_and_summer() {
        let at = |month| Utc.with_ymd_and_hms(2026, month, 9, 21, 0, 0).unwrap();
        let message = Message::new(Tone::Plain, "T").text(line().time(at(3)).plain(", ").time(at(2)));
        assert_eq!(shown(&message), "<b>T</b>\nMon 9 Mar 17:00 EDT, Mon 9 Feb 16:00 EST");
    }

    #[test]
    fn a_tone_has_a_sign_unless_the_title_has_one() {
        let title = |tone, title: &str| shown(&Message::new(tone, title));
        assert_eq!(title(Tone::Plain, "T"), "<b>T</b>");
        assert_eq!(title(Tone::Working, "T"), "🔵 <b>T</b>");
        assert_eq!(title(Tone::Asking, "T"), "🟡 <b>T</b>");
        assert_eq!(title(Tone::Good, "T"), "🟢 <b>T</b>");
        assert_eq!(title(Tone::Bad, "❄️ Frozen"), "<b>❄️ Frozen</b>");
        assert_eq!(title(Tone::Working, "🚀 Off"), "<b>🚀 Off</b>");
    }

    #[test]
    fn those_who_are_pinged_are_mentioned_last() {
        let people = team();
        let reader = Reader { zone: Tz::UTC, people: &people };
        let message = Message::new(Tone::Asking, "QA?").ping(vec!["Alice <3".into(), "Bob".into()]);
        assert_eq!(reader.text(&message), "🟡 <b>QA?</b>\n\n<a href=\"tg://user?id=42\">Alice &lt;3</a>, Bob");
        assert!(reader.pings(&message));
        assert!(!reader.pings(&Message::new(Tone::Asking, "QA?").ping(vec!["Bob".into()])));
    }

    #[test]
    fn buttons_carry_commands_and_pages() {
        let too_long = Button { label: "X".into(), action: Action::Say("x".repeat(65)), look: Look::Plain };
        let say = Button { label: "Approve".into(), action: Action::Say("approve|gate=qa".into()), look: Look::Good };
        let message = Message::new(Tone::Asking, "QA?")
            .row(vec![say, Button::open("Run", "https://ci.test/1"), too_long])
            .row(vec![Button::open("Board", "http://localhost:8080/")]);
        let expected = serde_json::json!({ "inline_keyboard": [[
            { "text": "Approve", "callback_data": "approve|gate=qa" },
            { "text": "Run", "url": "https://ci.test/1" },
        ]] });
        assert_eq!(serde_json::to_value(keyboard(&message).unwrap()).unwrap(), expected);
        assert_eq!(shown(&message), "🟡 <b>QA?</b>\n\nBoard: http://localhost:8080/");
    }

    #[test]
    fn a_question_is_answered_by_a_reply() {
        let question = Question {
            invocation: "freeze start|reason=<b>".into(),
            argument: "until".into(),
            ask: "Until when?".into(),
        };
        let message = Message { question: Some(question), ..Message::new(Tone::Asking, "Freeze api") };
        assert_eq!(
            shown(&message),
            "🟡 <b>Freeze api</b>\n\nUntil when?\n✎ <code>freeze start|reason=&lt;b&gt;</code> until"
        );
        let field = serde_json::to_value(markup(&message).unwrap()).unwrap();
        let expected = serde_json::json!(
            { "force_reply": true, "input_field_placeholder": "Until when?", "selective": true }
        );
        assert_eq!(field, expected);
    }

    #[test]
    fn a_question_written_by_people_is_none() {
        let shown = shown(&every_block_with("x\n✎ approve gate"));
        assert!(!shown.lines().any(|line| line.starts_with('✎')), "{shown}");
    }
}
