//! Reads what changed, for changelogs, notes and announcements: one reading for all of them.

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
    let texts = match repository.pull_texts(&numbers).await {
        Err(problem) if problem.may_pass() => return Err(problem),
        // What the bot may not read says nothing: the commits do.
        texts => texts.unwrap_or_default(),
    };
    for change in &mut changes {
        change.pull_text = change.pull().and_then(|number| texts.get(&number).cloned());
    }
    Ok(Notes { unread, ..Notes::from_changes(&changes, project.tickets.as_ref()) })
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
