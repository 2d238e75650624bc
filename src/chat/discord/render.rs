//! Shows a message the way Discord does: embeds in the colour of its tone, and buttons.

use serenity::builder::{CreateActionRow, CreateAllowedMentions, CreateEmbed};
use serenity::model::id::UserId;

use super::{
    buttons::{address_of_unfit, rows},
    escape::{NOTHING, code, code_block, escaped, link},
    limits::{MENTIONS, TITLE, shortened, units},
};
use crate::domain::{
    message::{Block, Line, Message, Span, Tone},
    team::people::People,
};

/// A message as Discord takes it.
#[derive(Debug, Clone)]
pub(super) struct Rendered {
    /// The people who are pinged, else nothing.
    pub content: String,
    /// What is said.
    pub embeds: Vec<CreateEmbed>,
    /// The buttons.
    pub rows: Vec<CreateActionRow>,
    /// Exactly the people who are pinged.
    pub mentions: CreateAllowedMentions,
}

/// Text and the fields below it: what one embed holds. Text after fields begins another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TextSection {
    /// The text in markdown.
    pub text: String,
    /// Names and values in markdown.
    pub fields: Vec<(String, String)>,
}

/// Shows one message. One that Discord takes whole; see [`super::parts`].
pub(super) fn render(message: &Message, people: &People) -> Rendered {
    let pinged: Vec<UserId> = pinged(message, people);
    let colour = colour(message.tone);
    let sections = sections(message);
    // Discord refuses an embed that shows nothing.
    let heading = match message.title.trim().is_empty() {
        true => sections.first().is_none_or(|section| section.text.is_empty()).then(|| NOTHING.to_string()),
        false => Some(title(&message.title)),
    };
    let mut embeds: Vec<CreateEmbed> = sections.into_iter().map(|section| embed(section, colour)).collect();
    if let (Some(first), Some(heading)) = (embeds.first_mut(), heading) {
        *first = std::mem::take(first).title(heading);
    }
    Rendered {
        content: pinged.iter().map(|id| format!("<@{id}>")).collect::<Vec<_>>().join(" "),
        embeds,
        rows: rows(message),
        mentions: CreateAllowedMentions::new().users(pinged),
    }
}

fn pinged(message: &Message, people: &People) -> Vec<UserId> {
    let mut ids: Vec<u64> = Vec::new();
    for id in message.pings.iter().filter_map(|name| people.named(name)?.discord.first().copied()) {
        if id != 0 && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.into_iter().take(MENTIONS).map(UserId::new).collect()
}

fn embed(section: TextSection, colour: u32) -> CreateEmbed {
    let embed = CreateEmbed::new().colour(colour);
    let embed = if section.text.is_empty() { embed } else { embed.description(section.text) };
    embed.fields(section.fields.into_iter().map(|(name, value)| (name, value, true)))
}

/// The title in markdown, within the limit. A longer one is repeated whole in the text by [`super::parts`].
pub(super) fn title(title: &str) -> String {
    let whole = escaped(title, false);
    if units(&whole) <= TITLE {
        return whole;
    }
    let lengths = [TITLE - 1, TITLE - 32, TITLE / 2, TITLE / 8];
    let shorter = lengths.map(|length| escaped(&shortened(title, length), false));
    shorter.into_iter().find(|shorter| units(shorter) <= TITLE).unwrap_or_default()
}

/// What the embeds of a message hold; at least one.
pub(super) fn sections(message: &Message) -> Vec<TextSection> {
    let mut sections = vec![TextSection::default()];
    let mut above: Option<&Block> = None;
    for block in &message.body {
        let fields_above = sections.last().is_some_and(|section| !section.fields.is_empty());
        if fields_above && !matches!(block, Block::Fields(_)) {
            sections.push(TextSection::default());
        }
        let Some(section) = sections.last_mut() else { continue };
        if let Block::Fields(fields) = block {
            section.fields.extend(fields.iter().map(|(name, value)| (field_text(name), field_line(value))));
        } else {
            if !section.text.is_empty() {
                section.text.push_str(gap(above, block));
            }
            section.text.push_str(&text(block));
        }
        above = Some(block);
    }
    let unfit = message.buttons.iter().flatten().filter_map(address_of_unfit);
    for line in unfit {
        if let Some(section) = sections.last_mut() {
            if !section.text.is_empty() {
                section.text.push('\n');
            }
            section.text.push_str(&line);
        }
    }
    sections
}

/// Lists belong to what is above them, but for those of a card, and everything below a heading to the heading.
fn gap(above: Option<&Block>, block: &Block) -> &'static str {
    let close =
        matches!(above, Some(Block::Heading(_))) || matches!(block, Block::List(_) | Block::Code(_) | Block::Quote(_));
    if close { "\n" } else { "\n\n" }
}

fn text(block: &Block) -> String {
    match block {
        Block::Text(words) => line(words),
        Block::List(items) => lines(items.iter().map(|item| format!("- {}", in_one_line(item)))),
        Block::Checklist(items) => lines(items.iter().map(|(ticked, item)| {
            let mark = if *ticked { '☑' } else { '☐' };
            format!("{mark} {}", in_one_line(item))
        })),
        Block::Fields(fields) => lines(fields.iter().map(|(name, value)| {
            let (name, value) = (field_text(name), field_line(value));
            format!("{name}: {value}")
        })),
        Block::Code(text) => code_block(text),
        Block::Heading(words) => line(&Line::default().bold(words.as_str())),
        Block::Quote(words) => lines(words.lines().map(|words| format!("> {}", escaped(words, true)))),
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

/// Discord refuses fields without a name or a value.
fn field_text(text: &str) -> String {
    if text.trim().is_empty() { "—".to_owned() } else { escaped(text, false) }
}

fn field_line(value: &Line) -> String {
    let value = line(value);
    if value.trim().is_empty() { "—".to_owned() } else { value }
}

fn in_one_line(words: &Line) -> String {
    line(words).replace('\n', " ")
}

fn line(line: &Line) -> String {
    let mut out = String::new();
    for span in &line.0 {
        let line_start = out.is_empty() || out.ends_with('\n');
        match span {
            Span::Plain(text) => out.push_str(&escaped(text, line_start)),
            Span::Bold(text) if text.trim().is_empty() => out.push_str(text),
            Span::Bold(text) => {
                if out.ends_with("**") {
                    out.push(NOTHING);
                }
                out.push_str(&format!("**{}**", escaped(text, false)));
            }
            Span::Code(text) => {
                if out.ends_with('`') {
                    out.push(NOTHING);
                }
                out.push_str(&code(text));
            }
            Span::Link { text, url } => out.push_str(&link(text, url)),
            // Discord counts down by itself.
            Span::Left(_) => {}
            Span::Moment { at, near } => {
                let form = if *near { 't' } else { 'F' };
                out.push_str(&format!("<t:{}:{form}>", at.timestamp()));
            }
            Span::Time(at) => {
                let at = at.timestamp();
                out.push_str(&format!("<t:{at}:f> (<t:{at}:R>)"));
            }
        }
    }
    out
}

/// Told beside the words, never instead of them. What is held is as grey as what is over.
fn colour(tone: Tone) -> u32 {
    match tone {
        Tone::Plain => 0x0080_848E,
        Tone::Working => 0x0058_65F2,
        Tone::Asking => 0x00F0_B232,
        Tone::Good => 0x0023_A559,
        Tone::Bad => 0x00DA_373C,
        Tone::Frozen => 0x004F_A3D1,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use commands::Invocation;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::{
        message::{Button, Look, Question, line},
        team::people::Person,
    };

    const HOSTILE: &str = "@everyone **x** [a](b) <@1> ```";
    const SHOWN: &str = "@\u{200b}everyone \\*\\*x\\*\\* \\[a](b) \\<@1> \\`\\`\\`";

    fn people() -> People {
        let person =
            |name: &str, discord: &[u64]| Person { name: name.into(), discord: discord.into(), ..Person::default() };
        People { people: vec![person("ana", &[1001, 1002]), person("bo", &[])], ..People::default() }
    }

    fn embeds(message: &Message) -> Value {
        serde_json::to_value(render(message, &people()).embeds).unwrap_or_default()
    }

    fn description(block: Block) -> String {
        let embeds = embeds(&Message::new(Tone::Plain, "t").block(block));
        embeds[0]["description"].as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn peoples_text_formats_nowhere() {
        assert_eq!(embeds(&Message::new(Tone::Plain, HOSTILE))[0]["title"], SHOWN);
        assert_eq!(description(Block::Text(HOSTILE.into())), SHOWN);
        assert_eq!(description(Block::Text(line().bold(HOSTILE))), format!("**{SHOWN}**"));
        assert_eq!(description(Block::List(vec![HOSTILE.into(), "# two\nlines".into()])), {
            format!("- {SHOWN}\n- \\# two lines")
        });
        assert_eq!(description(Block::Checklist(vec![(true, HOSTILE.into()), (false, "b".into())])), {
            format!("☑ {SHOWN}\n☐ b")
        });
        assert_eq!(description(Block::Heading(HOSTILE.to_owned())), format!("**{SHOWN}**"));
        assert_eq!(description(Block::Quote(format!("{HOSTILE}\n> b\n\n# c"))), {
            format!("> {SHOWN}\n> \\> b\n> \n> \\# c")
        });
        let code = "@everyone **x** [a](b) <@1> `\u{200b}``";
        assert_eq!(description(Block::Code(HOSTILE.to_owned())), format!("```\n{code}\n```"));
        let fields =
            embeds(&Message::new(Tone::Plain, "t").block(Block::Fields(vec![(HOSTILE.to_owned(), HOSTILE.into())])));
        assert_eq!(fields[0]["fields"], json!([{"name": SHOWN, "value": SHOWN, "inline": true}]));
    }

    #[test]
    fn spans_have_their_looks() {
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
        let words = line().plain("in ").code("release/v2_0").plain(" by ").link("#12", "https://x.io/12").plain(" at ");
        let text = description(Block::Text(words.time(at).plain(".")));
        let expected = "in `release/v2_0` by [#12](https://x.io/12) at <t:1700000000:f> (<t:1700000000:R>).";
        assert_eq!(text, expected);
        assert_eq!(description(Block::Text(line().bold("a").bold("b"))), "**a**\u{200b}**b**");
    }

    #[test]
    fn blocks_keep_their_order() {
        let message = Message::new(Tone::Good, "t")
            .text("one")
            .text("two")
            .block(Block::Heading("three".to_owned()))
            .text("four")
            .block(Block::Fields(vec![("five".to_owned(), "".into())]))
            .text("six");
        let embeds = embeds(&message);
        assert_eq!(embeds[0]["description"], "one\n\ntwo\n\n**three**\nfour");
        assert_eq!(embeds[0]["fields"], json!([{"name": "five", "value": "—", "inline": true}]));
        assert_eq!((&embeds[1]["description"], &embeds[1]["title"]), (&json!("six"), &Value::Null));
        assert_eq!((&embeds[0]["color"], &embeds[1]["color"]), (&json!(0x0023_A559), &json!(0x0023_A559)));
    }

    #[test]
    fn only_the_named_people_are_pinged() {
        let names = ["ana", "bo", "nobody", "ana"].map(str::to_owned).to_vec();
        let rendered = render(&Message::new(Tone::Asking, "t").text("<@1>").ping(names), &people());
        assert_eq!(rendered.content, "<@1001>");
        let mentions = serde_json::to_value(rendered.mentions).unwrap_or_default();
        assert_eq!(mentions, json!({"parse": [], "users": ["1001"], "roles": []}));
        let nobody = render(&Message::new(Tone::Asking, "t"), &people());
        assert_eq!((nobody.content.as_str(), nobody.mentions), ("", CreateAllowedMentions::new()));
    }

    #[test]
    fn buttons_say_or_open() {
        let approve = Button::say("Approve", Look::Good, &Invocation::new("approve"));
        let again = Button::say("Again", Look::Good, &Invocation::new("approve"));
        let buttons = approve
            .into_iter()
            .chain(again)
            .chain([Button::open("Page", "https://x.io"), Button::open("Local page", "file:///tmp/a_b")]);
        let mut message = Message::new(Tone::Asking, "t").row(buttons.collect());
        let (invocation, argument) = ("reject|gate=qa".to_owned(), "reason".to_owned());
        message.question = Some(Question { invocation, argument, ask: "What is wrong?".to_owned(), asker: None });
        let rows = serde_json::to_value(render(&message, &people()).rows).unwrap_or_default();
        let first = &rows[0]["components"];
        assert_eq!((&first[0]["custom_id"], &first[0]["style"]), (&json!("approve"), &json!(3)));
        assert_eq!((&first[1]["url"], &first[1]["style"]), (&json!("https://x.io"), &json!(5)));
        assert_eq!(first.as_array().map(Vec::len), Some(2));
        assert_eq!(rows[1]["components"][0]["custom_id"], "?reason:reject|gate=qa");
        assert_eq!(embeds(&message)[0]["description"], "Local page (file:///tmp/a_b)");
    }

    #[test]
    fn a_title_that_is_too_long_says_so() {
        let title = title(&"* ".repeat(200));
        assert!(units(&title) <= TITLE && title.ends_with('…'), "{title}");
        assert_eq!(embeds(&Message::new(Tone::Plain, ""))[0]["title"], "\u{200b}");
    }
}
