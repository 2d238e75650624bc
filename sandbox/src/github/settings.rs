//! What a sandbox GitHub is started with.

use std::path::PathBuf;

use chrono::{DateTime, Duration, Utc};

use super::{
    limits::Limits,
    people::{Permission, User, sample},
    teams::{Team, usual},
};

/// Where the repository comes from.
#[derive(Debug, Clone)]
pub enum Seed {
    /// A small believable repository at version 2.1.1, the same in every run.
    Sample,
    /// A small believable repository of a team that ships every Monday: `dev` and `prod`, at version 1.3.0.
    WeeklyTrain,
    /// The repository of a team with a project branch, `phase1-proj`: 26.02.01, and three stories.
    Module,
    /// The repository of a team that picks stories once a month: 26.02.01, and four stories.
    Monthly,
    /// The repository of a team with `develop` and `main`: 2.1.1.
    GitFlow,
    /// The repository of a team with `main` only: 1.8.0.
    Trunk,
    /// A copy of a local git repository; the original is never touched.
    CopyOf(PathBuf),
}

/// How a run or a check ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It did what it should.
    Success,
    /// It failed.
    Failure,
    /// Somebody stopped it.
    Cancelled,
    /// It took too long.
    TimedOut,
    /// None of its jobs had anything to do.
    Skipped,
}

impl Outcome {
    /// GitHub's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
            Self::Skipped => "skipped",
        }
    }
}

/// One GitHub Actions workflow.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// The file name, such as `production.yml`.
    pub file: String,
    /// The name on the Actions page.
    pub name: String,
    /// The environment it deploys to.
    pub environment: Option<String>,
    /// The names of the inputs it takes; others are refused.
    pub inputs: Vec<String>,
    /// Those of the inputs that must be given.
    pub required: Vec<String>,
    /// The branches on which a push starts it, as patterns (`prod`, `release/**`); none if only a dispatch does.
    pub on_push: Vec<String>,
    /// The tags whose push starts it, as patterns (`v*`).
    pub on_push_tag: Vec<String>,
}

/// Something that was deployed before the sandbox starts.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Where it stands.
    pub environment: String,
    /// The tag that was deployed.
    pub tag: String,
    /// When that deploy began.
    pub at: DateTime<Utc>,
}

impl Workflow {
    /// A workflow that deploys to `environment`, with the usual optional inputs.
    pub fn deploying(file: &str, name: &str, environment: &str) -> Self {
        let inputs = ["version", "tag", "ref", "sha", "environment", "reason", "release"].map(str::to_owned).into();
        Self {
            file: file.to_owned(),
            name: name.to_owned(),
            environment: Some(environment.to_owned()),
            inputs,
            required: Vec::new(),
            on_push: Vec::new(),
            on_push_tag: Vec::new(),
        }
    }

    /// The same workflow, which takes these inputs as well.
    pub fn taking(mut self, inputs: &[&str]) -> Self {
        self.inputs.extend(inputs.iter().map(|name| (*name).to_owned()));
        self
    }

    /// The same workflow, which a push of a tag like `pattern` starts as well.
    pub fn on_push_of_tag(mut self, pattern: &str) -> Self {
        self.on_push_tag.push(pattern.to_owned());
        self
    }

    /// The same workflow, which a push to `branch` starts as well.
    pub fn on_push_to(mut self, branch: &str) -> Self {
        self.on_push.push(branch.to_owned());
        self
    }
}

/// A GitHub App that is installed on the repository.
#[derive(Debug, Clone, Copy)]
pub struct App {
    /// The app's id, the issuer of its tokens.
    pub id: u64,
    /// The id of its one installation.
    pub installation: u64,
}

/// Everything that can be chosen at the start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The account that owns the repository.
    pub owner: String,
    /// The repository's name.
    pub name: String,
    /// The token that may do everything.
    pub token: String,
    /// A token that may only read.
    pub read_only_token: String,
    /// Permissions that the token lacks, as GitHub names them, such as `administration` or `statuses`.
    pub withheld: Vec<String>,
    /// The account behind the tokens.
    pub bot: User,
    /// The secret that webhooks are signed with.
    pub webhook_secret: String,
    /// Where the repository comes from.
    pub seed: Seed,
    /// The default branch; a copied repository always has `main`.
    pub default_branch: String,
    /// The branch that features go to.
    pub development: String,
    /// How long the check `ci` takes, on the sandbox's clock.
    pub ci_time: Duration,
    /// How long a workflow run takes, on the sandbox's clock.
    pub deploy_time: Duration,
    /// The app, if the bot is one.
    pub app: Option<App>,
    /// How often the bot may ask.
    pub limits: Limits,
    /// The workflows there are.
    pub workflows: Vec<Workflow>,
    /// The environments that wait for deployments, in order: one that is created there is carried out. They come after
    /// those of the workflows.
    pub environments: Vec<String>,
    /// What was deployed before, oldest first.
    pub standing: Vec<Standing>,
    /// The branches whose every push is checked by `ci`, as patterns; one with `!` before it takes branches out again.
    /// None if only pull requests are checked.
    pub ci_on_push: Vec<String>,
    /// The people there are, beside the bot.
    pub people: Vec<User>,
    /// The logins of those who own the organisation.
    pub organization_owners: Vec<String>,
    /// The organisation's teams.
    pub teams: Vec<Team>,
}

impl Settings {
    /// The repository of a team that collects on `dev` and ships `prod` every Monday: both branches deploy on push.
    pub fn weekly_train() -> Self {
        let ci = Self::default().workflows.into_iter().take(1);
        let deploys = [
            Workflow::deploying("deploy-dev.yml", "Deploy to dev", "dev").on_push_to("dev"),
            Workflow::deploying("deploy-production.yml", "Deploy to production", "production").on_push_to("prod"),
        ];
        Self {
            seed: Seed::WeeklyTrain,
            default_branch: "dev".into(),
            development: "dev".into(),
            workflows: ci.chain(deploys).collect(),
            people: crate::cast::TRAIN.iter().map(User::of).collect(),
            organization_owners: vec!["alice-gh".into()],
            ..Self::default()
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        let ci = Workflow { environment: None, inputs: Vec::new(), ..Workflow::deploying("ci.yml", "CI", "") };
        Self {
            owner: "acme".into(),
            name: "api".into(),
            token: "ghp_sandboxSandboxSandboxSandboxSandbox1".into(),
            read_only_token: "ghp_sandboxReadOnlySandboxReadOnlySand2".into(),
            withheld: Vec::new(),
            bot: User::new("shipmate-bot", "Shipmate").with(Permission::Admin),
            webhook_secret: "sandbox-webhook-secret".into(),
            seed: Seed::Sample,
            default_branch: "main".into(),
            development: "develop".into(),
            ci_time: Duration::minutes(3),
            deploy_time: Duration::minutes(8),
            app: None,
            limits: Limits::default(),
            workflows: vec![
                ci,
                Workflow::deploying("staging.yml", "Deploy to staging", "staging"),
                Workflow::deploying("production.yml", "Deploy to production", "production"),
            ],
            environments: Vec::new(),
            standing: Vec::new(),
            ci_on_push: Vec::new(),
            people: sample(),
            organization_owners: vec!["maya".into()],
            teams: usual(),
        }
    }
}
