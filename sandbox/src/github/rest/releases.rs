//! `releases`.

use serde_json::{Value, json};

use super::number;
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::{Ask, encode},
    repository::{Move, is_ref_name},
    stamp,
};

pub(crate) fn list(hub: &GitHub, ask: &Ask) -> Answered {
    let releases = hub.state().releases.iter().rev().cloned().collect();
    Answer::list(ask, releases)
}

pub(crate) async fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let optional = [
        "target_commitish",
        "name",
        "body",
        "draft",
        "prerelease",
        "discussion_category_name",
        "generate_release_notes",
        "make_latest",
    ];
    let fields = ask.fields(&["tag_name"], &optional)?;
    let tag = fields.need("tag_name")?;
    let (draft, prerelease) = (fields.flag("draft")?, fields.flag("prerelease")?);
    if !is_ref_name(&format!("refs/tags/{tag}")) {
        return Err(Refusal::field("Release", "tag_name", "invalid"));
    }
    if hub.state().releases.iter().any(|release| release["tag_name"] == tag && release["draft"] == false) {
        return Err(Refusal::field("Release", "tag_name", "already_exists"));
    }
    let target = fields.text("target_commitish")?.unwrap_or_else(|| "main".to_owned());
    let mut commit = hub.repository().find_ref(&format!("refs/tags/{tag}")).map(|found| found.commit);
    if commit.is_none() {
        let missing = || Refusal::field("Release", "target_commitish", "invalid");
        let sha = hub.repository().resolve(&target).await?.ok_or_else(missing)?;
        if !draft {
            // GitHub makes the missing tag itself: a lightweight one.
            let moved = Move { name: format!("refs/tags/{tag}"), old: None, new: Some(sha.clone()) };
            hub.move_refs(&ask.actor, &[moved]).await?;
        }
        commit = Some(sha);
    }
    let commit = hub.repository().commit(&commit.unwrap_or_default()).await?;
    let mut body = fields.text("body")?;
    if fields.flag("generate_release_notes")? {
        body = Some([body.unwrap_or_default(), generated(hub, &tag)].join("\n\n").trim().to_owned());
    }
    let id = hub.state().next_id();
    let url = hub.url(&format!("/releases/{id}"));
    let created = commit.map_or_else(|| stamp(hub.now()), |commit| commit.committer.date());
    let release = json!({
        "url": url, "assets_url": format!("{url}/assets"), "upload_url": format!("{url}/assets{{?name,label}}"),
        "html_url": hub.html(&format!("/releases/tag/{}", encode(&tag))), "id": id, "author": hub.user_json(&ask.actor),
        "node_id": format!("RE_{id}"), "tag_name": tag, "target_commitish": target, "name": fields.text("name")?,
        "draft": draft, "prerelease": prerelease, "immutable": !draft && hub.state().immutable_releases, "created_at": created, "updated_at": stamp(hub.now()),
        "published_at": (!draft).then(|| stamp(hub.now())), "assets": [], "body": body,
        "tarball_url": hub.url(&format!("/tarball/{}", encode(&tag))),
        "zipball_url": hub.url(&format!("/zipball/{}", encode(&tag))),
    });
    {
        let mut state = hub.state();
        state.count(format!("release {tag}"));
        state.releases.push(release.clone());
    }
    send(hub, ask, "created", &release);
    if !draft {
        send(hub, ask, "published", &release);
        send(hub, ask, if prerelease { "prereleased" } else { "released" }, &release);
    }
    Answer::created(release)
}

fn send(hub: &GitHub, ask: &Ask, action: &str, release: &Value) {
    hub.send("release", &ask.actor, json!({"action": action, "release": release}));
}

pub(crate) fn get(hub: &GitHub, id: &str) -> Answered {
    let id = number(id)?;
    find(hub, |release| release["id"] == id)
}

pub(crate) fn by_tag(hub: &GitHub, tag: &str) -> Answered {
    find(hub, |release| release["tag_name"] == tag && release["draft"] == false)
}

pub(crate) fn latest(hub: &GitHub) -> Answered {
    find(hub, |release| release["draft"] == false && release["prerelease"] == false)
}

/// The last release that fits.
fn find(hub: &GitHub, fits: impl Fn(&Value) -> bool) -> Answered {
    let found = hub.state().releases.iter().rev().find(|release| fits(release)).cloned();
    Answer::ok(found.ok_or_else(Refusal::not_found)?)
}

pub(crate) fn update(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    let keys = [
        "tag_name",
        "target_commitish",
        "name",
        "body",
        "draft",
        "prerelease",
        "make_latest",
        "discussion_category_name",
    ];
    let fields = ask.fields(&[], &keys)?;
    let known = number(id)?;
    let now = stamp(hub.now());
    let changed = {
        let mut state = hub.state();
        let immutable = state.immutable_releases;
        let release =
            state.releases.iter_mut().find(|release| release["id"] == known).ok_or_else(Refusal::not_found)?;
        let was_draft = release["draft"] == true;
        for key in &keys[..6] {
            if fields.has(key) {
                release[*key] = fields.get(key).clone();
            }
        }
        release["updated_at"] = json!(now);
        let published = was_draft && release["draft"] == false;
        if published {
            release["published_at"] = json!(now);
            release["immutable"] = json!(immutable);
        }
        (release.clone(), published)
    };
    send(hub, ask, if changed.1 { "published" } else { "edited" }, &changed.0);
    Answer::ok(changed.0)
}

pub(crate) fn delete(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    let known = number(id)?;
    let gone = {
        let mut state = hub.state();
        let at = state.releases.iter().position(|release| release["id"] == known).ok_or_else(Refusal::not_found)?;
        state.releases.remove(at)
    };
    send(hub, ask, "deleted", &gone);
    Answer::nothing()
}

/// `immutable-releases`: whether they are on; not found while they are off (GitHub's description of this request).
pub(crate) fn immutable(hub: &GitHub) -> Answered {
    let on = hub.state().immutable_releases;
    if on { Answer::ok(json!({"enabled": true, "enforced_by_owner": false})) } else { Err(Refusal::not_found()) }
}

pub(crate) fn notes(hub: &GitHub, ask: &Ask) -> Answered {
    let optional = ["target_commitish", "previous_tag_name", "configuration_file_path"];
    let tag = ask.fields(&["tag_name"], &optional)?.need("tag_name")?;
    Answer::ok(json!({"name": tag, "body": generated(hub, &tag)}))
}

/// Release notes in the shape in which GitHub writes them.
fn generated(hub: &GitHub, tag: &str) -> String {
    let state = hub.state();
    let merged = state.pulls.values().filter(|pull| pull.merged.is_some());
    let lines = merged.map(|pull| format!("* {} by @{} in #{}\n", pull.title, pull.author, pull.number));
    format!(
        "## What's Changed\n{}\n**Full Changelog**: {}",
        lines.collect::<String>(),
        hub.html(&format!("/commits/{tag}"))
    )
}
