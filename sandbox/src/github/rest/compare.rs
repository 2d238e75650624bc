//! `compare/{base}...{head}`.

use serde_json::{Value, json};

use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
};

/// How many commits an answer holds when no page is asked for.
const MOST: u64 = 250;

pub(crate) async fn get(hub: &GitHub, ask: &Ask, basehead: &str) -> Answered {
    let (base_name, head_name) = basehead.split_once("...").ok_or_else(Refusal::not_found)?;
    let (base, head) = (named(hub, base_name).await?, named(hub, head_name).await?);
    let unrelated = || Refusal::new(404, format!("No common ancestor between {base_name} and {head_name}."));
    let relation = hub.repository().relation(&base, &head).await?.ok_or_else(unrelated)?;
    if ask.accepts(".diff") {
        return Ok(Answer::diff(hub.repository().difference(&relation.merge_base, &head).await?));
    }
    if ask.accepts(".patch") {
        return Ok(Answer::patch(hub.repository().mails(&[&format!("{base}..{head}")]).await?));
    }
    let status = match (relation.ahead, relation.behind) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    let paged = ask.query("page").is_some() || ask.query("per_page").is_some();
    let (page, size) = ask.paging();
    let (page, size) = if paged { (page as u64, size as u64) } else { (1, MOST) };
    // Oldest first, as pages count; without pages it is the latest that are shown.
    let (skip, count) = match relation.ahead.checked_sub(page * size) {
        _ if !paged => (0, MOST),
        Some(skip) => (skip, size),
        None => (0, relation.ahead.saturating_sub((page - 1) * size)),
    };
    let (range, skip, count) = (format!("{base}..{head}"), format!("--skip={skip}"), format!("--max-count={count}"));
    let commits = hub.repository().log(&["--topo-order", "--reverse", &skip, &count, &range]).await?;
    let files = if page == 1 { hub.repository().changed_files(&relation.merge_base, &head).await? } else { Vec::new() };
    let files: Vec<Value> = files.iter().take(300).map(|file| hub.file_json(file, &head)).collect();
    let commit = async |sha: &str| -> Result<Value, Refusal> {
        let commit = hub.repository().commit(sha).await?;
        Ok(commit.map_or(Value::Null, |commit| hub.commit_json(&commit)))
    };
    let html = hub.html(&format!("/compare/{basehead}"));
    let owner = &hub.settings().owner;
    let permalink = hub.html(&format!("/compare/{owner}:{}...{owner}:{}", &base[..7], &head[..7]));
    let body = json!({
        "url": hub.url(&format!("/compare/{}", crate::github::ask::encode(basehead))), "html_url": html,
        "permalink_url": permalink, "diff_url": format!("{html}.diff"), "patch_url": format!("{html}.patch"),
        "base_commit": commit(&base).await?, "merge_base_commit": commit(&relation.merge_base).await?,
        "status": status, "ahead_by": relation.ahead, "behind_by": relation.behind, "total_commits": relation.ahead,
        "commits": commits.iter().map(|commit| hub.commit_json(commit)).collect::<Vec<_>>(), "files": files,
    });
    let total = if paged { relation.ahead as usize } else { 0 };
    Ok(Answer::page(ask, body, total))
}

/// A branch, tag or sha, perhaps with the owner before it.
async fn named(hub: &GitHub, name: &str) -> Result<String, Refusal> {
    let start = format!("{}:", hub.settings().owner);
    let name = name.strip_prefix(&start).unwrap_or(name);
    hub.repository().resolve(name).await?.ok_or_else(Refusal::not_found)
}
