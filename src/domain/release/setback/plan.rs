//! What keeps a step from being done for want of something in the plan or in the configuration.

use serde::{Deserialize, Serialize};

/// What is wrong with what a step needs to know.
#[expect(missing_docs, reason = "each field is the word of its name in the sentence")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "plan", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum PlanSetback {
    /// The configuration has the release's project no more.
    NoProject { project: String },
    /// A step is in a stage that the plan does not have.
    NoStage,
    /// There is no such step.
    NoStep { step: usize },
    /// How long something is to run cannot be read.
    NoSpan { span: String, why: String },
}
