//! Help: what the bot is for, what can be said by topic, and hello.

use commands::Invocation;

use crate::domain::message::{Block, Button, Look, Message, Tone, line};

/// What people ask about, and the commands and groups that it takes.
const TOPICS: [(&str, &[&str]); 4] = [
    ("Releases", &["release", "approve", "reject", "withdraw", "why"]),
    ("Freezes", &["freeze"]),
    ("Hotfixes", &["hotfix", "deploys", "flag"]),
    ("Dates", &["schedule"]),
];

/// What the bot is for, and where to read on.
pub fn help() -> Message {
    let topics = TOPICS.iter().map(|(topic, _)| topic_button(topic));
    let whoami = Button::say("Who am I", Look::Plain, &Invocation::new("whoami"));
    Message::new(Tone::Plain, "I bring releases to production and ask you when it needs you")
        .text(
            line()
                .code("/release")
                .plain(" \u{b7} ")
                .code("/why")
                .plain(" what is it waiting for \u{b7} ")
                .code("/freeze")
                .plain(" \u{b7} ")
                .code("/hotfix")
                .plain(" \u{b7} ")
                .code("/deploys")
                .plain(" what runs where"),
        )
        .row(topics.chain([whoami]).flatten().collect())
}

fn topic_button(topic: &str) -> Option<Button> {
    Button::say(topic, Look::Plain, &Invocation::new("help").with("command", topic.to_lowercase()))
}

/// What can be said about a topic, or about the one that a group of commands belongs to.
pub fn topic(asked: &str) -> Option<Message> {
    let asked = asked.trim().trim_start_matches('/').to_lowercase();
    let is_group = commands::GROUPS.iter().any(|group| group.name == asked);
    let meant = |(topic, takes): &&(&str, &[&str])| {
        topic.to_lowercase() == asked || (is_group && takes.contains(&asked.as_str()))
    };
    let (topic, takes) = TOPICS.iter().find(meant)?;
    let lines = takes.iter().flat_map(|name| commands::help_lines(name)).map(Into::into).collect();
    Some(Message::new(Tone::Plain, *topic).block(Block::List(lines)))
}

/// Hello to somebody who is known, by their name.
pub fn hello(name: &str) -> Message {
    let open = Button::say("Open releases", Look::Primary, &Invocation::new("release list"));
    let help = Button::say("Help", Look::Plain, &Invocation::new("help"));
    Message::new(Tone::Plain, format!("Hello {name}"))
        .text("I tell you here when a release needs you.")
        .row(open.into_iter().chain(help).collect())
}

/// Hello to somebody who is not known, with the line of `bot.toml` that an admin needs.
pub fn hello_stranger(line_of_toml: &str) -> Message {
    Message::new(Tone::Plain, "I do not know you yet").text(line().plain("Give this to an admin: ").code(line_of_toml))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_that_can_be_typed_belongs_to_one_topic() {
        for spec in commands::SPECS.iter().filter(|spec| !spec.hidden && !["help", "whoami"].contains(&spec.path)) {
            let of =
                |takes: &[&str]| takes.contains(&spec.path) || spec.group().is_some_and(|group| takes.contains(&group));
            assert_eq!(TOPICS.iter().filter(|(_, takes)| of(takes)).count(), 1, "{}", spec.path);
        }
    }

    #[test]
    fn a_topic_is_found_by_its_name_and_by_its_groups() {
        for (asked, title) in [
            ("releases", Some("Releases")),
            ("/release", Some("Releases")),
            ("flag", Some("Hotfixes")),
            ("schedule", Some("Dates")),
            ("hotfix", None),
            ("release next", None),
        ] {
            assert_eq!(topic(asked).map(|message| message.title).as_deref(), title, "{asked}");
        }
    }
}
