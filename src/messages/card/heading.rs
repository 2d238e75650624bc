//! The first line of a card: what it is, and where it stands.

use crate::domain::release::{Release, ReleaseKind};

use super::{
    standing::{CardSign, CardStanding},
    view::{quoted, shortened},
};

/// The most letters behind the sign: what a telephone shows of a message in one line.
pub(super) const LINE: usize = 34;
/// The most letters of what a hotfix repairs.
pub(super) const BROKEN: usize = 40;
/// The fewest letters that still tell where it stands.
const TOLD: usize = 12;
/// The fewest letters of a project.
const PROJECT: usize = 4;

/// The line. A hotfix begins with what is broken.
pub(super) fn heading(release: &Release, standing: &CardStanding) -> String {
    if let ReleaseKind::Hotfix { description, severity } = &release.spec.kind {
        let critical = if *severity == Some(1) { "CRITICAL " } else { "" };
        let broken = quoted(&shortened(description.lines().next().unwrap_or_default(), BROKEN));
        return format!("\u{1f691} {critical}{broken} \u{b7} hotfix {}", release.name());
    }
    format!("{} {}", standing.sign.emoji(), fitted(&release.spec.project, &rest(release), &standing.words))
}

/// Whether a card of the release, as it stood at any time, begins with this.
pub(super) fn is_heading_of(release: &Release, title: &str) -> bool {
    if release.is_hotfix() {
        let name = format!(" \u{b7} hotfix {}", release.name());
        return title.starts_with('\u{1f691}') && title.ends_with(&name);
    }
    let Some((sign, (shown, _))) =
        title.split_once(' ').and_then(|(sign, rest)| Some((sign, rest.split_once(" \u{b7} ")?)))
    else {
        return false;
    };
    let known = CardSign::ALL.iter().any(|one| one.emoji() == sign);
    let project = &release.spec.project;
    let shown = shown.strip_suffix(&rest(release)).and_then(|shown| shown.strip_suffix(' '));
    let cut = |shown: &str| shown.strip_suffix('\u{2026}').is_some_and(|begins| project.starts_with(begins));
    known && shown.is_some_and(|shown| shown == project || cut(shown))
}

/// What stands behind the project: the version, or to which one goes back.
fn rest(release: &Release) -> String {
    match &release.spec.kind {
        ReleaseKind::RollBack { .. } => format!("back to {}", release.spec.tag),
        ReleaseKind::Regular | ReleaseKind::Hotfix { .. } => release.spec.tag.clone(),
    }
}

/// Where there is too little room, where it stands is told shorter, and then the project. Which version it is stays.
fn fitted(project: &str, rest: &str, words: &str) -> String {
    let letters = |text: &str| text.chars().count();
    let behind = letters(rest) + 4;
    let fits = |words: &str| letters(project) + behind + letters(words) <= LINE;
    // That it waits stands in the second line, too.
    let words = if fits(words) { words.to_owned() } else { words.replacen("waits for ", "", 1) };
    let least = letters(project).min(PROJECT);
    let words = shortened(&words, LINE.saturating_sub(behind + least).max(TOLD));
    let project = shortened(project, LINE.saturating_sub(behind + letters(&words)).max(PROJECT));
    format!("{project} {rest} \u{b7} {words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_gives_way_and_the_version_stays() {
        for (project, rest, words, line) in [
            ("api", "v2.2.0", "production runs 2.3.0", "api v2.2.0 \u{b7} production runs 2.3.0"),
            ("api", "v2.2.0", "waits for QA", "api v2.2.0 \u{b7} waits for QA"),
            ("customer-portal", "v2.2.0", "waits for QA", "customer-portal v2.2.0 \u{b7} QA"),
            ("customer-portal", "v2.2.0", "production failed", "custom\u{2026} v2.2.0 \u{b7} production failed"),
            ("customer-portal", "v2.2.0", "back to 2.1.1, held", "cust\u{2026} v2.2.0 \u{b7} back to 2.1.1, held"),
            (
                "customer-portal",
                "back to v2.1.1",
                "production failed",
                "cust\u{2026} back to v2.1.1 \u{b7} production\u{2026}",
            ),
        ] {
            assert_eq!(fitted(project, rest, words), line);
        }
    }
}
