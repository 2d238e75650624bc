//! What a release is cut from: the source's head, the versions that were, and what production runs.

use std::sync::Arc;

use super::CannotBegin;
use crate::{
    context::Context,
    domain::{
        playbook::Playbook,
        release::Release,
        version::{
            Scheme, Version,
            file::{self, FileMistake, FileWithText, VersionedFile},
        },
    },
    engine::backfill,
    github::{
        Repository,
        problem::{GithubProblem, GithubResult},
    },
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
    /// The file that says so, if it is no tag.
    pub said_by: Option<String>,
    /// The versions that are tagged, pre-releases left out; the greatest comes last.
    pub tagged: Vec<Version>,
    /// The names of all tags.
    pub tags: Vec<String>,
    /// The blobs of the files that say the version.
    pub blobs: Vec<String>,
    /// The tag that production runs, as far as is known.
    pub runs: Option<String>,
}

impl Found {
    /// The version after which the next one comes. By date each takes the next number, also beside those under way.
    pub fn last(&self, playbook: &Playbook, open: &[Arc<Release>]) -> Option<Version> {
        match playbook.scheme {
            Scheme::Semver => self.current.clone(),
            Scheme::Calver(_) => {
                let open = open.iter().filter(|open| !open.is_roll_back()).map(|open| &open.spec.version);
                self.current.iter().chain(self.tagged.last()).chain(open).max().cloned()
            }
        }
    }

    /// The tag since which there is news. A changelog goes from tag to tag; without one, news is what production lacks.
    pub fn since(&self, playbook: &Playbook) -> Option<String> {
        let runs = self.runs.clone().filter(|_| playbook.version_files.is_empty());
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
    let asks = playbook.version_files.is_empty() || playbook.hotfix.source == PREVIOUS_TAG;
    if asks { runs_now(context, project, playbook, repository).await } else { Ok(None) }
}

/// The same for every playbook.
///
/// # Errors
/// What the store says.
pub async fn runs_now(
    context: &Context,
    project: &str,
    playbook: &Playbook,
    repository: &Repository,
) -> Result<Option<String>, StoreProblem> {
    let production = context.production(project);
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

/// Reads the source's head and its version; `runs` is the tag that production runs, if that is known, and `own` the version of
/// a branch that is adopted: its tag, which may be there already, is not what came before it.
///
/// # Errors
/// Why it cannot be had.
pub async fn look(
    repository: &Repository,
    playbook: &Playbook,
    source: &str,
    (runs, own): (Option<String>, Option<&Version>),
) -> Result<Found, CannotBegin> {
    if source == PREVIOUS_TAG {
        return fixed(repository, playbook, (runs, own)).await;
    }
    if playbook.version_files.is_empty() {
        return tagged(repository, playbook, source, (runs, own)).await;
    }
    let (head, current, tags) = futures::try_join!(
        repository.branch(source),
        Box::pin(filed(repository, playbook, source)),
        repository.tag_names()
    )?;
    let (source_commit, (current, blobs)) = (there(head, source)?, current?);
    let said_by = playbook.version_files.first().map(|file| file.path.clone());
    let (source, current, tagged) = (source.to_owned(), Some(current), versions(playbook, &tags));
    Ok(Found { source, source_commit, current, said_by, tagged, tags, blobs, runs })
}

/// The head of a branch that has to be there.
fn there(head: Option<String>, source: &str) -> Result<String, CannotBegin> {
    Ok(head.ok_or_else(|| format!("There is no branch {source} on GitHub; name another with source=\u{2026}."))?)
}

/// The version that the version files say, all the same, with their blobs; or why they say none.
async fn filed(
    repository: &Repository,
    playbook: &Playbook,
    source: &str,
) -> GithubResult<Result<(Version, Vec<String>), String>> {
    let saying = playbook.version_files.iter().filter(|file| file.says_version());
    let texts = futures::future::try_join_all(saying.map(|file| text_of(repository, file, source))).await?;
    let texts = texts.into_iter().collect::<Result<Vec<_>, String>>();
    let cannot = |FileMistake { path, words }| {
        format!("{path} on {source} cannot be used: {words}. Correct it, then prepare again.")
    };
    Ok(texts.and_then(|found| {
        let (texts, blobs): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        Ok((file::current(&texts, &playbook.scheme).map_err(cannot)?, blobs))
    }))
}

async fn text_of(
    repository: &Repository,
    file: &VersionedFile,
    source: &str,
) -> GithubResult<Result<(FileWithText, String), String>> {
    let path = &file.path;
    match repository.file(path, source).await {
        Ok(Some(found)) => Ok(Ok(((file.clone(), found.text), found.sha))),
        Ok(None) => Ok(Err(format!(
            "{path} is missing on {source}: add it with the version that production runs, then prepare again."
        ))),
        Err(GithubProblem::NotAFile(why)) => {
            Ok(Err(format!("{why}: put a file there, or name another as `version-file`, then prepare again.")))
        }
        Err(problem) => Err(problem),
    }
}

/// Without a version file the greatest tag says the version.
async fn tagged(
    repository: &Repository,
    playbook: &Playbook,
    source: &str,
    (runs, own): (Option<String>, Option<&Version>),
) -> Result<Found, CannotBegin> {
    let (head, tags) = futures::try_join!(repository.branch(source), repository.tag_names())?;
    let (source_commit, mut names) = (there(head, source)?, tags.clone());
    leave_out(&mut names, playbook, own);
    let tagged = versions(playbook, &names);
    let (source, current) = (source.to_owned(), tagged.last().cloned());
    Ok(Found { source, source_commit, current, said_by: None, tagged, tags, blobs: vec![], runs })
}

/// A fix for production begins with what runs there; as long as that is not known, with the greatest tag.
async fn fixed(
    repository: &Repository,
    playbook: &Playbook,
    (runs, own): (Option<String>, Option<&Version>),
) -> Result<Found, CannotBegin> {
    let tags = repository.tag_names().await?;
    let mut names = tags.clone();
    let named = |name: &String| version_of(playbook, name).map(|version| (version, name.clone()));
    let runs = runs.filter(|tag| names.contains(tag));
    leave_out(&mut names, playbook, own);
    let greatest = names.iter().filter_map(named).max();
    let (version, name) = runs
        .as_ref()
        .and_then(named)
        .or(greatest)
        .ok_or_else(|| format!("There is no tag such as {} yet, so there is nothing to fix.", playbook.tag))?;
    let tag = repository.tag(&name).await?.ok_or_else(|| format!("Tag {name} vanished just now; try again."))?;
    let (source_commit, current, tagged) = (tag.commit, Some(version), versions(playbook, &names));
    Ok(Found { source: name, source_commit, current, said_by: None, tagged, tags, blobs: vec![], runs })
}

fn leave_out(names: &mut Vec<String>, playbook: &Playbook, own: Option<&Version>) {
    names.retain(|name| own.is_none() || version_of(playbook, name).as_ref() != own);
}

fn versions(playbook: &Playbook, names: &[String]) -> Vec<Version> {
    let mut versions: Vec<Version> = names.iter().filter_map(|name| version_of(playbook, name)).collect();
    versions.sort();
    versions
}

/// The version that a tag names, unless it is a pre-release.
pub fn version_of(playbook: &Playbook, tag: &str) -> Option<Version> {
    playbook.scheme.read(playbook.version_of_tag(tag)?).ok().filter(Version::is_final)
}
