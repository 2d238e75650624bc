//! Reads `[discord]` and `[telegram]`.

use super::{
    secret::Secret,
    section::{At, Section},
    settings::{DiscordSettings, TelegramMode, TelegramSettings, WebSettings},
    values::web_address,
};

/// What is written, rightly or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct WrittenTables {
    /// `[discord]`.
    pub discord: bool,
    /// `[telegram]`.
    pub telegram: bool,
    /// `public_url` in `[web]`.
    pub public_url: bool,
    /// `guild` in `[discord]`.
    pub guild: bool,
}

/// Reads `[discord]`.
pub(super) fn discord(mut section: Section<'_>) -> Option<DiscordSettings> {
    section.require("token", "token = { env = \"DISCORD_TOKEN\" }");
    let token = section.secret("token");
    let guild = section.id("guild").map(|id| id.value);
    let api_url = section.read("api_url", web_address).map(|url| url.value);
    section.finish();
    Some(DiscordSettings { token: token?.value, guild, api_url })
}

/// Reads `[telegram]`.
pub(super) fn telegram(
    mut section: Section<'_>,
    web: &WebSettings,
    written: WrittenTables,
) -> Option<TelegramSettings> {
    section.require("token", "token = { env = \"TELEGRAM_TOKEN\" }");
    let token = section.secret("token");
    let webhook = section.read("mode", wants_webhook);
    let secret = section.secret("webhook_secret").and_then(|secret| webhook_secret(&section, secret));
    let mode = match webhook {
        Some(At { value: true, at }) => {
            section.require("webhook_secret", "webhook_secret = { env = \"TELEGRAM_WEBHOOK_SECRET\" }");
            if !written.public_url {
                section.source.problem(
                    at,
                    "`mode = \"webhook\"` needs an address that Telegram can reach; write `public_url = \"https://…\"` in [web], or `mode = \"polling\"`",
                );
            }
            let ready = web.public_url.clone().zip(secret);
            ready.map(|(public_url, secret)| TelegramMode::Webhook { public_url, secret })
        }
        Some(At { value: false, .. }) | None => Some(TelegramMode::Polling),
    };
    let pin = section.flag("pin", false);
    let api_url = section.read("api_url", web_address).map(|url| url.value);
    section.finish();
    Some(TelegramSettings { token: token?.value, mode: mode?, pin, api_url })
}

fn wants_webhook(text: &str) -> Result<bool, String> {
    match text {
        "polling" => Ok(false),
        "webhook" => Ok(true),
        _ => Err(format!("`{text}` is not a mode; write `\"polling\"` or `\"webhook\"`")),
    }
}

/// It is the only proof of who speaks there, and Telegram refuses any other character when the webhook is set.
fn webhook_secret(section: &Section<'_>, secret: At<Secret>) -> Option<Secret> {
    let text = secret.value.reveal();
    let right = (Secret::SHORTEST..=256).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if !right {
        section.source.problem(
            secret.at,
            "`webhook_secret` can be guessed, or Telegram refuses it; write 16 to 256 of `A-Z`, `a-z`, `0-9`, `_` and `-`, \
             such as `openssl rand -hex 32` gives",
        );
    }
    right.then_some(secret.value)
}
