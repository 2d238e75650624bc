//! `pulls/{n}/reviews`, its dismissals, and `pulls/{n}/requested_reviewers`.

use serde_json::{Value, json};

use super::{number, pulls::find};
use crate::github::{
    GitHub, Verdict,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
};

pub(crate) fn list(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let number = find(hub, of)?.number;
    let reviews =
        hub.state().reviews.iter().filter(|(of, _)| *of == number).map(|(_, review)| review.clone()).collect();
    Answer::list(ask, reviews)
}

pub(crate) async fn create(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let fields = ask.fields(&[], &["commit_id", "body", "event", "comments"])?;
    let verdict = match fields.text("event")?.as_deref() {
        Some("APPROVE") => Verdict::Approve,
        Some("REQUEST_CHANGES") => Verdict::RequestChanges,
        Some("COMMENT") => Verdict::Comment,
        other => return Err(ask.wrong(422, format!("Invalid request.\n\n{other:?} is not a review event."))),
    };
    let body = fields.text("body")?.unwrap_or_default();
    if body.is_empty() && verdict != Verdict::Approve {
        return Err(Refusal::field("PullRequestReview", "body", "missing_field"));
    }
    let commit = fields.text("commit_id")?;
    Answer::ok(hub.add_review(&ask.actor, number(of)?, verdict, &body, commit).await?)
}

pub(crate) fn get(hub: &GitHub, of: &str, id: &str) -> Answered {
    let (number, id) = (find(hub, of)?.number, number(id)?);
    let found = hub.state().reviews.iter().find(|(of, review)| *of == number && review["id"] == id).cloned();
    Answer::ok(found.ok_or_else(Refusal::not_found)?.1)
}

pub(crate) fn dismiss(hub: &GitHub, ask: &Ask, of: &str, id: &str) -> Answered {
    let fields = ask.fields(&["message"], &["event"])?;
    if fields.text("event")?.is_some_and(|event| event != "DISMISS") {
        return Err(ask.wrong(422, "Invalid request.\n\nOnly DISMISS is an event here.".to_owned()));
    }
    Answer::ok(hub.dismiss(&ask.actor, find(hub, of)?.number, number(id)?)?)
}

pub(crate) fn requested(hub: &GitHub, of: &str) -> Answered {
    let users: Vec<Value> = find(hub, of)?.reviewers.iter().map(|login| hub.login_json(login)).collect();
    Answer::ok(json!({"users": users, "teams": []}))
}

pub(crate) async fn request(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let fields = ask.fields(&[], &["reviewers", "team_reviewers"])?;
    let pull = find(hub, of)?;
    for login in fields.texts("reviewers")?.unwrap_or_default() {
        if hub.state().user(&login).is_none() {
            let message = "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator";
            return Err(Refusal::invalid(message));
        }
        if login == pull.author {
            return Err(Refusal::invalid("Review cannot be requested from pull request author."));
        }
        if pull.reviewers.contains(&login) {
            continue;
        }
        let asked = hub.login_json(&login);
        hub.change_pull(pull.number, |pull| pull.reviewers.push(login));
        let more = json!({"requested_reviewer": asked});
        hub.send_pull(&ask.actor, pull.number, "review_requested", more).await?;
    }
    let pull = find(hub, of)?;
    Answer::created(hub.pull_json(&pull))
}

pub(crate) fn withdraw(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let fields = ask.fields(&["reviewers"], &["team_reviewers"])?;
    let gone = fields.texts("reviewers")?.unwrap_or_default();
    let number = find(hub, of)?.number;
    hub.change_pull(number, |pull| pull.reviewers.retain(|login| !gone.contains(login)));
    let pull = find(hub, of)?;
    Answer::ok(hub.pull_json(&pull))
}
