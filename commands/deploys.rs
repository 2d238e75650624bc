//! `/deploys`: what runs where.

use crate::{ProjectName, PullNumber};

command! {
    /// Show what runs in each environment, since when, and what differs; or where a pull request is live
    "deploys" => Deploys needs Anyone {
        /// Only this project's environments
        project: Option<ProjectName>,
        /// Pull request that is looked for
        pr: Option<PullNumber>,
    }
}
