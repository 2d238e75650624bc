//! Teams: by their numbers, and who is in them.

use serde::Deserialize;

use super::{
    address,
    problem::{GithubProblem, GithubResult},
    repository::Repository,
};

/// A team that may use the repository.
#[derive(Deserialize)]
struct Team {
    id: u64,
    slug: String,
}

#[derive(Deserialize)]
struct Membership {
    #[serde(default)]
    state: String,
}

impl Repository {
    /// Whether somebody is in the team with this number; false if that is not shown to the bot. Two requests.
    pub async fn is_in_team(&self, team: u64, login: &str) -> GithubResult<bool> {
        let teams = match self.all(self.get("teams", "/teams"), |rows: Vec<Team>| rows).await {
            Err(GithubProblem::Forbidden(_) | GithubProblem::NotFound(_)) => return Ok(false),
            teams => teams?,
        };
        let Some(team) = teams.into_iter().find(|known| known.id == team) else { return Ok(false) };
        let path = format!("/teams/{}/memberships/{}", address::segment(&team.slug)?, address::segment(login)?);
        match self.read::<Membership>(self.of_owner(format!("membership of {login}"), path)).await {
            Ok(membership) => Ok(membership.state == "active"),
            Err(GithubProblem::Forbidden(_) | GithubProblem::NotFound(_)) => Ok(false),
            Err(problem) => Err(problem),
        }
    }
}
