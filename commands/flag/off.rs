//! `/flag off`: switch a feature flag off.

use crate::{FlagName, Reason};

command! {
    /// Switch a feature flag off in production, for a reason that is recorded
    "flag off" => FlagOff needs Flag, changing {
        /// Flag to switch off
        name: FlagName,
        /// Why it is switched off
        reason: Reason => "Why is it switched off?",
    }
}
