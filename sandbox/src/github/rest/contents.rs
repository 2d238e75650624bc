//! `contents`: files and folders at a commit. A symlink to a file is answered with that file, any other with itself, a
//! submodule with itself, but in the list of a folder as a file:
//! <https://docs.github.com/en/rest/repos/contents#get-repository-content>.

use serde_json::{Value, json};

use super::{
    blobs::{decode, encode},
    refs::signature,
};
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::{self, Ask},
    git::Object,
    objects::{Commit, Entry, parse_tree},
    problem::Problem,
    repository::Move,
    rules::Change,
};

pub(crate) async fn get(hub: &GitHub, ask: &Ask, path: &str) -> Answered {
    let name = ask.query("ref").unwrap_or("main");
    let missing = || Refusal::new(404, format!("No commit found for the ref {name}"));
    let commit = hub.repository().resolve(name).await?.ok_or_else(missing)?;
    let entry = hub.repository().entry(&commit, path).await?;
    if let Some(submodule) = entry.as_ref().filter(|entry| entry.kind() == "commit") {
        return Answer::ok(item(hub, name, path, "submodule", &submodule.sha, 0));
    }
    let mut found = hub.repository().git.object(&format!("{commit}:{path}")).await?.ok_or_else(Refusal::not_found)?;
    if entry.is_some_and(|entry| entry.mode == "120000") {
        let target = String::from_utf8_lossy(&found.data).into_owned();
        match leads_to(hub, &commit, path, &target).await? {
            Some(file) => found = file,
            None => {
                let mut json = item(hub, name, path, "symlink", &found.sha, found.data.len());
                json["target"] = json!(target);
                return Answer::ok(json);
            }
        }
    }
    if found.kind == "blob" && ask.accepts(".raw") {
        return Ok(Answer::raw("application/vnd.github.raw+json; charset=utf-8", found.data));
    }
    if found.kind == "blob" {
        let mut json = item(hub, name, path, "file", &found.sha, found.data.len());
        json["encoding"] = json!("base64");
        json["content"] = json!(encode(&found.data));
        return Answer::ok(json);
    }
    let mut items = Vec::new();
    for entry in parse_tree(&found.data) {
        let path = if path.is_empty() { entry.name.clone() } else { format!("{path}/{}", entry.name) };
        let (kind, size) = match entry.kind() {
            "tree" => ("dir", 0),
            "commit" => ("file", 0),
            _ => {
                let kind = if entry.mode == "120000" { "symlink" } else { "file" };
                let blob = hub.repository().git.object(&entry.sha).await?;
                (kind, blob.map_or(0, |blob| blob.data.len()))
            }
        };
        items.push(item(hub, name, &path, kind, &entry.sha, size));
    }
    Answer::ok(Value::Array(items))
}

/// The file to which a symlink leads, if it is an ordinary one of the repository.
async fn leads_to(hub: &GitHub, commit: &str, path: &str, target: &str) -> Result<Option<Object>, Problem> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            ".." if parts.pop().is_some() => {}
            "" | ".." => return Ok(None),
            "." => {}
            _ => parts.push(part),
        }
    }
    let file = parts.join("/");
    let ordinary = |entry: &Entry| matches!(entry.mode.as_str(), "100644" | "100755");
    match hub.repository().entry(commit, &file).await?.filter(ordinary) {
        Some(_) => hub.repository().git.object(&format!("{commit}:{file}")).await,
        None => Ok(None),
    }
}

fn item(hub: &GitHub, reference: &str, path: &str, kind: &str, sha: &str, size: usize) -> Value {
    let (encoded, name) = (ask::encode(path), path.rsplit('/').next().unwrap_or(path));
    let folder = if kind == "dir" { "tree" } else { "blob" };
    let url = hub.url(&format!("/contents/{encoded}?ref={}", ask::encode(reference)));
    let git = hub.url(&format!("/git/{folder}s/{sha}"));
    let html = hub.html(&format!("/{folder}/{reference}/{encoded}"));
    let raw = (kind == "file").then(|| hub.html(&format!("/raw/{reference}/{encoded}")));
    json!({
        "name": name, "path": path, "sha": sha, "size": size, "type": kind, "url": url, "git_url": git,
        "html_url": html, "download_url": raw, "_links": {"self": url, "git": git, "html": html},
    })
}

pub(crate) async fn put(hub: &GitHub, ask: &Ask, path: &str) -> Answered {
    let fields = ask.fields(&["message", "content"], &["sha", "branch", "committer", "author"])?;
    let branch = fields.text("branch")?.unwrap_or_else(|| "main".to_owned());
    let missing = || Refusal::new(404, format!("Branch {branch} not found"));
    let tip = hub.repository().branch(&branch).ok_or_else(missing)?;
    let had = hub.repository().git.object(&format!("{tip}:{path}")).await?.map(|object| object.sha);
    let name = format!("refs/heads/{branch}");
    match (&had, fields.text("sha")?) {
        (Some(_), None) => return Err(Refusal::invalid("Invalid request.\n\n\"sha\" wasn't supplied.")),
        (Some(had), Some(sha)) if *had != sha => {
            return Err(Refusal::new(409, format!("{path} does not match {sha}")));
        }
        _ => {}
    }
    let forbidden = hub.forbids(&ask.actor, &name, Change::Update { forced: false });
    if let Some(rule) = forbidden.or_else(|| hub.unchecked(&ask.actor, &name, None)) {
        return Err(Refusal::new(409, rule));
    }
    let content = decode(&fields.need("content")?)?;
    let size = content.len();
    let tree = hub.repository().write_file(&tip, path, &content).await?;
    let own = ask.actor.signs(hub.now());
    let author = signature(hub, ask, &fields, "author")?;
    let committer = signature(hub, ask, &fields, "committer")?;
    let by_github = ask.by_app() && author.is_none() && committer.is_none();
    let (author, committer) = (author.unwrap_or(own), committer.unwrap_or_else(|| hub.web_flow()));
    let (parents, message) = (vec![tip.clone()], fields.need("message")?);
    let commit = Commit { sha: String::new(), tree, parents, author, committer, message };
    let commit = hub.repository().store_commit(commit).await?;
    if !by_github {
        hub.leaves_unsigned(&commit.sha);
    }
    if let Some(rule) = hub.lacks_signatures(&ask.actor, &name, Some(&tip), &commit.sha).await? {
        return Err(Refusal::new(409, rule));
    }
    let moved = Move { name, old: Some(tip), new: Some(commit.sha.clone()) };
    if !hub.move_refs(&ask.actor, &[moved]).await? {
        return Err(Refusal::new(409, "Reference update failed"));
    }
    let blob = hub.repository().git.object(&format!("{}:{path}", commit.sha)).await?;
    let content = item(hub, &branch, path, "file", &blob.map(|blob| blob.sha).unwrap_or_default(), size);
    let status = if had.is_some() { 200 } else { 201 };
    Ok(Answer::with(status, &json!({"content": content, "commit": hub.git_commit_json(&commit)})))
}
