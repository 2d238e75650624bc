//! What is unreleased in a changelog, entry by entry.

use super::{cut, page::ChangelogPage};

/// An entry with all that belongs to it, or a heading.
pub(super) struct EntryAt<'t> {
    /// As it stands, with the blank lines below it.
    whole: &'t str,
    /// How large a heading it is; an entry is none.
    level: Option<usize>,
    /// The headings that it stands under, the largest first.
    under: Vec<&'t str>,
}

impl<'t> EntryAt<'t> {
    /// Its lines, without the blank ones below it.
    fn lines(&self) -> impl Iterator<Item = &'t str> {
        self.whole.trim_end().lines().map(str::trim_end)
    }

    fn is(&self, other: &Self) -> bool {
        self.level == other.level && self.under == other.under && self.lines().eq(other.lines())
    }

    fn ends_blank(&self) -> bool {
        self.whole.lines().last().is_some_and(|line| line.trim().is_empty())
    }
}

/// What is unreleased; nothing if there is no place for it.
pub(super) fn entries<'t>(text: &'t str, version: &str) -> Option<Vec<EntryAt<'t>>> {
    let page = ChangelogPage::of(text, version);
    let inside = page.inside(page.unreleased()?);
    let headings = || page.headings.iter().map(|(heading, _)| heading).filter(|one| one.line.trim_start() == one.line);
    // In code and in comments nothing begins; how far in stands what began last, and whether a blank line came after it.
    let (mut begins, mut tells, mut depth, mut is_apart) = (vec![], true, usize::MAX, true);
    for line in page.lines.iter().filter(|line| inside.contains(&line.start)) {
        let bare = line.text.trim_start();
        let own = line.text.len() - bare.len();
        if let Some(heading) = headings().find(|heading| heading.block.contains(&line.start)) {
            if heading.block.start == line.start {
                begins.push((line.start, Some((heading.level, heading.text))));
            }
            (depth, is_apart) = (usize::MAX, true);
        } else if bare.is_empty() {
            is_apart = true;
        } else {
            if (tells || line.tells) && own <= depth && (is_apart || is_listed(bare)) {
                begins.push((line.start, None));
                depth = own;
            }
            is_apart = false;
        }
        tells = line.tells;
    }
    let ends = begins.iter().skip(1).map(|(next, _)| *next).chain([inside.end]);
    let mut above: Vec<(usize, &str)> = vec![];
    let entries = begins.iter().zip(ends).map(|((start, heading), end)| {
        let level = heading.map(|(level, _)| level);
        above.retain(|(other, _)| level.is_none_or(|level| *other < level));
        let under = above.iter().map(|(_, words)| *words).collect();
        above.extend(*heading);
        EntryAt { whole: cut(text, *start..end), level, under }
    });
    Some(entries.collect())
}

/// Whether a line begins with the mark of a list.
fn is_listed(bare: &str) -> bool {
    let numbered = bare.trim_start_matches(|letter: char| letter.is_ascii_digit());
    ["- ", "* ", "+ "].iter().any(|mark| bare.starts_with(mark))
        || numbered.len() < bare.len() && [". ", ") "].iter().any(|mark| numbered.starts_with(mark))
}

/// What stays of entries once all that was there before is gone, each of it as a whole and where it stood; nothing if something
/// of that was changed or moved since. A group of which nothing stays goes with it.
pub(super) fn without(now: &[EntryAt<'_>], before: &[EntryAt<'_>], eol: &str) -> Option<String> {
    let mut gone = vec![];
    for one in before.iter().filter(|one| one.level.is_none()) {
        let is_it = |(nth, other): &(usize, &EntryAt<'_>)| other.is(one) && !gone.contains(nth);
        let (nth, _) = now.iter().enumerate().find(is_it)?;
        gone.push(nth);
    }
    let came = |nth: usize, one: &EntryAt<'_>| match one.level {
        Some(_) => !before.iter().any(|other| other.is(one)),
        None => !gone.contains(&nth),
    };
    let stays = |nth: usize, one: &EntryAt<'_>| {
        let below = now.iter().enumerate().skip(nth + 1);
        let below = below.take_while(|(_, next)| next.level.is_none_or(|level| Some(level) > one.level));
        came(nth, one) || one.level.is_some() && below.into_iter().any(|(nth, next)| came(nth, next))
    };
    let mut left = String::new();
    for (nth, one) in now.iter().enumerate() {
        if stays(nth, one) {
            left.push_str(one.whole);
        } else if one.ends_blank() && !left.is_empty() && !left.ends_with(&eol.repeat(2)) {
            left.push_str(eol);
        }
    }
    Some(left)
}
