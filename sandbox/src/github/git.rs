//! Runs git on the bare repository in a clean environment, and reads its objects through one long-lived `cat-file`.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::LazyLock,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::Mutex,
};

use super::{loose, problem::Problem};

/// What a git command left behind.
pub(super) struct Finished {
    pub code: i32,
    pub out: Vec<u8>,
    pub err: String,
}

impl Finished {
    /// The standard output as text without the last line break.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).trim_end_matches('\n').to_owned()
    }
}

/// One object as git stores it.
pub(super) struct Object {
    pub sha: String,
    pub kind: String,
    pub data: Vec<u8>,
}

/// The git repository in `dir`.
pub(super) struct Git {
    pub dir: PathBuf,
    reader: Mutex<Option<Reader>>,
}

struct Reader {
    _child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Where git is. A command without a path that gets an environment of its own is started by a fork, which copies the page
/// tables of the whole process; one with a path is not.
static GIT: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&path).map(|folder| folder.join("git")).find(|git| git.is_absolute() && git.is_file());
    found.unwrap_or_else(|| "git".into())
});

/// A git command that sees no configuration but the repository's own.
pub(super) fn command(dir: &Path) -> Command {
    let mut command = Command::new(&*GIT);
    command.env_clear().current_dir(dir).kill_on_drop(true);
    for name in ["PATH", "HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    command.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C").env("TZ", "UTC");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "GitHub").env(format!("GIT_{who}_EMAIL"), "noreply@github.com");
    }
    command
}

/// Runs `command` with `input` on its standard input until it ends.
pub(super) async fn finish(mut command: Command, input: &[u8]) -> Result<Finished, Problem> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| Problem::Git(format!("git could not be started: {error}")))?;
    let stdin = child.stdin.take();
    let feed = async move {
        if let Some(mut stdin) = stdin {
            // A command that does not read all of its input has its reasons.
            let _ = stdin.write_all(input).await;
        }
    };
    let (_, output) = tokio::join!(feed, child.wait_with_output());
    let output = output?;
    let err = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
    Ok(Finished { code: output.status.code().unwrap_or(-1), out: output.stdout, err })
}

impl Git {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self { dir, reader: Mutex::default() }
    }

    /// Runs a command whose failure is an answer.
    pub(super) async fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Finished, Problem> {
        let mut command = command(&self.dir);
        command.args(arguments);
        finish(command, input).await
    }

    /// Runs a command that must succeed and gives its standard output.
    pub(super) async fn text(&self, arguments: &[&str], input: &[u8]) -> Result<String, Problem> {
        let finished = self.run(arguments, input).await?;
        if finished.code != 0 {
            return Err(Problem::Git(format!("git {}: {}", arguments.join(" "), finished.err)));
        }
        Ok(finished.text())
    }

    /// Reads the object that `name` (anything `git rev-parse` understands) names; none if there is none.
    pub(super) async fn object(&self, name: &str) -> Result<Option<Object>, Problem> {
        if name.is_empty() || name.contains(['\n', '\0']) {
            return Ok(None);
        }
        let mut place = self.reader.lock().await;
        // Taken out while in use: a caller that gives up midway must not leave half an answer for the next one.
        let mut reader = match place.take() {
            Some(reader) => reader,
            None => self.open_reader()?,
        };
        let object = reader.read(name).await?;
        *place = Some(reader);
        Ok(object)
    }

    /// Stores an object and gives its sha.
    pub(super) async fn store(&self, kind: &'static str, data: Vec<u8>) -> Result<String, Problem> {
        let dir = self.dir.clone();
        let stored = tokio::task::spawn_blocking(move || loose::store(&dir, kind, &data)).await;
        Ok(stored.map_err(|error| Problem::Git(format!("an object could not be stored: {error}")))??)
    }

    fn open_reader(&self) -> Result<Reader, Problem> {
        let mut command = command(&self.dir);
        command.args(["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(out)) => Ok(Reader { _child: child, ask, answers: BufReader::new(out) }),
            _ => Err(Problem::Git("cat-file has no pipes".into())),
        }
    }
}

impl Reader {
    async fn read(&mut self, name: &str) -> Result<Option<Object>, Problem> {
        self.ask.write_all(format!("{name}\n").as_bytes()).await?;
        self.ask.flush().await?;
        let mut line = String::new();
        if self.answers.read_line(&mut line).await? == 0 {
            return Err(Problem::Git("cat-file ended".into()));
        }
        let words: Vec<&str> = line.trim_end_matches('\n').rsplitn(3, ' ').collect();
        let [size, kind, sha] = words[..] else { return Ok(None) };
        let Ok(size) = size.parse::<usize>() else { return Ok(None) };
        let (kind, sha) = (kind.to_owned(), sha.to_owned());
        let mut data = vec![0; size + 1];
        self.answers.read_exact(&mut data).await?;
        data.truncate(size);
        Ok(Some(Object { sha, kind, data }))
    }
}
