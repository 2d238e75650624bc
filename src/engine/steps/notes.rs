//! Reads what changed, for changelogs, notes and announcements: one reading for all of them.

use futures::{StreamExt, stream};

use super::context::{StepContext, StepError};
use crate::{
    domain::{
        release::{
            fact::Outcome,
            notes::{Change, Notes, NotesEntry, NotesGroup},
            range::NotesRange,
        },
        team::{people::People, project::Project},
    },
    github::{BOT_ADDRESS, Repository, model::CommitLine, problem::GithubProblem},
};

/// How many commits are looked at that may only write down what is released, the newest of them.
const MOST_TOLD: usize = 20;
/// How many of them at once.
const AT_ONCE: usize = 4;

/// Reads what is in the release now.
pub(super) async fn act(context: &StepContext<'_>) -> Result<Outcome, StepError> {
    let notes = of(context).await?;
    Ok(Outcome::Notes { commit: context.release.head().to_owned(), notes })
}

/// What is in the release.
pub(super) async fn of(context: &StepContext<'_>) -> Result<Notes, StepError> {
    read_here(context, &context.release.range()).await
}

/// The notes of a range of the release's project.
pub(super) async fn read_here(context: &StepContext<'_>, range: &NotesRange) -> Result<Notes, StepError> {
    Ok(read((context.project, context.repository), context.people, range).await?)
}

/// The notes of a range, for those who only read.
///
/// # Errors
/// What GitHub says against it.
pub async fn read(
    (project, repository): (&Project, &Repository),
    people: &People,
    range: &NotesRange,
) -> Result<Notes, GithubProblem> {
    let (mut changes, unread) = changes(repository, people, range).await?;
    let numbers: Vec<u64> = changes.iter().filter(|change| !change.own).filter_map(Change::pull).collect();
    let (only_tell, texts) = futures::join!(only_told(repository, &changes), repository.pull_texts(&numbers));
    for at in only_tell {
        changes.iter_mut().skip(at).take(1).for_each(|change| change.own = true);
    }
    let texts = match texts {
        Err(problem) if problem.may_pass() => return Err(problem),
        // What the bot may not read says nothing: the commits do.
        texts => texts.unwrap_or_default(),
    };
    for change in &mut changes {
        change.pull_text = change.pull().and_then(|number| texts.get(&number).cloned());
    }
    Ok(Notes { unread, ..Notes::from_changes(&changes, project.tickets.as_ref()) })
}

/// Those of the commits that only write down what is released elsewhere: a changelog, the number of a version. They are looked at by
/// what they say, and known by their files; where GitHub does not name those, a commit stays in.
async fn only_told(repository: &Repository, changes: &[Change]) -> Vec<usize> {
    let told = |(_, change): &(usize, &Change)| !change.own && change.parents.len() < 2 && change.speaks_of_itself();
    let newest = changes.iter().enumerate().rev().filter(told).take(MOST_TOLD);
    let newest: Vec<(usize, String)> = newest.map(|(at, change)| (at, change.sha.clone())).collect();
    let look = |(at, sha): (usize, String)| async move { (at, repository.changes(&sha).await.unwrap_or_default()) };
    let found: Vec<_> = stream::iter(newest).map(look).buffer_unordered(AT_ONCE).collect().await;
    let only_tell =
        found.into_iter().filter(|(_, files)| !files.is_empty() && files.iter().all(|file| is_told(&file.path)));
    only_tell.map(|(at, _)| at).collect()
}

/// Whether a file only says what is released: a changelog, or the number of the version and nothing else.
fn is_told(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name.as_str(), ""));
    let is_text = ["", "md", "txt", "rst", "adoc", "markdown"].contains(&ending);
    is_text && ["changelog", "changes", "history", "news", "release-notes", "release_notes", "version"].contains(&stem)
}

/// What breaks in a range, as its commits say.
///
/// # Errors
/// What GitHub says against it.
pub async fn breaking(
    repository: &Repository,
    people: &People,
    range: &NotesRange,
) -> Result<Vec<NotesEntry>, GithubProblem> {
    let (changes, _) = changes(repository, people, range).await?;
    Ok(Notes::from_changes(&changes, None).of(NotesGroup::Breaking).to_vec())
}

/// The commits of a range, and how many of them were not read.
async fn changes(
    repository: &Repository,
    people: &People,
    range: &NotesRange,
) -> Result<(Vec<Change>, u64), GithubProblem> {
    let (commits, unread) = match &range.since {
        Some(since) => {
            let found = repository.compare(since, &range.to).await?;
            let read = u64::try_from(found.commits.len()).unwrap_or(found.ahead);
            (found.commits, found.ahead.saturating_sub(read))
        }
        None => repository.history(&range.to).await?,
    };
    let change = |commit: CommitLine| Change {
        own: is_own(&commit),
        author: people.name_of_login(&commit.author),
        sha: commit.sha,
        message: commit.message,
        parents: commit.parent_ids,
        pull_text: None,
    };
    Ok((commits.into_iter().map(change).collect(), unread))
}

/// Whether a release of ours made a commit: its own, or the squash of a pull request that the bot opened.
fn is_own(commit: &CommitLine) -> bool {
    let squashed =
        commit.message.starts_with("\u{1f680} Release ") || commit.message.starts_with("\u{1f504} Backport ");
    let by_an_app = commit.login.as_deref().is_some_and(|login| login.ends_with("[bot]"));
    commit.email == BOT_ADDRESS || (squashed && by_an_app)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_only_tell_are_known() {
        for (path, told) in [
            ("CHANGELOG.md", true),
            ("docs/Changelog", true),
            ("version.txt", true),
            ("packages/ui/CHANGES.rst", true),
            ("src/changelog/mod.rs", false),
            ("src/version.rs", false),
            ("README.md", false),
        ] {
            assert_eq!(is_told(path), told, "{path}");
        }
    }

    #[test]
    fn a_commit_is_the_bots_by_its_author_and_not_by_its_words() {
        for (email, login, message, own) in [
            (BOT_ADDRESS, None, "chore: bump v2.1.1", true),
            ("ann@acme.example", Some("ann"), "chore: bump v2.1.1", false),
            ("x@users.noreply.github.com", Some("shipmate[bot]"), "\u{1f680} Release v2.2.0 (#12)", true),
            ("ann@acme.example", Some("ann"), "\u{1f680} Release v2.2.0 (#12)", false),
            ("x@users.noreply.github.com", Some("dependabot[bot]"), "chore(deps): bump serde", false),
        ] {
            let (email, message) = (email.to_owned(), message.to_owned());
            let commit = CommitLine { email, login: login.map(str::to_owned), message, ..CommitLine::default() };
            assert_eq!(is_own(&commit), own, "{commit:?}");
        }
    }
}
