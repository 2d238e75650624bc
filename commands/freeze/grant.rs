//! `/freeze grant`: let one pull request pass that somebody else asked for.

use crate::ExemptionNumber;

command! {
    /// Let one pull request pass the freezes; somebody else has asked for it
    "freeze grant" => FreezeGrant needs Exempt, changing {
        /// Number of the exemption, such as E3
        number: ExemptionNumber,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
