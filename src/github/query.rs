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
    /// What was asked for, or what went wrong.
    pub(super) fn read(self) -> GithubResult<Option<T>> {
        let Some(QueryProblem { kind, message }) = self.errors.into_iter().next() else { return Ok(self.data) };
        Err(match kind.as_str() {
            "RATE_LIMITED" => GithubProblem::Trouble(message),
            "FORBIDDEN" | "INSUFFICIENT_SCOPES" => GithubProblem::Forbidden(message),
            "NOT_FOUND" => GithubProblem::NotFound("the repository".to_owned()),
            _ => GithubProblem::Refused(message),
        })
    }
}

impl Repository {
    /// Carries out a mutation with this input, once; its answer tells nothing that is not looked up.
    pub(super) async fn mutate(&self, what: String, name: &str, input: Value) -> GithubResult<()> {
        let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
        let text = format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ clientMutationId }} }}");
        let call = Call::query(what, &text, serde_json::json!({ "input": input }));
        self.send(call).await?.read::<QueryAnswer<Value>>()?.read().map(drop)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn what_went_wrong_comes_with_200() {
        for (kind, passes) in [("RATE_LIMITED", true), ("FORBIDDEN", false), ("NOT_FOUND", false), ("", false)] {
            let answer = json!({"data": {"enqueuePullRequest": null}, "errors": [{"type": kind, "message": "no"}]});
            let problem = serde_json::from_value::<QueryAnswer<Value>>(answer).unwrap().read().err().unwrap();
            assert_eq!(problem.may_pass(), passes, "{kind}");
        }
    }
}
