//! What a release waits for.

use chrono::{DateTime, Utc};

use super::{barrier::Barrier, setback::Setback};

/// What is waited for: always an answer to "why is it stuck?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wait {
    /// People must decide.
    Decision {
        /// How many have approved.
        have: usize,
        /// How many must.
        needed: usize,
        /// Checklist lines that are not ticked yet.
        unticked: Vec<String>,
        /// By when, if there is a deadline.
        by: Option<DateTime<Utc>>,
    },
    /// It is not time yet.
    Until {
        /// Until when.
        at: DateTime<Utc>,
        /// What comes then, in words.
        title: String,
    },
    /// Something was missing when the release should have left: a person decides how it goes on.
    Missed {
        /// When it should have left.
        at: DateTime<Utc>,
        /// What is still in the way now.
        obstacle: Option<Box<Wait>>,
    },
    /// A deploy failed and was rolled back: a person decides how it goes on.
    RolledBack {
        /// What went wrong.
        problem: Setback,
        /// The environment.
        environment: String,
        /// The build that runs there again.
        to: String,
        /// Whether the environment takes no deploys, not even this one, until a person says so.
        held: bool,
    },
    /// What it deployed does not run there any more: a person decides how it goes on.
    Undone {
        /// The step that deployed it.
        deploy: usize,
        /// The environment.
        environment: String,
        /// The version or build that runs there, if that is known.
        runs: Option<String>,
        /// Whether it was taken back, rather than followed by another version.
        taken_back: bool,
        /// Whether it is the environment that comes last.
        production: bool,
        /// Whether the environment takes no deploys until a person says so.
        held: bool,
    },
    /// Somebody rejected.
    Rejected {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// Whether a freeze of the release itself is in the way of a fix.
        freezing: bool,
    },
    /// Something outside must happen; what was last seen of it.
    Outside {
        /// What is waited for; nothing before the first look.
        seen: Option<Setback>,
        /// Whether a person has to act.
        asks: bool,
    },
    /// What has to happen outside cannot be seen: whether it has is not known.
    Unseen {
        /// Why.
        problem: Setback,
    },
    /// A failure that is tried again by itself.
    Retry {
        /// When.
        at: DateTime<Utc>,
        /// What went wrong.
        problem: Setback,
    },
    /// A failure that needs a person.
    Person {
        /// What went wrong.
        problem: Setback,
    },
    /// Something around it keeps it back.
    Around(Barrier),
}

impl Wait {
    /// When it is over by itself, if it ever is.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        let (Self::Retry { at, .. } | Self::Until { at, .. }) = self else { return None };
        Some(*at)
    }

    /// Whether people are asked to act.
    pub fn asks(&self) -> bool {
        matches!(self, Self::Decision { .. } | Self::Outside { asks: true, .. })
    }
}
