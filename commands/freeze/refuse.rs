//! `/freeze refuse`: do not let a pull request pass that somebody asked for.

use crate::{ExemptionNumber, Reason};

command! {
    /// Do not let a pull request pass the freezes, or not any more
    "freeze refuse" => FreezeRefuse needs Exempt, changing {
        /// Number of the exemption, such as E3
        number: ExemptionNumber,
        /// Why it has to wait
        reason: Reason => "Why does it have to wait?",
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
