//! What people wrote below the titles of pull requests, many at once.

use std::collections::BTreeMap;

use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::json;

use super::{problem::GithubResult, query::QueryAnswer, repository::Repository, request::Call};

/// How many pull requests one query asks for.
const AT_A_TIME: usize = 50;
/// How many queries are under way at once.
const AT_ONCE: usize = 4;

#[derive(Deserialize)]
struct TextsData {
    repository: Option<BTreeMap<String, Option<PullText>>>,
}

#[derive(Deserialize)]
struct PullText {
    number: u64,
    #[serde(default)]
    body: Option<String>,
}

impl Repository {
    /// The texts of pull requests by their numbers, as far as there are such pull requests with a text: one query for each 50.
    pub async fn pull_texts(&self, numbers: &[u64]) -> GithubResult<BTreeMap<u64, String>> {
        let some: Vec<Vec<u64>> = numbers.chunks(AT_A_TIME).map(<[u64]>::to_vec).collect();
        let texts = stream::iter(some).map(|some| self.some_texts(some)).buffered(AT_ONCE);
        Ok(texts.try_collect::<Vec<_>>().await?.into_iter().flatten().collect())
    }

    async fn some_texts(&self, numbers: Vec<u64>) -> GithubResult<BTreeMap<u64, String>> {
        let what = format!("texts of pull requests of {}", self.full_name());
        let fields: Vec<String> = numbers
            .iter()
            .map(|number| format!("p{number}: pullRequest(number: {number}) {{ number body }}"))
            .collect();
        let query = format!(
            "query($owner: String!, $name: String!) {{ repository(owner: $owner, name: $name) {{ {} }} }}",
            fields.join(" ")
        );
        let call = Call::query(&what, &query, json!({ "owner": self.owner(), "name": self.name() }));
        let found = self.read::<QueryAnswer<TextsData>>(call).await?.read_what_is_there(&what)?;
        let found = found.and_then(|data| data.repository).unwrap_or_default().into_values().flatten();
        Ok(found.filter_map(|pull| Some((pull.number, pull.body.filter(|body| !body.is_empty())?))).collect())
    }
}
