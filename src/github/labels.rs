//! The labels that a repository knows.

use serde::Deserialize;
use serde_json::json;

use super::{
    problem::{GithubProblem, GithubResult},
    repository::Repository,
};

#[derive(Deserialize)]
struct Label {
    name: String,
}

impl Repository {
    /// The names of all labels. One request per page of 100.
    pub async fn labels(&self) -> GithubResult<Vec<String>> {
        self.all(self.get("labels", "/labels"), |page: Vec<Label>| page.into_iter().map(|label| label.name).collect())
            .await
    }

    /// Makes a label; `color` is six hexadecimal digits. That it exists already is fine, whatever its color.
    pub async fn create_label(&self, name: &str, color: &str, description: &str) -> GithubResult<()> {
        let body = json!({ "name": name, "color": color.trim_start_matches('#'), "description": description });
        match self.post(format!("label `{name}`"), "/labels", body).await {
            Err(GithubProblem::AlreadyExists(_)) => Ok(()),
            other => other.map(drop),
        }
    }
}
