//! Finds the files that keep two lines from merging by themselves, and who touched each of them last.

use std::collections::BTreeSet;

use super::context::{StepContext, StepError};
use crate::{
    domain::release::conflict::{Clash, Touch},
    github::model::FileText,
};

/// The files that both sides changed and that do not merge line by line. GitHub itself only says "conflict".
pub(super) async fn between(context: &StepContext<'_>, into: &str, from: &str) -> Result<Vec<Clash>, StepError> {
    let repository = context.repository;
    let (theirs, ours) = futures::try_join!(repository.compare(into, from), repository.compare(from, into))?;
    let ours: BTreeSet<String> = ours.files.into_iter().collect();
    let mut clashes = vec![];
    for path in theirs.files.into_iter().filter(|path| ours.contains(path)) {
        let (base, left, right) = futures::try_join!(
            repository.file(&path, &theirs.merge_base),
            repository.file(&path, into),
            repository.file(&path, from)
        )?;
        let text = |file: Option<FileText>| file.map(|file| file.text);
        let (base, left, right) = (text(base), text(left), text(right));
        let clean = left == right
            || match (&base, &left, &right) {
                (Some(base), Some(left), Some(right)) => diffy::merge(base, left, right).is_ok(),
                _ => false,
            };
        if !clean {
            clashes.push(clash(context, path, &[into, from]).await?);
        }
    }
    Ok(clashes)
}

/// The same, where GitHub has said that they conflict: if none is found, because a file was renamed for example, those
/// that both sides changed.
pub(super) async fn known(context: &StepContext<'_>, into: &str, from: &str) -> Result<Vec<Clash>, StepError> {
    let found = between(context, into, from).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    let repository = context.repository;
    let (theirs, ours) = futures::try_join!(repository.compare(into, from), repository.compare(from, into))?;
    let both = theirs.files.into_iter().filter(|path| ours.files.contains(path));
    let sides = [into, from];
    futures::future::try_join_all(both.map(|path| clash(context, path, &sides))).await
}

/// A file with whoever touched it last on each of these branches or tags.
pub(super) async fn clash(context: &StepContext<'_>, path: String, sides: &[&str]) -> Result<Clash, StepError> {
    let looks = sides.iter().map(|side| context.repository.last_change(&path, side));
    let found = futures::future::try_join_all(looks).await?;
    let touch = |(side, commit): (&&str, Option<crate::github::model::CommitLine>)| {
        let commit = commit?;
        Some(Touch {
            on: (*side).to_owned(),
            by: context.people.name_of_login(&commit.author),
            subject: commit.message.lines().next().unwrap_or_default().to_owned(),
            commit: commit.sha,
            pull: None,
        })
    };
    let last = sides.iter().zip(found).filter_map(touch).collect();
    Ok(Clash { path, last })
}
