//! `/flag on`: switch a feature flag on.

use crate::{FlagName, Reason};

command! {
    /// Switch a feature flag on in production, for a reason that is recorded
    "flag on" => FlagOn needs Flag, changing {
        /// Flag to switch on
        name: FlagName,
        /// Why it is switched on
        reason: Reason => "Why is it switched on?",
    }
}
