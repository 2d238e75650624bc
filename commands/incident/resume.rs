//! `incident resume`: let deploys into the environment of an incident again; only buttons say it.

use crate::Reason;

command! {
    /// Let deploys into the environment of an incident again
    "incident resume" => IncidentResume needs Release, changing, hidden {
        /// Number of the incident
        incident: u32 => "Which incident?",
        /// Why deploys may go there again
        reason: Reason => "Why may deploys go there again?",
    }
}
