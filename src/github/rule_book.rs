//! The rules for what a release touches: rulesets, classic protection and the repository's settings, as far as the token may
//! read them. What it may not read is named, and nothing is concluded of it.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use serde::Deserialize;
use serde_json::Value;

use super::{
    address,
    demands::{of_protection, of_rule},
    failure::NEEDS_PLAN,
    problem::{GithubProblem, GithubResult},
    ref_patterns::covers,
    repository::Repository,
};
use crate::domain::{
    freeze::enforcement::{PASS_RULESET, RULESET},
    release::hindrance::{Binding, RuleBook, Touched},
};

/// The repository's settings; without the right to write contents GitHub leaves out how may be merged.
#[derive(Default, Deserialize)]
#[serde(default)]
struct MergeSettings {
    allow_merge_commit: Option<bool>,
    default_branch: String,
    permissions: Permissions,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Permissions {
    admin: bool,
}

/// A ruleset in the list, which does not say what it demands.
#[derive(Deserialize)]
struct Listed {
    id: u64,
    name: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    enforcement: String,
}

/// A rule of a branch.
#[derive(Deserialize)]
struct Ruled {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: Value,
    #[serde(default)]
    ruleset_id: u64,
}

/// A branch, as far as it says whether it is protected at all.
#[derive(Deserialize)]
struct ShownBranch {
    #[serde(default)]
    protected: bool,
}

/// How far the bot is let past a ruleset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Whole,
    ByPullRequest,
    No,
}

impl Repository {
    /// The rules for all that is touched, without those that the bot passes and without those of a freeze. Two requests, one
    /// for each branch into which pull requests go, and more only where there are rules.
    pub async fn rule_book(&self, touched: &Touched) -> RuleBook {
        let guarded = join_all(touched.bases.iter().map(|base| self.is_guarded(base)));
        let sets = self.active_rulesets();
        let (settings, sets, guarded) = futures::join!(self.merge_settings(), sets, guarded);
        let mut book = RuleBook::default();
        let settings = note(&mut book, "the repository's settings", settings).unwrap_or_default();
        let sets = note(&mut book, "the rulesets", sets).unwrap_or_default();
        book.merge_commits = settings.allow_merge_commit;
        if settings.allow_merge_commit.is_none() {
            book.unread.push("whether merge commits are allowed".to_owned());
        }
        let mut classic = vec![];
        for (base, guarded) in touched.bases.iter().zip(guarded) {
            if note(&mut book, &format!("the protection of {base}"), guarded) == Some(true) {
                classic.push(base);
            }
        }
        self.read_rulesets(touched, &sets, &settings.default_branch, &mut book).await;
        let found =
            join_all(classic.iter().map(|base| self.protection_bindings(base, settings.permissions.admin))).await;
        for (base, found) in classic.into_iter().zip(found) {
            if let Some(found) = note(&mut book, &format!("the protection of {base}"), found) {
                book.branches.entry(base.clone()).or_default().extend(found);
            }
        }
        book.unread.sort();
        book.unread.dedup();
        book
    }

    async fn merge_settings(&self) -> GithubResult<MergeSettings> {
        self.read(self.get("settings", "")).await
    }

    async fn is_guarded(&self, branch: &str) -> GithubResult<bool> {
        let path = format!("/branches/{}", address::segment(branch)?);
        let found: Option<ShownBranch> = self.find(self.get(format!("branch `{branch}`"), path)).await?;
        Ok(found.is_some_and(|found| found.protected))
    }

    /// The rulesets that hold, the organisation's too, but for the bot's own that keep a freeze.
    async fn active_rulesets(&self) -> GithubResult<Vec<Listed>> {
        match self.all(self.get("rulesets", "/rulesets"), |rows: Vec<Listed>| rows).await {
            Ok(mut sets) => {
                sets.retain(|set| set.enforcement == "active" && ![RULESET, PASS_RULESET].contains(&set.name.as_str()));
                Ok(sets)
            }
            // The repository's plan knows no rulesets, so none holds.
            Err(GithubProblem::Refused(words)) if words.starts_with(NEEDS_PLAN) => Ok(vec![]),
            Err(problem) => Err(problem),
        }
    }

    async fn read_rulesets(&self, touched: &Touched, sets: &[Listed], default_branch: &str, book: &mut RuleBook) {
        let of = |target: &str| sets.iter().filter(|set| set.target == target).map(|set| set.id).collect::<Vec<_>>();
        let mut branches: BTreeMap<&String, Vec<Ruled>> = BTreeMap::new();
        if !of("branch").is_empty() {
            let rules = join_all(touched.branches.iter().map(|branch| self.rules_of(branch))).await;
            for (branch, rules) in touched.branches.iter().zip(rules) {
                let rules = note(book, &format!("the rules of {branch}"), rules).unwrap_or_default();
                branches.insert(branch, rules);
            }
        }
        let tags = if touched.tags.is_empty() { vec![] } else { of("tag") };
        let named = branches.values().flatten().map(|rule| rule.ruleset_id);
        let ids: BTreeSet<u64> = named.filter(|id| sets.iter().any(|set| set.id == *id)).chain(tags.clone()).collect();
        let whole = join_all(ids.iter().map(|id| self.ruleset(*id))).await;
        let by = |id: u64| {
            let name = sets.iter().find(|set| set.id == id).map_or_else(|| id.to_string(), |set| set.name.clone());
            format!("ruleset {name}")
        };
        // Whether the bot passes one that cannot be read is not known, so nothing is said of it.
        let read = ids.into_iter().zip(whole).filter_map(|(id, set)| Some((id, note(book, &by(id), set)?)));
        let whole: BTreeMap<u64, Value> = read.collect();
        let known: BTreeSet<u64> = sets.iter().map(|set| set.id).collect();
        for (branch, rules) in branches {
            for rule in rules.iter().filter(|rule| known.contains(&rule.ruleset_id)) {
                let Some(set) = whole.get(&rule.ruleset_id) else { continue };
                let bindings = bind(&rule.kind, &rule.parameters, pass(set), by(rule.ruleset_id));
                book.branches.entry(branch.clone()).or_default().extend(bindings);
            }
        }
        for id in tags {
            let Some(set) = whole.get(&id) else { continue };
            for tag in &touched.tags {
                if !covers(&set["conditions"]["ref_name"], &format!("refs/tags/{tag}"), default_branch) {
                    continue;
                }
                for rule in set["rules"].as_array().into_iter().flatten() {
                    let kind = rule["type"].as_str().unwrap_or_default();
                    let bindings = bind(kind, &rule["parameters"], pass(set), by(id));
                    book.tags.entry(tag.clone()).or_default().extend(bindings);
                }
            }
        }
    }

    async fn rules_of(&self, branch: &str) -> GithubResult<Vec<Ruled>> {
        let what = format!("rules of branch `{branch}`");
        let call = self.get(what, format!("/rules/branches/{}", address::segment(branch)?));
        self.all(call, |rules: Vec<Ruled>| rules).await
    }

    async fn ruleset(&self, id: u64) -> GithubResult<Value> {
        self.read(self.get(format!("ruleset {id}"), format!("/rulesets/{id}"))).await
    }

    /// What classic protection demands of the bot.
    async fn protection_bindings(&self, branch: &str, admin: bool) -> GithubResult<Vec<Binding>> {
        let path = format!("/branches/{}/protection", address::segment(branch)?);
        let administrates = admin || self.own_app().is_some();
        match self.read::<Value>(self.get(format!("protection of branch `{branch}`"), path)).await {
            Ok(protection) => Ok(of_protection(&protection, self.own_app(), admin)),
            // It is protected by rulesets only. To others GitHub says the same of what they may not see.
            Err(GithubProblem::NotFound(_)) if administrates => Ok(vec![]),
            Err(problem) => Err(problem),
        }
    }
}

/// What was read; otherwise it is noted that it was not.
fn note<T>(book: &mut RuleBook, what: &str, read: GithubResult<T>) -> Option<T> {
    match read {
        Ok(read) => Some(read),
        Err(problem) => {
            tracing::info!(what, %problem, "the rules of the way are not known");
            book.unread.push(what.to_owned());
            book.passes |= problem.may_pass();
            None
        }
    }
}

fn pass(set: &Value) -> Pass {
    match set["current_user_can_bypass"].as_str() {
        Some("always" | "exempt") => Pass::Whole,
        Some("pull_requests_only") => Pass::ByPullRequest,
        _ => Pass::No,
    }
}

fn bind(kind: &str, parameters: &Value, pass: Pass, by: String) -> Vec<Binding> {
    if pass == Pass::Whole {
        return vec![];
    }
    let passed_by_pull_request = pass == Pass::ByPullRequest;
    let demands = of_rule(kind, parameters).into_iter();
    demands.map(|demand| Binding { demand, by: by.clone(), passed_by_pull_request }).collect()
}
