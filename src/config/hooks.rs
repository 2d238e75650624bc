//! Reads `[hooks]`: who may report deploys and alerts, and where they are told.

use chrono::TimeDelta;

use super::{
    chats::WrittenTables,
    projects::places,
    schedules::{held, known},
    secret::Secret,
    section::Section,
    settings::{AlertRoute, HookSender, Hooks},
    values::words,
};
use crate::domain::{
    team::{people::People, project::Project},
    time::duration,
};

/// The kinds of reports that senders may be bound to, as their addresses name them.
const HOOK_KINDS: [&str; 7] = ["deploy", "alertmanager", "grafana", "gitlab", "argocd", "flux", "cloudevents"];

/// Reads `[hooks]`.
pub(super) fn hooks(
    mut section: Section<'_>,
    projects: &[Project],
    people: &People,
    written: WrittenTables,
) -> Option<Hooks> {
    let tables = section.tables("senders");
    if tables.is_empty() {
        section.require("token", "token = { env = \"HOOKS_TOKEN\" }");
    }
    let own = HookSender {
        tokens: proofs(&mut section, "token"),
        secrets: proofs(&mut section, "secret"),
        ..HookSender::default()
    };
    let usable = !tables.is_empty() || !own.tokens.is_empty();
    let source = section.source;
    let mut senders: Vec<HookSender> =
        Some(own).filter(|own| !own.tokens.is_empty() || !own.secrets.is_empty()).into_iter().collect();
    for table in tables {
        let at = table.at;
        let Some(sender) = sender(table, projects) else { continue };
        if let Some(name) =
            sender.name.as_ref().filter(|name| senders.iter().any(|one| one.name.as_ref() == Some(*name)))
        {
            source.problem(at, format!("two senders are called `{name}`; give each a name of its own"));
        }
        if let Some(other) = senders.iter().find(|other| shares(&sender, other)) {
            let (name, other) =
                (sender.name.as_deref().unwrap_or_default(), other.name.as_deref().unwrap_or("[hooks] itself"));
            source.problem(
                at,
                format!(
                    "`{name}` and `{other}` prove who they are by the same; give each a token or secret of its own"
                ),
            );
        }
        senders.push(sender);
    }
    let told = places(&mut section, "places", written);
    let routes = section.list("routes", |text| route(text, projects)).into_iter().map(|route| route.value).collect();
    let escalate = escalate(&mut section);
    let roles = section.list("escalate_roles", words);
    for role in roles.iter().filter(|role| !held(people, &role.value)) {
        section.source.warning(role.at, format!("nobody holds the role `{}`, so nobody is called", role.value));
    }
    let escalate_roles = roles.into_iter().map(|role| role.value).collect();
    section.finish();
    usable.then_some(Hooks { senders, places: told, routes, escalate, escalate_roles })
}

/// Times that rise.
fn escalate(section: &mut Section<'_>) -> Vec<TimeDelta> {
    let spans = section.list("escalate", duration::read);
    for pair in spans.windows(2).filter(|pair| pair[1].value <= pair[0].value) {
        section.source.problem(pair[1].at, "each time in `escalate` counts from the beginning; write them rising");
    }
    spans.into_iter().map(|span| span.value).collect()
}

/// One of `[[hooks.senders]]`.
fn sender(mut section: Section<'_>, projects: &[Project]) -> Option<HookSender> {
    section.require("name", "name = \"argo\"");
    let name = section.read("name", words);
    let (tokens, secrets) = (proofs(&mut section, "token"), proofs(&mut section, "secret"));
    let written = section.has("token") || section.has("secret");
    let sender = HookSender {
        name: name.as_ref().map(|name| name.value.clone()),
        tokens,
        secrets,
        kinds: section.each("kinds", kind).into_iter().map(|kind| kind.value).collect(),
        projects: section.each("projects", |name| known(name, projects)).into_iter().map(|name| name.value).collect(),
        environments: section.each("environments", words).into_iter().map(|name| name.value).collect(),
    };
    if !written {
        let sentence = "it has nothing by which to prove who it is; write `token`, `secret` or both";
        section.source.problem(section.at, sentence);
    }
    section.finish();
    name.map(|_| sender)
}

/// Whether two senders cannot be told apart.
fn shares(one: &HookSender, other: &HookSender) -> bool {
    let both = |own: &[Secret], others: &[Secret]| own.iter().any(|secret| others.contains(secret));
    both(&one.tokens, &other.tokens) || both(&one.secrets, &other.secrets)
}

/// A kind of report, by the word in its address.
fn kind(text: &str) -> Result<String, String> {
    match HOOK_KINDS.contains(&text) {
        true => Ok(text.to_owned()),
        false => Err(format!("`{text}` is no kind of report; write one of `{}`", HOOK_KINDS.join("`, `"))),
    }
}

/// A token or secret, and the one that is to follow it: both count, so that each side can change at its own time.
fn proofs(section: &mut Section<'_>, key: &'static str) -> Vec<Secret> {
    let next = if key == "token" { "next_token" } else { "next_secret" };
    [key, next].into_iter().filter_map(|key| section.long_secret(key)).collect()
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
