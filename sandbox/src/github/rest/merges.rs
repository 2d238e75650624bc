//! `merges`, and bringing a pull request's branch up to date.

use serde_json::json;

use super::number;
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    objects::Commit,
    people::User,
    repository::Move,
    rules::Change,
};

pub(crate) async fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let fields = ask.fields(&["base", "head"], &["commit_message"])?;
    let (base, head) = (fields.need("base")?, fields.need("head")?);
    let message = fields.text("commit_message")?.unwrap_or_else(|| format!("Merge {head} into {base}"));
    match merge(hub, &ask.actor, &base, &head, message).await? {
        Some(commit) => Answer::created(hub.commit_json(&commit)),
        None => Answer::nothing(),
    }
}

pub(crate) async fn update_branch(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let fields = ask.fields(&[], &["expected_head_sha"])?;
    let pull = hub.find_pull(number(of)?).filter(|pull| pull.open).ok_or_else(Refusal::not_found)?;
    if fields.text("expected_head_sha")?.is_some_and(|sha| sha != pull.head_sha) {
        return Err(Refusal::invalid("expected head sha didn’t match current head ref."));
    }
    let message = format!("Merge branch '{}' into {}", pull.base, pull.head);
    let merged = merge(hub, &ask.actor, &pull.head, &pull.base, message).await;
    match merged.map_err(|refusal| Refusal { status: 422, ..refusal })? {
        Some(_) => Ok(Answer::with(
            202,
            &json!({
                "message": "Updating pull request branch.", "url": hub.url(&format!("/pulls/{}", pull.number)),
            }),
        )),
        None => Err(Refusal::invalid("There are no new commits on the base branch.")),
    }
}

/// Merges `head` (a branch or a sha) into the branch `base`; none if there is nothing to merge.
pub(crate) async fn merge(
    hub: &GitHub,
    actor: &User,
    base: &str,
    head: &str,
    message: String,
) -> Result<Option<Commit>, Refusal> {
    let tip = hub.repository().branch(base).ok_or_else(|| Refusal::new(404, "Base does not exist"))?;
    let head = hub.repository().resolve(head).await?.ok_or_else(|| Refusal::new(404, "Head does not exist"))?;
    if hub.repository().is_ancestor(&head, &tip).await? {
        return Ok(None);
    }
    let name = format!("refs/heads/{base}");
    let forbidden = hub.forbids(actor, &name, Change::Update { forced: false });
    let forbidden = forbidden.or_else(|| hub.is_kept_linear(actor, base));
    if let Some(rule) = forbidden.or_else(|| hub.unchecked(actor, &name, None)) {
        return Err(Refusal::new(409, rule));
    }
    if let Some(rule) = hub.lacks_signatures(actor, &name, Some(&tip), &head).await? {
        return Err(Refusal::new(409, rule));
    }
    let tree = hub.repository().merge_trees(&tip, &head, None).await?;
    let tree = tree.ok_or_else(|| Refusal::new(409, "Merge conflict"))?;
    let (author, committer) = (actor.signs(hub.now()), hub.web_flow());
    let commit = Commit { sha: String::new(), tree, parents: vec![tip.clone(), head], author, committer, message };
    let commit = hub.repository().store_commit(commit).await?;
    let moved = Move { name, old: Some(tip), new: Some(commit.sha.clone()) };
    if !hub.move_refs(actor, &[moved]).await? {
        return Err(Refusal::new(409, "Reference update failed"));
    }
    Ok(Some(commit))
}
