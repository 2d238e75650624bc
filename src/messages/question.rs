//! What is asked of somebody in words, and what is said of such a question.

use commands::ArgSpec;

use super::{place, spoken};
use crate::domain::message::{Message, Tone};

/// What a command is about, as far as that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concern {
    /// The gate's title.
    pub gate: Option<String>,
    /// The release's name.
    pub release: Option<String>,
    /// The project.
    pub project: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// The story.
    pub story: Option<String>,
}

/// The question for what a command lacks, with what it is about.
pub fn asks(path: &str, arg: &ArgSpec, about: &Concern) -> String {
    let of = about.project.as_ref().map(|project| format!(" of {project}")).unwrap_or_default();
    let there = about.environment.as_ref().map(|environment| format!("{}{of}", place(environment)));
    let asked = match (path, about) {
        ("reject", Concern { gate: Some(gate), release: Some(release), .. }) => {
            Some(format!("Why do you reject {gate} of {release}?"))
        }
        ("release skip", Concern { release: Some(release), .. }) => {
            Some(format!("Why may {release} go on without what it waits for?"))
        }
        ("release remove", Concern { release: Some(release), story: Some(story), .. }) => {
            Some(format!("Why do you take {story} out of {release}?"))
        }
        ("release rollback", Concern { environment: Some(environment), .. }) => {
            Some(format!("What is wrong with what {}{of} runs?", spoken(environment)))
        }
        ("release resume", _) => there.map(|there| format!("Why may deploys go to {there} again?")),
        _ => None,
    };
    asked.unwrap_or_else(|| arg.question.to_owned())
}

/// Somebody answers a question that another person was asked.
pub fn not_theirs(name: &str) -> String {
    format!("I asked {name}, so only {name} can answer that. Press the button yourself, and I ask you.")
}

/// A question that is over and cannot be deleted any more.
pub fn over() -> Message {
    Message::new(Tone::Plain, "\u{2013} Not asked any more")
}
