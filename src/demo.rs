//! `shipmate demo`: the real bot in a local world, with a page that shows both chats.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::TimeDelta;
use sandbox::{
    github::{self, Seed},
    page,
    world::{World, WorldSettings},
};
use tokio::net::TcpListener;

use crate::{app::App, clock::Clock, config::Config};

/// The longest name that a project may have.
const NAME: usize = 20;

/// What the demo is started with.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// A git repository to copy; a small sample otherwise. The original is never touched.
    pub repository: Option<PathBuf>,
    /// The port of the page on 127.0.0.1; another one if it is taken.
    pub port: u16,
    /// The folder of the bot's store; a temporary one otherwise.
    pub store: Option<PathBuf>,
}

/// The running demo: the world, the bot in it, and the page.
pub struct Demo {
    app: App,
    address: String,
    page: tokio::task::JoinHandle<()>,
    world: Arc<World>,
    _store: Option<tempfile::TempDir>,
}

impl Demo {
    /// Starts everything.
    ///
    /// # Errors
    /// A sentence for each thing that keeps it from starting.
    pub async fn start(wishes: Wishes) -> Result<Self, Vec<String>> {
        let world = World::start(settings(wishes.repository.as_deref())).await;
        let world = Arc::new(world.map_err(|problem| vec![format!("the demo's world does not start: {problem}")])?);
        let (store, temporary) = match wishes.store {
            Some(folder) => (folder, None),
            None => {
                let made = tempfile::Builder::new().prefix("shipmate-demo-").tempdir();
                let made = made.map_err(|problem| vec![format!("no temporary folder can be made: {problem}")])?;
                (made.path().join("store"), Some(made))
            }
        };
        let config = Config::parse(&world.bot_toml(&store), "the demo's bot.toml", &|_| None);
        let app = App::start(config.map_err(|problems| vec![problems.to_string()])?).await?;
        let listener = listen(wishes.port).await.map_err(|problem| vec![format!("no port can be had: {problem}")])?;
        let address = listener.local_addr().map_err(|problem| vec![problem.to_string()])?;
        let router = page::router(Arc::clone(&world));
        let page = tokio::spawn(async move {
            if let Err(problem) = axum::serve(listener, router).await {
                tracing::error!(%problem, "the page ended");
            }
        });
        Ok(Self { app, address: format!("http://{address}"), page, world, _store: temporary })
    }

    /// The address of the page.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The bot.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Lets the bot finish what is under way, and takes everything down.
    ///
    /// # Errors
    /// What the store says.
    pub async fn stop(self) -> Result<(), crate::store::StoreProblem> {
        let drained = self.app.drain().await;
        self.page.abort();
        // Open pages hold on to the world for longer than the process lives.
        self.world.github().delete_folder();
        drained
    }
}

/// A world that starts now, in real time, with checks and deploys short enough to watch.
fn settings(repository: Option<&Path>) -> WorldSettings {
    let mut settings = WorldSettings { now: Clock::of_this_machine().now(), rate: 1.0, ..WorldSettings::default() };
    settings.github.ci_time = TimeDelta::seconds(6);
    settings.github.deploy_time = TimeDelta::seconds(10);
    if let Some(repository) = repository {
        settings.github = github::Settings {
            name: project_name(repository),
            seed: Seed::CopyOf(repository.to_owned()),
            ..settings.github
        };
    }
    settings
}

/// The folder's name, as far as a project can bear it.
fn project_name(repository: &Path) -> String {
    let folder = repository.canonicalize().unwrap_or_else(|_| repository.to_owned());
    let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".git").unwrap_or(&name);
    let kept = name.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).take(NAME);
    let name = kept.collect::<String>().trim_matches('-').to_owned();
    if name.is_empty() { "api".to_owned() } else { name }
}

async fn listen(port: u16) -> std::io::Result<TcpListener> {
    match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind("127.0.0.1:0").await,
    }
}
