//! What is said where the choice of stories and what the branch holds differ: which story, how, and the way out.

use super::short;
use crate::domain::release::{
    Release,
    stories::{Difference, Picking, holder},
};

/// The most of them that are named at once.
const MOST: usize = 5;

/// All of them behind one another, for whoever decides; nothing if there are none.
pub fn to_settle(release: &Release, picking: Picking<'_>) -> Option<String> {
    let found = &release.state.stories.differences;
    let named: Vec<String> =
        found.iter().take(MOST).map(|one| in_words(one, holder(release, picking), picking)).collect();
    let more = match found.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" And {more} more."),
    };
    (!named.is_empty()).then(|| {
        format!(
            "{}{more} Whoever approves takes {} as it is; without that there is no tag",
            named.join(" "),
            holder(release, picking)
        )
    })
}

/// One difference, as a sentence with the way out.
fn in_words(difference: &Difference, branch: &str, picking: Picking<'_>) -> String {
    match difference {
        Difference::Along { story, with, part, taken_out } => {
            let what = if *part { format!("A part of {story}") } else { story.clone() };
            let why = match (taken_out, with) {
                (true, Some(with)) => format!("stays in {branch}, although it was taken out: {with} brings it along"),
                (true, None) => format!("is in {branch}, although it was taken out"),
                (false, Some(with)) => format!("is in {branch}, although nobody chose it: {with} brings it along"),
                (false, None) => format!("is in {branch}, although nobody chose it: somebody merged it by hand"),
            };
            let out = match with {
                Some(with) => format!("/release remove {with} takes both out"),
                None => format!("a revert on {branch} takes it out"),
            };
            format!("{what} {why} (/release add {story} makes it one of the release's, {out}).")
        }
        Difference::Pushed { story, held, now, rewritten } => {
            let how = match rewritten {
                true => format!("was force-pushed after it came in, and {} is not on its branch any more", short(held)),
                false => format!("was pushed to after it came in at {}", short(held)),
            };
            format!("{story} {how}: its {} is not in {branch} (/release add {story} takes that in).", short(now))
        }
        Difference::Reverted { story, by } => format!(
            "{story} is reverted in {branch} by {} (/release remove {story} says so; reverting the revert brings it back).",
            short(by)
        ),
        Difference::ByHand { story, by } => {
            let tried = if picking.deploy.is_empty() { "" } else { ", whether it was tried before or not" };
            format!("{story} came into {branch} by hand, with {}{tried}.", short(by))
        }
        Difference::Lacking { story } => {
            format!(
                "{story} was merged, and is not in {branch} any more (/release remove {story} says so, and /release add \
                 {story} after that takes it in again)."
            )
        }
    }
}
