//! Reads `[[schedules]]`: what the bot says again and again.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::{
    chats::WrittenTables,
    projects::places,
    section::Section,
    values::{time_zone, words},
};
use crate::domain::{
    nearest::nearest,
    team::{people::People, project::Project},
    time::{
        agenda::{Does, Entry},
        dates::Missed,
        holidays::Roll,
        offset::Offset,
        quiet::QuietTimes,
        schedule::Schedule,
    },
};

/// Reads every schedule, each with the byte at which it is named.
pub(super) fn schedules(
    whole: &mut Section<'_>,
    zone: Tz,
    projects: &[Project],
    people: &People,
    written: WrittenTables,
) -> Vec<(Entry, usize)> {
    let mut taken = BTreeMap::new();
    let sections = whole.tables("schedules");
    sections.into_iter().filter_map(|section| schedule(section, zone, projects, people, written, &mut taken)).collect()
}

fn schedule(
    mut section: Section<'_>,
    zone: Tz,
    projects: &[Project],
    people: &People,
    written: WrittenTables,
    taken: &mut BTreeMap<String, usize>,
) -> Option<(Entry, usize)> {
    let source = section.source;
    section.require("project", "project = \"api\"");
    section.require("name", "name = \"stand-up\"");
    section.require("cron", "cron = \"0 9 * * 1-5\"");
    section.require("says", "says = \"What is it that should be done now?\"");
    let project = section.read("project", |name| known(name, projects));
    let name = section.read("name", name);
    let title = section.read("title", words).map(|title| title.value);
    let zone = section.read("zone", time_zone).map_or(zone, |zone| zone.value);
    let schedule = section.read("cron", |text| Schedule::read(text, zone));
    let roll = section.read("roll", roll).map_or(Roll::Keep, |roll| roll.value);
    let missed = section.read("missed", missed).map_or(Missed::Late, |missed| missed.value);
    let remind = section.list("remind", Offset::read_before).into_iter().map(|span| span.value).collect();
    let says = section.read("says", words);
    let roles = section.list("roles", words);
    for role in roles.iter().filter(|role| !held(people, &role.value)) {
        source.warning(role.at, format!("nobody holds the role `{}`, so nobody is mentioned", role.value));
    }
    let roles = roles.into_iter().map(|role| role.value).collect();
    let to = places(&mut section, "to", written);
    section.finish();
    let (project, name) = (project?.value, name?);
    let (line, _) = source.place(name.at);
    if let Some(first) = taken.insert(format!("{project}/{}", name.value), line) {
        source.problem(
            name.at,
            format!("`{}` stands in line {first} already; give each schedule of a project its own name", name.value),
        );
    }
    let entry = Entry {
        project,
        title: title.unwrap_or_else(|| name.value.clone()),
        name: name.value,
        schedule: schedule?.value,
        roll,
        missed,
        remind,
        // It says when it is to be said.
        quiet: QuietTimes::default(),
        roles,
        does: Does::Says { text: says?.value, to },
    };
    Some((entry, name.at))
}

pub(super) fn held(people: &People, role: &String) -> bool {
    people.people.iter().any(|person| person.roles.contains(role))
        || people.mapped_roles.values().any(|held| held == role)
}

pub(super) fn known(name: &str, projects: &[Project]) -> Result<String, String> {
    if projects.iter().any(|project| project.name == name) {
        return Ok(name.to_owned());
    }
    let names: Vec<&str> = projects.iter().map(|project| project.name.as_str()).collect();
    match nearest(name, names.iter().copied()) {
        Some(meant) => Err(format!("there is no project `{name}`; did you mean `{meant}`?")),
        None => Err(format!("there is no project `{name}`; write one of `{}`", names.join("`, `"))),
    }
}

fn name(text: &str) -> Result<String, String> {
    let letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if (1..=30).contains(&text.len()) && text.chars().all(letter) {
        Ok(text.to_owned())
    } else {
        Err(format!("`{text}` cannot name a schedule; write 1 to 30 of the characters `a-z`, `0-9` and `-`"))
    }
}

fn roll(text: &str) -> Result<Roll, String> {
    match text {
        "keep" => Ok(Roll::Keep),
        "next-working-day" => Ok(Roll::NextWorkingDay),
        "previous-working-day" => Ok(Roll::PreviousWorkingDay),
        _ => Err(format!("`{text}` is no way to roll; write `keep`, `next-working-day` or `previous-working-day`")),
    }
}

fn missed(text: &str) -> Result<Missed, String> {
    match text {
        "late" => Ok(Missed::Late),
        "skip" => Ok(Missed::Skip),
        _ => Err(format!("`{text}` does not say what becomes of a missed one; write `late` or `skip`")),
    }
}
