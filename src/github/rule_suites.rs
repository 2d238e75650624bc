//! Rule suites: by which right somebody updated a branch.

use serde::Deserialize;

use super::{problem::GithubResult, repository::Repository};
use crate::domain::freeze::merged::UpdateRight;

/// What the rules said to one update.
#[derive(Deserialize)]
struct Suite {
    id: u64,
    #[serde(default)]
    after_sha: String,
    #[serde(default)]
    result: String,
    #[serde(default)]
    rule_evaluations: Vec<Evaluation>,
}

/// What one rule said.
#[derive(Deserialize)]
struct Evaluation {
    #[serde(default)]
    rule_source: RuleSource,
    #[serde(default)]
    result: String,
    #[serde(default)]
    enforcement: String,
    #[serde(default)]
    rule_type: String,
}

#[derive(Default, Deserialize)]
struct RuleSource {
    name: Option<String>,
}

impl Repository {
    /// By which right a branch was moved to a commit within the last day; nothing if GitHub tells of no rules for that. Takes
    /// Administration: read. One request, and a second one if rules were passed.
    pub async fn update_right(&self, branch: &str, commit: &str) -> GithubResult<Option<UpdateRight>> {
        let what = format!("rule suites of branch `{branch}`");
        let call = self
            .get(&what, "/rulesets/rule-suites")
            .with("ref", &format!("refs/heads/{branch}"))
            .with("time_period", "day")
            .with("per_page", "100");
        let found: Vec<Suite> = self.read(call).await?;
        let Some(suite) = found.into_iter().find(|suite| suite.after_sha == commit) else { return Ok(None) };
        if suite.result != "bypass" {
            return Ok((suite.result == "pass").then_some(UpdateRight::RulesMet));
        }
        let suite: Suite = self.read(self.get(what, format!("/rulesets/rule-suites/{}", suite.id))).await?;
        let broken = suite.rule_evaluations.iter().filter(|one| one.result == "fail" && one.enforcement == "active");
        let mut rules: Vec<String> = broken.map(Evaluation::words).collect();
        rules.dedup();
        Ok(Some(UpdateRight::Bypassed(rules)))
    }
}

impl Evaluation {
    fn words(&self) -> String {
        match &self.rule_source.name {
            Some(name) => format!("{} of the ruleset {name}", self.rule_type),
            None => format!("{} of the branch's protection", self.rule_type),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_rule_that_was_passed_has_a_name() {
        // As in GitHub's own description of the answer.
        let text = r#"{"id": 21, "after_sha": "d", "result": "bypass", "rule_evaluations": [
            {"rule_source": {"type": "ruleset", "id": 2, "name": "merges"}, "enforcement": "active", "result": "fail",
             "rule_type": "required_status_checks"},
            {"rule_source": {"type": "protected_branch"}, "enforcement": "active", "result": "fail",
             "rule_type": "pull_request", "details": "Changes must be made through a pull request."}]}"#;
        let suite: Suite = serde_json::from_str(text).unwrap();
        let words: Vec<String> = suite.rule_evaluations.iter().map(Evaluation::words).collect();
        assert_eq!(words, ["required_status_checks of the ruleset merges", "pull_request of the branch's protection"]);
    }
}
