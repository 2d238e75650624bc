//! Resolves by rule what conflicts in a back-merge, where that is only what the bot itself wrote: the version, and the section of
//! the changelog.
//!
//! GitHub merges no trees. So a commit on top of what comes back takes the files in question as the branch has them, and the branch's
//! commit is merged into it on a branch aside, now without a conflict; of that merge only the tree is kept. What people see is one
//! commit with both parents, that tree, and the files as the rules say. It says itself what was resolved, which is how it is found.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    conflict,
    context::{StepContext, StepError},
    pick_aside::{aside, join, refused},
};
use crate::{
    domain::{
        release::{
            changelog::with_section_of,
            plan::{Step, VersionFile},
        },
        version::file::{FileWithText, VersionedFile, with_the_greater},
    },
    github::{
        model::{FileInTree, Merge},
        problem::GithubProblem,
    },
};

/// What begins each line of the merge's message that says what was resolved.
const RESOLVED: &str = "Resolved by rule: ";

/// The files that the bot writes when a release begins.
struct OwnFiles {
    versions: Vec<VersionedFile>,
    changelogs: Vec<VersionedFile>,
}

/// The bot's own files as one commit has them: those with the version, and the changelogs; nothing where there is none.
struct Side {
    tree: String,
    versions: Vec<Option<FileInTree>>,
    changelogs: Vec<Option<FileInTree>>,
}

/// Merges `production` into the branch of this name, whose head is given, with this message, if only the bot's own files conflict and the rules settle them: what
/// stands in each of them then. Nothing if it is a person's.
pub(super) async fn act(
    context: &StepContext<'_>,
    (name, message): (&str, &str),
    (branch, production): (&str, &str),
) -> Result<Option<Vec<String>>, StepError> {
    let repository = context.repository;
    let clashes: BTreeSet<String> =
        conflict::between(context, branch, production).await?.into_iter().map(|clash| clash.path).collect();
    let own = own_files(context);
    let Some([base, ours, theirs]) = sides(context, &own, (branch, production)).await? else { return Ok(None) };
    let mut resolved = of_versions(context, &own, [&base, &ours, &theirs]);
    resolved.extend(of_changelogs(context, [&base, &ours, &theirs]));
    resolved.retain(|path, _| clashes.contains(path));
    if clashes.is_empty() || resolved.len() < clashes.len() {
        return Ok(None);
    }
    let as_here: Vec<FileInTree> = ours.all().filter(|file| resolved.contains_key(&file.path)).cloned().collect();
    let tree = repository.create_tree(&theirs.tree, &as_here).await?;
    let beside = repository.create_commit("Without what conflicts", &tree, &[production], context.started).await?;
    let merged = match join(context, &aside(name), &beside, branch, "Merge without what conflicts").await? {
        Merge::Merged(merged) => repository.commit(&merged).await?.tree,
        Merge::AlreadyThere | Merge::Conflict => {
            tidy(context, name).await?;
            return Ok(None);
        }
        Merge::Refused(said) => return Err(refused(aside(name), said)),
    };
    let (files, lines): (Vec<FileInTree>, Vec<String>) = resolved.into_values().unzip();
    let tree = repository.create_tree(&merged, &files).await?;
    let message = format!("{message}\n\n{RESOLVED}{}", lines.join(&format!("\n{RESOLVED}")));
    let commit = repository.create_commit(&message, &tree, &[branch, production], context.started).await?;
    repository.move_branch(name, &commit, false).await?;
    tidy(context, name).await?;
    Ok(Some(lines))
}

/// What an earlier attempt resolved in the merge that the branch ends with, as that says itself.
pub(super) async fn settled(
    context: &StepContext<'_>,
    branch: &str,
    production: &str,
) -> Result<Option<Vec<String>>, StepError> {
    if !context.resumed {
        return Ok(None);
    }
    let found = context.repository.commit(branch).await?;
    let lines: Vec<String> =
        found.message.lines().filter_map(|line| line.strip_prefix(RESOLVED)).map(str::to_owned).collect();
    Ok((found.parents.get(1).is_some_and(|parent| parent == production) && !lines.is_empty()).then_some(lines))
}

/// Removes the branch aside.
pub(super) async fn tidy(context: &StepContext<'_>, name: &str) -> Result<(), StepError> {
    Ok(context.repository.delete_branch(&aside(name)).await.map(drop)?)
}

fn own_files(context: &StepContext<'_>) -> OwnFiles {
    let plan = &context.release.spec.plan;
    let mut own = OwnFiles { versions: vec![], changelogs: vec![] };
    let commits = plan.steps.iter().filter_map(|planned| {
        let Step::Snapshot { commits, .. } = &planned.step else { return None };
        Some(commits)
    });
    for commit in commits.flatten() {
        match commit.write {
            VersionFile::Version => own.versions.extend(plan.version_files(&commit.file)),
            VersionFile::Changelog => own.changelogs.push(VersionedFile::at(&commit.file)),
        }
    }
    own
}

/// What both began with, and both. Nothing where one of the files is none that can be written.
async fn sides(
    context: &StepContext<'_>,
    own: &OwnFiles,
    (branch, production): (&str, &str),
) -> Result<Option<[Side; 3]>, StepError> {
    let base = context.repository.compare(branch, production).await?.merge_base;
    let sides =
        futures::try_join!(side(context, own, &base), side(context, own, branch), side(context, own, production));
    match sides {
        Ok((base, ours, theirs)) => Ok(Some([base, ours, theirs])),
        Err(GithubProblem::NotAFile(_)) => Ok(None),
        Err(problem) => Err(problem.into()),
    }
}

async fn side(context: &StepContext<'_>, own: &OwnFiles, commit: &str) -> Result<Side, GithubProblem> {
    let tree = context.repository.commit(commit).await?.tree;
    let paths: Vec<String> = own.versions.iter().chain(&own.changelogs).map(|file| file.path.clone()).collect();
    let mut versions = context.repository.files_in_tree(&tree, &paths).await?;
    let changelogs = versions.split_off(own.versions.len().min(versions.len()));
    Ok(Side { tree, versions, changelogs })
}

impl Side {
    fn all(&self) -> impl Iterator<Item = &FileInTree> {
        self.versions.iter().chain(&self.changelogs).flatten()
    }
}

/// The version files by their paths, each with a line that says what stands there.
fn of_versions(context: &StepContext<'_>, own: &OwnFiles, sides: [&Side; 3]) -> BTreeMap<String, (FileInTree, String)> {
    let [base, ours, theirs] = sides.map(|side| {
        let there = own.versions.iter().zip(&side.versions);
        there
            .filter_map(|(file, found)| Some((file.clone(), found.as_ref()?.text.clone())))
            .collect::<Vec<FileWithText>>()
    });
    let scheme = context.release.spec.version.scheme();
    let Some((kept, texts)) = with_the_greater(&base, &ours, &theirs, &scheme) else { return BTreeMap::new() };
    let [_, here, _] = sides;
    let there = own.versions.iter().zip(&here.versions);
    let resolved = there.filter_map(|(file, found)| {
        let found = found.as_ref()?;
        let line = format!("{} keeps {kept}", found.path);
        Some((found.path.clone(), (FileInTree { text: texts.get(&file.path)?.clone(), ..found.clone() }, line)))
    });
    resolved.collect()
}

/// The changelogs in the same way.
fn of_changelogs(
    context: &StepContext<'_>,
    [base, ours, theirs]: [&Side; 3],
) -> BTreeMap<String, (FileInTree, String)> {
    let version = context.release.spec.version.to_string();
    let both = base.changelogs.iter().zip(&ours.changelogs).zip(&theirs.changelogs);
    let resolved = both.filter_map(|((base, ours), theirs)| {
        let (base, ours, theirs) = (base.as_ref()?, ours.as_ref()?, theirs.as_ref()?);
        let text = with_section_of(&base.text, &ours.text, &theirs.text, &version)?;
        let line = format!("{} has the section of {version} below what is newer", ours.path);
        Some((ours.path.clone(), (FileInTree { text, ..ours.clone() }, line)))
    });
    resolved.collect()
}
