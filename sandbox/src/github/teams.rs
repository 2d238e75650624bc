//! The teams of the organisation that owns the repository.

use serde_json::{Value, json};

use super::GitHub;

/// One team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The number that never changes, which bypass lists name.
    pub id: u64,
    /// The name in addresses, such as `release-managers`.
    pub slug: String,
    /// The logins of its members.
    pub members: Vec<String>,
}

impl Team {
    /// A team with these members.
    pub fn new(id: u64, slug: &str, members: &[&str]) -> Self {
        let members = members.iter().map(|login| (*login).to_owned()).collect();
        Self { id, slug: slug.to_owned(), members }
    }

    pub(super) fn has(&self, login: &str) -> bool {
        self.members.iter().any(|member| member.eq_ignore_ascii_case(login))
    }
}

/// The teams that every sandbox has.
pub(super) fn usual() -> Vec<Team> {
    vec![
        Team::new(5_001, "release-managers", &["alice-gh"]),
        Team::new(5_002, "qa", &["bob-gh", "frank-gh"]),
        Team::new(5_003, "developers", &["dave-gh", "erin-gh"]),
    ]
}

impl GitHub {
    /// Every team.
    pub fn teams(&self) -> Vec<Team> {
        self.state().teams.clone()
    }

    /// Adds a team, or changes the one with the same id.
    pub fn set_team(&self, team: Team) {
        let mut state = self.state();
        state.teams.retain(|known| known.id != team.id);
        state.teams.push(team);
    }

    pub(super) fn team_json(&self, team: &Team) -> Value {
        let Team { id, slug, .. } = team;
        let owner = &self.settings().owner;
        let url = format!("{}/organizations/{}/team/{id}", self.0.base, self.owner().id);
        json!({
            "id": id, "node_id": format!("T_{id}"), "url": url, "name": slug, "slug": slug, "description": null,
            "html_url": format!("{}/orgs/{owner}/teams/{slug}", self.0.base), "privacy": "closed",
            "notification_setting": "notifications_enabled", "permission": "push", "parent": null,
            "members_url": format!("{url}/members{{/member}}"), "repositories_url": format!("{url}/repos"),
            "type": "organization", "organization_id": self.owner().id,
        })
    }
}
