//! The message that tells an incident, as it stands: what it is, what happened, who looks at it, what may have caused it, and
//! the buttons that help.

use commands::Invocation;

use super::{code::with_code, report::standing, short};
use crate::domain::{
    deploy::report::{Deploy, Status},
    incident::{
        alert,
        matter::{About, Incident, Item, Range, Suspect, Suspects, Way},
    },
    message::{Block, Button, Line, Look, Message, Tone, line},
    release::ReleaseId,
};

/// How many alerts or suspects are shown one by one.
const SHOWN: usize = 8;
/// How many labels of a group are shown.
const LABELS: usize = 10;
/// How many authors are named: a chat holds so much in one field.
const AUTHORS: usize = 10;
/// How much of a text that somebody else wrote is shown, in characters: the whole has to fit into one message.
const LONGEST: usize = 120;

/// The message as it is now.
pub fn matter(matter: &Incident) -> Message {
    let message = match &matter.about {
        About::Deploy { deploy, changes } => of_deploy(matter, deploy, changes),
        About::Alerts { .. } => of_alerts(matter),
    };
    let message = with_release(message, matter);
    let words = matter.said.iter().flat_map(|said| &said.words);
    let message = words.fold(message, |message, words| message.text(with_code(words)));
    let wrong = matter.trouble.as_ref().is_some_and(|trouble| trouble.over.is_none());
    let back = matter.trouble.is_some() && matter.status() == Some(Status::RolledBack);
    let message = if wrong || back { with_suspects(message, &matter.suspects) } else { message };
    with_answer(message, matter)
}

/// What it is in a few words.
pub fn name(matter: &Incident) -> String {
    match &matter.about {
        About::Deploy { deploy, .. } => {
            let title = title(matter, deploy).1;
            // Without the sign at its start.
            title.split_once(' ').map(|(_, rest)| rest.to_owned()).unwrap_or_default()
        }
        About::Alerts { what, .. } => what.clone(),
    }
}

/// The name of its thread.
pub fn thread(matter: &Incident) -> String {
    match &matter.about {
        About::Deploy { deploy, .. } => format!("{} {} \u{b7} {}", deploy.project, deploy.version, deploy.environment),
        About::Alerts { what, .. } => what.clone(),
    }
}

/// How a deploy stands.
fn title(matter: &Incident, deploy: &Deploy) -> (Tone, String) {
    let (tone, title) = standing(deploy, matter.status().unwrap_or(deploy.status));
    match matter.said.as_ref().and_then(|said| said.title.clone()) {
        Some(title) => (Tone::Bad, title),
        None => (tone, title),
    }
}

fn of_deploy(matter: &Incident, deploy: &Deploy, changes: &[(chrono::DateTime<chrono::Utc>, Status)]) -> Message {
    let (tone, title) = title(matter, deploy);
    let mut message = Message::new(tone, title);
    if changes.len() > 1 {
        let change = |(at, status): &(_, Status)| line().time(*at).plain(format!(" {}", happened(*status)));
        message = message.block(Block::List(changes.iter().map(change).collect()));
    }
    let shown = [
        ("Commit", deploy.commit.as_deref().map(short)),
        ("Digest", deploy.digest.as_deref().map(short)),
        ("Configuration", deploy.config_digest.as_deref().map(short)),
        ("Deploy", deploy.id.as_deref()),
        ("Reported by", deploy.reported_by.as_deref()),
    ];
    let fields = shown.into_iter().filter_map(|(name, value)| Some((name.to_owned(), line().code(value?))));
    message = with_fields(message, fields.collect());
    match &deploy.url {
        Some(url) => message.text(link("Open", url)),
        None => message,
    }
}

fn happened(status: Status) -> &'static str {
    match status {
        Status::Started => "on its way",
        Status::Succeeded => "there",
        Status::Failed => "failed",
        Status::RolledBack => "rolled back",
        Status::Troubled => "in trouble",
        Status::Cancelled => "cancelled",
    }
}

fn of_alerts(matter: &Incident) -> Message {
    let About::Alerts { what, labels, url, firing, count, over, left_out, gone, reported_by, .. } = &matter.about
    else {
        return Message::new(Tone::Plain, "");
    };
    let (tone, title) = super::report::standing_of(what, *count, *over, *left_out);
    let mut message = Message::new(tone, title);
    let labels = labels.iter().filter(|(name, _)| !["alertname", alert::PROJECT].contains(&name.as_str()));
    let labels = labels.filter(|(name, value)| !name.is_empty() && !value.trim().is_empty());
    let labels = labels.take(LABELS).map(|(name, value)| (clipped(name), line().code(clipped(value))));
    let reported_by = reported_by.iter().map(|by| ("Reported by".to_owned(), line().code(by)));
    message = with_fields(message, labels.chain(reported_by).collect());
    let lines = |item: &Item| line().plain(format!("{}, since ", clipped(&item.words))).time(item.since);
    if !firing.is_empty() {
        message = message.block(Block::List(firing.iter().take(SHOWN).map(lines).collect()));
    }
    if *count > SHOWN.min(firing.len()) {
        message = message.text(format!("And {} more.", count - SHOWN.min(firing.len())));
    }
    if *gone > 0 {
        message = message.text(format!("No longer reported, and so taken to be over: {gone}."));
    }
    if *left_out > 0 {
        message = message.text(format!("The sender left {left_out} more out, which may fire."));
    }
    if url.is_empty() { message } else { message.text(link("Open", url)) }
}

/// What ran when it began: the release, or the version that somebody else brought. Nothing if that is not known.
fn with_release(message: Message, matter: &Incident) -> Message {
    let About::Alerts { guessed, .. } = &matter.about else { return message };
    let version = || Some(format!("{} {}", matter.project.as_ref()?, matter.version.as_ref()?));
    let Some(ran) = matter.release.as_ref().map(|(_, name)| name.clone()).or_else(version) else { return message };
    if let Some(place) = guessed.as_ref().filter(|_| matter.environment.is_none()) {
        let said = line().plain("Nobody said which environment this is about. Deployed last when it began: ").bold(ran);
        return message.text(said.plain(format!(", in {place}.")));
    }
    let place = matter.environment.as_ref().map(|place| format!(" in {place}")).unwrap_or_default();
    message.text(line().plain(format!("Deployed last{place} when this began: ")).bold(ran).plain("."))
}

fn with_suspects(message: Message, suspects: &Suspects) -> Message {
    match suspects {
        Suspects::Unasked => message,
        Suspects::Sought => message.text("What changed since the last good version is being looked up."),
        Suspects::Unknown(why) => message.text(clipped(why)),
        Suspects::Found(range) => with_range(message, range),
    }
}

fn with_range(message: Message, range: &Range) -> Message {
    let Range { good, url, pulls, commits, more, behind } = range;
    let of: Vec<Suspect> = pulls.iter().chain(commits).cloned().collect();
    let of = of.as_slice();
    let mut message = match of {
        [] if *behind > 0 => {
            return message
                .text(format!("It is older than {good}, the last good version there: nothing is new in it."));
        }
        [] => return message.text(format!("Nothing changed since {good}, the last good version there.")),
        _ => message.block(Block::Heading(format!("New since {good}, the last good version there"))),
    };
    message = message.block(Block::List(of.iter().take(SHOWN).map(suspect).collect()));
    let more = more + of.len().saturating_sub(SHOWN);
    let rest = line().plain(if more > 0 { format!("And {more} more. ") } else { String::new() });
    let authors = authors(of);
    message = message.block(Block::Fields(vec![("Authors".into(), line().plain(authors))]));
    match (url.is_empty(), more) {
        (true, 0) => message,
        (true, _) => message.text(rest),
        _ => message.text(Line([rest.0, link("Everything that changed", url).0].concat())),
    }
}

fn authors(suspects: &[Suspect]) -> String {
    let mut names: Vec<&str> = suspects.iter().map(|suspect| suspect.author.as_str()).collect();
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    names.dedup();
    let more = names.len().saturating_sub(AUTHORS);
    let names: Vec<String> = names.into_iter().take(AUTHORS).map(|name| super::report::clipped_to(name, 40)).collect();
    let names = names.join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}

fn suspect(suspect: &Suspect) -> Line {
    let named = match suspect.url.is_empty() {
        true => line().code(&suspect.name),
        false => line().link(&suspect.name, &suspect.url),
    };
    let named = named.plain(format!(" {}", clipped(&suspect.title)));
    if suspect.author.is_empty() { named } else { named.plain(format!(" \u{2013} {}", suspect.author)) }
}

/// Who looks at it, and the buttons as long as something is wrong.
fn with_answer(message: Message, matter: &Incident) -> Message {
    let Some(trouble) = &matter.trouble else { return message };
    let message = match &trouble.acknowledged {
        Some((by, at)) => {
            let looks = if trouble.over.is_some() { " looked at it, from " } else { " looks at it, since " };
            message.text(line().plain("\u{1f440} ").bold(by).plain(looks).time(*at))
        }
        None => message,
    };
    let mut row = vec![];
    if trouble.waits() {
        let say = Invocation::new("acknowledge").with("incident", matter.number.to_string());
        row.extend(Button::say("Acknowledge", Look::Primary, &say));
    }
    row.extend(matter.ways().into_iter().filter_map(|way| button(matter, way)));
    message.row(row)
}

/// The button for what helps. It carries numbers only, so that it fits however long the names are.
fn button(matter: &Incident, way: Way) -> Option<Button> {
    let incident = |path: &str| Invocation::new(path).with("incident", matter.number.to_string());
    let release = |path: &str, id: ReleaseId| Invocation::new(path).with("version", id.to_string());
    let (label, look, say) = match way {
        Way::RollBack => ("Roll back".to_owned(), Look::Danger, incident("incident rollback")),
        Way::Retry(id) => ("Retry".to_owned(), Look::Primary, release("release retry", id)),
        Way::Resume => {
            let place = matter.environment.as_deref().unwrap_or_default();
            (format!("Resume {place}\u{2026}"), Look::Plain, incident("incident resume"))
        }
        Way::Hotfix => ("Hotfix".to_owned(), Look::Plain, incident("incident hotfix")),
        Way::Cancel(id) => ("Cancel\u{2026}".to_owned(), Look::Danger, release("cancel", id)),
    };
    Button::say(label, look, &say)
}

fn with_fields(message: Message, fields: Vec<(String, Line)>) -> Message {
    if fields.is_empty() { message } else { message.block(Block::Fields(fields)) }
}

/// A text on one line, cut where it is too long for one of many.
fn clipped(text: &str) -> String {
    super::report::clipped_to(text, LONGEST)
}

/// A link where the chats can show one; an address within somebody's own network is shown as it is.
fn link(words: &str, url: &str) -> Line {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let works = host.contains('.') && !url.contains(|letter: char| letter.is_whitespace() || "()<>\"".contains(letter));
    if works { line().link(words, url) } else { line().plain(format!("{words}: ")).code(clipped(url)) }
}
