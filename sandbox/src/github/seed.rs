//! Makes the repository: a made-up one that is the same in every run, or a copy of somebody's own.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::{
    git::{Git, command, finish},
    objects::Commit,
    people::web_flow,
    problem::Problem,
    repository::{Move, Repository},
    sample, seeds,
    settings::{Seed, Settings},
    state::State,
    train,
};

/// Makes the bare repository at `bare` and the state that goes with it.
pub(super) async fn plant(settings: &Settings, bare: &Path, now: DateTime<Utc>) -> Result<State, Problem> {
    let mut state = State::default();
    state.users = settings.people.clone();
    state.users.push(settings.bot.clone());
    state.teams = settings.teams.clone();
    state.withheld = settings.withheld.clone();
    state.rate.limit = settings.limits.requests_an_hour;
    let folder = bare.parent().unwrap_or(bare);
    tokio::fs::create_dir_all(folder).await?;
    match &settings.seed {
        Seed::Sample => {
            tell(settings, bare, &sample::stream(settings)).await?;
            state.start_numbers_at(12);
        }
        Seed::WeeklyTrain => {
            tell(settings, bare, &train::stream(settings)).await?;
            train::remember(&mut state, &Repository::open(bare.to_owned()).await?, settings, &["dev", "prod"]).await?;
        }
        Seed::Module | Seed::Monthly | Seed::GitFlow | Seed::Trunk => {
            let (stream, bases) = seeds::history(settings).unwrap_or_default();
            tell(settings, bare, &stream).await?;
            train::remember(&mut state, &Repository::open(bare.to_owned()).await?, settings, bases).await?;
        }
        Seed::CopyOf(source) => {
            copy(source, folder, bare).await?;
            complete(settings, bare, now).await?;
        }
    }
    configure(bare).await?;
    Ok(state)
}

/// Makes the repository out of a stream for `git fast-import`.
async fn tell(settings: &Settings, bare: &Path, stream: &str) -> Result<(), Problem> {
    init(bare, &settings.default_branch).await?;
    Git::new(bare.to_owned()).text(&["fast-import", "--quiet"], stream.as_bytes()).await?;
    Ok(())
}

async fn init(bare: &Path, default: &str) -> Result<(), Problem> {
    let mut init = command(bare.parent().unwrap_or(bare));
    init.args(["init", "--quiet", "--bare", "--template=", &format!("--initial-branch={default}")]).arg(bare);
    must(finish(init, b"").await?.code, "the repository could not be made")
}

async fn copy(source: &Path, folder: &Path, bare: &Path) -> Result<(), Problem> {
    // Whoever owns the source, reading it is what was asked for; git only takes that permission from a file.
    let config = folder.join("gitconfig");
    tokio::fs::write(&config, "[safe]\n\tdirectory = *\n").await?;
    let source = tokio::fs::canonicalize(source).await?;
    let mut clone = command(folder);
    clone.env("GIT_CONFIG_GLOBAL", &config).args(["clone", "--quiet", "--bare", "--template="]).arg(source).arg(bare);
    let cloned = finish(clone, b"").await?;
    must(cloned.code, &format!("the repository could not be copied: {}", cloned.err))
}

fn must(code: i32, otherwise: &str) -> Result<(), Problem> {
    if code == 0 { Ok(()) } else { Err(Problem::Git(otherwise.to_owned())) }
}

/// Push is allowed, and nothing happens in the background.
async fn configure(bare: &Path) -> Result<(), Problem> {
    let file = bare.join("config");
    let mut config = tokio::fs::read_to_string(&file).await?;
    config += "[http]\n\treceivepack = true\n[receive]\n\tautogc = false\n[gc]\n\tauto = 0\n[uploadpack]\n";
    config += "\tallowFilter = true\n\tallowAnySHA1InWant = true\n[core]\n\tlogAllRefUpdates = false\n";
    Ok(tokio::fs::write(file, config).await?)
}

/// Gives a copy what the sandbox counts on: `main`, `version.txt` on it, and `develop`.
async fn complete(settings: &Settings, bare: &Path, now: DateTime<Utc>) -> Result<(), Problem> {
    let repository = Repository::open(bare.to_owned()).await?;
    let git = &repository.git;
    if repository.branch("main").is_none() {
        let default = git.text(&["symbolic-ref", "--short", "HEAD"], b"").await?;
        let branches = repository.refs("refs/heads/");
        let tip = repository.branch(&default).or_else(|| branches.first().map(|found| found.commit.clone()));
        let tip = tip.ok_or_else(|| Problem::Git("the repository to copy has no commit on any branch".to_owned()))?;
        let old = repository.branch(&default).map(|old| Move {
            name: format!("refs/heads/{default}"),
            old: Some(old),
            new: None,
        });
        let new = Move { name: "refs/heads/main".to_owned(), old: None, new: Some(tip) };
        let moves: Vec<Move> = std::iter::once(new).chain(old).collect();
        repository.move_refs(&moves).await?;
        git.text(&["symbolic-ref", "HEAD", "refs/heads/main"], b"").await?;
    }
    add_version(settings, &repository, "main", now).await?;
    if repository.branch("develop").is_none() {
        let name = "refs/heads/develop".to_owned();
        repository.move_refs(&[Move { name, old: None, new: repository.branch("main") }]).await?;
    }
    add_version(settings, &repository, "develop", now).await
}

async fn add_version(
    settings: &Settings,
    repository: &Repository,
    branch: &str,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let Some(tip) = repository.branch(branch) else { return Ok(()) };
    if repository.file(&tip, "version.txt").await?.is_some() {
        return Ok(());
    }
    let tags = repository.refs("refs/tags/");
    let highest = tags.iter().filter_map(|tag| version_of(tag.name.strip_prefix("refs/tags/")?)).max();
    let (major, minor, patch) = highest.unwrap_or((0, 1, 0));
    let tree = repository.write_file(&tip, "version.txt", format!("{major}.{minor}.{patch}\n").as_bytes()).await?;
    let commit = Commit {
        tree,
        parents: vec![tip.clone()],
        author: settings.bot.signs(now),
        committer: web_flow(now),
        message: "chore: add version.txt".to_owned(),
        ..Commit::default()
    };
    let new = repository.store_commit(commit).await?.sha;
    repository.move_refs(&[Move { name: format!("refs/heads/{branch}"), old: Some(tip), new: Some(new) }]).await?;
    Ok(())
}

/// The three numbers of a tag such as `v2.1.1` or `2.1.1`; none for anything else, pre-releases included.
fn version_of(tag: &str) -> Option<(u64, u64, u64)> {
    let mut numbers = tag.strip_prefix('v').unwrap_or(tag).split('.').map(|part| part.parse().ok());
    let version = (numbers.next()??, numbers.next()??, numbers.next()??);
    numbers.next().is_none().then_some(version)
}
