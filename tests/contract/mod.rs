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
    };
    READ[service as usize]
        .get_or_init(|| {
            let file = folder()?.join(format!("{name}.requests.json"));
            let text = std::fs::read_to_string(&file).unwrap_or_else(|problem| panic!("{}: {problem}", file.display()));
            Some(Description::new(&serde_json::from_str(&text).unwrap()))
        })
        .as_ref()
}

/// Holds every request against its service's description. Answers with how many were held; panics at a violation.
pub fn check(requests: &[Recorded]) -> usize {
    let mut violations = Vec::new();
    let mut validated = 0;
    for request in requests {
        let Some(description) = description(request.service) else { continue };
        validated += 1;
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
    validated
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_release_keeps_the_contract() {
    let story = Story::begin().await;
    story.release_whole().await;
    let requests = story.world.wire().recorded();
    story.end().await;
    let validated = check(&requests);
    let all = if folder().is_some() { requests.len() } else { 0 };
    assert_eq!(validated, all);
    let kinds: std::collections::BTreeSet<String> = requests.iter().filter_map(kind).collect();
    println!("contract: the whole release is {validated} validated requests of {} kinds", kinds.len());
    for kind in &kinds {
        println!("contract:   {kind}");
    }
}

/// The operation that a request is, as its description names it.
fn kind(request: &Recorded) -> Option<String> {
    let (operation, _) = description(request.service)?.find(&request.method, &request.path).ok()?;
    Some(format!("{:?} {} {}", request.service, request.method, operation.template))
}
