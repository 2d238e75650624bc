//! Watches the release branch: commits that come after the snapshot make earlier decisions lapse.

use super::scene::{Scene, Sight, Trouble};
use crate::{
    domain::{
        fact::{Fact, NewCommit},
        plan::PullRequestName,
        release::Release,
    },
    github::model::CommitLine,
};

/// Looks whether the release branch has moved on, until it is merged.
///
/// # Errors
/// What GitHub says against it.
pub async fn watch_head(scene: &Scene<'_>) -> Result<Option<Fact>, Trouble> {
    let release = scene.release;
    // A merge of a story that nobody has heard the answer of is no news.
    let merging = release.brief.plan.picking().is_some_and(|picking| {
        release.state.stories.rebuild || release.state.stories.list.iter().any(|story| story.is_merging(picking))
    });
    if release.state.merged.is_some() || merging {
        return Ok(None);
    }
    let head = match release.state.pull_requests.get(&PullRequestName::Release) {
        Some((number, _)) => {
            let pull_request = scene.repository.pull_request(*number).await?;
            pull_request.open.then_some(pull_request.head_sha)
        }
        None => scene.repository.branch(&release.brief.branch).await?,
    };
    let Some(head) = head.filter(|head| head != release.head()) else { return Ok(None) };
    let came = scene.repository.compare(release.head(), &head).await?;
    let back_merge = came.commits.last().is_some_and(|commit| is_back_merge(commit, &release.brief.production));
    let commit = |commit: &CommitLine| NewCommit {
        sha: commit.sha.clone(),
        subject: commit.message.lines().next().unwrap_or_default().to_owned(),
        author: scene.people.name_of_login(&commit.author),
    };
    Ok(Some(Fact::HeadMoved {
        from: release.head().to_owned(),
        to: head,
        commits: came.commits.iter().map(commit).collect(),
        back_merge,
    }))
}

/// The fix has come when somebody pushed anything on top of the snapshot.
pub(super) fn look_for_fix(release: &Release) -> Sight {
    if release.state.new_commits.is_empty() {
        return Sight::NotYet(format!("a developer pushes the fix to {}", release.brief.branch));
    }
    Sight::Done(crate::domain::fact::Made::Fix { commit: release.head().to_owned() })
}

fn is_back_merge(commit: &CommitLine, production: &str) -> bool {
    let starts = [
        "\u{1f504} Backport ".to_owned(),
        format!("Merge {production} into "),
        format!("Merge branch '{production}'"),
        format!("Merge remote-tracking branch 'origin/{production}'"),
    ];
    starts.iter().any(|start| commit.message.starts_with(start.as_str()))
}
