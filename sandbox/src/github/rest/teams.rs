//! `orgs/{org}/teams` and the teams of the repository.

use serde_json::{Value, json};

use crate::github::{
    GitHub, Team,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
};

pub(crate) fn list(hub: &GitHub, ask: &Ask) -> Answered {
    Answer::list(ask, hub.teams().iter().map(|team| hub.team_json(team)).collect())
}

pub(crate) fn get(hub: &GitHub, slug: &str) -> Answered {
    Answer::ok(hub.team_json(&find(hub, slug)?))
}

pub(crate) fn members(hub: &GitHub, ask: &Ask, slug: &str) -> Answered {
    let members: Vec<Value> =
        find(hub, slug)?.members.iter().map(|login| hub.login_json(login)).filter(|user| !user.is_null()).collect();
    Answer::list(ask, members)
}

pub(crate) fn membership(hub: &GitHub, slug: &str, login: &str) -> Answered {
    let team = find(hub, slug)?;
    if !team.has(login) {
        return Err(Refusal::not_found());
    }
    let url = format!("{}/organizations/{}/team/{}/memberships/{login}", hub.api_url(), hub.owner().id, team.id);
    Answer::ok(json!({"url": url, "role": "member", "state": "active"}))
}

fn find(hub: &GitHub, slug: &str) -> Result<Team, Refusal> {
    hub.teams().into_iter().find(|team| team.slug == slug).ok_or_else(Refusal::not_found)
}
