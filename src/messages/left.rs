//! What is told of an open release whose project, environment, role or person left the configuration.

use super::either;
use crate::domain::{
    message::{Block, Line, Message, Tone},
    release::Release,
};

/// Something that an open release needs, and that the configuration does not name any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// Its project.
    Project(String),
    /// The playbook by which it began: the project's is another one by now.
    Playbook(String),
    /// An environment that it is still to reach.
    Environment(String),
    /// A gate's roles, which nobody holds.
    Roles(String, Vec<String>),
    /// Whoever asked for it.
    Person(String),
}

/// What a release lacks, and the way on.
pub fn left(release: &Release, missing: &[Left]) -> Message {
    let lines = missing.iter().map(|one| Line::from(sentence(release, one).as_str())).collect();
    Message::new(Tone::Bad, format!("\u{26a0} {} is open, and bot.toml has changed", release.name()))
        .block(Block::List(lines))
        .text("Everything else goes on.")
}

fn sentence(release: &Release, left: &Left) -> String {
    let (project, id) = (&release.spec.project, release.spec.id.0);
    match left {
        Left::Project(name) => format!(
            "There is no project {name} any more: it goes no further. Add [projects.{name}] again and restart, or end it \
             with /release cancel version=#{id}."
        ),
        Left::Playbook(name) => format!(
            "{project} is released by the playbook {name} now, which names versions otherwise. This release keeps the plan \
             with which it began; /release cancel ends it."
        ),
        Left::Environment(name) => format!(
            "{project} has no environment {name} any more, and it is still to go there. Add \
             [projects.{project}.environments.{name}] again and restart, or end it with /release cancel."
        ),
        Left::Roles(gate, roles) => format!(
            "{gate} is for {}, which nobody holds any more. Give the role to somebody and restart, or end it with \
             /release cancel.",
            either(roles)
        ),
        Left::Person(name) => {
            format!("{name}, who asked for it, is not among the people any more: somebody else has to look after it.")
        }
    }
}
