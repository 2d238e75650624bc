//! Two releases that are under way at once speak in either order: a story tells what each of them said in turn.

use std::collections::BTreeSet;

/// The text with everything that the bot said between two words of people ordered by release, where it is about several.
pub(super) fn in_turn(told: &str) -> String {
    let releases = releases(told);
    if releases.len() < 2 {
        return told.to_owned();
    }
    let mut entries: Vec<Vec<&str>> = vec![];
    for line in told.lines() {
        match entries.last_mut() {
            Some(entry) if line.is_empty() || line.starts_with(' ') => entry.push(line),
            _ => entries.push(vec![line]),
        }
    }
    let about = |entry: &Vec<&str>| {
        let words = || entry.iter().flat_map(|line| line.split(|c: char| c.is_whitespace() || "*`”“:,()=".contains(c)));
        words().find_map(|word| releases.get(word)).copied()
    };
    let of_the_bot = |entry: &Vec<&str>| entry[0].starts_with("shipmate");
    for said in entries.chunk_by_mut(|one, next| of_the_bot(one) && of_the_bot(next)) {
        let several = said.iter().filter_map(about).collect::<BTreeSet<_>>().len() > 1;
        if several {
            // What is about no release in particular comes first.
            said.sort_by_key(about);
        }
    }
    entries.concat().join("\n")
}

/// The signs with which cards begin.
const SIGNS: [char; 8] =
    ['\u{2699}', '\u{270b}', '\u{1f6d1}', '\u{23f8}', '\u{2744}', '\u{2705}', '\u{2716}', '\u{1f691}'];

/// The versions and tags of the releases whose cards are shown or replied to.
fn releases(told: &str) -> BTreeSet<&str> {
    told.lines().filter(|line| line.contains(SIGNS) && line.contains(" \u{b7} ")).filter_map(version).collect()
}

/// The first version or tag that a card's title names, behind what a hotfix repairs.
fn version(title: &str) -> Option<&str> {
    let title = title.split_once("hotfix ").map_or(title, |(_, name)| name);
    title.split([' ', '*', '\u{201d}']).find(|word| {
        let number = word.trim_start_matches('v');
        number.starts_with(|letter: char| letter.is_ascii_digit()) && number.contains('.') && !number.ends_with('.')
    })
}
