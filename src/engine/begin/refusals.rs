//! Why a release does not begin, in words.

use crate::{
    domain::{
        release::{
            Release,
            next::{Next, Surroundings, next},
        },
        version::Version,
    },
    messages::clean_up,
};

/// The refusal of a roll-back while there is one.
pub fn under_way(rolling: &Release) -> String {
    format!("{} is under way already; its card shows where it stands.", rolling.name())
}

pub(super) fn still_open(open: &Release) -> String {
    let waiting = match next(open, &Surroundings::default(), open.spec.at) {
        Next::Run(step) => open.doing(step),
        Next::Wait(_) | Next::Finished(_) => "waiting; /why tells for what".to_owned(),
    };
    format!("{} is still open ({waiting}). Finish it first, or end it with /release cancel.", open.name())
}

/// The refusal of a release while what a cancelled one left is being removed: what begins now would be removed with it.
pub(super) fn being_removed(cancelled: &Release) -> String {
    let left = clean_up::names(&cancelled.to_clean_up());
    format!(
        "I am still removing what {} left on GitHub: {left}. Ask again in a moment; its card says how that went.",
        cancelled.name()
    )
}

/// The refusal of a release whose branch is there, and would be for any other version.
pub(super) fn left_over(branch: &str) -> String {
    format!(
        "Branch {branch} exists already: an earlier release left it. Delete it on GitHub once nobody needs what is on it, or \
         rename it; then ask again."
    )
}

/// The refusal of a version whose tag or branch is there; a branch that was made by hand can be gone on with.
pub(super) fn exists(what: &str, next: &Version, branch: Option<&str>) -> String {
    let adopt =
        branch.map(|branch| format!(" /release adopt {branch} goes on with what is there.")).unwrap_or_default();
    format!(
        "{what} exists already, and a version is used only once. Next would be {next}: prepare again with version={next}, or \
         delete it on GitHub if it was made by mistake.{adopt}"
    )
}
