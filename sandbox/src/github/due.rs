//! What ends by itself when its time comes: all that ends at one moment ends together, in one order.

use chrono::{DateTime, Utc};

use super::{GitHub, checks::CI};

/// Something that ends by itself.
#[derive(Debug, Clone)]
pub(super) enum Ends {
    /// A workflow's run.
    Run,
    /// A deployment that is carried out without a workflow.
    Deployment {
        /// Where to.
        environment: String,
    },
    /// A check of the sandbox's own.
    Check,
}

impl GitHub {
    /// Ends something when it is due, unless it has ended by then.
    pub(super) fn end_at(&self, due: DateTime<Utc>, id: u64, what: Ends) {
        self.state().ends.insert((due, id), what);
        let github = self.clone();
        tokio::spawn(async move {
            github.0.clock.reach(due).await;
            let _turn = github.0.turn.write().await;
            github.end_due();
        });
    }

    fn end_due(&self) {
        let now = self.now();
        let over = {
            let mut state = self.state();
            let later = state.ends.split_off(&(now, u64::MAX));
            std::mem::replace(&mut state.ends, later)
        };
        for ((due, id), what) in over {
            // Ended or run again meanwhile: then this end is nobody's.
            if self.state().due.get(&id) == Some(&Some(due)) {
                self.end(id, &what);
            }
        }
    }

    fn end(&self, id: u64, what: &Ends) {
        match what {
            Ends::Run => {
                let workflow = self.state().run(id).map(|run| run.workflow.clone()).unwrap_or_default();
                let outcome = self.state().take_outcome(&workflow);
                self.end_run(id, outcome);
            }
            Ends::Deployment { environment } => {
                let outcome = self.state().take_outcome(environment);
                self.end_deployment(id, outcome);
            }
            Ends::Check => {
                let outcome = self.state().take_outcome(CI);
                self.end_check(id, outcome);
            }
        }
    }
}
