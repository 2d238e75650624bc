//! What exists only in merges: a person who resolved a conflict, or added something, put it into no commit that can be picked.

use super::{
    conflict,
    context::{StepContext, StepError},
    pick_aside::{CherryPickSpec, aside, join, refused},
};
use crate::{
    domain::release::{
        conflict::Clash,
        fact::{NewCommit, OnlyMerged},
    },
    github::model::{CommitLine, Merge},
};

/// The merges among these commits that hold more than what they merged, each compared with the clean merge of its parents; what
/// the line has already, as it is at `source`, is left out.
pub(super) async fn found(
    context: &StepContext<'_>,
    wanted: &CherryPickSpec<'_>,
    (source, came): (&str, &[CommitLine]),
) -> Result<Vec<OnlyMerged>, StepError> {
    let mut found = vec![];
    for merge in came.iter().filter(|commit| commit.parents == 2) {
        let mut files = vec![];
        for path in beyond(context, wanted, merge).await? {
            let (here, there) = futures::try_join!(
                context.repository.file(&path, source),
                context.repository.file(&path, wanted.into)
            )?;
            if here.map(|file| file.text) != there.map(|file| file.text) {
                files.push(path);
            }
        }
        if !files.is_empty() {
            let subject = merge.message.lines().next().unwrap_or_default().to_owned();
            let author = context.people.name_of_login(&merge.author);
            found.push(OnlyMerged {
                commit: NewCommit { sha: merge.sha.clone(), subject, author, only_merges: false },
                files,
            });
        }
    }
    Ok(found)
}

/// The files in which a merge differs from the clean merge of its parents.
async fn beyond(
    context: &StepContext<'_>,
    wanted: &CherryPickSpec<'_>,
    merge: &CommitLine,
) -> Result<Vec<String>, StepError> {
    let repository = context.repository;
    let [line, other] = merge.parent_ids.as_slice() else { return Ok(vec![]) };
    let message = format!("To compare with {}", merge.sha);
    let clean = match join(context, &aside(wanted.branch), line, other, &message).await? {
        Merge::Merged(clean) => clean,
        Merge::AlreadyThere => line.clone(),
        Merge::Conflict => {
            let path = |file: Clash| file.path;
            return Ok(conflict::known(context, line, other).await?.into_iter().map(path).collect());
        }
        Merge::Refused(said) => return Err(refused(aside(wanted.branch), said)),
    };
    let (made, clean_tree) = futures::try_join!(repository.commit(&merge.sha), repository.commit(&clean))?;
    if made.tree == clean_tree.tree {
        return Ok(vec![]);
    }
    // Nobody sees a commit without a branch; GitHub says what it changes.
    let beside = repository.create_commit(&message, &made.tree, &[&clean], context.started).await?;
    Ok(repository.changes(&beside).await?.into_iter().map(|file| file.path).collect())
}
