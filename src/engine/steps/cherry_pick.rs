//! Makes a branch with single commits on top of another line. GitHub picks them, by merges that nobody sees.

use super::{
    conflict,
    context::{StepContext, StepError},
    only_merged,
    pick_aside::{CherryPickSpec, aside, join, refused},
    present,
};
use std::collections::BTreeSet;

use crate::{
    domain::{
        message::short::short,
        release::{
            conflict::{Clash, paths as conflict_paths},
            fact::{BackMerge, NewCommit, OnlyMerged, Outcome},
            patch,
            setback::GitSetback,
        },
    },
    github::model::{CommitDetail, CommitLine, FileText, Merge},
    messages::stops::Stop,
};

/// What the branch holds already.
enum There<'a> {
    /// There is no such branch.
    Nothing,
    /// All that it should.
    All(BackMerge),
    /// The commits as they were, of an earlier tag: nothing that anybody has done by hand.
    Outdated,
    /// Some of the commits, picked, up to this one: a person may have picked them by hand.
    Some(String, Vec<&'a CommitLine>),
}

/// What came of picking.
struct Picked<'a> {
    tip: String,
    commits: Vec<&'a CommitLine>,
    conflict: Option<Vec<Clash>>,
}

pub(super) async fn act(context: &StepContext<'_>, wanted: &CherryPickSpec<'_>) -> Result<Outcome, StepError> {
    let repository = context.repository;
    let source = source(context, wanted.from).await?;
    let came = repository.compare(wanted.since, &source).await?.commits;
    let commits: Vec<&CommitLine> = came.iter().filter(|commit| commit.parents < 2).collect();
    let merges = came.len() - commits.len();
    let only_merged = only_merged::found(context, wanted, (&source, &came)).await?;
    let missing = present::missing(repository, &commits, &source, wanted.into).await?;
    // The branch appears whole, so what is there is the end of an earlier attempt, or somebody else's.
    let there = adopt(context, wanted, (&source, &came, &commits), &missing, (merges, &only_merged)).await?;
    let over = match &there {
        There::All(made) => Some(made.clone()),
        There::Nothing | There::Outdated if missing.is_empty() && only_merged.is_empty() => Some(BackMerge::Nothing),
        There::Nothing | There::Outdated | There::Some(..) => None,
    };
    if let Some(made) = over {
        if context.resumed {
            repository.delete_branch(&aside(wanted.branch)).await?;
        }
        return Ok(Outcome::BackMerge(made));
    }
    let (onto, before) = match &there {
        There::Some(tip, picked) => (Some(tip.clone()), picked.clone()),
        There::Nothing | There::All(_) | There::Outdated => (None, vec![]),
    };
    let left: Vec<&CommitLine> = missing.iter().copied().filter(|commit| !before.contains(commit)).collect();
    let picked = pick(context, wanted, &left, onto).await?;
    let (head, made) = match picked.conflict {
        Some(files) if !before.is_empty() => {
            repository.delete_branch(&aside(wanted.branch)).await?;
            return Err(StepError::person(not_picked(wanted, &left, &files)));
        }
        Some(files) => (&source, BackMerge::Conflict { files, commits: listed(context, &missing) }),
        // Without a commit of its own there is no pull request to speak of it.
        None if before.is_empty() && picked.commits.is_empty() && !only_merged.is_empty() => {
            (&source, conflict_in_merges(context, wanted, &only_merged).await?)
        }
        None if before.is_empty() && picked.commits.is_empty() => (&source, BackMerge::Nothing),
        None => {
            let all = [before, picked.commits].concat();
            let already: Vec<&CommitLine> = commits.into_iter().filter(|commit| !all.contains(commit)).collect();
            let (commits, already) = (listed(context, &all), listed(context, &already));
            (&picked.tip, BackMerge::Picked { commits, already, merges, only_merged })
        }
    };
    if made != BackMerge::Nothing {
        let conflicts = matches!(made, BackMerge::Conflict { .. });
        put(context, wanted, &there, head, conflicts).await?;
    }
    repository.delete_branch(&aside(wanted.branch)).await?;
    Ok(Outcome::BackMerge(made))
}

/// Has the branch end at `head`.
async fn put(
    context: &StepContext<'_>,
    wanted: &CherryPickSpec<'_>,
    there: &There<'_>,
    head: &str,
    conflicts: bool,
) -> Result<(), StepError> {
    let repository = context.repository;
    match there {
        There::Nothing => {
            let made = StepContext::exists(repository.create_branch(wanted.branch, head).await)?;
            made.ok_or_else(|| StepError::soon(GitSetback::BeingMade { branch: wanted.branch.to_owned() }))
        }
        There::Some(tip, _) if tip == head => Ok(()),
        There::All(_) | There::Some(..) => Ok(repository.move_branch(wanted.branch, head, conflicts).await?),
        There::Outdated => Ok(repository.move_branch(wanted.branch, head, true).await?),
    }
}

/// More commits do not go onto a branch that has some: a person picks them.
fn not_picked(wanted: &CherryPickSpec<'_>, left: &[&CommitLine], files: &[Clash]) -> GitSetback {
    let commits = left.iter().map(|commit| commit.sha.clone()).collect();
    let (from, branch) = (wanted.from.to_owned(), wanted.branch.to_owned());
    GitSetback::NotPicked { commits, from, branch, files: conflict_paths(files) }
}

/// Picks commit after commit, until one conflicts.
///
/// GitHub has no request for that, but it merges: with a commit that has the new line's tree and the picked commit's
/// parent, the merge base is that parent, and the merge's tree is that of a cherry-pick.
async fn pick<'a>(
    context: &StepContext<'_>,
    wanted: &CherryPickSpec<'_>,
    commits: &[&'a CommitLine],
    onto: Option<String>,
) -> Result<Picked<'a>, StepError> {
    let repository = context.repository;
    let aside = aside(wanted.branch);
    let tip = match onto {
        Some(tip) => tip,
        None => context.head_of(wanted.into).await?,
    };
    let mut tree = repository.commit(&tip).await?.tree;
    let mut picked = Picked { tip, commits: vec![], conflict: None };
    for commit in commits {
        let detail = repository.commit(&commit.sha).await?;
        let parents: Vec<&str> = detail.parents.iter().map(String::as_str).collect();
        let message = format!("To pick {}", detail.sha);
        let beside = repository.create_commit(&message, &tree, &parents, context.started).await?;
        match join(context, &aside, &beside, &detail.sha, &message).await? {
            Merge::Merged(merge) => {
                let merged = repository.commit(&merge).await?.tree;
                // Whose change is there already adds nothing.
                if merged != tree {
                    let message = patch::with_trailer(&detail.message, &detail.sha);
                    let (author, parents) = (&detail.author, [picked.tip.as_str()]);
                    picked.tip =
                        repository.create_commit_of(author, &message, &merged, &parents, context.started).await?;
                    tree = merged;
                    picked.commits.push(commit);
                }
            }
            Merge::AlreadyThere => {}
            Merge::Conflict => {
                picked.conflict = Some(clashes(context, wanted, &detail, &picked.tip).await?);
                return Ok(picked);
            }
            Merge::Refused(said) => return Err(refused(aside, said)),
        }
    }
    Ok(picked)
}

/// What only merges hold, where there is nothing else to bring.
async fn conflict_in_merges(
    context: &StepContext<'_>,
    wanted: &CherryPickSpec<'_>,
    only_merged: &[OnlyMerged],
) -> Result<BackMerge, StepError> {
    let paths: BTreeSet<String> = only_merged.iter().flat_map(|merge| merge.files.clone()).collect();
    let sides = [wanted.into, wanted.from];
    let looks = paths.into_iter().map(|path| conflict::clash(context, path, &sides));
    let files = futures::future::try_join_all(looks).await?;
    Ok(BackMerge::Conflict { files, commits: only_merged.iter().map(|merge| merge.commit.clone()).collect() })
}

/// What the branch holds if it is ours: the commits as they were, or each picked from one of them, in order.
async fn adopt<'a>(
    context: &StepContext<'_>,
    wanted: &CherryPickSpec<'_>,
    (source, came, commits): (&str, &[CommitLine], &[&'a CommitLine]),
    missing: &[&CommitLine],
    (merges, only_merged): (usize, &[OnlyMerged]),
) -> Result<There<'a>, StepError> {
    let Some(head) = context.repository.branch(wanted.branch).await? else { return Ok(There::Nothing) };
    if head == source {
        let files = conflict::known(context, wanted.into, wanted.from).await?;
        return Ok(There::All(BackMerge::Conflict { files, commits: listed(context, missing) }));
    }
    if came.iter().any(|commit| commit.sha == head) {
        return Ok(There::Outdated);
    }
    let own = context.repository.compare(wanted.into, &head).await?.commits;
    let origin = |own: &CommitLine| patch::picked_from(&own.message).last().map(|&sha| sha.to_owned());
    let mut left = commits.iter();
    let mut picked = vec![];
    for own in &own {
        let found = origin(own).and_then(|sha| left.find(|commit| commit.sha == sha));
        picked.push(*found.ok_or(Stop::Foreign { branch: wanted.branch, at: short(&head) })?);
    }
    if missing.iter().any(|commit| !picked.contains(commit)) {
        return Ok(There::Some(head, picked));
    }
    if picked.is_empty() {
        return Ok(There::All(BackMerge::Nothing));
    }
    let already: Vec<&CommitLine> = commits.iter().copied().filter(|commit| !picked.contains(commit)).collect();
    let (commits, already) = (listed(context, &picked), listed(context, &already));
    let only_merged = only_merged.to_vec();
    Ok(There::All(BackMerge::Picked { commits, already, merges, only_merged }))
}

/// The files of a commit that do not go onto the new line, or all of them if none can be named.
async fn clashes(
    context: &StepContext<'_>,
    wanted: &CherryPickSpec<'_>,
    commit: &CommitDetail,
    tip: &str,
) -> Result<Vec<Clash>, StepError> {
    let repository = context.repository;
    let parent = commit.parents.first().map_or("", String::as_str);
    let changed: Vec<String> = repository.changes(&commit.sha).await?.into_iter().map(|file| file.path).collect();
    let mut paths = vec![];
    for path in &changed {
        let (base, ours, theirs) = futures::try_join!(
            repository.file(path, parent),
            repository.file(path, tip),
            repository.file(path, &commit.sha)
        )?;
        let text = |file: Option<FileText>| file.map(|file| file.text);
        let (base, ours, theirs) = (text(base), text(ours), text(theirs));
        let clean = ours == theirs
            || ours == base
            || matches!((&base, &ours, &theirs), (Some(base), Some(ours), Some(theirs))
                if diffy::merge(base, ours, theirs).is_ok());
        if !clean {
            paths.push(path.clone());
        }
    }
    let paths = if paths.is_empty() { changed } else { paths };
    let sides = [wanted.into, wanted.from];
    let looks = paths.into_iter().map(|path| conflict::clash(context, path, &sides));
    futures::future::try_join_all(looks).await
}

fn listed(context: &StepContext<'_>, commits: &[&CommitLine]) -> Vec<NewCommit> {
    commits.iter().map(|commit| context.new_commit(commit)).collect()
}

async fn source(context: &StepContext<'_>, name: &str) -> Result<String, StepError> {
    if let Some(commit) = context.repository.branch(name).await? {
        return Ok(commit);
    }
    Ok(context.repository.tag_or_gone(name).await?.ok_or(Stop::NoRef { name })?.commit)
}
