//! Whether a change is on a line already: the commit itself, one that says it was picked from it, or the same change.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::release::patch,
    github::{Repository, model::CommitLine, problem::GithubProblem},
};

/// The most commits of a line whose changes are compared, for each commit that is looked for.
const MOST_COMPARED: usize = 50;

/// Those of `commits` that are not on the branch, tag or commit `line` yet; they are all part of `head`.
pub(super) async fn missing<'a>(
    repository: &Repository,
    commits: &[&'a CommitLine],
    head: &str,
    line: &str,
) -> Result<Vec<&'a CommitLine>, GithubProblem> {
    let (lacks, has) = futures::try_join!(repository.compare(line, head), repository.compare(head, line))?;
    if lacks.ahead == 0 {
        return Ok(vec![]);
    }
    let lacks: BTreeSet<&str> = lacks.commits.iter().map(|commit| commit.sha.as_str()).collect();
    let picked: Vec<&str> = has.commits.iter().flat_map(|commit| patch::picked_from(&commit.message)).collect();
    let own: BTreeMap<&str, &CommitLine> = has.commits.iter().map(|commit| (commit.sha.as_str(), commit)).collect();
    let mut missing = vec![];
    for &commit in commits {
        let here = !lacks.contains(commit.sha.as_str())
            || picked.iter().any(|sha| commit.sha.starts_with(sha))
            || same_change(repository, commit, line, &own).await?;
        if !here {
            missing.push(commit);
        }
    }
    Ok(missing)
}

/// Whether one of the line's own commits makes the same change.
async fn same_change(
    repository: &Repository,
    commit: &CommitLine,
    line: &str,
    own: &BTreeMap<&str, &CommitLine>,
) -> Result<bool, GithubProblem> {
    if own.is_empty() {
        return Ok(false);
    }
    let changes = repository.changes(&commit.sha).await?;
    let (Some(wanted), Some(first)) = (patch::essence(&changes), changes.first()) else { return Ok(false) };
    // Who makes the same change changes this file too.
    let candidates = repository.changes_of(&first.path, line).await?;
    let candidates = candidates.iter().filter(|found| found.parents < 2 && own.contains_key(found.sha.as_str()));
    for candidate in candidates.take(MOST_COMPARED) {
        if patch::essence(&repository.changes(&candidate.sha).await?).as_ref() == Some(&wanted) {
            return Ok(true);
        }
    }
    Ok(false)
}
