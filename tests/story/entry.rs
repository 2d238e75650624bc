//! What was said or done in a place, read from what people see there.

use super::routine;

/// Something that was said or done.
#[derive(Default)]
pub(super) struct Entry {
    indent: usize,
    pub(super) by_the_bot: bool,
    pub(super) private: bool,
    pub(super) short: String,
    /// What it is known again by in the other chat, which writes times in its own way.
    pub(super) key: String,
    body: Vec<String>,
    buttons: Vec<String>,
    pub(super) pings: Option<String>,
}

impl Entry {
    pub(super) fn line(&self) -> String {
        self.named(true)
    }

    pub(super) fn named(&self, whole: bool) -> String {
        let indent = " ".repeat(self.indent);
        let mark = if self.by_the_bot { if self.private { "  → " } else { "  " } } else { "" };
        let mut line = format!("{indent}{mark}{}", self.short);
        line.extend(self.buttons.iter().map(|row| format!(" {row}")));
        line.extend(self.pings.iter().map(|pings| format!(" ({pings})")));
        if whole {
            line.extend(self.body.iter().map(|body| format!("\n{indent}{}    {body}", mark.replace('→', " "))));
        }
        line.trim_end().to_owned()
    }
}

/// What was said and done in a place, in turn; `whole`: of routine, too, what stands below its title.
pub(super) fn entries(text: &str, whole: bool) -> Vec<Entry> {
    let mut blocks: Vec<(usize, Vec<&str>)> = vec![];
    let mut inner = 0;
    for line in text.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let thread = indent == 2 && line.trim_start().starts_with("thread “");
        if thread {
            inner = 4;
            blocks.push((2, vec![line.trim_start()]));
            continue;
        }
        if indent == 0 && !line.is_empty() {
            inner = 0;
        }
        match blocks.last_mut() {
            Some((_, block)) if line.is_empty() || indent > inner => {
                block.push(line.get(inner + 2..).unwrap_or_default())
            }
            _ => blocks.push((inner, vec![line.trim_start()])),
        }
    }
    blocks.into_iter().map(|(indent, block)| entry(indent, &block, whole)).collect()
}

/// One entry of a place: its first line says who speaks, or what a person did.
fn entry(indent: usize, block: &[&str], whole: bool) -> Entry {
    let said = block[0].strip_prefix("shipmate").and_then(|said| said.split_once(':'));
    let Some((who, rest)) = said.filter(|(who, _)| !who.contains('“')) else {
        return Entry { indent, short: act(block[0]), body: plain(&block[1..]), ..Entry::default() };
    };
    let unframed = |line: &'_ str| line.strip_prefix('│').map_or(line.to_owned(), |line| line.trim_start().to_owned());
    let mut lines: Vec<String> = vec![rest.trim().to_owned()];
    lines.extend(block[1..].iter().map(|line| unframed(line)));
    let pings = lines.pop_if(|last| last.starts_with("pings"));
    let buttons = lines.iter().filter(|line| is_a_row(line)).filter_map(|row| buttons(row)).collect();
    lines.retain(|line| !is_a_row(line) && !line.starts_with('↳'));
    let mut lines = lines.iter().map(String::as_str).skip_while(|line| is_a_mention(line));
    let title = lines.next().map(bare).unwrap_or_default();
    let body: Vec<&str> = lines.collect();
    let key = format!("{title}{:?}", stages(&body));
    let (short, body) = match (routine::short(&title), stages(&body)) {
        (Some(short), _) if is_in_sync(&body) => (format!("{short}, in sync"), vec![]),
        (Some(short), _) => (short, if whole { plain(&body) } else { vec![] }),
        (None, Some(card)) => (format!("{title}: {} | {card}", state(&body)), plain(&waits(&body))),
        (None, None) => (title, plain(&body)),
    };
    Entry { indent, by_the_bot: true, private: who.contains("only"), short, key, body, buttons, pings }
}

fn is_in_sync(body: &[&str]) -> bool {
    body.iter().any(|line| bare(line).starts_with("In sync:"))
}

/// Whether a line names people and nothing else.
fn is_a_mention(line: &str) -> bool {
    line.is_empty() || line.split(' ').all(|word| word.starts_with('@'))
}

/// The stages of a card, in one line, if these are a card's.
fn stages(body: &[&str]) -> Option<String> {
    body.iter().take(4).find(|line| is_a_stage(line)).map(|line| (*line).to_owned())
}

/// Who does what by a card, without the time, which each chat writes in its own way.
fn state(body: &[&str]) -> String {
    let said = body.first().map(|line| bare(line)).unwrap_or_default();
    let times = [
        " Target ",
        " Target was ",
        " By ",
        " Was due by ",
        " Since ",
        " Live since ",
        " Stopped since ",
        " Held since ",
        " Due since ",
    ];
    let end = times.iter().filter_map(|time| said.rfind(time)).min().unwrap_or(said.len());
    said[..end].to_owned()
}

/// `✓✓◐○○○○ QA, 3 of 7`
fn is_a_stage(line: &str) -> bool {
    line.starts_with(['✓', '◐', '■', '‖', '○']) && line.replace('\u{a0}', " ").contains(" of ")
}

/// What a card says below its stages, but for its checklist, the dates, and what holds of any release.
fn waits<'a>(body: &[&'a str]) -> Vec<&'a str> {
    let below = body.iter().copied().skip_while(|line| !is_a_stage(line)).skip(1);
    let any = |line: &str| {
        line.starts_with(['☐', '☑'])
            || line.contains(" · ")
            || line.starts_with("In: ")
            || line.starts_with("Merged by ")
            || line.starts_with("By ")
            || line.starts_with("Was due by ")
    };
    below.filter(|line| !any(line)).collect()
}

/// The words without marks of emphasis.
fn bare(line: &str) -> String {
    let line = line.strip_prefix("# ").unwrap_or(line).replace(['\u{200b}', '\u{2060}'], "");
    line.replace("**", "").trim_start_matches("🟡 ").trim_start_matches("🟢 ").trim_start_matches("🔴 ").to_owned()
}

fn plain(body: &[&str]) -> Vec<String> {
    body.iter().filter(|line| !is_a_mention(line)).map(|line| (*line).to_owned()).collect()
}

fn is_a_row(line: &str) -> bool {
    line.starts_with('[') && line.ends_with(']')
}

/// The buttons of a row that do something here; those that open a page are left out.
fn buttons(row: &str) -> Option<String> {
    let pressed = row.split("] ").map(|button| button.trim_end_matches(']')).filter(|button| !button.ends_with('↗'));
    let pressed: Vec<String> = pressed.map(|button| format!("{button}]")).collect();
    (!pressed.is_empty()).then(|| pressed.join(" "))
}

/// What a person did: of a press, on what and what came of it by short names.
fn act(line: &str) -> String {
    let named = |title: &str| routine::short(&bare(title)).unwrap_or_else(|| bare(title));
    let (act, outcome) = line.split_once(" → ").map_or((line, None), |(act, outcome)| (act, Some(outcome)));
    let act = match act.split_once("] on “") {
        Some((press, on)) => format!("{press}] on “{}”", named(on.trim_end_matches('”'))),
        None => act.to_owned(),
    };
    let outcome = outcome.map(|outcome| match outcome.split_once('“') {
        Some((sign, text)) => format!("{sign}“{}”", named(text.trim_end_matches('”'))),
        None => outcome.to_owned(),
    });
    outcome.map_or(act.clone(), |outcome| format!("{act} → {outcome}"))
}
