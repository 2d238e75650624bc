//! `pulls`.

use serde_json::{Value, json};

use super::number;
use crate::github::{
    GitHub, MergeMethod,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    people::User,
    pulls::MergeWish,
    state::Pull,
};

pub(crate) fn list(hub: &GitHub, ask: &Ask) -> Answered {
    let state = ask.query("state").unwrap_or("open");
    if !["open", "closed", "all"].contains(&state) {
        return Err(Refusal::field("PullRequest", "state", "invalid"));
    }
    let owner = format!("{}:", hub.settings().owner);
    let head = ask.query("head");
    let fits = |pull: &Pull| {
        (state == "all" || pull.open == (state == "open"))
            && ask.query("base").is_none_or(|base| base == pull.base)
            // Without an owner before it GitHub ignores the filter.
            && head.filter(|head| head.contains(':')).is_none_or(|head| head.strip_prefix(&owner) == Some(&pull.head))
    };
    let mut pulls: Vec<Pull> = hub.state().pulls.values().filter(|pull| fits(pull)).cloned().collect();
    if ask.query("sort") == Some("updated") {
        pulls.sort_by_key(|pull| pull.updated);
    }
    let ascending = matches!((ask.query("direction"), ask.query("sort")), (Some("asc"), _));
    if !ascending {
        pulls.reverse();
    }
    let (page, size) = ask.paging();
    let shown = pulls.iter().skip((page - 1) * size).take(size).map(|pull| hub.pull_json(pull)).collect();
    Ok(Answer::page(ask, Value::Array(shown), pulls.len()))
}

pub(crate) async fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let optional = ["title", "body", "draft", "maintainer_can_modify", "head_repo", "issue"];
    let fields = ask.fields(&["head", "base"], &optional)?;
    let title = fields.text("title")?.filter(|title| !title.trim().is_empty());
    let title = title.ok_or_else(|| Refusal::field("PullRequest", "title", "missing_field"))?;
    let pull = new_pull(hub, &ask.actor, &fields.need("head")?, &fields.need("base")?).await?;
    let pull = Pull { title, body: fields.text("body")?, draft: fields.flag("draft")?, ..pull };
    let number = hub.open_pull(&ask.actor, pull).await?;
    let pull = hub.find_pull(number).ok_or_else(Refusal::not_found)?;
    Answer::created(hub.full_pull_json(&pull, None, "unknown"))
}

/// A pull request that has not been opened yet; refused as GitHub refuses it.
pub(crate) async fn new_pull(hub: &GitHub, author: &User, head: &str, base: &str) -> Result<Pull, Refusal> {
    let owner = &hub.settings().owner;
    let head = head.strip_prefix(&format!("{owner}:")).unwrap_or(head);
    let missing = |field: &'static str| move || Refusal::field("PullRequest", field, "invalid");
    let base_sha = hub.repository().branch(base).ok_or_else(missing("base"))?;
    let head_sha = hub.repository().branch(head).ok_or_else(missing("head"))?;
    let same = |pull: &Pull| pull.open && pull.head == head && pull.base == base;
    if hub.state().pulls.values().any(same) {
        let message = format!("A pull request already exists for {owner}:{head}.");
        return Err(Refusal::custom("PullRequest", message));
    }
    match hub.repository().relation(&base_sha, &head_sha).await? {
        None => {
            let message = format!("The {head} branch has no history in common with {base}");
            return Err(Refusal::custom("PullRequest", message));
        }
        Some(relation) if relation.ahead == 0 => {
            return Err(Refusal::custom("PullRequest", format!("No commits between {base} and {head}")));
        }
        Some(_) => {}
    }
    Ok(Pull::new(author, (head, &head_sha), (base, &base_sha), hub.now()))
}

/// `GET pulls/{n}` in whichever form is asked for.
pub(crate) async fn read(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let (pull, repository) = (find(hub, of)?, hub.repository());
    if ask.accepts(".patch") {
        return Ok(Answer::patch(repository.mails(&[&format!("{}..{}", pull.base_sha, pull.head_sha)]).await?));
    }
    if ask.accepts(".diff") {
        let relation = repository.relation(&pull.base_sha, &pull.head_sha).await?;
        let base = relation.map_or(pull.base_sha, |relation| relation.merge_base);
        return Ok(Answer::diff(repository.difference(&base, &pull.head_sha).await?));
    }
    get(hub, of).await
}

pub(crate) async fn get(hub: &GitHub, of: &str) -> Answered {
    let pull = find(hub, of)?;
    let first = {
        let mut state = hub.state();
        let slow = state.slow_mergeable;
        let known = state.pulls.get_mut(&pull.number);
        let read = known.is_none_or(|pull| std::mem::replace(&mut pull.was_read, true));
        slow && !read
    };
    if !pull.open || first {
        return Answer::ok(hub.full_pull_json(&pull, None, "unknown"));
    }
    let clean = hub.merges_cleanly(&pull).await?;
    let word = match clean {
        _ if pull.draft => "draft",
        false => "dirty",
        true if hub.what_blocks(&hub.settings().bot, &pull).is_some() => "blocked",
        true if !hub.all_green(&pull.head_sha) => "unstable",
        true => "clean",
    };
    Answer::ok(hub.full_pull_json(&pull, Some(clean), word))
}

pub(crate) async fn update(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let fields = ask.fields(&[], &["title", "body", "state", "base", "maintainer_can_modify"])?;
    let pull = find(hub, of)?;
    let (title, base) = (fields.text("title")?, fields.text("base")?);
    let mut changes = json!({});
    if let Some(title) = title.filter(|title| *title != pull.title) {
        changes["title"] = json!({"from": pull.title});
        hub.change_pull(pull.number, |pull| pull.title = title);
    }
    let body = fields.text("body")?;
    if fields.has("body") && body != pull.body {
        changes["body"] = json!({"from": pull.body});
        hub.change_pull(pull.number, |pull| pull.body = body);
    }
    if let Some(base) = base.filter(|base| *base != pull.base) {
        if hub.repository().branch(&base).is_none() {
            return Err(Refusal::field("PullRequest", "base", "invalid"));
        }
        changes["base"] = json!({"ref": {"from": pull.base}, "sha": {"from": pull.base_sha}});
        hub.change_pull(pull.number, |pull| pull.base = base);
        hub.refresh_pull(pull.number).await?;
        hub.wake_queue();
    }
    if changes.as_object().is_some_and(|changes| !changes.is_empty()) {
        hub.send_pull(&ask.actor, pull.number, "edited", json!({"changes": changes})).await?;
    }
    if let Some(state) = fields.text("state")? {
        set_state(hub, ask, &pull, &state).await?;
    }
    get(hub, of).await
}

/// Opens or closes a pull request.
pub(crate) async fn set_state(hub: &GitHub, ask: &Ask, pull: &Pull, state: &str) -> Result<(), Refusal> {
    match (state, pull.open) {
        ("closed", true) => hub.close_pull(&ask.actor, pull.number, None),
        ("open", false) => {
            let head = hub.repository().branch(&pull.head);
            if pull.merged.is_some() || head.is_none() || hub.repository().branch(&pull.base).is_none() {
                return Err(Refusal::custom(
                    "PullRequest",
                    "state cannot be changed. The pull request cannot be reopened.",
                ));
            }
            hub.change_pull(pull.number, |pull| {
                pull.open = true;
                pull.closed = None;
            });
            hub.refresh_pull(pull.number).await?;
            hub.send_pull(&ask.actor, pull.number, "reopened", Value::Null).await?;
        }
        ("open" | "closed", _) => {}
        _ => return Err(Refusal::field("PullRequest", "state", "invalid")),
    }
    Ok(())
}

pub(crate) fn is_merged(hub: &GitHub, of: &str) -> Answered {
    if find(hub, of)?.merged.is_some() { Answer::nothing() } else { Err(Refusal::not_found()) }
}

pub(crate) async fn merge(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let fields = ask.fields(&[], &["commit_title", "commit_message", "sha", "merge_method"])?;
    let method = match fields.text("merge_method")?.as_deref() {
        None | Some("merge") => MergeMethod::Merge,
        Some("squash") => MergeMethod::Squash,
        Some("rebase") => MergeMethod::Rebase,
        Some(other) => return Err(ask.wrong(422, format!("Invalid request.\n\n{other} is not a merge method."))),
    };
    let (title, message) = (fields.text("commit_title")?, fields.text("commit_message")?);
    let wish = MergeWish { method, title, message, sha: fields.text("sha")? };
    let sha = hub.merge_pull(&ask.actor, number(of)?, wish).await?;
    Answer::ok(json!({"sha": sha, "merged": true, "message": "Pull Request successfully merged"}))
}

pub(crate) async fn files(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let pull = find(hub, of)?;
    let relation = hub.repository().relation(&pull.base_sha, &pull.head_sha).await?;
    let base = relation.map_or(pull.base_sha, |relation| relation.merge_base);
    let files = hub.repository().changed_files(&base, &pull.head_sha).await?;
    Answer::list(ask, files.iter().map(|file| hub.file_json(file, &pull.head_sha)).collect())
}

pub(crate) async fn commits(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let pull = find(hub, of)?;
    let mut commits = Vec::new();
    for sha in pull.commits.iter().take(250) {
        commits.extend(hub.repository().commit(sha).await?.map(|commit| hub.commit_json(&commit)));
    }
    Answer::list(ask, commits)
}

/// `commits/{sha}/pulls`: the pull requests that brought, or would bring, this commit.
pub(crate) async fn of_commit(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    let sha = hub.commit_named(name).await?;
    let brings =
        |pull: &&Pull| pull.commits.contains(&sha) || pull.merged.as_ref().is_some_and(|merged| merged.sha == sha);
    let pulls: Vec<Pull> = hub.state().pulls.values().filter(brings).cloned().collect();
    Answer::list(ask, pulls.iter().map(|pull| hub.pull_json(pull)).collect())
}

/// The pull request that a path names.
pub(crate) fn find(hub: &GitHub, of: &str) -> Result<Pull, Refusal> {
    hub.find_pull(number(of)?).ok_or_else(Refusal::not_found)
}
