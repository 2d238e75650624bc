//! `incident rollback`: bring the environment of an incident back; only buttons say it.

command! {
    /// Bring the environment of an incident back to its last good version
    "incident rollback" => IncidentRollback needs RollBack, changing, hidden {
        /// Number of the incident
        incident: u32 => "Which incident?",
    }
}
