//! What can be seen of commit statuses: how each context stands on a commit, and how that came about.

use chrono::{DateTime, Utc};

use super::GitHub;

/// How one context stands on a commit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StatusView {
    /// Who reports, such as `shipmate/freeze`.
    pub context: String,
    /// `success`, `failure`, `error` or `pending`.
    pub state: String,
    /// The sentence beside it.
    pub description: String,
    /// Where it leads.
    pub target_url: String,
}

/// One report of a status.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StatusEvent {
    /// When it was reported.
    pub at: DateTime<Utc>,
    /// The commit.
    pub sha: String,
    /// `success`, `failure`, `error` or `pending`.
    pub state: String,
    /// The sentence beside it.
    pub description: String,
}

impl GitHub {
    /// The latest status of each context on a commit, in the order in which the contexts were first reported.
    pub fn statuses(&self, sha: &str) -> Vec<StatusView> {
        let mut latest: Vec<StatusView> = Vec::new();
        for status in self.state().statuses.iter().filter(|status| status["sha"] == sha) {
            let text = |key: &str| status[key].as_str().unwrap_or_default().to_owned();
            let (context, state, description) = (text("context"), text("state"), text("description"));
            let view = StatusView { context, state, description, target_url: text("target_url") };
            match latest.iter_mut().find(|known| known.context == view.context) {
                Some(known) => *known = view,
                None => latest.push(view),
            }
        }
        latest
    }

    /// Every report of one context, oldest first, on whichever commit.
    pub fn status_history(&self, context: &str) -> Vec<StatusEvent> {
        let state = self.state();
        let reports = state.statuses.iter().filter(|status| status["context"] == context);
        let event = |status: &serde_json::Value| {
            let text = |key: &str| status[key].as_str().unwrap_or_default().to_owned();
            let at = text("created_at").parse().unwrap_or_default();
            StatusEvent { at, sha: text("sha"), state: text("state"), description: text("description") }
        };
        reports.map(event).collect()
    }
}
