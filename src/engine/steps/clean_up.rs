//! Removes what a cancelled release left on GitHub, unless somebody else needs it: what is there is read right before.

use std::collections::BTreeSet;

use super::head::is_cut;
use crate::{
    domain::{
        message::short::short,
        release::{
            Release,
            leftover::{KeptFor, Leftover},
            plan::Step,
        },
        team::people::People,
    },
    github::{BOT_ADDRESS, Repository, model::CommitLine, problem::GithubResult},
};

/// How something that was left stands on GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftoverStands {
    /// It is not there any more.
    Gone,
    /// It has to stay.
    Kept(KeptFor),
    /// Nobody needs it.
    Needless,
}

/// How it stands.
///
/// # Errors
/// What GitHub says against looking.
pub async fn look_at(
    repository: &Repository,
    people: &People,
    release: &Release,
    left: &Leftover,
) -> GithubResult<LeftoverStands> {
    let kept = match left {
        Leftover::PullRequest { number } => {
            let pull = repository.pull_request(*number).await?;
            match pull.open {
                true => None,
                false if pull.merged.is_some() => Some(KeptFor::Merged),
                false => return Ok(LeftoverStands::Gone),
            }
        }
        Leftover::Tag { name } => {
            let Some(tag) = repository.tag_or_gone(name).await? else { return Ok(LeftoverStands::Gone) };
            let put = release.state.tagged.as_deref().unwrap_or_else(|| release.head());
            if tag.commit != put {
                Some(KeptFor::Moved { at: short(&tag.commit).to_owned() })
            } else if tag.tagger.as_deref() != Some(BOT_ADDRESS) {
                Some(KeptFor::Others)
            } else {
                let page = repository.release_by_tag(name).await?;
                page.map(|_| KeptFor::Page)
            }
        }
        Leftover::Branch { name } => {
            let Some(head) = repository.branch_or_gone(name).await? else { return Ok(LeftoverStands::Gone) };
            match others_pull(repository, release, name).await? {
                Some(number) => Some(KeptFor::Pull { number }),
                None => only_here(repository, people, release, &head).await?,
            }
        }
    };
    Ok(kept.map_or(LeftoverStands::Needless, LeftoverStands::Kept))
}

/// Removes it.
///
/// # Errors
/// What GitHub says against it.
pub async fn remove(repository: &Repository, left: &Leftover) -> GithubResult<()> {
    match left {
        Leftover::PullRequest { number } => repository.close_pull_request(*number).await,
        Leftover::Tag { name } => repository.delete_tag(name).await,
        Leftover::Branch { name } => repository.delete_branch(name).await,
    }
}

/// Somebody else's open pull request that comes from a branch or goes into it: it would be closed with the branch.
async fn others_pull(repository: &Repository, release: &Release, branch: &str) -> GithubResult<Option<u64>> {
    let own = release.state.own_pulls();
    let open = repository.open_pull_requests_of(branch).await?;
    Ok(open.into_iter().find(|number| !own.contains(number)))
}

/// What of a branch nobody could find again, but for what the release wrote itself and for merges that GitHub made of the rest.
async fn only_here(
    repository: &Repository,
    people: &People,
    release: &Release,
    head: &str,
) -> GithubResult<Option<KeptFor>> {
    let spec = &release.spec;
    let came = repository.compare(&spec.source_commit, head).await?;
    if is_cut(&came) {
        return Ok(Some(KeptFor::TooMany));
    }
    let others = |commit: &CommitLine| commit.email != BOT_ADDRESS && !commit.only_merges();
    let mut others: Vec<CommitLine> = came.commits.into_iter().filter(others).collect();
    for line in lines(release) {
        if others.is_empty() {
            return Ok(None);
        }
        let Some(tip) = repository.branch(&line).await? else { continue };
        let missing = repository.compare(&tip, head).await?;
        if is_cut(&missing) {
            continue;
        }
        let missing: BTreeSet<String> = missing.commits.into_iter().map(|commit| commit.sha).collect();
        others.retain(|commit| missing.contains(&commit.sha));
    }
    let by: BTreeSet<String> = others.iter().map(|commit| people.name_of_login(&commit.author)).collect();
    let (count, by) = (others.len(), by.into_iter().collect());
    Ok((count > 0).then_some(KeptFor::Commits { count, by }))
}

/// The lines on which what came to the release's branch may be as well: those that stay, what is merged into it, its stories.
fn lines(release: &Release) -> Vec<String> {
    let (spec, stories) = (&release.spec, &release.state.stories);
    let merged = spec.plan.steps.iter().filter_map(|planned| {
        let Step::Merge { branch, from, .. } = &planned.step else { return None };
        (*branch == spec.branch).then(|| from.clone())
    });
    let picked = stories.list.iter().chain(&stories.taken_out).map(|story| story.name.clone());
    [spec.source.clone(), spec.production.clone()].into_iter().chain(merged).chain(picked).collect()
}
