//! A repository that got another name: GitHub sends whoever asks by the old one on to an address that never changes.
//!
//! Reads are answered with 301 and everything else with 307, which asks to repeat the request as it is; the body says
//! "Moved Permanently" (GitHub's REST API guide, "Follow redirects"; as seen in google/go-github#184 and 18F/charlie#85).

use axum::http::Method;
use serde_json::json;

use super::{
    GitHub,
    answer::{Answer, Answered},
    ask::Ask,
};

/// The repository's id: what its address is made of that never changes.
pub(super) const ID: u64 = 186_853_002;

impl GitHub {
    /// Gives the repository another name, once. Webhooks bear it from now on, and the old one redirects.
    pub fn rename(&self, name: &str) {
        self.0.renamed.get_or_init(|| name.to_owned());
    }

    /// The repository's name by now.
    pub(super) fn name(&self) -> &str {
        self.0.renamed.get().unwrap_or(&self.settings().name)
    }

    /// Sends whoever asks by the old name on.
    pub(super) fn moved(&self, ask: &Ask, rest: &[&str]) -> Answered {
        let rest: String = rest.iter().map(|part| format!("/{}", super::ask::encode(part))).collect();
        let url = format!("{}/repositories/{ID}{rest}{}", self.0.base, ask.queries());
        let status = if ask.method == Method::GET { 301 } else { 307 };
        let guide = "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects";
        let body = json!({"message": "Moved Permanently", "url": url, "documentation_url": guide});
        let mut answer = Answer::with(status, &body);
        answer.headers.push(("location", url));
        Ok(answer)
    }
}
