//! Reads `[[freezes]]` and `[[windows]]`: what closes by the calendar.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::{
    schedules::known,
    section::{At, Section},
    source::Source,
    values::{time_zone, words},
};
use crate::domain::{
    freeze::rule::{FreezeRule, Mistake, Recurring, Rules, Window, WindowRule},
    nearest::nearest,
    team::project::Project,
    time::holidays::Holidays,
};

/// Reads every freeze that recurs and every window, and the bytes at which they are named.
pub(super) fn closings(
    whole: &mut Section<'_>,
    zone: Tz,
    holidays: Holidays,
    projects: &[Project],
) -> (Rules, BTreeMap<String, usize>) {
    let mut taken = TakenNames::default();
    let freezes = whole.tables("freezes").into_iter();
    let recurring = freezes.filter_map(|section| freeze(section, zone, &holidays, projects, &mut taken)).collect();
    let mut named = taken.bytes();
    let mut taken = TakenNames::default();
    let windows = whole.tables("windows").into_iter();
    let windows = windows.filter_map(|section| window(section, zone, projects, &mut taken)).collect();
    named.extend(taken.bytes());
    (Rules { recurring, windows, holidays }, named)
}

/// The names that are taken, each with its line and its byte.
#[derive(Default)]
struct TakenNames(BTreeMap<String, (usize, usize)>);

impl TakenNames {
    fn take(&mut self, source: &Source<'_>, name: &At<String>) {
        let (line, _) = source.place(name.at);
        if let Some((first, _)) = self.0.insert(name.value.clone(), (line, name.at)) {
            source.problem(name.at, format!("`{}` stands in line {first} already; give each its own name", name.value));
        }
    }

    fn bytes(self) -> BTreeMap<String, usize> {
        self.0.into_iter().map(|(name, (_, at))| (name, at)).collect()
    }
}

fn freeze(
    mut section: Section<'_>,
    zone: Tz,
    holidays: &Holidays,
    projects: &[Project],
    taken: &mut TakenNames,
) -> Option<Recurring> {
    section.require("name", "name = \"weekend\"");
    section.require("reason", "reason = \"nobody is there to look after it\"");
    let name = section.read("name", words);
    let reason = section.read("reason", words);
    let text = |section: &mut Section<'_>, key| section.read(key, words).map(|text| text.value);
    let rule = FreezeRule {
        name: name.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
        reason: reason.as_ref().map(|reason| reason.value.clone()).unwrap_or_default(),
        owner: text(&mut section, "owner"),
        from: text(&mut section, "from"),
        until: text(&mut section, "until"),
        days: texts(section.list("days", words)),
        zone: section.read("zone", time_zone).map(|zone| zone.value.name().to_owned()),
        projects: texts(section.list("projects", |name| known(name, projects))),
        branches: texts(section.list("branches", words)),
        hotfixes_pass: passes(&mut section),
    };
    if holidays.off.is_empty()
        && let Some(at) = section.raw("days").map(|days| days.at)
        && rule.days.iter().any(|day| day == "holidays")
    {
        section.source.warning(at, "there are no holidays, so this never closes; write them in [calendar]");
    }
    taken.take(section.source, &name?);
    finish(section, rule.ready(zone)).filter(|_| reason.is_some())
}

fn window(mut section: Section<'_>, zone: Tz, projects: &[Project], taken: &mut TakenNames) -> Option<Window> {
    section.require("name", "name = \"deploy hours\"");
    let name = section.read("name", words);
    let text = |section: &mut Section<'_>, key| section.read(key, words).map(|text| text.value);
    let environments = section.list("environments", |name| environment(name, projects));
    let rule = WindowRule {
        name: name.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
        times: texts(section.list("times", words)),
        days: text(&mut section, "days"),
        hours: text(&mut section, "hours"),
        opens: text(&mut section, "opens"),
        closes: text(&mut section, "closes"),
        zone: section.read("zone", time_zone).map(|zone| zone.value.name().to_owned()),
        projects: texts(section.list("projects", |name| known(name, projects))),
        environments: texts(environments),
        hotfixes_pass: passes(&mut section),
    };
    taken.take(section.source, &name?);
    finish(section, rule.ready(zone))
}

/// Notes the mistake where its key stands.
fn finish<T>(mut section: Section<'_>, ready: Result<T, Mistake>) -> Option<T> {
    let mistake = ready.as_ref().err().map(|(key, sentence)| {
        let at = section.raw(key).map_or(section.at, |found| found.at);
        (at, sentence.clone())
    });
    if let Some((at, sentence)) = mistake {
        section.source.problem(at, sentence);
    }
    section.finish();
    ready.ok()
}

fn texts(found: Vec<At<String>>) -> Vec<String> {
    found.into_iter().map(|text| text.value).collect()
}

fn passes(section: &mut Section<'_>) -> Option<bool> {
    section.has("hotfixes_pass").then(|| section.flag("hotfixes_pass", true))
}

fn environment(name: &str, projects: &[Project]) -> Result<String, String> {
    let all: Vec<&str> = projects.iter().flat_map(|project| project.environments.keys().map(String::as_str)).collect();
    if all.contains(&name) {
        return Ok(name.to_owned());
    }
    match nearest(name, all.iter().copied()) {
        _ if all.is_empty() => {
            Err(format!("no project has an environment `{name}`; write a section `[projects.api.environments.{name}]`"))
        }
        Some(meant) => Err(format!("no project has an environment `{name}`; did you mean `{meant}`?")),
        None => Err(format!("no project has an environment `{name}`; write one of `{}`", all.join("`, `"))),
    }
}
