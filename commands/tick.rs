//! `tick`: check off one item of a gate's checklist; only buttons say it.

use crate::{GateName, ReleaseRef};

command! {
    /// Tick or untick one item of a gate's checklist
    "tick" => Tick needs Decide, changing, hidden {
        /// Number of the item in the checklist; 0 means all of them; left out, it is asked for
        item: Option<u32>,
        /// Untick instead
        off: bool,
        /// Gate the checklist belongs to
        gate: Option<GateName>,
        /// Release the checklist belongs to
        version: Option<ReleaseRef>,
    }
}
