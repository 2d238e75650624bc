//! Answers about releases: list, status, next, notes, why.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::{
    message::{Block, Line, Message, Tone, line},
    release::{
        Ending, Release,
        next::{Next, Surroundings, Wait, next},
        notes::{Notes, NotesGroup},
        range::NotesRange,
    },
    team::people::{Known, People, Permission},
    version::Version,
};

use super::{capital, count, emoji, notes::developers, span, stories, wait};

/// How many lines of the notes an answer shows.
const LISTED: usize = 40;

/// Open releases, and the latest ones that are over.
pub fn list(releases: &[(Arc<Release>, Surroundings)], people: &People, now: DateTime<Utc>) -> Message {
    let (open, over): (Vec<_>, Vec<_>) = releases.iter().rev().partition(|(release, _)| release.is_open());
    if open.is_empty() && over.is_empty() {
        return Message::new(Tone::Plain, "No release yet").text("Start one with /release prepare.");
    }
    let mut message = Message::new(Tone::Plain, "Releases");
    if !open.is_empty() {
        let lines = open.into_iter().map(|(release, surroundings)| {
            let waits = match next(release, surroundings, now) {
                Next::Wait(waits) => waits,
                Next::Run(_) | Next::Finished(_) => vec![],
            };
            let head = line().plain(format!("{} ", emoji(release))).bold(release.name()).plain(": ");
            let what = wait::foremost(release, &waits).map_or_else(
                || line().plain("working"),
                |(step, waiting)| wait::in_words(release, *step, waiting, people),
            );
            Line([head.0, what.0].concat())
        });
        message = message.block(Block::Heading("Open".into())).block(Block::List(lines.collect()));
    }
    if !over.is_empty() {
        let lines = over.into_iter().map(|(release, _)| {
            let how = match (release.ending(), release.state.finished) {
                (Some(Ending::Released), Some(_)) if let Some(later) = &release.state.overtaken => {
                    format!(": overtaken by {}, ", later.version)
                }
                (Some(Ending::Released), Some(at)) => format!(": released in {}, ", span(at - release.spec.at)),
                (Some(Ending::Released), None) | (Some(Ending::Cancelled) | None, _) => ": cancelled, ".to_owned(),
            };
            let ended = release.state.cancelled.as_ref().map(|(_, at, _)| *at).or(release.state.finished);
            let at = ended.unwrap_or_else(|| release.facts.last().map_or(release.spec.at, |last| last.at));
            line().plain(format!("{} {}{how}", emoji(release), release.name())).time(at)
        });
        message = message.block(Block::Heading("Over".into())).block(Block::List(lines.collect()));
    }
    message
}

/// Why a release does not go on.
pub fn why(release: &Release, surroundings: &Surroundings, people: &People, now: DateTime<Utc>) -> Message {
    match next(release, surroundings, now) {
        Next::Finished(Ending::Released) if let Some(later) = &release.state.overtaken => {
            let (name, by) = (release.name(), &later.version);
            Message::new(Tone::Plain, format!("{name} was overtaken by {by}: nothing is left to do"))
                .text(line().plain("Since ").time(later.at))
        }
        Next::Finished(Ending::Released) => {
            Message::new(Tone::Good, format!("{} is released: nothing is left to do", release.name()))
        }
        Next::Finished(Ending::Cancelled) => {
            let (by, at, reason) =
                release.state.cancelled.clone().unwrap_or_else(|| ("somebody".into(), now, String::new()));
            Message::new(Tone::Plain, format!("{} was cancelled", release.name()))
                .text(line().plain(format!("By {by} ")).time(at).plain(format!(": {reason}")))
        }
        Next::Run(step) => Message::new(Tone::Working, format!("{} is not stuck", release.name()))
            .text(format!("It is working on: {}.", release.doing(step))),
        Next::Wait(waits) => {
            let words = |(step, waiting): &(usize, Wait)| {
                let words = wait::in_words(release, *step, waiting, people);
                let Wait::Until { at, .. } = waiting else { return words };
                if *at > now { words.left(format!(", {} left", span(*at - now))) } else { words }
            };
            let lines = waits.iter().map(words).collect();
            let message = Message::new(Tone::Asking, format!("{} waits for", release.name())).block(Block::List(lines));
            waits
                .iter()
                .flat_map(|(step, waiting)| wait::buttons(release, *step, waiting))
                .take(5)
                .fold(message, Message::row)
        }
    }
}

/// The next version and what it would bring.
pub fn next_version(
    project: &str,
    (current, next): (Option<&Version>, &Version),
    (source, range): (&str, &NotesRange),
    notes: &Notes,
) -> Message {
    let title = match current {
        Some(current) => format!("{project}: {current} \u{2192} {next}"),
        None => format!("{project}: the first version is {next}"),
    };
    let changes = count(notes.len(), "change");
    let holds = match &range.since {
        Some(since) => format!("What {source} holds beyond {since}: {changes}."),
        None => format!("It would hold everything on {source}: {changes}."),
    };
    with_notes(Message::new(Tone::Plain, title).text(holds), notes)
}

/// The notes of a release.
pub fn notes(release: &Release, notes: &Notes) -> Message {
    let message = Message::new(Tone::Plain, format!("Notes of {}", release.name()));
    match release.spec.plan.picking() {
        Some(_) => with_notes(message.text(format!("Stories: {}.", stories::in_and_out(release))), notes),
        None => with_notes(message, notes),
    }
}

fn with_notes(mut message: Message, notes: &Notes) -> Message {
    if notes.is_empty() {
        return message.text("No changes to tell.");
    }
    let mut left = LISTED;
    for (group, entries) in notes.groups.iter().filter(|(group, _)| *group != NotesGroup::Dependencies) {
        let lines: Vec<Line> = entries.iter().take(left).map(developers).collect();
        if !lines.is_empty() {
            left -= lines.len();
            message = message.block(Block::Heading(group.heading().to_owned())).block(Block::List(lines));
        }
    }
    let listed = notes.len() - notes.of(NotesGroup::Dependencies).len();
    let more = listed.checked_sub(LISTED).filter(|more| *more > 0).map(|more| format!("\u{2026} and {more} more."));
    let further = notes.updates().into_iter().chain(notes.gap()).map(|told| format!("{}.", capital(&told)));
    more.into_iter().chain(further).fold(message, Message::text)
}

/// Who somebody is to the bot.
pub fn whoami(known: Option<&Known>, shown_as: &str, people: &People) -> Message {
    let Some(known) = known else {
        return Message::new(Tone::Plain, format!("I do not know you, {shown_as}"))
            .text("You may read. To decide, ask whoever keeps bot.toml to add you under [[people]].");
    };
    let roles: Vec<String> = known.roles.iter().cloned().collect();
    let may = [
        (Permission::Release, "prepare, merge, retry and cancel releases"),
        (Permission::Hotfix, "start hotfixes"),
        (Permission::RollBack, "roll environments back"),
        (Permission::Freeze, "set and lift freezes"),
        (Permission::Exempt, "grant exemptions from freezes"),
        (Permission::Override, "skip steps"),
        (Permission::Flag, "switch feature flags"),
    ];
    let lines: Vec<Line> = may
        .iter()
        .filter(|(permission, _)| people.may(&known.roles, *permission))
        .map(|(_, what)| (*what).into())
        .collect();
    let accounts = people.named(&known.name).map(|person| {
        let mut accounts = vec![];
        let in_chats = [(person.discord.len(), "Discord"), (person.telegram.len(), "Telegram")];
        accounts.extend(in_chats.into_iter().filter(|(number, _)| *number > 0).map(|(number, chat)| match number {
            1 => chat.to_owned(),
            several => format!("{chat} ({several} accounts)"),
        }));
        accounts.extend(person.github.iter().map(|login| format!("GitHub as {login}")));
        accounts.join(", ")
    });
    let message = Message::new(Tone::Plain, format!("You are {}", known.name)).text(format!(
        "Known on {}. Roles: {}.",
        accounts.unwrap_or_default(),
        if roles.is_empty() { "none".into() } else { roles.join(", ") }
    ));
    if lines.is_empty() { message } else { message.block(Block::Heading("You may".into())).block(Block::List(lines)) }
}
