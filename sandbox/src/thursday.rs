//! What the team of the weekly train does from Monday to Thursday, before its bot comes.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::{github::Problem, world::World};

/// From Monday, 10:00, to Tuesday, 12:00: what came first this week goes to dev.
const TO_TUESDAY: TimeDelta = TimeDelta::hours(26);
/// From there to Thursday, 11:00: the newest features are under review.
const TO_REVIEW: TimeDelta = TimeDelta::hours(47);
/// From there to Thursday, 14:55: two hours and five minutes before the code freeze, the bot comes.
const TO_THE_BOT: TimeDelta = TimeDelta::minutes(235);

/// What waits for a review on that Thursday: who wrote it, its branch, and its title.
const UNDER_REVIEW: [(&str, &str, &str); 3] = [
    ("dave-gh", "feature/dark-mode", "feat(theme): dark colours after sunset"),
    ("erin-gh", "feature/retries", "fix(payment): ask the bank again"),
    ("frank-gh", "feature/invoices", "feat(orders): download invoices"),
];

impl World {
    /// Lives from Monday, 10:00, when a train has left, to Thursday, 14:55: deploys, opens pull requests, and requires
    /// the status `freeze` on `dev` and `prod`. The world is that of the weekly train, and its clock shows that Monday.
    ///
    /// # Errors
    /// What GitHub refuses.
    pub async fn until_thursday(&self, freeze: &str) -> Result<(), Problem> {
        let (github, clock) = (self.github(), self.clock());
        let deployed = |workflow, reference| github.dispatch("erin-gh", workflow, reference, BTreeMap::new());
        let later = async |by| {
            // Minute by minute at first, so that what runs ends when it would.
            let minutes = 10;
            for _ in 0..minutes {
                clock.advance(TimeDelta::minutes(1));
                github.settled().await;
            }
            clock.advance(by - TimeDelta::minutes(minutes));
            github.settled().await;
        };
        deployed("deploy-production.yml", "v1.3.0").await?;
        later(TO_TUESDAY).await;
        deployed("deploy-dev.yml", "dev").await?;
        later(TO_REVIEW).await;
        let (who, branch, title) = UNDER_REVIEW[2];
        github.create_branch(who, branch, "dev").await?;
        github.push_commit(who, branch, "src/invoices.txt", "download\n", title).await?;
        for (who, branch, title) in UNDER_REVIEW {
            github.open_pull_request(who, branch, "dev", title).await?;
        }
        for branch in ["dev", "prod"] {
            github.require_checks("alice-gh", branch, &["ci", freeze]).await?;
        }
        later(TO_THE_BOT).await;
        Ok(())
    }
}
