//! Stories: branches that people pick for a release, each tried and taken in on its own. How they stand follows from facts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    conflict::Clash,
    failure::Failure,
    gate::Gate,
    plan::{Plan, Step},
    setback::Setback,
};

mod differences;
mod fold;
mod held;
#[cfg(test)]
mod tests;
mod turn;

pub use differences::{Difference, differences, holder};
pub use held::{HeldBranch, HeldCommit};
pub use turn::{Turn, pending, turn};

/// What the names of stories begin with; digits follow.
pub const PREFIX: &str = "S-";

/// The step that takes stories in.
#[derive(Debug, Clone, Copy)]
pub struct Picking<'a> {
    /// Its place in the plan.
    pub step: usize,
    /// The branch that they are merged into.
    pub into: &'a str,
    /// Environments to which each is deployed first, in order.
    pub deploy: &'a [String],
    /// Roles that say of each story that it works there.
    pub test: &'a [String],
    /// Who says that these are all.
    pub gate: &'a Gate,
}

/// All stories that were picked, in the order in which they were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stories {
    /// Each of them.
    pub list: Vec<Story>,
    /// The merge commits that the bot made, oldest first, since the branch was begun.
    pub merges: Vec<String>,
    /// Whether one that was in has been taken out, so that the branch has to be made again.
    pub rebuild: bool,
    /// Those that were in and were taken out, as they stood then.
    pub taken_out: Vec<Story>,
    /// How the choice and what the branch holds were last seen to differ.
    pub differences: Vec<Difference>,
    /// Whether that came up once the choice was complete, and is put to those who choose beside what goes on.
    pub asked_again: bool,
}

/// One story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Its name, which is its branch's.
    pub name: String,
    /// Who picked it.
    pub by: String,
    /// The commit of its branch that is tried and merged.
    pub head: Option<String>,
    /// In how many of the environments it works.
    pub passed: usize,
    /// How it stands.
    pub stands: Stands,
    /// When a request for what comes next was about to leave, as long as its end is not known.
    pub asked: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub failed: Option<Failure>,
}

/// How a story stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// It has to be deployed, or merged.
    Pending,
    /// It is being deployed.
    Deploying {
        /// The environment.
        environment: String,
        /// The workflow run.
        run: u64,
        /// The run's page.
        url: String,
    },
    /// People try it.
    Testing {
        /// Where.
        environment: String,
    },
    /// It does not work: a push to its branch starts it again.
    Rejected {
        /// Where.
        environment: String,
        /// Who says so.
        by: String,
        /// Why.
        reason: String,
    },
    /// It conflicts with what is in.
    LeftOut {
        /// The commit on which it was tried.
        onto: String,
        /// Where it conflicts.
        files: Vec<Clash>,
    },
    /// It is in.
    In {
        /// The merge commit, if the bot made it.
        commit: Option<String>,
    },
}

/// Something that happened to a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoryFact {
    /// Somebody picked it, or picked it again because it has newer commits.
    Added {
        /// Who.
        by: String,
    },
    /// Somebody took it out.
    Removed {
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// What comes next is about to be asked for: on disk before the request leaves.
    Began {
        /// The commit of its branch.
        commit: String,
    },
    /// A deploy has been asked for.
    Asked {
        /// The environment.
        environment: String,
        /// The workflow run.
        run: u64,
        /// The run's page.
        url: String,
    },
    /// The deploy ended well.
    Deployed {
        /// The environment.
        environment: String,
        /// How long it took, in seconds.
        seconds: i64,
    },
    /// Somebody said that it works.
    Tested {
        /// Where.
        environment: String,
        /// Who.
        by: String,
    },
    /// Somebody said that it does not.
    Rejected {
        /// Where.
        environment: String,
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// Its branch has other commits than those that were tried: it starts again.
    Moved {
        /// The branch's head.
        commit: String,
    },
    /// It is in.
    Merged {
        /// The merge commit, if the bot made it.
        commit: Option<String>,
    },
    /// It conflicts.
    LeftOut {
        /// The commit on which it was tried.
        onto: String,
        /// Where it conflicts.
        files: Vec<Clash>,
    },
    /// Where it is to go has changed: it is tried again.
    TriedAgain,
    /// Something went wrong.
    Failed {
        /// What.
        problem: Setback,
        /// When it is tried again by itself; `None` waits for a person.
        retry_at: Option<DateTime<Utc>>,
    },
    /// Somebody asked to try again.
    RetryAsked {
        /// Who.
        by: String,
    },
}

impl Plan {
    /// The step that takes stories in, if there is one.
    pub fn picking(&self) -> Option<Picking<'_>> {
        self.steps.iter().enumerate().find_map(|(step, planned)| {
            let Step::Pick { into, deploy, test, gate } = &planned.step else { return None };
            Some(Picking { step, into, deploy, test, gate })
        })
    }
}

impl Picking<'_> {
    /// The message of a story's merge.
    pub fn message(&self, story: &str) -> String {
        format!("Merge {story} into {}", self.into)
    }
}

impl Stories {
    /// The story of this name.
    pub fn named(&self, name: &str) -> Option<&Story> {
        self.list.iter().find(|story| story.name == name)
    }

    /// Names of the stories that are in.
    pub fn taken(&self) -> Vec<String> {
        self.list.iter().filter(|story| story.is_in()).map(|story| story.name.clone()).collect()
    }

    /// Names of the stories that stay out as they are now.
    pub fn left(&self) -> Vec<String> {
        self.list.iter().filter(|story| story.is_out()).map(|story| story.name.clone()).collect()
    }

    /// Whether the branch does not hold what a story that is in came with, as it was last seen.
    pub fn is_gone(&self, name: &str) -> bool {
        self.differences.iter().any(|one| match one {
            Difference::Reverted { story, .. } | Difference::Lacking { story } => story == name,
            Difference::Along { .. } | Difference::Pushed { .. } | Difference::ByHand { .. } => false,
        })
    }

    /// Stories whose failure waits for a person.
    pub fn stopped(&self) -> impl Iterator<Item = &Story> {
        self.list.iter().filter(|story| story.is_stopped())
    }
}

impl Story {
    /// What its deploys are called: its name and the first letters of its commit.
    pub fn build(&self) -> String {
        let head = self.head.as_deref().unwrap_or_default();
        format!("{}-{}", self.name, head.get(..7).unwrap_or(head))
    }

    /// Whether it is in.
    pub fn is_in(&self) -> bool {
        matches!(self.stands, Stands::In { .. })
    }

    /// Whether it does not come in unless somebody does something about it.
    pub fn is_out(&self) -> bool {
        self.is_stopped() || matches!(self.stands, Stands::LeftOut { .. } | Stands::Rejected { .. })
    }

    /// Whether its failure waits for a person.
    pub fn is_stopped(&self) -> bool {
        self.failed.as_ref().is_some_and(|failure| failure.retry_at.is_none())
    }

    /// Where people try it now.
    pub fn tested_on(&self) -> Option<&str> {
        let Stands::Testing { environment } = &self.stands else { return None };
        Some(environment)
    }

    /// The environment that it takes up.
    pub fn occupies<'a>(&'a self, picking: Picking<'a>) -> Option<&'a str> {
        if self.is_stopped() {
            return None;
        }
        match &self.stands {
            // It may have been asked for already.
            Stands::Pending => self.asked.and_then(|_| picking.deploy.get(self.passed)).map(String::as_str),
            Stands::Testing { environment } | Stands::Deploying { environment, .. } => Some(environment),
            Stands::Rejected { .. } | Stands::LeftOut { .. } | Stands::In { .. } => None,
        }
    }
}

/// Whether a text is a story's name.
pub fn is_name(text: &str) -> bool {
    text.strip_prefix(PREFIX)
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
