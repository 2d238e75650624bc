//! `incident hotfix`: repair what an incident is about; only buttons say it.

use crate::Reason;

command! {
    /// Start a hotfix for an incident
    "incident hotfix" => IncidentHotfix needs Hotfix, changing, hidden {
        /// Number of the incident
        incident: u32 => "Which incident?",
        /// What is broken and needs the fix
        description: Reason => "What is broken?",
    }
}
