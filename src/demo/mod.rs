//! `shipmate demo`: the real bot in a local world, with a page that shows both chats.

mod scene;
mod tags;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use sandbox::{page, world::World};
use tokio::net::TcpListener;

use self::scene::DemoWorld;
use crate::{
    app::{App, Launch},
    check,
    clock::Clock,
};

/// What the demo is started with.
#[derive(Debug, Clone, Default)]
pub struct DemoOptions {
    /// The playbook to show, by its name.
    pub playbook: String,
    /// A git repository to copy; a small sample otherwise. The original is never touched.
    pub repository: Option<PathBuf>,
    /// The port of the page on 127.0.0.1; another one if it is taken.
    pub port: u16,
    /// The folder of the bot's store, with one for its backups beside it; temporary ones otherwise.
    pub store: Option<PathBuf>,
}

/// The running demo: the world, the bot in it, and the page.
pub struct Demo {
    app: App,
    address: String,
    page: tokio::task::JoinHandle<()>,
    scene: DemoWorld,
    world: Arc<World>,
    _store: Option<tempfile::TempDir>,
}

impl Demo {
    /// Starts everything.
    ///
    /// # Errors
    /// A sentence for each thing that keeps it from starting.
    pub async fn start(options: DemoOptions) -> Result<Self, Vec<String>> {
        let unstarted = |problem: &dyn std::fmt::Display| vec![format!("the demo's world does not start: {problem}")];
        let scene = DemoWorld::named(&options.playbook).map_err(|problem| vec![problem])?;
        let mut settings = scene.settings(options.repository.as_deref()).map_err(|problem| vec![problem])?;
        let (store, temporary) = match options.store {
            Some(folder) => (folder, None),
            None => {
                let made = tempfile::Builder::new().prefix("shipmate-demo-").tempdir();
                let made = made.map_err(|problem| vec![format!("no temporary folder can be made: {problem}")])?;
                (made.path().join("store"), Some(made))
            }
        };
        settings.backups = Some(beside(&store, "-backups"));
        let world = Arc::new(World::start(settings).await.map_err(|problem| unstarted(&problem))?);
        scene.furnish(&world).await.map_err(|problem| unstarted(&problem))?;
        let mut bot_toml = world.bot_toml(&store);
        if options.repository.is_some() {
            let names: Vec<String> = world.github().tags().into_iter().map(|tag| tag.name).collect();
            let folder = beside(&store, "-playbooks");
            if tags::adapted(&options.playbook, &names, &folder).map_err(|problem| unstarted(&problem))? {
                bot_toml = format!("playbooks = {:?}\n{bot_toml}", folder.display().to_string());
            }
        }
        let checked = check::read(&bot_toml, "the demo's bot.toml", &|_| None, Clock::of_this_machine().now());
        let app = App::start(checked.map_err(|problems| vec![problems.to_string()])?, Launch::default()).await?;
        let listener = listen(options.port).await.map_err(|problem| vec![format!("no port can be had: {problem}")])?;
        let address = listener.local_addr().map_err(|problem| vec![problem.to_string()])?;
        let router = page::router(Arc::clone(&world));
        // The page is no part of the bot.
        #[allow(clippy::disallowed_methods)]
        let page = tokio::spawn(async move {
            if let Err(problem) = axum::serve(listener, router).await {
                tracing::error!(%problem, "the page ended");
            }
        });
        Ok(Self { app, address: format!("http://{address}"), page, scene, world, _store: temporary })
    }

    /// What to do first on the page, as the end of a sentence.
    pub fn first(&self) -> &'static str {
        self.scene.first()
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

/// The folder beside another whose name goes on so.
fn beside(folder: &Path, more: &str) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(more);
    name.into()
}

async fn listen(port: u16) -> std::io::Result<TcpListener> {
    match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind("127.0.0.1:0").await,
    }
}
