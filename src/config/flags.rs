//! Reads `[flags]`: who keeps the feature flags.

use super::{
    section::Section,
    settings::FlagsSettings,
    values::{web_address, words},
};

/// Reads `[flags]`.
pub(super) fn flags(mut section: Section<'_>) -> Option<FlagsSettings> {
    section.require("provider", "provider = \"unleash\"");
    section.require("url", "url = \"https://unleash.example.com\"");
    section.require("token", "token = { env = \"UNLEASH_TOKEN\" }");
    let provider = section.read("provider", |text| match text {
        "unleash" => Ok(()),
        _ => Err(format!("`{text}` keeps no flags that I know; write `provider = \"unleash\"`")),
    });
    let url = section.read("url", web_address);
    let token = section.secret("token");
    let project = section.read("project", words).map_or_else(|| "default".to_owned(), |project| project.value);
    let environment = section.read("environment", words).map_or_else(|| "production".to_owned(), |name| name.value);
    section.finish();
    provider?;
    Some(FlagsSettings { url: url?.value, token: token?.value, project, environment })
}
