//! What a card says so that nothing gets lost: to which lines a fix is still owed, and who else changed its files.

use crate::domain::{
    message::{Line, line},
    release::{
        Release,
        backport::MissingBackport,
        conflict::{Clash, authors},
        fact::{Outcome, Proposal},
    },
};

/// The fields of a card that say so, if there is anything to say.
pub fn fields(release: &Release, debts: &[MissingBackport]) -> Vec<(String, Line)> {
    let debt = debts.iter().find(|debt| debt.release == release.spec.id);
    let owed = debt.filter(|debt| !debt.is_settled()).map(|debt| ("Still owed to".to_owned(), owed(debt)));
    let proposals = release.state.steps.iter().filter_map(|step| step.proposed.as_ref());
    let page = |proposal: &Proposal| {
        (format!("Into {}", proposal.base), line().link(format!("#{}", proposal.number), &proposal.url))
    };
    proposals.map(page).chain(owed).chain(overlap(release)).collect()
}

fn owed(debt: &MissingBackport) -> Line {
    debt.open().enumerate().fold(line(), |words, (nth, owed)| {
        let words = words.plain(if nth > 0 { ", " } else { "" }).code(&owed.line);
        match &owed.pull {
            Some((number, url)) => words.plain(" (").link(format!("#{number}"), url).plain(")"),
            None => words,
        }
    })
}

/// Files that were changed elsewhere too, until the release is merged.
fn overlap(release: &Release) -> Option<(String, Line)> {
    if release.state.merged.is_some() || !release.is_open() {
        return None;
    }
    let (with, files) = release.state.steps.iter().find_map(|step| {
        let Some((Outcome::Overlap { with, files }, _)) = &step.done else { return None };
        (!files.is_empty()).then_some((with, files))
    })?;
    Some((format!("Also changed on {with}"), listed(files)))
}

fn listed(files: &[Clash]) -> Line {
    let words = files
        .iter()
        .enumerate()
        .fold(line(), |words, (nth, file)| words.plain(if nth > 0 { ", " } else { "" }).code(&file.path));
    words.plain(format!(" ({})", authors(files).join(", ")))
}
