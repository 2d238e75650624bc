//! One request to GitHub, and a successful answer.

use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    address,
    problem::{GithubProblem, GithubResult},
};

/// Where queries in GraphQL are asked.
pub(super) const QUERIES: &str = "/graphql";

/// One request.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    pub(super) what: String,
    pub(super) by_the_app: bool,
}

/// A successful answer.
#[derive(Clone)]
pub(super) struct GitHubAnswer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Call {
    /// Reads `what` at `path`, which starts with a slash.
    pub(super) fn get(what: impl Into<String>, path: String) -> Self {
        Self { method: Method::GET, path, body: None, what: what.into(), by_the_app: false }
    }

    /// Asks for a change; `what` is what is made or changed.
    pub(super) fn change(method: Method, what: impl Into<String>, path: String, body: Value) -> Self {
        Self { method, path, body: Some(body), what: what.into(), by_the_app: false }
    }

    /// Deletes `what` at `path`.
    pub(super) fn delete(what: impl Into<String>, path: String) -> Self {
        Self { method: Method::DELETE, path, body: None, what: what.into(), by_the_app: false }
    }

    /// Reads `what` by a query in GraphQL.
    pub(super) fn query(what: impl Into<String>, query: &str, variables: Value) -> Self {
        let body = json!({ "query": query, "variables": variables });
        Self { method: Method::POST, path: QUERIES.to_owned(), body: Some(body), what: what.into(), by_the_app: false }
    }

    /// Whether it changes nothing, and may be sent again.
    pub(super) fn reads(&self) -> bool {
        self.method == Method::GET || self.path == QUERIES && !self.mutates()
    }

    /// Whether GraphQL is asked for a change.
    fn mutates(&self) -> bool {
        let text = self.body.as_ref().and_then(|body| body["query"].as_str());
        text.is_some_and(|text| text.trim_start().starts_with("mutation"))
    }

    /// Adds a query parameter.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        let sign = if self.path.contains('?') { '&' } else { '?' };
        self.path.push_str(&format!("{sign}{name}={}", address::value(value)));
        self
    }

    /// Signed by the App itself, not by its installation.
    pub(super) fn by_the_app(mut self) -> Self {
        self.by_the_app = true;
        self
    }
}

impl GitHubAnswer {
    /// The answer's JSON.
    pub(super) fn read<T: DeserializeOwned>(&self) -> GithubResult<T> {
        serde_json::from_str(&self.text).map_err(|problem| match problem.is_eof() {
            true => GithubProblem::Unreachable(format!("the answer broke off: {problem}")),
            false => GithubProblem::Unreadable(problem.to_string()),
        })
    }

    /// What GitHub's clock shows, as it says with each answer.
    pub(super) fn date(&self) -> Option<DateTime<Utc>> {
        let date = self.headers.get(header::DATE)?.to_str().ok()?;
        DateTime::parse_from_rfc2822(date).ok().map(|date| date.to_utc())
    }

    /// Whether the list goes on.
    pub(super) fn has_next(&self) -> bool {
        let links = self.headers.get(header::LINK).and_then(|links| links.to_str().ok());
        links.is_some_and(|links| links.contains("rel=\"next\""))
    }

    /// The number of the list's last page, if GitHub says so; on the last page itself it does not.
    pub(super) fn last_page(&self) -> Option<u64> {
        let links = self.headers.get(header::LINK)?.to_str().ok()?;
        let last = links.split(',').find(|link| link.contains("rel=\"last\""))?;
        let address = last.split_once('<')?.1.split_once('>')?.0;
        let query = address.split_once('?')?.1;
        query.split('&').find_map(|pair| pair.strip_prefix("page="))?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn answer(link: &str, text: &str) -> GitHubAnswer {
        let headers = [(header::LINK, link.parse().unwrap())].into_iter().collect();
        GitHubAnswer { status: StatusCode::OK, headers, text: text.to_owned() }
    }

    #[test]
    fn a_list_goes_on_while_there_is_a_next_page() {
        assert!(answer(r#"<https://x/?page=2>; rel="next", <https://x/?page=9>; rel="last""#, "").has_next());
        assert!(!answer(r#"<https://x/?page=8>; rel="prev", <https://x/?page=1>; rel="first""#, "").has_next());
    }

    #[test]
    fn an_answer_that_breaks_off_may_pass_and_one_that_is_odd_does_not() {
        assert!(answer("", "[1, 2").read::<Vec<u8>>().unwrap_err().may_pass());
        assert!(matches!(answer("", "{}").read::<Vec<u8>>(), Err(GithubProblem::Unreadable(_))));
    }

    #[test]
    fn a_query_may_be_sent_again_and_a_mutation_not() {
        assert!(Call::query("x", "\nquery($name: String!) { x }", json!({})).reads());
        assert!(!Call::query("x", "mutation($input: I!) { x }", json!({})).reads());
        assert!(!Call::change(Method::POST, "x", "/pulls".to_owned(), json!({})).reads());
    }

    #[test]
    fn parameters_are_encoded() {
        let call = Call::get("x", "/pulls".to_owned()).with("head", "acme:release/v1").with("page", "2");
        assert_eq!(call.path, "/pulls?head=acme%3Arelease%2Fv1&page=2");
    }
}
