//! Messages, and the exact HTML and buttons that Telegram gets.
#![allow(clippy::unwrap_used)]
use chrono::TimeZone;

use super::*;
use crate::domain::{
    message::{Look, Question, asking::Asker, line},
    team::people::Person,
};

fn team() -> People {
    let person =
        |name: &str, telegram: &[u64]| Person { name: name.into(), telegram: telegram.into(), ..Person::default() };
    People { people: vec![person("Alice <3", &[42, 43]), person("Bob", &[])], ..People::default() }
}

fn shown(message: &Message) -> String {
    Reader { zone: Tz::America__New_York, people: &team(), knows_moments: false }.text(message)
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
    let reader = Reader { zone: Tz::UTC, people: &people, knows_moments: false };
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
fn a_question_is_answered_by_whom_it_mentions() {
    let asked = |username: Option<&str>| {
        let (invocation, argument, ask) = ("freeze start|reason=<b>".into(), "until".into(), "Until when?".into());
        let until = chrono::DateTime::from_timestamp(1_795_954_740, 0).unwrap();
        let username = username.map(str::to_owned);
        let asker = Some(Asker { number: 1, user: 7, name: "Bob <b>".into(), username, until });
        let question = Some(Question { invocation, argument, ask, asker });
        Message { question, ..Message::new(Tone::Plain, "Until when is api frozen?") }
    };
    let how = "<b>Until when is api frozen?</b>\nAnswer by replying to this. I forget it at";
    let by_name = shown(&asked(Some("bob_tg")));
    assert!(by_name.starts_with(&format!("@bob_tg {how}")), "{by_name}");
    let by_id = shown(&asked(None));
    assert!(by_id.starts_with(&format!("<a href=\"tg://user?id=7\">Bob &lt;b&gt;</a> {how}")), "{by_id}");
    let field = serde_json::to_value(markup(&asked(None)).unwrap()).unwrap();
    let expected = serde_json::json!(
        { "force_reply": true, "input_field_placeholder": "Until when?", "selective": true }
    );
    assert_eq!(field, expected);
}

#[test]
fn a_moment_is_shown_in_each_readers_zone_where_the_server_knows_such_things() {
    let at = DateTime::from_timestamp(1_795_954_740, 0).unwrap();
    let message = Message::new(Tone::Plain, "T").text(line().moment(at, at).plain(" and ").time(at));
    let shown = |knows_moments| Reader { zone: Tz::UTC, people: &team(), knows_moments }.text(&message);
    assert_eq!(shown(false), "<b>T</b>\n12:19 and Sun 29 Nov 12:19 UTC");
    assert_eq!(
        shown(true),
        "<b>T</b>\n<tg-time unix=\"1795954740\" format=\"t\">12:19</tg-time> and \
         <tg-time unix=\"1795954740\" format=\"wdt\">Sun 29 Nov 12:19 UTC</tg-time>"
    );
}
