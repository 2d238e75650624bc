//! Writes the `bot.toml` with which a bot lives in the world.

use std::{fmt::Write, path::Path};

use crate::world::{World, ZONE};

/// What the bot's configuration says about its one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotProject {
    /// The name of its playbook.
    pub playbook: String,
    /// Its environments.
    pub environments: Vec<BotEnvironment>,
    /// More lines for the project's own table, each ended by a line break, such as `checks = false`.
    pub lines: String,
    /// Whatever else the file shall say, put at its end: whole tables, such as `[[freezes]]` or `[projects.api.freeze]`.
    pub more: String,
}

/// One environment of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotEnvironment {
    /// Its name in the playbook.
    pub name: String,
    /// The workflow that deploys to it; none if it is asked for by a deployment.
    pub workflow: Option<String>,
    /// Where people see it.
    pub url: String,
}

impl BotEnvironment {
    /// An environment by its name, its workflow and its address.
    pub fn new(name: &str, workflow: &str, url: &str) -> Self {
        Self { name: name.to_owned(), workflow: Some(workflow.to_owned()), url: url.to_owned() }
    }

    /// An environment that is asked for by a GitHub deployment, by its name and its address.
    pub fn by_deployment(name: &str, url: &str) -> Self {
        Self { name: name.to_owned(), workflow: None, url: url.to_owned() }
    }
}

impl Default for BotProject {
    fn default() -> Self {
        Self {
            playbook: "quick-release".to_owned(),
            environments: vec![
                BotEnvironment::new("staging", "staging.yml", "https://staging.example"),
                BotEnvironment::new("production", "production.yml", "https://www.example"),
            ],
            lines: String::new(),
            more: String::new(),
        }
    }
}

impl BotProject {
    /// The project of the weekly train: `dev` and `production`, which deploy by themselves when a branch moves.
    pub fn weekly_train() -> Self {
        Self {
            playbook: "weekly-train".to_owned(),
            environments: vec![
                BotEnvironment::new("dev", "deploy-dev.yml", "https://dev.example"),
                BotEnvironment::new("production", "deploy-production.yml", "https://www.example"),
            ],
            ..Self::default()
        }
    }
}

impl World {
    /// The `bot.toml` with which a bot lives in this world: one project, everybody of the cast, a store in `store`.
    pub fn bot_toml(&self, store: &Path) -> String {
        let github = self.github().settings();
        let project = self.project();
        let channel = |name: &str| self.discord().channel_id(name).unwrap_or_default();
        let chat = |name: &str| self.telegram().chat_id(name).unwrap_or_default();
        let topic =
            self.telegram().topic_id("Releases", "Releases").map(|topic| format!("/{topic}")).unwrap_or_default();
        let mut text = format!(
            r#"time_zone = "{zone}"
[store]
path = {store:?}
[web]
listen = "{listen}"
public_url = "http://{listen}"
[clock]
follow = "{clock}"
[discord]
token = "{discord_token}"
guild = {guild}
api_url = "{discord}"
[telegram]
token = "{telegram_token}"
api_url = "{telegram}"
[github]
token = "{github_token}"
webhook_secret = "{secret}"
api_url = "{api}"
[permissions]
release = ["release-manager"]
hotfix = ["release-manager", "developer", "devops"]
freeze = ["release-manager", "product-manager"]
exempt = ["release-manager", "product-manager"]
override = ["release-manager"]
flag = ["release-manager", "developer", "devops"]
[projects.{name}]
repository = "{owner}/{name}"
playbook = {playbook:?}
{lines}image = "registry.example/{name}:{{version}}"
releases = ["discord:{releases}", "telegram:{chat}{topic}"]
incidents = ["discord:{incidents}", "telegram:{incident_chat}"]
"#,
            zone = ZONE.name(),
            listen = self.bot_address(),
            clock = self.clock_url(),
            discord_token = self.discord().token(),
            guild = self.discord().guild_id(),
            discord = self.discord().url(),
            telegram_token = self.telegram().token(),
            telegram = self.telegram().url(),
            github_token = github.token,
            secret = github.webhook_secret,
            api = self.github().api_url(),
            owner = github.owner,
            name = github.name,
            releases = channel("releases"),
            incidents = channel("incidents"),
            chat = chat("Releases"),
            incident_chat = chat("Incidents"),
            playbook = project.playbook,
            lines = project.lines,
        );
        // Writing to a string cannot fail.
        for BotEnvironment { name: environment, workflow, url } in &project.environments {
            let name = &github.name;
            let asked = match workflow {
                Some(workflow) => format!("workflow = {workflow:?}"),
                None => "deployment = true".to_owned(),
            };
            let _ = writeln!(text, "[projects.{name}.environments.{environment}]\n{asked}\nurl = {url:?}");
        }
        for person in self.people() {
            let _ = write!(
                text,
                "[[people]]\nname = {:?}\ndiscord = {}\ntelegram = {}\ngithub = {:?}\nroles = {:?}\n",
                person.name, person.discord, person.telegram, person.github, person.duties
            );
        }
        if let Some(unleash) = self.unleash() {
            let (url, token) = (unleash.url(), unleash.token());
            let _ = writeln!(text, "[flags]\nprovider = \"unleash\"\nurl = {url:?}\ntoken = {token:?}");
        }
        if let Some(token) = self.calendar_token() {
            let _ = writeln!(text, "[calendar]\ntoken = {token:?}");
        }
        if let Some(folder) = self.backups() {
            let _ = writeln!(text, "[backup]\nfolder = {folder:?}");
        }
        if let Some(reports) = self.reports() {
            let _ = writeln!(text, "[hooks]\ntoken = {:?}", reports.token);
        }
        text.push_str(&project.more);
        text
    }
}
