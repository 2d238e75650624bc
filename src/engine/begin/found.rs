//! What a release is cut from: the source's head, the versions that were, and what production runs.

use super::CannotBegin;
use crate::{
    context::Context,
    domain::{
        playbook::Playbook,
        release::Release,
        version::{Scheme, Version},
    },
    engine::backfill,
    github::Repository,
    store::StoreProblem,
};

/// The source of a path that begins with what production runs.
const PREVIOUS_TAG: &str = "{previous-tag}";

/// What stands in the repository.
pub struct Found {
    /// The branch, or the tag, that is cut from.
    pub source: String,
    /// Its commit.
    pub source_commit: String,
    /// The version it holds, if there is one yet.
    pub current: Option<Version>,
    /// The greatest version that was ever tagged, where tags say the version.
    pub greatest: Option<Version>,
    /// The tag that production runs, as far as is known.
    pub runs: Option<String>,
}

impl Found {
    /// The version after which the next one comes. By date each takes the next number, also beside those under way.
    pub fn last(&self, playbook: &Playbook, open: &[Release]) -> Option<Version> {
        match playbook.scheme {
            Scheme::Semver => self.current.clone(),
            Scheme::Calver(_) => {
                let open = open.iter().filter(|open| !open.is_roll_back()).map(|open| &open.spec.version);
                self.current.iter().chain(&self.greatest).chain(open).max().cloned()
            }
        }
    }

    /// The tag since which there is news. A changelog goes from tag to tag; without one, news is what production lacks.
    pub fn since(&self, playbook: &Playbook) -> Option<String> {
        let runs = self.runs.clone().filter(|_| playbook.version_file.is_none());
        runs.or_else(|| self.current.as_ref().map(|current| playbook.tag_of(&current.to_string())))
    }
}

/// The tag that production runs, as far as is known; nothing for a playbook that keeps the version in a file and needs
/// no tag. Where several are production, the one of the latest version: whatever comes next goes to all of them.
///
/// # Errors
/// What the store says.
pub async fn in_production(
    context: &Context,
    project: &str,
    playbook: &Playbook,
    repository: &Repository,
) -> Result<Option<String>, StoreProblem> {
    let asks = playbook.version_file.is_none() || playbook.hotfix.source == PREVIOUS_TAG;
    let production = if asks { context.production(project) } else { vec![] };
    let runs =
        |environment: &String| Ok(context.store.ledger(project, environment)?.decided().map(|runs| runs.tag.clone()));
    for environment in &production {
        if runs(environment)?.is_none() {
            backfill::of_project(context, project, repository).await?;
        }
    }
    let tags = production.iter().filter_map(|environment| runs(environment).transpose());
    let tags: Vec<String> = tags.collect::<Result<_, StoreProblem>>()?;
    Ok(tags.into_iter().max_by_key(|tag| version_of(playbook, tag)))
}

/// Reads the source's head and its version; `runs` is the tag that production runs, if that is known.
///
/// # Errors
/// Why it cannot be had.
pub async fn look(
    repository: &Repository,
    playbook: &Playbook,
    source: &str,
    runs: Option<String>,
) -> Result<Found, CannotBegin> {
    if source == PREVIOUS_TAG {
        return fixed(repository, playbook, runs).await;
    }
    let Some(file) = &playbook.version_file else { return tagged(repository, playbook, source, runs).await };
    let (head, text) = futures::try_join!(repository.branch(source), repository.file(file, source))?;
    let head =
        head.ok_or_else(|| format!("There is no branch {source} on GitHub; name another with source=\u{2026}."))?;
    let text = text.ok_or_else(|| {
        format!("{file} is missing on {source}: add it with the version that production runs, then prepare again.")
    })?;
    let current = playbook
        .scheme
        .read_file(&text.text)
        .map_err(|problem| format!("{file} on {source} cannot be used: {problem}. Correct it, then prepare again."))?;
    Ok(Found { source: source.to_owned(), source_commit: head, current: Some(current), greatest: None, runs })
}

/// Without a version file the greatest tag says the version.
async fn tagged(
    repository: &Repository,
    playbook: &Playbook,
    source: &str,
    runs: Option<String>,
) -> Result<Found, CannotBegin> {
    let (head, names) = futures::try_join!(repository.branch(source), repository.tag_names())?;
    let head =
        head.ok_or_else(|| format!("There is no branch {source} on GitHub; name another with source=\u{2026}."))?;
    let current = names.iter().filter_map(|name| version_of(playbook, name)).max();
    Ok(Found { source: source.to_owned(), source_commit: head, greatest: current.clone(), current, runs })
}

/// A fix for production begins with what runs there; as long as that is not known, with the greatest tag.
async fn fixed(repository: &Repository, playbook: &Playbook, runs: Option<String>) -> Result<Found, CannotBegin> {
    let names = repository.tag_names().await?;
    let named = |name: &String| version_of(playbook, name).map(|version| (version, name.clone()));
    let greatest = names.iter().filter_map(named).max();
    let runs = runs.filter(|tag| names.contains(tag));
    let (version, name) = runs
        .as_ref()
        .and_then(named)
        .or_else(|| greatest.clone())
        .ok_or_else(|| format!("There is no tag such as {} yet, so there is nothing to fix.", playbook.tag))?;
    let tag = repository.tag(&name).await?.ok_or_else(|| format!("Tag {name} vanished just now; try again."))?;
    let greatest = greatest.map(|(version, _)| version);
    Ok(Found { source: name, source_commit: tag.commit, current: Some(version), greatest, runs })
}

/// The version that a tag names, unless it is a pre-release.
fn version_of(playbook: &Playbook, tag: &str) -> Option<Version> {
    playbook.scheme.read(playbook.version_of_tag(tag)?).ok().filter(Version::is_final)
}
