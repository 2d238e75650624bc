//! `git/ref`, `git/refs`, `git/matching-refs` and `git/tags`.

use chrono::DateTime;

use super::is_sha;
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::{Ask, Fields},
    objects::{Signature, Tag},
    repository::{Move, is_ref_name},
    rules::Change,
};

pub(crate) fn get(hub: &GitHub, name: &str) -> Answered {
    let found = hub.repository().find_ref(&format!("refs/{name}")).ok_or_else(Refusal::not_found)?;
    Answer::ok(hub.ref_json(&found))
}

/// All of them at once: this list has no pages (docs.github.com "List matching references" takes no `page`).
pub(crate) fn matching(hub: &GitHub, start: &str) -> Answered {
    let found = hub.repository().refs(&format!("refs/{start}"));
    Answer::ok(found.iter().map(|found| hub.ref_json(found)).collect())
}

pub(crate) async fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let fields = ask.fields(&["ref", "sha"], &[])?;
    let (name, sha) = (fields.need("ref")?, fields.need("sha")?);
    if !is_ref_name(&name) {
        return Err(Refusal::invalid(format!("{name} is not a valid ref name.")));
    }
    check_sha(&sha)?;
    if hub.repository().find_ref(&name).is_some() {
        return Err(Refusal::invalid("Reference already exists"));
    }
    check_target(hub, &name, &sha).await?;
    let unsigned = hub.lacks_signatures(&ask.actor, &name, None, &sha).await?;
    if let Some(rule) = hub.forbids(&ask.actor, &name, Change::Create).or(unsigned) {
        return Err(Refusal::invalid(rule));
    }
    apply(hub, ask, Move { name: name.clone(), old: None, new: Some(sha) }).await?;
    let found = hub.repository().find_ref(&name).ok_or_else(Refusal::not_found)?;
    Answer::created(hub.ref_json(&found))
}

pub(crate) async fn update(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    let fields = ask.fields(&["sha"], &["force"])?;
    let (sha, force) = (fields.need("sha")?, fields.flag("force")?);
    let name = format!("refs/{name}");
    check_sha(&sha)?;
    let missing = || Refusal::invalid("Reference does not exist");
    let found = hub.repository().find_ref(&name).ok_or_else(missing)?;
    check_target(hub, &name, &sha).await?;
    let target = hub.commit_named(&sha).await?;
    let forward = hub.repository().is_ancestor(&found.commit, &target).await?;
    if !force && !forward {
        return Err(Refusal::invalid("Update is not a fast forward"));
    }
    let forbidden = hub.forbids(&ask.actor, &name, Change::Update { forced: !forward });
    let unsigned = hub.lacks_signatures(&ask.actor, &name, Some(&found.commit), &target).await?;
    if let Some(rule) = forbidden.or_else(|| hub.unchecked(&ask.actor, &name, Some(&target))).or(unsigned) {
        return Err(Refusal::invalid(rule));
    }
    if found.sha != sha {
        apply(hub, ask, Move { name: name.clone(), old: Some(found.sha), new: Some(sha) }).await?;
    }
    let found = hub.repository().find_ref(&name).ok_or_else(missing)?;
    Answer::ok(hub.ref_json(&found))
}

pub(crate) async fn delete(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    let name = format!("refs/{name}");
    let missing = || Refusal::invalid("Reference does not exist");
    let found = hub.repository().find_ref(&name).ok_or_else(missing)?;
    if name.strip_prefix("refs/heads/") == Some(&hub.settings().default_branch) {
        return Err(Refusal::invalid("Cannot delete the default branch"));
    }
    if let Some(rule) = hub.forbids(&ask.actor, &name, Change::Delete) {
        return Err(Refusal::invalid(rule));
    }
    apply(hub, ask, Move { name, old: Some(found.sha), new: None }).await?;
    Answer::nothing()
}

async fn apply(hub: &GitHub, ask: &Ask, moved: Move) -> Result<(), Refusal> {
    let done = hub.move_refs(&ask.actor, &[moved]).await?;
    if done { Ok(()) } else { Err(Refusal::invalid("Reference update failed")) }
}

fn check_sha(sha: &str) -> Result<(), Refusal> {
    if is_sha(sha) {
        return Ok(());
    }
    Err(Refusal::invalid("The sha parameter must be exactly 40 characters and contain only [0-9a-f]."))
}

/// A ref needs an object that exists, and a branch a commit.
async fn check_target(hub: &GitHub, name: &str, sha: &str) -> Result<(), Refusal> {
    let Some(object) = hub.repository().git.object(sha).await? else {
        return Err(Refusal::invalid("Object does not exist"));
    };
    if name.starts_with("refs/heads/") && object.kind != "commit" {
        return Err(Refusal::invalid("Object is not a commit"));
    }
    Ok(())
}

pub(crate) async fn create_tag(hub: &GitHub, ask: &Ask) -> Answered {
    let fields = ask.fields(&["tag", "message", "object", "type"], &["tagger"])?;
    let (object, kind) = (fields.need("object")?, fields.need("type")?);
    check_sha(&object)?;
    let found = hub.repository().git.object(&object).await?;
    if found.is_none_or(|found| found.kind != kind) {
        return Err(Refusal::invalid(format!("Could not resolve object {object} of type {kind}")));
    }
    let tagger = signature(hub, ask, &fields, "tagger")?.unwrap_or_else(|| ask.actor.signs(hub.now()));
    let (name, message) = (fields.need("tag")?, fields.need("message")?);
    if !is_ref_name(&format!("refs/tags/{name}")) {
        return Err(Refusal::field("Tag", "tag", "invalid"));
    }
    let mut tag = Tag { sha: String::new(), object, kind, name, tagger, message };
    tag.sha = hub.repository().git.store("tag", tag.write()).await?;
    Answer::created(hub.tag_json(&tag))
}

pub(crate) async fn get_tag(hub: &GitHub, sha: &str) -> Answered {
    let tag = hub.repository().tag(sha).await?.ok_or_else(Refusal::not_found)?;
    Answer::ok(hub.tag_json(&tag))
}

/// The signature that a body names under `key`; none if it names none. Without a date it is now.
pub(crate) fn signature(hub: &GitHub, ask: &Ask, fields: &Fields, key: &str) -> Result<Option<Signature>, Refusal> {
    let given = fields.get(key);
    if given.is_null() {
        return Ok(None);
    }
    let (Some(name), Some(email)) = (given["name"].as_str(), given["email"].as_str()) else {
        return Err(ask.wrong(422, format!("Invalid request.\n\n\"name\", \"email\" weren't supplied in {key}.")));
    };
    let mut signature = Signature::new(name, email, hub.now());
    if let Some(date) = given["date"].as_str() {
        let read = DateTime::parse_from_rfc3339(date);
        let wrong = |_| Refusal::invalid(format!("Invalid request.\n\n\"{date}\" is not a valid date for {key}."));
        signature.at = read.map_err(wrong)?;
    }
    Ok(Some(signature))
}
