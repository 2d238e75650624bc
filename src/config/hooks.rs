//! Reads `[hooks]`: who may report deploys and alerts, and where they are told.

use chrono::TimeDelta;

use super::{
    chats::WrittenTables,
    projects::places,
    schedules::{held, known},
    secret::Secret,
    section::{At, Section},
    settings::{AlertRoute, Hooks},
    values::words,
};
use crate::domain::{
    team::{people::People, project::Project},
    time::duration,
};

/// Reads `[hooks]`.
pub(super) fn hooks(
    mut section: Section<'_>,
    projects: &[Project],
    people: &People,
    written: WrittenTables,
) -> Option<Hooks> {
    section.require("token", "token = { env = \"HOOKS_TOKEN\" }");
    let token = section.secret("token").and_then(|token| long_enough(&section, "token", token));
    let secret = section.secret("secret").and_then(|secret| long_enough(&section, "secret", secret));
    let told = places(&mut section, "places", written);
    let routes = section.list("routes", |text| route(text, projects)).into_iter().map(|route| route.value).collect();
    let escalate = escalate(&mut section);
    let roles = section.list("escalate_roles", words);
    for role in roles.iter().filter(|role| !held(people, &role.value)) {
        section.source.warning(role.at, format!("nobody holds the role `{}`, so nobody is called", role.value));
    }
    let escalate_roles = roles.into_iter().map(|role| role.value).collect();
    section.finish();
    Some(Hooks { token: token?, secret, places: told, routes, escalate, escalate_roles })
}

/// Times that rise.
fn escalate(section: &mut Section<'_>) -> Vec<TimeDelta> {
    let spans = section.list("escalate", duration::read);
    for pair in spans.windows(2).filter(|pair| pair[1].value <= pair[0].value) {
        section.source.problem(pair[1].at, "each time in `escalate` counts from the beginning; write them rising");
    }
    spans.into_iter().map(|span| span.value).collect()
}

/// Whoever guesses it can ring everybody out of bed.
fn long_enough(section: &Section<'_>, key: &str, found: At<Secret>) -> Option<Secret> {
    let right = found.value.reveal().len() >= 16;
    if !right {
        let sentence =
            format!("`{key}` can be guessed; write at least 16 characters, such as `openssl rand -hex 32` gives");
        section.source.problem(found.at, sentence);
    }
    right.then_some(found.value)
}

/// `label=value -> project`.
fn route(text: &str, projects: &[Project]) -> Result<AlertRoute, String> {
    let parts = text.split_once("->").and_then(|(label, project)| {
        let (label, value) = label.split_once('=')?;
        Some([label.trim(), value.trim(), project.trim()])
    });
    match parts.filter(|parts| parts.iter().all(|part| !part.is_empty())) {
        Some([label, value, project]) => {
            let project = known(project, projects)?;
            Ok(AlertRoute { label: label.to_owned(), value: value.to_owned(), project })
        }
        None => Err(format!("`{text}` is not a route; write such as `service=checkout -> api`")),
    }
}
