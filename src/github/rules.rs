//! What a branch requires: read back from rulesets and from classic protection.

use serde::Deserialize;
use serde_json::Value;

use super::{
    address,
    failure::NEEDS_PLAN,
    problem::{GithubProblem, GithubResult},
    repository::Repository,
};
use crate::domain::freeze::closing::Passing;

/// What holds for a branch, whoever made it hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BranchRules {
    /// The checks that must be green before anything is merged.
    pub required_checks: Vec<RequiredCheck>,
    /// The rulesets that let only those who may bypass them update the branch.
    pub restricted_by: Vec<u64>,
}

/// A check that must be green before anything is merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredCheck {
    /// Its name.
    pub name: String,
    /// The App that it has to come from; nothing if anybody may report it.
    pub app: Option<u64>,
    /// What requires it.
    pub by: RequiredBy,
}

/// What requires a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequiredBy {
    /// The ruleset with this id.
    Ruleset(u64),
    /// The classic protection of the branch; who may pass that.
    Protection(Passing),
}

/// A rule for a branch.
#[derive(Deserialize)]
struct Rule {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: Value,
    #[serde(default)]
    ruleset_id: u64,
}

impl Repository {
    /// What holds for a branch: the effective rules of all rulesets, and classic protection as far as the token may see
    /// it. Two or three requests.
    pub async fn branch_rules(&self, branch: &str) -> GithubResult<BranchRules> {
        let what = format!("rules of branch `{branch}`");
        let call = self.get(what, format!("/rules/branches/{}", address::git_name(branch)?));
        let found = match self.all(call, |rules: Vec<Rule>| rules).await {
            // A plan that has no rules has none that hold.
            Err(GithubProblem::Refused(words)) if words.starts_with(NEEDS_PLAN) => return Ok(BranchRules::default()),
            found => found?,
        };
        let mut rules = BranchRules { required_checks: self.classic_checks(branch).await?, restricted_by: vec![] };
        for Rule { kind, parameters, ruleset_id } in found {
            match kind.as_str() {
                "required_status_checks" => {
                    let by = RequiredBy::Ruleset(ruleset_id);
                    rules.required_checks.extend(checks(&parameters["required_status_checks"], "integration_id", &by));
                }
                "update" => rules.restricted_by.push(ruleset_id),
                _ => {}
            }
        }
        Ok(rules)
    }

    /// The checks that classic protection requires. Only administrators may read the protection itself, and to others GitHub
    /// may say that there is none; the branch tells its required checks to everybody.
    async fn classic_checks(&self, branch: &str) -> GithubResult<Vec<RequiredCheck>> {
        let path = format!("/branches/{}", address::git_name(branch)?);
        let what = format!("protection of branch `{branch}`");
        let protection: Value = match self.read(self.get(&what, format!("{path}/protection"))).await {
            Ok(protection) => protection,
            Err(GithubProblem::NotFound(_) | GithubProblem::Forbidden(_)) => {
                let found: Option<Value> = self.find(self.get(&what, path)).await?;
                found.map(|branch| branch["protection"].clone()).unwrap_or_default()
            }
            Err(problem) => return Err(problem),
        };
        Ok(read_protection(&protection))
    }
}

/// The required checks of a protection, as it is shown to administrators or beside the branch.
fn read_protection(protection: &Value) -> Vec<RequiredCheck> {
    let required = &protection["required_status_checks"];
    let administrators = || Passing::Known(vec!["administrators".to_owned()]);
    let passing = match (protection["enforce_admins"]["enabled"].as_bool(), required["enforcement_level"].as_str()) {
        (Some(true), _) | (None, Some("everyone")) => Passing::Known(vec![]),
        (Some(false), _) | (None, Some("non_admins")) => administrators(),
        (None, _) => Passing::Hidden,
    };
    let by = RequiredBy::Protection(passing);
    let mut found = checks(&required["checks"], "app_id", &by);
    // Of those that are listed by their names alone it is not said whose word counts.
    let named = required["contexts"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let more: Vec<&str> = named.filter(|name| found.iter().all(|check| check.name != *name)).collect();
    found.extend(more.into_iter().map(|name| RequiredCheck { name: name.to_owned(), app: None, by: by.clone() }));
    found
}

/// The checks of a list, each with the App that it has to come from. "Any App" is written as none, or as -1.
fn checks(listed: &Value, app: &str, by: &RequiredBy) -> Vec<RequiredCheck> {
    let check = |check: &Value| {
        let name = check["context"].as_str()?.to_owned();
        Some(RequiredCheck { name, app: check[app].as_u64(), by: by.clone() })
    };
    listed.as_array().into_iter().flatten().filter_map(check).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_protection_says_what_it_requires_of_whom_and_who_may_pass() {
        let administrators = || Passing::Known(vec!["administrators".to_owned()]);
        let nobody = || Passing::Known(vec![]);
        let required = json!({"contexts": ["ci", "old"], "checks": [{"context": "ci", "app_id": 7}]});
        let level = |level: &str| {
            json!({"required_status_checks": {"enforcement_level": level, "contexts": ["ci"], "checks":
                [{"context": "ci", "app_id": -1}]}})
        };
        let enforced =
            |admins: bool| json!({"required_status_checks": required, "enforce_admins": {"enabled": admins}});
        let pinned = || vec![("ci".to_owned(), Some(7)), ("old".to_owned(), None)];
        let free = || vec![("ci".to_owned(), None)];
        for (protection, expected, passing) in [
            (enforced(true), pinned(), nobody()),
            (enforced(false), pinned(), administrators()),
            (json!({"required_status_checks": required}), pinned(), Passing::Hidden),
            (level("everyone"), free(), nobody()),
            (level("non_admins"), free(), administrators()),
            (json!({"enforce_admins": {"enabled": true}}), vec![], nobody()),
            (json!(null), vec![], nobody()),
        ] {
            let found = read_protection(&protection);
            let read: Vec<_> = found.iter().map(|check| (check.name.clone(), check.app)).collect();
            assert_eq!(read, expected, "{protection}");
            let by = RequiredBy::Protection(passing);
            assert!(found.iter().all(|check| check.by == by), "{protection} {found:?}");
        }
    }
}
