//! `agree`: a second person agrees to go past a gate; only buttons say it.

use crate::{GateName, ReleaseRef};

command! {
    /// Agree, as a second person, to go past a gate that leads to production
    "agree" => Agree needs Override, changing, hidden {
        /// Gate to go past
        gate: Option<GateName>,
        /// Release it belongs to
        version: Option<ReleaseRef>,
    }
}
