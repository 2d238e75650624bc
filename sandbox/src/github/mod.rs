//! A GitHub that the bot cannot tell from the real one: the REST API, signed webhooks, workflows that take time, and
//! `git clone` and `git push`, all over one real bare repository.

mod answer;
mod app;
mod artifacts;
mod ask;
mod auto_merge;
mod bypass;
mod changes;
mod checks;
mod continuous;
mod crowd;
mod deployments;
mod door;
mod due;
mod environments;
mod git;
mod glance;
mod graphql;
mod history;
mod json;
mod limits;
mod loose;
mod methods;
mod names;
mod objects;
mod page;
mod patterns;
mod people;
mod people_change;
mod people_ci;
mod people_code;
mod people_do;
mod people_releases;
mod people_reviews;
mod people_rules;
mod permits;
mod problem;
mod pulls;
mod push;
mod push_event;
mod queue;
mod queue_turn;
mod rename;
mod reports;
mod repository;
mod required;
mod rest;
mod reviewers;
mod routes;
mod rule_suites;
mod rules;
mod sample;
mod seed;
mod seeds;
mod settings;
mod shut;
mod signing;
mod standing;
mod state;
mod status_views;
mod team_settings;
mod teams;
mod telling;
mod train;
mod trees;
mod views;
mod webhooks;
mod workflows;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{Router, extract::Request};
use chrono::{DateTime, SecondsFormat, Utc};
use tempfile::TempDir;
use tokio::net::TcpListener;

pub use self::{
    app::app_private_key_pem,
    artifacts::{Shipped, sha256},
    environments::Environment,
    glance::CommitView,
    limits::Limits,
    people::{Permission, User},
    people_do::MergeMethod,
    people_reviews::Verdict,
    problem::Problem,
    queue::QueueView,
    reports::SentReport,
    settings::{App, Outcome, Seed, Settings, Standing, Workflow},
    shut::Shut,
    status_views::{StatusEvent, StatusView},
    teams::Team,
    views::{PullView, RefView, RunView},
    webhooks::{Delivery, Fate},
    world::Made,
};
use self::{reports::Reports, repository::Repository, state::State, webhooks::Webhooks};
use crate::{
    clock::Clock,
    wire::{Service, Wire},
};

/// The running GitHub. Cloning gives another handle on the same one.
#[derive(Clone)]
pub struct GitHub(Arc<Inner>);

struct Inner {
    settings: Settings,
    clock: Clock,
    wire: Wire,
    base: String,
    repository: Repository,
    state: Mutex<State>,
    /// The name that the repository was given since the start.
    renamed: std::sync::OnceLock<String>,
    /// Held by whoever changes something, so that changes happen one after the other.
    turn: tokio::sync::RwLock<()>,
    webhooks: Webhooks,
    reports: Reports,
    /// What [`GitHub::world`] has read.
    lines: Mutex<std::collections::BTreeMap<String, world::Line>>,
    folder: TempDir,
}

impl GitHub {
    /// Makes the repository and serves it on a free port of 127.0.0.1 until the runtime ends.
    ///
    /// Fails if git is missing or older than 2.40, or if the seed cannot be copied.
    pub async fn start(settings: Settings, clock: Clock, wire: Wire) -> Result<Self, Problem> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        let folder = tempfile::Builder::new().prefix("sandbox-github-").tempdir()?;
        let bare = folder.path().join(&settings.owner).join(format!("{}.git", settings.name));
        let state = seed::plant(&settings, &bare, clock.now()).await?;
        let repository = Repository::open(bare).await?.with_default(&settings.default_branch);
        let (webhooks, queue) = Webhooks::new(settings.webhook_secret.clone());
        let state = Mutex::new(state);
        let (turn, lines) = (tokio::sync::RwLock::default(), Mutex::default());
        let served = wire.clone();
        let (reports, wanted) = Reports::new();
        let renamed = std::sync::OnceLock::new();
        let inner =
            Inner { settings, clock, wire, base, repository, state, renamed, turn, webhooks, reports, lines, folder };
        let github = Self(Arc::new(inner));
        github.furnish().await?;
        tokio::spawn(github.clone().deliver(queue));
        tokio::spawn(github.clone().send_reports(wanted));
        let handle = github.clone();
        let router = Router::new().fallback(move |request: Request| door::enter(handle.clone(), request));
        tokio::spawn(served.serve(Service::GitHub, listener, router));
        Ok(github)
    }

    /// The address of the REST API, without a slash at the end.
    pub fn api_url(&self) -> String {
        self.0.base.clone()
    }

    /// The address that `git clone` takes; pushing needs the token as the password.
    pub fn clone_url(&self) -> String {
        format!("{}/{}/{}.git", self.0.base, self.settings().owner, self.settings().name)
    }

    /// What it was started with.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The folder of the bare repository, for looking with git. Change it only through this type, by REST or by push.
    pub fn repository_folder(&self) -> std::path::PathBuf {
        self.0.repository.git.dir.clone()
    }

    /// Deletes the repository from the disk: nothing works afterwards. Without this its folder stays when the process
    /// ends, because the server never does before.
    pub fn delete_folder(&self) {
        // What cannot be deleted is a temporary folder all the same.
        let _ = std::fs::remove_dir_all(self.0.folder.path());
    }

    /// How many things are not finished although their time has come: webhooks and reports not yet delivered, runs,
    /// deployments and checks whose end is due. What waits for the clock or for a person does not count.
    pub fn outstanding(&self) -> usize {
        let now = self.now();
        let (due, busy) = {
            let state = self.state();
            (state.due.values().flatten().filter(|due| **due <= now).count(), state.busy)
        };
        due + busy + self.0.webhooks.pending() + self.0.reports.pending()
    }

    /// Waits until nothing is outstanding.
    pub async fn settled(&self) {
        loop {
            let changed = self.0.webhooks.changed();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.outstanding() == 0 {
                return;
            }
            changed.await;
        }
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn repository(&self) -> &Repository {
        &self.0.repository
    }
}

/// A moment as GitHub writes it.
fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
