//! `acknowledge`: say that one looks at an incident; only buttons say it.

command! {
    /// Say that you look at what went wrong
    "acknowledge" => Acknowledge needs Decide, changing, hidden {
        /// Number of the incident
        incident: u32 => "Which incident?",
    }
}
