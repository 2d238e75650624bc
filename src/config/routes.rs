//! Reads `[[routes]]`: where what others report is told.

use std::collections::BTreeSet;

use super::{chats::WrittenTables, projects::places, schedules::known, section::Section, values::words};
use crate::domain::{
    message::route::{Kind, Route},
    nearest::nearest,
    team::project::Project,
};

/// Reads every route, in the order of the file.
pub(super) fn routes(whole: &mut Section<'_>, projects: &[Project], written: WrittenTables) -> Vec<Route> {
    whole.tables("routes").into_iter().map(|section| route(section, projects, written)).collect()
}

fn route(mut section: Section<'_>, projects: &[Project], written: WrittenTables) -> Route {
    section.require("to", "to = [\"discord:300000000000000035\"]");
    let route = Route {
        projects: one_or_more(&mut section, "project", |name| known(name, projects)),
        environments: environments(&mut section, projects),
        severities: one_or_more(&mut section, "severity", words),
        kinds: one_or_more(&mut section, "kind", kind),
        to: places(&mut section, "to", written),
        go_on: section.flag("continue", false),
    };
    section.finish();
    route
}

/// Names of environments. Others may report what no project names, so an unknown one is no mistake, but perhaps a slip.
fn environments(section: &mut Section<'_>, projects: &[Project]) -> Vec<String> {
    let found = section.each("environment", words);
    let known: BTreeSet<&str> = projects.iter().flat_map(|one| one.environments.keys()).map(String::as_str).collect();
    for name in found.iter().filter(|name| !known.iter().any(|known| known.eq_ignore_ascii_case(&name.value))) {
        let meant = nearest(&name.value, known.iter().copied());
        let meant = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
        section.source.warning(name.at, format!("no project has an environment `{}`{meant}", name.value));
    }
    found.into_iter().map(|found| found.value).collect()
}

/// A text, or a list of texts.
fn one_or_more<T>(section: &mut Section<'_>, key: &'static str, form: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
    section.each(key, form).into_iter().map(|found| found.value).collect()
}

fn kind(text: &str) -> Result<Kind, String> {
    let names = Kind::NAMES.map(|(name, _)| name);
    let found = Kind::NAMES.iter().find(|(name, _)| *name == text);
    found.map(|(_, kind)| *kind).ok_or_else(|| match nearest(text, names) {
        Some(meant) => format!("`{text}` is no kind of report; did you mean `{meant}`?"),
        None => format!("`{text}` is no kind of report; write one of `{}`", names.join("`, `")),
    })
}
