//! What is wrong with what a step needs to know, in words.

use std::fmt;

use crate::domain::release::setback::PlanSetback;

impl fmt::Display for PlanSetback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProject { project } => {
                write!(f, "bot.toml names no project `{project}` any more: add it again and restart, or cancel")
            }
            Self::NoStage => {
                f.write_str("what is stored of its plan is damaged, a step is in no stage: /release cancel ends it")
            }
            Self::NoStep { step } => {
                write!(f, "what is stored of its plan is damaged, there is no step {step}: /release cancel ends it")
            }
            Self::NoSpan { span, why } => write!(f, "how long `{span}` lasts is not known: {why}"),
        }
    }
}
