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

/// The line. A hotfix begins with what is broken.
pub(super) fn heading(release: &Release, standing: &CardStanding) -> String {
    if let ReleaseKind::Hotfix { description, severity } = &release.spec.kind {
        let critical = if *severity == Some(1) { "CRITICAL " } else { "" };
        let broken = quoted(&shortened(description.lines().next().unwrap_or_default(), BROKEN));
        return format!("\u{1f691} {critical}{broken} \u{b7} hotfix {}", release.name());
    }
    format!("{} {}", standing.sign.emoji(), fitted(&name(release), &standing.words))
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
    let (known, name) = (CardSign::ALL.iter().any(|one| one.emoji() == sign), name(release));
    known && (shown == name || shown.strip_suffix('\u{2026}').is_some_and(|begins| name.starts_with(begins)))
}

fn name(release: &Release) -> String {
    match &release.spec.kind {
        ReleaseKind::RollBack { .. } => format!("{} back to {}", release.spec.project, release.spec.tag),
        ReleaseKind::Regular | ReleaseKind::Hotfix { .. } => release.name(),
    }
}

/// Where there is too little room, where it stands is told shorter, and then the name.
fn fitted(name: &str, words: &str) -> String {
    let fits = |words: &str| name.chars().count() + 3 + words.chars().count() <= LINE;
    // That it waits stands in the second line, too.
    let words = if fits(words) { words.to_owned() } else { words.replacen("waits for ", "", 1) };
    let kept = words.chars().count().min(TOLD);
    let name = shortened(name, LINE.saturating_sub(3 + kept));
    let room = LINE.saturating_sub(name.chars().count() + 3);
    format!("{name} \u{b7} {}", shortened(&words, room))
}
