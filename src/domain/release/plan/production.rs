//! Which environments of a plan are production: those that the project says are, or else the one that comes last.

use super::Plan;

/// Which of a path's environments are production. `said` are those of which the project says so; where it says so of none,
/// users meet what comes last on the path.
pub fn production_of<'a>(path: &[&'a str], said: &[String]) -> Vec<&'a str> {
    if said.is_empty() {
        return path.last().copied().into_iter().collect();
    }
    path.iter().copied().filter(|environment| said.iter().any(|name| name == environment)).collect()
}

impl Plan {
    /// The environments in which users meet what it deploys, in the order in which it comes to them.
    pub fn production(&self) -> Vec<&str> {
        production_of(&self.environments(), &self.said_to_be_production)
    }

    /// Whether users meet there what it deploys.
    pub fn is_production(&self, environment: &str) -> bool {
        self.production().contains(&environment)
    }
}
