//! `/release review`: close the review of a gate that two people went past.

use crate::{ProjectName, Reason, ReleaseRef};

command! {
    /// Close the review of a gate that was skipped on the way to production
    "release review" => ReleaseReview needs Override, changing {
        /// What the review found
        findings: Reason => "What did the review find?",
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release whose gate was skipped; the only one to review when left out
        version: Option<ReleaseRef>,
    }
}
