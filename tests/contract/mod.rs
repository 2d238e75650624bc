//! The contract of the wire: whatever a story sends is held against the services' own descriptions, where they are at hand.
//!
//! `SHIPMATE_SPECS` names a folder with `github.requests.json`, `discord.requests.json` and `telegram.requests.json`:
//! OpenAPI documents whose request bodies are closed, so that a key too many is an error. Without it nothing is checked.

mod address;
mod description;
mod form;
mod openapi;
mod trial;

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use sandbox::wire::{Recorded, Service};

use crate::story::Story;
use description::Description;

static VALIDATED: AtomicUsize = AtomicUsize::new(0);

/// The folder with the descriptions, if there is one.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("SHIPMATE_SPECS").map(PathBuf::from)?;
    folder.is_dir().then_some(folder)
}

/// The description of a service, read once; nothing if there is none at hand.
fn description(service: Service) -> Option<&'static Description> {
    static READ: [OnceLock<Option<Description>>; 3] = [const { OnceLock::new() }; 3];
    let name = match service {
        Service::GitHub => "github",
        Service::Discord => "discord",
        Service::Telegram => "telegram",
        Service::Unleash => return None,
    };
    READ[service as usize]
        .get_or_init(|| {
            let file = folder()?.join(format!("{name}.requests.json"));
            let text = std::fs::read_to_string(&file).unwrap_or_else(|problem| panic!("{}: {problem}", file.display()));
            Some(Description::new(&serde_json::from_str(&text).unwrap()))
        })
        .as_ref()
}

/// Holds every request against its service's description. Panics at a violation.
pub(crate) fn check(requests: &[Recorded]) {
    let mut violations = Vec::new();
    let mut validated = 0;
    // People clone and push with git itself, and queries in GraphQL have a schema of their own, which the sandbox keeps: neither
    // is a part of the description.
    let described = |request: &&Recorded| !request.path.contains(".git/") && request.path != "/graphql";
    for request in requests.iter().filter(described) {
        let Some(description) = description(request.service) else { continue };
        validated += 1;
        let request = &by_name(request);
        if let Err(why) = description.check(request) {
            let Recorded { service, method, path, query, body, .. } = request;
            violations.push(format!("{service:?} {method} {path}?{query}\n  {body}\n  {}", why.join("\n  ")));
        }
    }
    violations.sort();
    violations.dedup();
    assert!(violations.is_empty(), "requests that break the contract:\n{}", violations.join("\n"));
    let total = VALIDATED.fetch_add(validated, Ordering::Relaxed) + validated;
    match folder() {
        Some(_) => println!("contract: {validated} requests validated in this story, no violation; {total} so far"),
        None => println!("contract: nothing validated, SHIPMATE_SPECS names no folder"),
    }
}

/// GitHub's description knows no `/repositories/{id}`, where it sends whoever asks by an old name; all below is the same.
fn by_name(request: &Recorded) -> Recorded {
    let below = |path: &str| {
        let rest = path.strip_prefix("/repositories/")?;
        Some(rest.split_once('/').map_or_else(String::new, |(_, rest)| format!("/{rest}")))
    };
    match below(&request.path) {
        Some(rest) => Recorded { path: format!("/repos/acme/api{rest}"), ..request.clone() },
        None => request.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_release_keeps_the_contract() {
    let story = Story::begin().await;
    story.release_whole().await;
    let requests = story.world.wire().recorded();
    story.end().await;
    let kinds: BTreeSet<String> = requests.iter().filter_map(kind).collect();
    let bent: Vec<Recorded> = requests.iter().filter_map(bent).collect();
    for request in &bent {
        let refused = description(request.service).is_none_or(|description| description.check(request).is_err());
        // GitHub's description of this one body allows any object.
        let open = request.path.ends_with("/labels");
        assert!(refused || open, "a key too many goes unnoticed: {request:?}");
    }
    println!(
        "contract: a whole release is {} requests, of {} described kinds; {} with a key too many were refused",
        requests.len(),
        kinds.len(),
        bent.len()
    );
    for kind in &kinds {
        println!("contract:   {kind}");
    }
}

/// The operation that a request is, as its description names it.
fn kind(request: &Recorded) -> Option<String> {
    let (operation, _) = description(request.service)?.find(&request.method, &request.path).ok()?;
    Some(format!("{:?} {} {}", request.service, request.method, operation.template))
}

/// The same request with a key that nobody knows: the descriptions have to refuse it.
fn bent(request: &Recorded) -> Option<Recorded> {
    description(request.service)?;
    let mut bent = request.clone();
    bent.body.as_object_mut()?.insert("nobody_knows".into(), true.into());
    Some(bent)
}
