//! What GraphQL answers: what was asked for, or with 200 what went wrong.

use serde::Deserialize;
use serde_json::Value;

use super::{
    problem::{GithubProblem, GithubResult},
    repository::Repository,
    request::Call,
};

/// An answer.
#[derive(Deserialize)]
pub(super) struct QueryAnswer<T> {
    data: Option<T>,
    #[serde(default = "Vec::new")]
    errors: Vec<QueryProblem>,
}

#[derive(Deserialize)]
struct QueryProblem {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    message: String,
}

impl<T> QueryAnswer<T> {
    /// What was asked for, or what went wrong; `what` is what the call was about.
    pub(super) fn read(self, what: &str) -> GithubResult<Option<T>> {
        let Some(QueryProblem { kind, message }) = self.errors.into_iter().next() else { return Ok(self.data) };
        Err(match kind.as_str() {
            "RATE_LIMITED" => GithubProblem::Trouble(message),
            "FORBIDDEN" | "INSUFFICIENT_SCOPES" => GithubProblem::Forbidden(message),
            "NOT_FOUND" => GithubProblem::NotFound(what.to_owned()),
            _ => GithubProblem::Refused(message),
        })
    }
}

impl<T> QueryAnswer<T> {
    /// The same where some of several things that were asked for may be missing.
    pub(super) fn read_what_is_there(mut self, what: &str) -> GithubResult<Option<T>> {
        if self.data.is_some() {
            self.errors.retain(|problem| problem.kind != "NOT_FOUND");
        }
        self.read(what)
    }
}

impl Repository {
    /// Carries out a mutation with this input, once; its answer tells nothing that is not looked up.
    pub(super) async fn mutate(&self, what: String, name: &str, input: Value) -> GithubResult<()> {
        let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
        let text = format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ clientMutationId }} }}");
        let call = Call::query(&what, &text, serde_json::json!({ "input": input }));
        self.send(call).await?.read::<QueryAnswer<Value>>()?.read(&what).map(drop)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn what_went_wrong_comes_with_200() {
        let not_found = "GitHub does not find pull request #5, or the bot's token may not see it";
        for (kind, passes, words) in [
            ("RATE_LIMITED", true, "GitHub is having trouble (no)"),
            ("FORBIDDEN", false, "GitHub forbids this to the bot's token (no); give it the permission"),
            ("NOT_FOUND", false, not_found),
            ("", false, "GitHub refuses: no"),
        ] {
            let answer = json!({"data": {"enqueuePullRequest": null}, "errors": [{"type": kind, "message": "no"}]});
            let answer = serde_json::from_value::<QueryAnswer<Value>>(answer).unwrap();
            let problem = answer.read("pull request #5").err().unwrap();
            assert_eq!((problem.may_pass(), problem.to_string().as_str()), (passes, words), "{kind}");
        }
    }
}
