//! Who may pass a ruleset, in words.

use serde::Deserialize;

use super::{
    problem::{GithubProblem, GithubResult},
    repository::Repository,
};
use crate::domain::freeze::closing::Passing;

/// A ruleset, as far as it says who may pass: not at all to those who may not change it.
#[derive(Deserialize)]
struct Passable {
    bypass_actors: Option<Vec<Passer>>,
}

/// Somebody who may pass.
#[derive(Debug, Clone, Default, Deserialize)]
struct Passer {
    #[serde(default)]
    actor_type: String,
    actor_id: Option<u64>,
}

/// Somebody by number and name.
#[derive(Deserialize)]
struct NamedAccount {
    id: u64,
    #[serde(alias = "slug")]
    login: String,
}

impl Repository {
    /// Who may pass a ruleset. The bot's own App does not count. One request, and one more each if there are teams or people
    /// to name.
    pub async fn passing(&self, ruleset: u64) -> GithubResult<Passing> {
        let call = self.get(format!("ruleset {ruleset}"), format!("/rulesets/{ruleset}"));
        let set: Passable = match self.read(call).await {
            Ok(set) => set,
            // A ruleset of the organisation's need not be shown.
            Err(GithubProblem::NotFound(_) | GithubProblem::Forbidden(_)) => return Ok(Passing::Hidden),
            Err(problem) => return Err(problem),
        };
        let Some(passers) = set.bypass_actors else { return Ok(Passing::Hidden) };
        let of = |kind: &str| passers.iter().any(|passer| passer.actor_type == kind);
        let teams = if of("Team") { self.names("teams", "/teams").await? } else { vec![] };
        let people = if of("User") { self.names("collaborators", "/collaborators").await? } else { vec![] };
        let own = self.own_app();
        let passers = passers.iter().filter(|passer| passer.actor_type != "Integration" || passer.actor_id != own);
        let mut words: Vec<String> = passers.map(|passer| in_words(passer, &teams, &people)).collect();
        words.sort();
        words.dedup();
        Ok(Passing::Known(words))
    }

    /// Those of a list by number and name; none if the token may not see it: the number will do.
    async fn names(&self, what: &str, path: &str) -> GithubResult<Vec<NamedAccount>> {
        match self.all(self.get(what, path), |rows: Vec<NamedAccount>| rows).await {
            Err(problem) if !problem.may_pass() => Ok(vec![]),
            found => found,
        }
    }
}

fn in_words(passer: &Passer, teams: &[NamedAccount], people: &[NamedAccount]) -> String {
    let id = passer.actor_id.unwrap_or_default();
    let name = |known: &[NamedAccount]| known.iter().find(|one| one.id == id).map(|one| one.login.clone());
    match (passer.actor_type.as_str(), id) {
        ("Team", _) => format!("team {}", name(teams).unwrap_or_else(|| id.to_string())),
        ("User", _) => name(people).unwrap_or_else(|| format!("user {id}")),
        ("Integration", _) => format!("app {id}"),
        ("OrganizationAdmin", _) => "the organisation's owners".to_owned(),
        ("DeployKey", _) => "deploy keys".to_owned(),
        // GitHub's numbers of the roles that may push.
        ("RepositoryRole", 2) => "whoever may maintain".to_owned(),
        ("RepositoryRole", 4) => "whoever may write".to_owned(),
        ("RepositoryRole", 5) => "administrators".to_owned(),
        ("RepositoryRole", _) => format!("role {id}"),
        (other, _) => format!("{other} {id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_pass_has_a_name() {
        let named = |id, login: &str| vec![NamedAccount { id, login: login.to_owned() }];
        let (teams, people) = (named(5, "rescue"), named(6, "erin-gh"));
        for (kind, id, words) in [
            ("Team", Some(5), "team rescue"),
            ("Team", Some(6), "team 6"),
            ("User", Some(6), "erin-gh"),
            ("User", Some(5), "user 5"),
            ("Integration", Some(5), "app 5"),
            ("OrganizationAdmin", None, "the organisation's owners"),
            ("DeployKey", None, "deploy keys"),
            ("RepositoryRole", Some(5), "administrators"),
            ("RepositoryRole", Some(2), "whoever may maintain"),
            ("RepositoryRole", Some(4), "whoever may write"),
            ("RepositoryRole", Some(77), "role 77"),
            ("Enterprise", Some(1), "Enterprise 1"),
        ] {
            let passer = Passer { actor_type: kind.to_owned(), actor_id: id };
            assert_eq!(in_words(&passer, &teams, &people), words);
        }
    }
}
