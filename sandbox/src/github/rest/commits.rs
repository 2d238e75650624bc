//! `git/commits` and `commits`.

use serde_json::{Value, json};

use super::{is_sha, refs::signature};
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    history::NOTHING,
    objects::Commit,
};

pub(crate) async fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let fields = ask.fields(&["message", "tree"], &["parents", "author", "committer", "signature"])?;
    let (message, tree) = (fields.need("message")?, fields.need("tree")?);
    let parents = fields.texts("parents")?.unwrap_or_default();
    if !is_sha(&tree) {
        return Err(Refusal::invalid("The tree parameter must be exactly 40 characters and contain only [0-9a-f]."));
    }
    if hub.repository().git.object(&tree).await?.is_none_or(|object| object.kind != "tree") {
        return Err(Refusal::invalid("Tree SHA does not exist"));
    }
    for parent in &parents {
        if !is_sha(parent) || hub.repository().commit(parent).await?.is_none() {
            return Err(Refusal::invalid("Parent SHA does not exist or is not a commit object"));
        }
    }
    let given = signature(hub, ask, &fields, "author")?;
    let committer = signature(hub, ask, &fields, "committer")?.or_else(|| given.clone());
    let own = ask.actor.signs(hub.now());
    let by_github = ask.by_app() && given.is_none() && committer.is_none();
    let (author, committer) = (given.unwrap_or_else(|| own.clone()), committer.unwrap_or(own));
    let commit = Commit { sha: String::new(), tree, parents, author, committer, message };
    let commit = hub.repository().store_commit(commit).await?;
    if !by_github {
        hub.leaves_unsigned(&commit.sha);
    }
    Answer::created(hub.git_commit_json(&commit))
}

pub(crate) async fn get_git(hub: &GitHub, sha: &str) -> Answered {
    let found = if is_sha(sha) { hub.repository().commit(sha).await? } else { None };
    Answer::ok(hub.git_commit_json(&found.ok_or_else(Refusal::not_found)?))
}

pub(crate) async fn get(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    let sha = hub.commit_named(name).await?;
    if ask.accepts(".sha") {
        return Ok(Answer::raw("application/vnd.github.sha; charset=utf-8", sha.into_bytes()));
    }
    let commit = hub.repository().commit(&sha).await?.ok_or_else(Refusal::not_found)?;
    if ask.accepts(".diff") {
        let parent = commit.parents.first().map_or(NOTHING, String::as_str);
        return Ok(Answer::diff(hub.repository().difference(parent, &sha).await?));
    }
    if ask.accepts(".patch") {
        return Ok(Answer::patch(hub.repository().mail_of(&sha).await?));
    }
    let files = hub.repository().files_of(&commit).await?;
    let (added, deleted) = files.iter().fold((0, 0), |sum, file| (sum.0 + file.additions, sum.1 + file.deletions));
    let mut json = hub.commit_json(&commit);
    json["stats"] = json!({"total": added + deleted, "additions": added, "deletions": deleted});
    let files: Vec<Value> = files.iter().map(|file| hub.file_json(file, &sha)).collect();
    json["files"] = Value::Array(ask.slice_of(files, 300));
    Answer::ok(json)
}

pub(crate) async fn list(hub: &GitHub, ask: &Ask) -> Answered {
    let name = ask.query("sha").unwrap_or(&hub.settings().default_branch);
    let tip = hub.repository().resolve(name).await?.ok_or_else(Refusal::not_found)?;
    let mut filters = Vec::new();
    for (parameter, option) in [("since", "--since"), ("until", "--until"), ("author", "--author")] {
        let value = ask.query(parameter).map(|value| match hub.state().user(value) {
            Some(user) if parameter == "author" => user.email(),
            _ => value.to_owned(),
        });
        filters.extend(value.map(|value| format!("{option}={value}")));
    }
    let path = ask.query("path").map(str::to_owned);
    let mut which: Vec<&str> = filters.iter().map(String::as_str).collect();
    which.push(&tip);
    which.extend(path.iter().flat_map(|path| ["--", path.as_str()]));
    let mut counting = vec!["rev-list", "--count", "--fixed-strings"];
    counting.extend(&which);
    let total = hub.repository().git.text(&counting, b"").await?.trim().parse().unwrap_or_default();
    let (page, size) = ask.paging();
    let (skip, most) = (format!("--skip={}", (page - 1) * size), format!("--max-count={size}"));
    let mut arguments = vec!["--fixed-strings", &skip, &most];
    arguments.extend(&which);
    let commits = hub.repository().log(&arguments).await?;
    let body = commits.iter().map(|commit| hub.commit_json(commit)).collect();
    Ok(Answer::page(ask, Value::Array(body), total))
}
