//! Reads `[[routes]]`: where what others report is told.

use toml::de::DeValue;

use super::{chats::Written, nearest::nearest, projects::places, schedules::known, section::Section, values::words};
use crate::domain::{
    project::Project,
    route::{Kind, Route},
};

/// Reads every route, in the order of the file.
pub(super) fn routes(whole: &mut Section<'_>, projects: &[Project], written: Written) -> Vec<Route> {
    whole.tables("routes").into_iter().map(|section| route(section, projects, written)).collect()
}

fn route(mut section: Section<'_>, projects: &[Project], written: Written) -> Route {
    section.require("to", "to = [\"discord:300000000000000035\"]");
    let route = Route {
        projects: one_or_more(&mut section, "project", |name| known(name, projects)),
        environments: one_or_more(&mut section, "environment", words),
        severities: one_or_more(&mut section, "severity", words),
        kinds: one_or_more(&mut section, "kind", kind),
        to: places(&mut section, "to", written),
        go_on: section.flag("continue", false),
    };
    section.finish();
    route
}

/// A text, or a list of texts.
fn one_or_more<T>(section: &mut Section<'_>, key: &'static str, form: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
    match section.raw(key).map(|found| found.value) {
        Some(DeValue::Array(_)) => section.list(key, form).into_iter().map(|found| found.value).collect(),
        Some(_) => section.read(key, form).into_iter().map(|found| found.value).collect(),
        None => vec![],
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    let names = Kind::NAMES.map(|(name, _)| name);
    let found = Kind::NAMES.iter().find(|(name, _)| *name == text);
    found.map(|(_, kind)| *kind).ok_or_else(|| match nearest(text, names) {
        Some(meant) => format!("`{text}` is no kind of report; did you mean `{meant}`?"),
        None => format!("`{text}` is no kind of report; write one of `{}`", names.join("`, `")),
    })
}
