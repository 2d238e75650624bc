//! What keeps a release back from around it, in words.

use super::{capital, environment, freeze};
use crate::domain::{
    message::{Line, line},
    release::barrier::Barrier,
    team::people::People,
};

/// What a release waits for.
pub fn waited_for(barrier: &Barrier, people: &People) -> Line {
    match barrier {
        Barrier::Hotfix { version } => line()
            .plain("Hotfix ")
            .bold(version.to_string())
            .plain(" goes to production first; this release follows by itself"),
        Barrier::Held { .. } => in_the_way(barrier, people),
        Barrier::Frozen(closed) => line().plain(capital(&freeze::closed(closed, people))),
    }
}

/// What stands in the way of a merge, in words that follow a colon.
pub fn in_the_way(barrier: &Barrier, people: &People) -> Line {
    match barrier {
        Barrier::Held { environment, hold } => line()
            .bold(format!("{} is held", super::place(environment)))
            .plain(format!(": {}", environment::held(environment, hold, people.zone))),
        Barrier::Hotfix { .. } | Barrier::Frozen(_) => line().plain(lacking(barrier, people)),
    }
}

/// What was missing when a release should have left.
pub fn lacking(barrier: &Barrier, people: &People) -> String {
    match barrier {
        Barrier::Hotfix { version } => format!("hotfix {version} goes to production first"),
        Barrier::Held { environment, hold } => {
            format!("{environment} takes no deploys: {}", environment::held(environment, hold, people.zone))
        }
        Barrier::Frozen(closed) => freeze::closed(closed, people),
    }
}
