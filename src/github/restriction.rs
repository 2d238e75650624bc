//! A ruleset of ours that closes branches: it restricts updates, or requires a check that only we can give.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    problem::{GithubProblem, GithubResult},
    repository::Repository,
};
use crate::domain::freeze::enforcement::PASS;

/// A ruleset that closes branches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// Its name.
    pub name: String,
    /// How it closes them.
    pub shuts: Shuts,
    /// The branches, sorted.
    pub branches: Vec<String>,
    /// The team that passes.
    pub team: Option<u64>,
    /// The GitHub App that passes.
    pub app: Option<u64>,
    /// How many others pass.
    pub others: usize,
    /// Whether it does more than we make it do.
    pub more: bool,
}

/// How a ruleset closes a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shuts {
    /// Nobody may update it.
    Updates,
    /// Nothing gets in without this check.
    Unless {
        /// The check's name.
        check: String,
        /// The App that it has to come from; nothing if anybody may give it.
        app: Option<u64>,
    },
}

#[derive(Deserialize)]
struct RulesetRow {
    id: u64,
    name: String,
    #[serde(default)]
    source_type: String,
}

impl Repository {
    /// The repository's own ruleset of this name: its id and what it is, or `None` in place of that if it is something
    /// else than we make. One request for the list, one for the ruleset.
    pub async fn restriction(&self, name: &str) -> GithubResult<Option<(u64, Option<Restriction>)>> {
        let call = self.get("rulesets", "/rulesets").with("includes_parents", "false");
        let found = self.all(call, |rows: Vec<RulesetRow>| rows).await?;
        let own = |row: &&RulesetRow| row.name == name && row.source_type != "Organization";
        let Some(row) = found.iter().find(own) else { return Ok(None) };
        let set: Option<Value> =
            self.find(self.get(format!("ruleset {name}"), format!("/rulesets/{}", row.id))).await?;
        Ok(set.map(|set| (row.id, read_restriction(&set))))
    }

    /// Makes a ruleset that closes branches, or changes the one with this id into it; gives its id.
    pub async fn put_restriction(&self, id: Option<u64>, wanted: &Restriction) -> GithubResult<u64> {
        let (what, body) = (format!("ruleset {}", wanted.name), written(wanted));
        let answer = match id {
            Some(id) => self.change(Method::PUT, what, format!("/rulesets/{id}"), body).await?,
            None => self.post(what, "/rulesets", body).await?,
        };
        Ok(answer.read::<RulesetRow>()?.id)
    }

    /// Deletes a ruleset; that it is not there is fine.
    pub async fn delete_ruleset(&self, id: u64) -> GithubResult<()> {
        match self.delete(format!("ruleset {id}"), format!("/rulesets/{id}")).await {
            Err(GithubProblem::NotFound(_)) => Ok(()),
            other => other.map(drop),
        }
    }
}

fn written(wanted: &Restriction) -> Value {
    let passes = |kind: &str, id: u64| json!({ "actor_id": id, "actor_type": kind, "bypass_mode": "always" });
    let team = wanted.team.map(|team| passes("Team", team));
    let app = wanted.app.map(|app| passes("Integration", app));
    let rule = match &wanted.shuts {
        Shuts::Updates => json!({ "type": "update" }),
        Shuts::Unless { check, app } => {
            let mut required = json!({ "context": check });
            if let Some(app) = app {
                required["integration_id"] = json!(app);
            }
            // A branch that is named like a closed one may begin.
            json!({ "type": "required_status_checks", "parameters": {
                "required_status_checks": [required],
                "strict_required_status_checks_policy": false,
                "do_not_enforce_on_create": true,
            }})
        }
    };
    let include: Vec<String> = wanted.branches.iter().map(|branch| format!("refs/heads/{branch}")).collect();
    json!({
        "name": wanted.name,
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": team.into_iter().chain(app).collect::<Vec<_>>(),
        "conditions": { "ref_name": { "include": include, "exclude": [] } },
        "rules": [rule],
    })
}

/// Nothing for a ruleset that does anything else than those we make. One that requires our own check is ours, whatever somebody
/// has added to it.
fn read_restriction(set: &Value) -> Option<Restriction> {
    let rules = set["rules"].as_array()?;
    let include = set["conditions"]["ref_name"]["include"].as_array()?;
    if set["target"] != "branch" {
        return None;
    }
    let checks = || {
        let required = rules.iter().filter(|rule| rule["type"] == "required_status_checks");
        required.flat_map(|rule| rule["parameters"]["required_status_checks"].as_array().into_iter().flatten())
    };
    let shuts = match (checks().find(|check| check["context"] == PASS), rules.as_slice()) {
        (Some(check), _) => Shuts::Unless { check: PASS.to_owned(), app: check["integration_id"].as_u64() },
        (None, [only]) if only["type"] == "update" => Shuts::Updates,
        (None, _) => return None,
    };
    let more = rules.len() > 1 || checks().count() > 1;
    let branch = |pattern: &Value| pattern.as_str()?.strip_prefix("refs/heads/").map(str::to_owned);
    let mut branches: Vec<String> = include.iter().filter_map(branch).collect();
    branches.sort();
    let actor = |kind: &str| {
        let actors = set["bypass_actors"].as_array().into_iter().flatten();
        actors.filter(|actor| actor["actor_type"] == kind).find_map(|actor| actor["actor_id"].as_u64())
    };
    let whole = set["conditions"]["ref_name"]["exclude"].as_array().is_none_or(Vec::is_empty);
    let active = set["enforcement"] == "active" && whole && include.len() == branches.len();
    // One that is switched off holds for no branch.
    let branches = if active { branches } else { vec![] };
    let name = set["name"].as_str()?.to_owned();
    let (team, app) = (actor("Team"), actor("Integration"));
    let all = set["bypass_actors"].as_array().map_or(0, Vec::len);
    let others = all - team.into_iter().chain(app).count();
    Some(Restriction { name, shuts, branches, team, app, others, more })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(shuts: Shuts) -> Restriction {
        let branches = vec!["develop".to_owned(), "main".to_owned()];
        Restriction {
            name: "shipmate-freeze".into(),
            shuts,
            branches,
            team: Some(7),
            app: None,
            others: 0,
            more: false,
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let pass = |app| Shuts::Unless { check: "shipmate/pass".into(), app };
        for shuts in [Shuts::Updates, pass(Some(9)), pass(None)] {
            let wanted = wanted(shuts);
            assert_eq!(read_restriction(&written(&wanted)), Some(wanted.clone()));
            let mut other = written(&wanted);
            other["rules"] = json!([{ "type": "update" }, { "type": "deletion" }]);
            assert_eq!(read_restriction(&other), None);
            let mut without = written(&wanted);
            without["conditions"]["ref_name"]["exclude"] = json!(["refs/heads/main"]);
            let of_none = Restriction { branches: vec![], ..wanted.clone() };
            assert_eq!(read_restriction(&without), Some(of_none), "somebody left a branch out");
            let mut more = written(&wanted);
            more["bypass_actors"] = json!([
                { "actor_id": 7, "actor_type": "Team" }, { "actor_id": 8, "actor_type": "Team" },
                { "actor_id": 1, "actor_type": "User" },
            ]);
            assert_eq!(read_restriction(&more), Some(Restriction { others: 2, ..wanted.clone() }));
            let mut off = written(&wanted);
            off["enforcement"] = json!("disabled");
            assert_eq!(read_restriction(&off), Some(Restriction { branches: vec![], ..wanted }));
        }
    }

    #[test]
    fn whose_check_it_requires_makes_a_difference() {
        let ours = wanted(Shuts::Unless { check: "shipmate/pass".into(), app: Some(9) });
        for (check, same) in [
            (json!({"context": "shipmate/pass", "integration_id": 9}), true),
            (json!({"context": "shipmate/pass", "integration_id": 8}), false),
            (json!({"context": "shipmate/pass"}), false),
            (json!({"context": "ci", "integration_id": 9}), false),
            (json!({"context": "shipmate/pass", "integration_id": 9, "other": true}), true),
        ] {
            let mut set = written(&ours);
            set["rules"][0]["parameters"]["required_status_checks"] = json!([check]);
            assert_eq!(read_restriction(&set).as_ref() == Some(&ours), same, "{set}");
        }
        let mut two = written(&ours);
        two["rules"][0]["parameters"]["required_status_checks"] = json!([{"context": "a"}, {"context": "b"}]);
        assert_eq!(read_restriction(&two), None);
        let mut added = written(&ours);
        added["rules"].as_array_mut().unwrap().push(json!({ "type": "deletion" }));
        assert_eq!(read_restriction(&added), Some(Restriction { more: true, ..ours }), "it is ours, and put right");
    }
}
