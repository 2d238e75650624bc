//! Shows a message the way Discord does: embeds in the colour of its tone, and buttons.

use serenity::builder::{CreateActionRow, CreateAllowedMentions, CreateButton, CreateEmbed};
use serenity::model::application::ButtonStyle;
use serenity::model::id::UserId;

use super::{
    escape::{NOTHING, code, code_block, escaped, link},
    question,
};
use crate::domain::{
    message::{Action, Block, Button, Line, Look, Message, Span, Tone},
    people::People,
};

/// Discord's limits; texts are counted in UTF-16 units, which is never less than Discord counts.
pub(super) const TITLE: usize = 256;
pub(super) const TEXT: usize = 4096;
pub(super) const FIELD_NAME: usize = 256;
pub(super) const FIELD_VALUE: usize = 1024;
pub(super) const FIELDS: usize = 25;
pub(super) const EMBEDS: usize = 10;
pub(super) const ALL_EMBEDS: usize = 6000;
pub(super) const ROWS: usize = 5;
pub(super) const ROW: usize = 5;
const LABEL: usize = 80;
const BUTTON_URL: usize = 512;
const BUTTON_ID: usize = 100;
/// As many mentions as one message allows.
const MENTIONS: usize = 80;

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
pub(super) struct Section {
    /// The text in markdown.
    pub text: String,
    /// Names and values in markdown.
    pub fields: Vec<(String, String)>,
}

/// Shows one message. One that Discord takes whole; see [`super::parts`].
pub(super) fn render(message: &Message, people: &People) -> Rendered {
    let pinged: Vec<UserId> = pinged(message, people);
    let colour = colour(message.tone);
    let mut embeds: Vec<CreateEmbed> = sections(message).into_iter().map(|section| embed(section, colour)).collect();
    if let Some(first) = embeds.first_mut() {
        *first = std::mem::take(first).title(title(&message.title));
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
    for id in message.pings.iter().filter_map(|name| people.named(name)?.discord) {
        if id != 0 && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.into_iter().take(MENTIONS).map(UserId::new).collect()
}

fn embed(section: Section, colour: u32) -> CreateEmbed {
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
pub(super) fn sections(message: &Message) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut above: Option<&Block> = None;
    for block in &message.body {
        let fields_above = sections.last().is_some_and(|section| !section.fields.is_empty());
        if fields_above && !matches!(block, Block::Fields(_)) {
            sections.push(Section::default());
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

/// Lists belong to what is above them, and everything below a heading to the heading.
fn gap(above: Option<&Block>, block: &Block) -> &'static str {
    let close = matches!(above, Some(Block::Heading(_)))
        || matches!(block, Block::List(_) | Block::Checklist(_) | Block::Code(_) | Block::Quote(_));
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
            Span::Time(at) => {
                let at = at.timestamp();
                out.push_str(&format!("<t:{at}:f> (<t:{at}:R>)"));
            }
        }
    }
    out
}

/// All buttons of a message, row by row: its own, then one that opens its question.
pub(super) fn button_rows(message: &Message) -> Vec<Vec<Button>> {
    let own = message.buttons.iter().flat_map(|row| row.chunks(ROW)).map(<[Button]>::to_vec);
    own.chain(message.question.as_ref().and_then(question::button).map(|button| vec![button])).collect()
}

fn rows(message: &Message) -> Vec<CreateActionRow> {
    // Discord refuses a message that has the same command on two buttons.
    let mut said: Vec<String> = Vec::new();
    let rows = button_rows(message).into_iter().map(|row| {
        let new = row.into_iter().filter(|button| match &button.action {
            Action::Open(_) => true,
            Action::Say(words) if said.contains(words) => false,
            Action::Say(words) => {
                said.push(words.clone());
                true
            }
        });
        new.filter_map(|fresh| create_button(&fresh)).collect::<Vec<_>>()
    });
    rows.filter(|row| !row.is_empty()).map(CreateActionRow::Buttons).collect()
}

fn create_button(button: &Button) -> Option<CreateButton> {
    let made = match &button.action {
        Action::Open(url) if opens(url) => CreateButton::new_link(url),
        Action::Say(words) if !words.is_empty() && units(words) <= BUTTON_ID => CreateButton::new(words),
        Action::Open(_) | Action::Say(_) => return None,
    };
    let style = match button.look {
        Look::Primary => ButtonStyle::Primary,
        Look::Plain => ButtonStyle::Secondary,
        Look::Good => ButtonStyle::Success,
        Look::Danger => ButtonStyle::Danger,
    };
    let label = if button.label.trim().is_empty() { "…" } else { &button.label };
    Some(made.style(style).label(shortened(label, LABEL)))
}

fn opens(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && units(url) <= BUTTON_URL
}

/// A page that no button can open is told in the text.
fn address_of_unfit(button: &Button) -> Option<String> {
    match &button.action {
        Action::Open(url) if !opens(url) => Some(link(&button.label, url)),
        Action::Open(_) | Action::Say(_) => None,
    }
}

fn colour(tone: Tone) -> u32 {
    match tone {
        Tone::Plain => 0x0099_AAB5,
        Tone::Working => 0x0034_98DB,
        Tone::Asking => 0x00F1_C40F,
        Tone::Good => 0x002E_CC71,
        Tone::Bad => 0x00E7_4C3C,
    }
}

/// The length of a text as Discord's limits count it at most.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The beginning of a text that is only a label, with an ellipsis when it is longer than `limit` units.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    if units(text) <= limit {
        return text.to_owned();
    }
    let mut left = limit.saturating_sub(1);
    let fits = |letter: &char| {
        let enough = letter.len_utf16() <= left;
        left = left.saturating_sub(letter.len_utf16());
        enough
    };
    text.chars().take_while(fits).chain(['…']).collect()
}
