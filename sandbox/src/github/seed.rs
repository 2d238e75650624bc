//! Makes the repository: a small sample that is the same in every run, or a copy of somebody's own.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::{
    git::{Git, command, finish},
    objects::Commit,
    people::{User, web_flow},
    problem::Problem,
    repository::{Move, Repository},
    settings::{Seed, Settings},
    state::State,
};

/// When the sample's first commit was made: 2 March 2026, 09:00 UTC.
const FIRST: i64 = 1_772_442_000;

/// One commit of the sample: who, on which branch, what it says, and one file it writes.
struct Told(&'static str, &'static str, &'static str, &'static str, &'static str);

const ON_MAIN: [Told; 6] = [
    Told("maya", "main", "chore: start the service", "README.md", "# api\n\nTakes orders and sends invoices.\n"),
    Told("sara", "main", "ci: deploy to staging", ".github/workflows/staging.yml", DEPLOYS),
    Told("sara", "main", "ci: deploy to production", ".github/workflows/production.yml", DEPLOYS),
    Told("tomas", "main", "feat(orders): take an order", "src/orders.txt", "take\n"),
    Told("lin", "main", "fix(orders): refuse an empty basket", "src/orders.txt", "take\nrefuse empty\n"),
    Told("maya", "main", "docs: update CHANGELOG", "CHANGELOG.md", CHANGELOG),
];

const ON_DEVELOP: [Told; 6] = [
    Told("lin", "develop", "feat(billing): pay by invoice", "src/billing.txt", "card\ninvoice\n"),
    Told("tomas", "develop", "fix(orders): count the last item too", "src/orders.txt", "take all\nrefuse empty\n"),
    Told("sara", "develop", "docs: say how to run the tests", "docs/testing.md", "Run the tests before you push.\n"),
    Told("tomas", "develop", "perf: look up customers by index", "src/customers.txt", "index\n"),
    Told("sara", "develop", "feat(api): answer with problem details", "src/errors.txt", "problem+json\n"),
    Told("lin", "develop", "chore(deps): bump the toolchain", "toolchain.txt", "1.95\n"),
];

/// Which of the commits on develop came in through a pull request: its number and its branch.
const PULLS: [(usize, u64, &str); 2] = [(0, 11, "invoices"), (4, 12, "problem-details")];

const DEPLOYS: &str =
    "on: workflow_dispatch\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy\n";

const CHANGELOG: &str = "# Changelog\n\n## 2.1.1 - 2026-03-05\n\n### Fixed\n\n- orders: refuse an empty basket\n";

/// Makes the bare repository at `bare` and the state that goes with it.
pub async fn plant(settings: &Settings, bare: &Path, now: DateTime<Utc>) -> Result<State, Problem> {
    let mut state = State::default();
    state.users = settings.people.clone();
    state.users.push(settings.bot.clone());
    state.rate.limit = 5000;
    let folder = bare.parent().unwrap_or(bare);
    tokio::fs::create_dir_all(folder).await?;
    match &settings.seed {
        Seed::Sample => {
            init(bare).await?;
            let stream = sample_stream(settings);
            Git::new(bare.to_owned()).text(&["fast-import", "--quiet"], stream.as_bytes()).await?;
            state.start_numbers_at(12);
        }
        Seed::CopyOf(source) => {
            copy(source, folder, bare).await?;
            complete(settings, bare, now).await?;
        }
    }
    configure(bare).await?;
    Ok(state)
}

async fn init(bare: &Path) -> Result<(), Problem> {
    let mut init = command(bare.parent().unwrap_or(bare));
    init.args(["init", "--quiet", "--bare", "--template=", "--initial-branch=main"]).arg(bare);
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

/// The sample as a stream for `git fast-import`, one commit an hour.
fn sample_stream(settings: &Settings) -> String {
    let mut stream = String::new();
    let mut at = FIRST;
    for told in &ON_MAIN[..5] {
        stream += &written(settings, told, at, None);
        at += 3600;
    }
    let bump = Told("maya", "main", "chore: bump v2.1.1", "version.txt", "2.1.1\n");
    stream += &written(settings, &bump, at, None);
    stream += &written(settings, &ON_MAIN[5], at + 3600, None);
    let tagger = signature(settings, "maya", at + 7200);
    stream += &format!("tag v2.1.1\nfrom refs/heads/main\ntagger {tagger}\n{}", data("Release v2.1.1"));
    stream += "reset refs/heads/develop\nfrom refs/heads/main\n\n";
    at += 86_400;
    for (n, told) in ON_DEVELOP.iter().enumerate() {
        let pull = PULLS.iter().find(|(of, ..)| *of == n).map(|(_, number, branch)| (*number, *branch));
        stream += &written(settings, told, at, pull);
        at += 3600;
    }
    stream
}

/// One commit; through a pull request, it is made beside the branch and then merged into it.
fn written(settings: &Settings, told: &Told, at: i64, pull: Option<(u64, &str)>) -> String {
    let Told(login, branch, message, path, content) = told;
    let author = signature(settings, login, at);
    let file = format!("M 100644 inline {path}\n{}", data(content));
    let Some((number, from)) = pull else {
        return format!("commit refs/heads/{branch}\ncommitter {author}\n{}{file}\n", data(message));
    };
    let beside =
        format!("commit refs/sample/{number}\ncommitter {author}\n{}from refs/heads/{branch}\n{file}\n", data(message));
    let message = format!("Merge pull request #{number} from {}/{from}\n\n{message}", settings.owner);
    let (author, committer) = (signature(settings, "maya", at + 600), "GitHub <noreply@github.com>");
    let merged = format!("author {author}\ncommitter {committer} {} +0000\n", at + 600);
    let merged = format!("commit refs/heads/{branch}\n{merged}{}merge refs/sample/{number}\n{file}\n", data(&message));
    format!("{beside}{merged}reset refs/sample/{number}\nfrom {}\n\n", "0".repeat(40))
}

fn signature(settings: &Settings, login: &str, at: i64) -> String {
    let user = settings.people.iter().find(|user| user.login == login).cloned();
    let user = user.unwrap_or_else(|| User::new(login, login));
    format!("{} <{}> {at} +0000", user.name, user.email())
}

fn data(text: &str) -> String {
    format!("data {}\n{text}\n", text.len())
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
