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

/// The versions and tags of the releases whose cards are replied to.
fn releases(told: &str) -> BTreeSet<&str> {
    let replies = told.lines().filter_map(|line| line.split_once("reply to “**")?.1.strip_suffix("**”"));
    let cards = replies.filter(|card| card.starts_with(['\u{1f680}', '\u{1f691}', '\u{23ea}']));
    cards.filter_map(|card| card.split(' ').next_back()).filter(|name| name.contains('.')).collect()
}
