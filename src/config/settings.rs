//! What each section of the configuration says, once it has been read and found right.

use std::{net::SocketAddr, path::PathBuf};

use chrono::TimeDelta;

use super::secret::Secret;
use crate::domain::{
    message::post::Place,
    time::{holidays::Holidays, ics::CalendarFile},
};

/// `[store]`: where the bot keeps what it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSettings {
    /// The folder, made if it is missing.
    pub path: PathBuf,
    /// How long what people did is kept once it is over.
    pub keep: TimeDelta,
}

/// `[backup]`: the backups that the bot makes by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSettings {
    /// How much time there is between two of them.
    pub every: TimeDelta,
    /// How many are kept; the oldest goes first.
    pub keep: usize,
    /// Where they are, made if it is missing.
    pub folder: PathBuf,
}

/// `[calendar]`: the team's days off, and who may read the calendar that the bot offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CalendarSettings {
    /// The days off, and the days on which people work all the same.
    pub holidays: Holidays,
    /// The iCalendar files by their names, with what each of them says.
    pub files: Vec<(String, CalendarFile)>,
    /// What whoever reads the calendar must know; without it, it is not offered.
    pub token: Option<Secret>,
}

/// `[hooks]`: who may report deploys and alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hooks {
    /// Who may report; whoever has the token or the secret of `[hooks]` itself comes first, and has no name.
    pub senders: Vec<HookSender>,
    /// Where everything is told that belongs to no project; empty if nobody said.
    pub places: Vec<Place>,
    /// Which alerts belong to which project, besides those that say so themselves.
    pub routes: Vec<AlertRoute>,
    /// How long after it began others are called to what nobody looks at: rising.
    pub escalate: Vec<TimeDelta>,
    /// Which role is called at which of these times; the last one also at those that follow.
    pub escalate_roles: Vec<String>,
}

/// Somebody who may report, how they prove who they are, and what they may speak of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HookSender {
    /// Their name, if they have one of their own.
    pub name: Option<String>,
    /// What they give: the token, and the one that is to follow it.
    pub tokens: Vec<Secret>,
    /// What they sign with: the secret, and the one that is to follow it.
    pub secrets: Vec<Secret>,
    /// The kinds of reports that they may send, such as `deploy`; empty means all.
    pub kinds: Vec<String>,
    /// The projects that they may speak of; empty means all.
    pub projects: Vec<String>,
    /// The environments that they may speak of; empty means all.
    pub environments: Vec<String>,
}

impl HookSender {
    /// Whether they may speak of everything.
    pub fn is_unbounded(&self) -> bool {
        self.kinds.is_empty() && self.projects.is_empty() && self.environments.is_empty()
    }
}

/// Alerts with a label of this value, and what a sender of this name calls so, belong to the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRoute {
    /// The label's name, or the sender's: `gitlab`, `argocd`, `flux`, `cloudevents` or `deploy`.
    pub label: String,
    /// Its value.
    pub value: String,
    /// The project's name.
    pub project: String,
}

/// `[web]`: where the bot listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSettings {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The address under which the outside world reaches it, without a slash at the end.
    pub public_url: Option<String>,
    /// How many connections there may be at once.
    pub connections: usize,
}

/// `[discord]`: how to speak on Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscordSettings {
    /// The bot's token.
    pub token: Secret,
    /// The server in which commands are registered, at once; everywhere if there is none.
    pub guild: Option<u64>,
    /// Where Discord's API is, without a slash at the end; Discord's own if `None`.
    pub api_url: Option<String>,
}

/// `[telegram]`: how to speak on Telegram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelegramSettings {
    /// The bot's token.
    pub token: Secret,
    /// How updates come in.
    pub mode: TelegramMode,
    /// Whether cards are pinned there: only an administrator may, who is sent every message of a group.
    pub pin: bool,
    /// Where Telegram's API is, without a slash at the end; Telegram's own if `None`.
    pub api_url: Option<String>,
}

/// How Telegram's updates come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TelegramMode {
    /// The bot asks for them.
    Polling,
    /// Telegram sends them.
    Webhook {
        /// The `public_url` of `[web]`, without a slash at the end.
        public_url: String,
        /// What Telegram sends along to prove itself.
        secret: Secret,
    },
}

/// `[github]`: how to speak to GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHubSettings {
    /// Where GitHub's API is, without a slash at the end; github.com's if `None`.
    pub api_url: Option<String>,
    /// As whom the bot acts.
    pub identity: GitHubIdentity,
    /// What signs GitHub's webhooks; without it they are not accepted and the bot only polls.
    pub webhook_secret: Option<Secret>,
    /// How often what is waited for is looked at, should a webhook get lost.
    pub poll: TimeDelta,
}

/// As whom the bot acts on GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GitHubIdentity {
    /// A personal or fine-grained access token.
    Token(Secret),
    /// An installed GitHub App.
    App {
        /// The App's id.
        app_id: u64,
        /// The id of its installation in the organisation.
        installation_id: u64,
        /// Its private key, as PEM text.
        private_key: Secret,
    },
}

/// `[flags]`: who keeps the feature flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagsSettings {
    /// Where Unleash is, without a slash at the end.
    pub url: String,
    /// A token that may read and switch flags.
    pub token: Secret,
    /// Unleash's project.
    pub project: String,
    /// The environment in which flags are switched.
    pub environment: String,
}
