//! A project: one repository that releases by one playbook.

use std::collections::BTreeMap;

use super::post::Place;

/// One project of the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its name in commands.
    pub name: String,
    /// `owner/name` on GitHub.
    pub repository: String,
    /// The name of its playbook.
    pub playbook: String,
    /// Where its releases are told: cards, threads and announcements.
    pub releases: Vec<Place>,
    /// Where failures, rollbacks and critical hotfixes are told; empty means `releases`.
    pub incidents: Vec<Place>,
    /// Where stakeholders are told what comes and when; empty means `releases`.
    pub stakeholders: Vec<Place>,
    /// Its environments by name.
    pub environments: BTreeMap<String, Environment>,
    /// What a deploy publishes, such as `ghcr.io/acme/api:{version}`; told in announcements.
    pub image: Option<String>,
    /// Whether checks run on its pull requests. If so, a commit without any check counts as "not yet checked".
    pub checks: bool,
}

/// Where a version can be deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The workflow file that deploys to it.
    pub workflow: String,
    /// Where people see it.
    pub url: Option<String>,
}

impl Project {
    /// Where stakeholders are told.
    pub fn stakeholder_places(&self) -> &[Place] {
        if self.stakeholders.is_empty() { &self.releases } else { &self.stakeholders }
    }

    /// Where incidents are told.
    pub fn incident_places(&self) -> &[Place] {
        if self.incidents.is_empty() { &self.releases } else { &self.incidents }
    }
}
