//! The bot as a process: started, killed, stopped, asked whether it is busy.

use std::{
    fs::{File, OpenOptions},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use sandbox::world::World;
use tempfile::TempDir;

/// How long a bot that is asked to stop may take, in real time.
const STOPPING: Duration = Duration::from_secs(40);

pub(crate) struct Bot {
    folder: TempDir,
    address: SocketAddr,
    child: Arc<Mutex<Option<Child>>>,
    /// What stands in its environment besides.
    pub environment: Vec<(&'static str, &'static str)>,
    client: reqwest::Client,
}

impl Bot {
    pub(crate) fn new(world: &World, alter: impl FnOnce(&str) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bot_toml = alter(&world.bot_toml(&folder.path().join("store")));
        std::fs::write(folder.path().join("bot.toml"), bot_toml).unwrap();
        Self {
            folder,
            address: world.bot_address(),
            child: Arc::default(),
            environment: vec![],
            client: reqwest::Client::new(),
        }
    }

    /// Somebody edits the configuration; it counts from the next start on.
    pub(crate) fn reconfigure(&self, alter: impl FnOnce(&str) -> String) {
        let file = self.folder.path().join("bot.toml");
        let altered = alter(&std::fs::read_to_string(&file).unwrap());
        std::fs::write(file, altered).unwrap();
    }

    pub(crate) fn start(&mut self) {
        self.start_with(&[]);
    }

    /// Starts it with more to say on its command line.
    pub(crate) fn start_with(&mut self, more: &[&str]) {
        // With an older program in `SHIPMATE_BEFORE`, that one begins, and today's goes on after the first kill.
        let before = std::env::var("SHIPMATE_BEFORE").ok().filter(|_| !self.log_file().exists());
        let log = OpenOptions::new().create(true).append(true).open(self.log_file()).unwrap();
        let child = Command::new(before.as_deref().unwrap_or(env!("CARGO_BIN_EXE_shipmate")))
            .args(["run", "--config"])
            .arg(self.folder.path().join("bot.toml"))
            .args(more)
            .envs(self.environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(File::create(self.folder.path().join("out")).unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        *self.child.lock().unwrap() = Some(child);
    }

    /// Waits until the bot says that it has nothing to do. A bot that is not there has nothing to do either.
    pub(crate) async fn settled(&self) {
        self.over("settled").await;
    }

    /// Waits until the bot says that it has nothing to say, or is not there any more.
    pub(crate) async fn delivered(&self) {
        self.over("delivered").await;
    }

    async fn over(&self, what: &str) {
        let url = format!("http://{}/{what}", self.address);
        while let Err(problem) = self.client.get(&url).send().await {
            if !self.is_running() {
                return;
            }
            assert!(problem.is_connect() || problem.is_request(), "{problem}");
            // The process is up but does not listen yet.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until the bot says that it hears both chats, or is not there any more.
    pub(crate) async fn ready(&self) {
        let url = format!("http://{}/readyz", self.address);
        while self.is_running() {
            if self.client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Whether the configuration has a section of this name.
    pub(crate) fn is_configured_for(&self, section: &str) -> bool {
        let text = std::fs::read_to_string(self.folder.path().join("bot.toml")).unwrap();
        text.lines().any(|line| line == format!("[{section}]"))
    }

    /// A handle that kills the process, for use from anywhere.
    pub(crate) fn killer(&self) -> impl Fn() + Send + Sync + 'static {
        let child = self.child.clone();
        move || {
            if let Some(mut child) = child.lock().unwrap().take() {
                child.kill().unwrap();
                child.wait().unwrap();
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.lock().unwrap().as_ref().map_or(0, Child::id)
    }

    pub(crate) fn is_running(&self) -> bool {
        self.child.lock().unwrap().as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Asks the bot to stop, waits for its end and returns its log.
    pub(crate) async fn stop(&mut self) -> String {
        let child = self.child.lock().unwrap().take();
        if let Some(mut child) = child {
            let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
            assert!(kill.success());
            let ended = async {
                loop {
                    if let Some(status) = child.try_wait().unwrap() {
                        return status;
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            let Ok(status) = tokio::time::timeout(STOPPING, ended).await else {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("the bot does not stop:\n{}", self.log());
            };
            assert!(status.success(), "the bot ended with {status}:\n{}", self.log());
        }
        self.log()
    }

    /// Runs another of the program's commands with the bot's configuration: whether it went well, and what it said.
    pub(crate) async fn run(&self, arguments: &[&str]) -> (bool, String) {
        // The world goes on meanwhile: the program, or the bot, may ask it what time it is.
        let mut program = tokio::process::Command::new(env!("CARGO_BIN_EXE_shipmate"));
        let config = self.folder.path().join("bot.toml");
        let ended = program.args(arguments).arg("--config").arg(config).output().await.unwrap();
        let said = [ended.stdout, ended.stderr].concat();
        (ended.status.success(), String::from_utf8(said).unwrap())
    }

    /// What the bot answers at one of its addresses.
    pub(crate) async fn ask(&self, path: &str) -> String {
        let answer = self.client.get(format!("http://{}/{path}", self.address)).send().await.unwrap();
        answer.text().await.unwrap()
    }

    /// Backs the bot up while it runs, kills it, and puts what is restored in the place of its store.
    pub(crate) async fn move_house(&self) {
        let file = self.folder.path().join("backup.jsonl");
        let done = async |arguments: &[&str]| {
            let (well, said) = self.run(arguments).await;
            assert!(well, "{arguments:?}: {said}");
        };
        let name = file.to_str().unwrap();
        done(&["backup", name]).await;
        self.killer()();
        std::fs::remove_dir_all(self.store()).unwrap();
        done(&["restore", name]).await;
        std::fs::remove_file(&file).unwrap();
    }

    /// The folder of its store.
    pub(crate) fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            eprintln!("the bot's log:\n{}", self.log());
        }
    }
}
