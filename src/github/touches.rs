//! Who changed a file last.

use serde::Deserialize;

use super::{address, problem::GithubResult, repository::Repository};

#[derive(Deserialize)]
struct Row {
    commit: Inner,
    author: Option<Account>,
}

#[derive(Deserialize)]
struct Inner {
    author: Option<Signature>,
}

#[derive(Deserialize)]
struct Signature {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Account {
    login: Option<String>,
}

impl Repository {
    /// Who changed the file at `path` last on a branch or commit: the GitHub login, or the name in git if GitHub does not
    /// know them; nothing if nobody did.
    pub async fn last_to_touch(&self, path: &str, git_ref: &str) -> GithubResult<Option<String>> {
        address::git_name(git_ref)?;
        let call = self.get(format!("history of `{path}`"), "/commits".to_owned());
        let call = call.with("sha", git_ref).with("path", path).with("per_page", "1");
        let rows: Vec<Row> = self.read(call).await?;
        Ok(rows.into_iter().next().and_then(|row| {
            let login = row.author.and_then(|account| account.login);
            login.or_else(|| row.commit.author.map(|signature| signature.name))
        }))
    }
}
