//! Reads `[github]`.

use chrono::TimeDelta;

use super::{
    section::{At, Section},
    settings::{GitHubIdentity, GitHubSettings},
    values::web_address,
};
use crate::domain::time::duration;

/// Reads `[github]`.
pub(super) fn github(mut section: Section<'_>) -> Option<GitHubSettings> {
    let api_url = section.read("api_url", web_address).map(|url| url.value);
    let webhook_secret = section.long_secret("webhook_secret");
    let poll = section.read("poll", duration::read).map_or(TimeDelta::seconds(60), |poll| poll.value);
    let identity = identity(&mut section);
    section.finish();
    Some(GitHubSettings { api_url, identity: identity?, webhook_secret, poll })
}

fn identity(section: &mut Section<'_>) -> Option<GitHubIdentity> {
    let written = ["app_id", "installation_id", "private_key"].map(|key| section.has(key));
    let token = section.secret("token");
    match (section.has("token"), written.contains(&true)) {
        (true, false) => Some(GitHubIdentity::Token(token?.value)),
        (false, true) => app(section),
        (true, true) => {
            let at = section.raw("token")?.at;
            section.source.problem(
                at,
                "both a token and a GitHub App are given; keep either `token`, or `app_id`, `installation_id` and `private_key`",
            );
            app(section)
        }
        (false, false) => {
            section.source.problem(
                section.at,
                "[github] does not say as whom to act; write `token = { env = \"GITHUB_TOKEN\" }`, or `app_id`, `installation_id` and `private_key` of a GitHub App",
            );
            None
        }
    }
}

fn app(section: &mut Section<'_>) -> Option<GitHubIdentity> {
    section.require("app_id", "app_id = 123456");
    section.require("installation_id", "installation_id = 12345678");
    section.require("private_key", "private_key = { file = \"app.pem\" }");
    let app_id = section.id("app_id");
    let installation_id = section.id("installation_id");
    let private_key = section.secret("private_key");
    if let Some(At { value, at }) = &private_key
        && !value.reveal().starts_with("-----BEGIN ")
    {
        section.source.problem(
            *at,
            "`private_key` is not a PEM file; give the file that GitHub let you download, which starts with `-----BEGIN`",
        );
    }
    Some(GitHubIdentity::App {
        app_id: app_id?.value,
        installation_id: installation_id?.value,
        private_key: private_key?.value,
    })
}
