//! Where in the file stands what is checked against the playbooks, and what of it could not be read.

use std::collections::BTreeMap;

use super::problem::Problem;

/// Where in the file stands what is checked against the playbooks. Each place is a problem without its sentence.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Those of the projects, in their order.
    pub projects: Vec<ProjectPlace>,
    /// For each schedule, where it is named.
    pub schedules: Vec<Problem>,
    /// Where freezes that recur, and windows, are named, by their names.
    pub closings: BTreeMap<String, Problem>,
    /// Whether everybody and their roles could be read.
    pub people_are_right: bool,
}

/// Where a project stands.
#[derive(Debug, Clone)]
pub struct ProjectPlace {
    /// Where it begins.
    pub section: Problem,
    /// Where its playbook is named.
    pub playbook: Problem,
    /// Where it says what words of the playbook mean, by these words.
    pub words: BTreeMap<String, Problem>,
    /// Whether all of it could be read.
    pub is_right: bool,
}
