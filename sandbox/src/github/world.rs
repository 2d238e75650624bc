//! Describes everything on this GitHub so that two worlds can be compared after the same story.

use std::{
    collections::BTreeMap,
    sync::{MutexGuard, PoisonError},
};

use serde_json::{Map, Value, json};

use super::{GitHub, problem::Problem, state::Pull};

/// How often each thing was made, by its name.
pub type Made = BTreeMap<String, u64>;

/// The tree at a commit, and the subjects of its first-parent history, latest first.
pub(super) type Line = (String, Vec<String>);

impl GitHub {
    /// The world without what legitimately differs between two runs: ids, times and shas of commits.
    pub async fn world(&self) -> Result<Value, Problem> {
        let (mut branches, mut tags) = (Map::new(), Map::new());
        for branch in self.branches() {
            let (tree, subjects) = self.line(&branch.commit).await?;
            branches.insert(branch.name, json!({"tree": tree, "subjects": subjects}));
        }
        for tag in self.tags() {
            let (tree, _) = self.line(&tag.commit).await?;
            let kind = if tag.annotated { "annotated" } else { "lightweight" };
            tags.insert(tag.name, json!({"tree": tree, "type": kind}));
        }
        let state = self.state();
        let mut labels: Vec<&Value> = state.labels.iter().map(|label| &label["name"]).collect();
        labels.sort_by_key(|name| name.as_str());
        let mut deployments = Vec::new();
        for deployment in &state.deployments {
            let id = deployment["id"].as_u64().unwrap_or_default();
            let latest =
                state.deployment_statuses.iter().rev().find(|(of, _)| *of == id).map(|(_, status)| &status["state"]);
            deployments.push(json!({
                "environment": deployment["environment"], "ref": deployment["ref"], "payload": deployment["payload"],
                "state": latest,
            }));
        }
        let mut dispatches: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for dispatch in &state.dispatches {
            let said = json!({"ref": dispatch.branch, "inputs": dispatch.inputs});
            dispatches.entry(&dispatch.workflow).or_default().push(said);
        }
        let comments: Vec<Value> =
            state.comments.iter().map(|(number, comment)| json!({"on": number, "body": comment["body"]})).collect();
        let keep = ["name", "target", "enforcement", "conditions", "rules", "bypass_actors"];
        let rulesets: Vec<Value> = state.rulesets.iter().map(|set| only(set, &keep)).collect();
        let keep = ["tag_name", "name", "body", "draft", "prerelease", "target_commitish"];
        let releases: Vec<Value> = state.releases.iter().map(|release| only(release, &keep)).collect();
        let pulls: Vec<Value> = state.pulls.values().map(describe_pull).collect();
        // How each stands now: what it was before is nobody's any more.
        let same = |one: &Value, other: &Value| one["sha"] == other["sha"] && one["context"] == other["context"];
        let latest =
            |(nth, status): &(usize, &Value)| !state.statuses[nth + 1..].iter().any(|later| same(later, status));
        let statuses = state.statuses.iter().enumerate().filter(latest);
        let statuses: Vec<Value> =
            statuses.map(|(_, status)| only(status, &["context", "state", "description"])).collect();
        Ok(json!({
            "branches": branches, "tags": tags, "pull_requests": pulls, "labels": labels, "releases": releases,
            "dispatches": dispatches, "deployments": deployments, "comments": comments, "rulesets": rulesets,
            "statuses": statuses, "protected": state.protections.keys().collect::<Vec<_>>(),
        }))
    }

    /// How often each thing was made: `branch x created`, `tag x moved`, `pull request from x to y`,
    /// `run of x.yml on y`, `release x`, `comment on n`, `label x`.
    pub fn objects_made(&self) -> Made {
        self.state().made.clone()
    }

    /// The tree at a commit, and the subjects of its first-parent history, latest first, fifty at most.
    async fn line(&self, commit: &str) -> Result<Line, Problem> {
        if let Some(known) = self.lines().get(commit) {
            return Ok(known.clone());
        }
        let log = self.repository().log(&["--first-parent", "--max-count=50", commit]).await?;
        let tree = log.first().map(|commit| commit.tree.clone()).unwrap_or_default();
        let line: Line = (tree, log.iter().map(|commit| commit.subject().to_owned()).collect());
        self.lines().insert(commit.to_owned(), line.clone());
        Ok(line)
    }

    /// What was read before: a commit never changes.
    fn lines(&self) -> MutexGuard<'_, BTreeMap<String, Line>> {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn describe_pull(pull: &Pull) -> Value {
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    json!({
        "number": pull.number, "title": pull.title, "body": pull.body, "author": pull.author, "open": pull.open,
        "merged": pull.merged.is_some(), "head": pull.head, "base": pull.base, "draft": pull.draft,
        "labels": sorted(&pull.labels), "assignees": sorted(&pull.assignees), "reviewers": sorted(&pull.reviewers),
    })
}

fn only(record: &Value, keys: &[&str]) -> Value {
    keys.iter().map(|key| ((*key).to_owned(), record[*key].clone())).collect::<Map<_, _>>().into()
}
