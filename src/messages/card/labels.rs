//! Labels that a telephone shows whole: cut where they are too long, so that each is still told from the others.

use std::collections::BTreeSet;

use crate::domain::message::Button;

use super::view::shortened;

/// The longest label that a telephone shows whole, in letters.
const LABEL: usize = 18;
/// How much of the beginning of a label is shown at least, where the end tells it from another.
const BEGIN: usize = 4;
/// How much of the end is shown at least, where that is no whole word.
const END: usize = 6;

/// The same buttons with labels that are shown whole.
pub(super) fn fitted(mut rows: Vec<Vec<Button>>) -> Vec<Vec<Button>> {
    let whole: BTreeSet<String> = rows.iter().flatten().map(|button| button.label.clone()).collect();
    for button in rows.iter_mut().flatten() {
        button.label = cut(&button.label, &whole);
    }
    rows
}

/// A label as short as it has to be: its beginning, or what tells it from the others that begin alike.
fn cut(label: &str, others: &BTreeSet<String>) -> String {
    let short = shortened(label, LABEL);
    let alike: Vec<&String> = others.iter().filter(|other| shortened(other, LABEL) == short).collect();
    if alike.len() < 2 || short == label {
        return short;
    }
    let apart = |end: &usize| alike.iter().filter(|other| with_end(other, *end) == with_end(label, *end)).count() == 1;
    let letters: Vec<char> = label.chars().collect();
    let whole = |end: &usize| {
        let before = letters.len().checked_sub(end + 1).and_then(|before| letters.get(before));
        before.is_some_and(|before| !before.is_alphanumeric())
    };
    let ends: Vec<usize> = (1..LABEL - BEGIN).filter(apart).collect();
    let end = ends.iter().find(|end| whole(end)).or_else(|| ends.iter().find(|end| **end >= END));
    let told_apart = end.map(|end| with_end(label, *end));
    // What differs in the middle only is counted.
    told_apart.unwrap_or_else(|| {
        let nth = alike.iter().position(|other| other.as_str() == label).map_or(0, |nth| nth + 1);
        format!("{} {nth}", shortened(label, LABEL - 1 - nth.to_string().len()))
    })
}

/// The beginning of a label and so many letters of its end.
fn with_end(label: &str, end: usize) -> String {
    let letters: Vec<char> = label.chars().collect();
    let (begin, rest) = (LABEL - 1 - end, letters.len().saturating_sub(end));
    let begins: String = letters.iter().take(begin).collect();
    let ends: String = letters.iter().skip(rest).collect();
    format!("{}\u{2026}{}", begins.trim_end(), ends.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        message::{Action, Look},
        release::samples::compare,
    };

    fn shown(labels: &str) -> String {
        let button = |label: &str| Button {
            label: label.trim().to_owned(),
            action: Action::Say(String::new()),
            look: Look::Plain,
        };
        let rows = fitted(vec![labels.split('|').map(button).collect()]);
        rows.iter().flatten().map(|button| button.label.as_str()).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn labels_are_cut_and_told_apart() {
        let rows = [
            ("they fit", "Retry | Roll back…", "Retry | Roll back…"),
            ("one is too long", "Resume production in Europe… | Log", "Resume production… | Log"),
            (
                "two begin alike",
                "Promote to production-eu | Promote to production-us",
                "Promote to prod…eu | Promote to prod…us",
            ),
            (
                "two that ask begin alike",
                "Promote to production-eu… | Promote to production-us…",
                "Promote to pro…eu… | Promote to pro…us…",
            ),
            (
                "they differ further in front",
                "Promote to production-eu-west | Promote to production-us-west",
                "Promote to…eu-west | Promote to…us-west",
            ),
            (
                "they differ in the middle",
                "Promote to production-a-of-the-customers | Promote to production-b-of-the-customers",
                "Promote to prod… 1 | Promote to prod… 2",
            ),
            ("they are the same", "Approve qa | Approve qa", "Approve qa | Approve qa"),
        ];
        compare(rows.map(|(about, labels, expected)| (about, shown(labels), expected.to_owned())));
        let longest =
            rows.iter().flat_map(|(_, labels, _)| shown(labels).split(" | ").map(str::to_owned).collect::<Vec<_>>());
        let longest = longest.map(|label| label.chars().count()).max();
        assert_eq!(longest, Some(LABEL));
    }
}
