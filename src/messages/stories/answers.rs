//! Answers to those who pick stories and take them out.

use crate::{
    domain::{
        message::{Block, Line, Message, Tone, line},
        release::{
            Release,
            stories::{Picking, Stands, Story},
        },
        team::people::People,
    },
    messages::either,
};

use super::{ASKED_AGAIN, short, spoken};

/// What picking these stories would do.
pub fn plan(release: &Release, picking: Picking<'_>, new: &[String], people: &People) -> Message {
    let item =
        |name: &String| Line([line().bold(name).0, line().plain(format!(": {}", way(picking, people))).0].concat());
    let message = Message::new(Tone::Plain, format!("{} would take in", release.name()));
    reopened(release, picking, message.block(Block::List(new.iter().map(item).collect())))
}

/// That these stories have been picked.
pub fn added(release: &Release, picking: Picking<'_>, new: &[String], people: &People) -> Message {
    let message = Message::new(Tone::Good, format!("Picked for {}: {}", release.name(), new.join(", ")));
    reopened(release, picking, message.text(format!("Each is {}.", way(picking, people))))
}

/// What is done with a story.
fn way(picking: Picking<'_>, people: &People) -> String {
    let tried = match picking.test {
        [] => String::new(),
        roles => format!(" and tried there by {}", either(&people.holding(roles))),
    };
    let places = picking.deploy.iter().map(|environment| format!("deployed to {}{tried}, then ", spoken(environment)));
    format!("{}merged into {}; should it conflict, it is left out", places.collect::<String>(), picking.into)
}

fn reopened(release: &Release, picking: Picking<'_>, message: Message) -> Message {
    match release.state.steps[picking.step].is_over() || release.state.stories.asked_again {
        true => message.text(ASKED_AGAIN),
        false => message,
    }
}

/// What taking a story out does, or would do.
pub fn removal(release: &Release, picking: Picking<'_>, name: &str, dry_run: bool) -> Message {
    let story = release.state.stories.named(name);
    let was_in = story.is_some_and(|story| story.is_in() || story.is_merging(picking));
    let title = match dry_run {
        true => format!("{name} would be taken out of {}", release.name()),
        false => format!("Taken out of {}: {name}", release.name()),
    };
    let message = Message::new(Tone::Plain, title);
    if was_in && release.state.stories.is_gone(name) {
        let nothing = format!("{} does not hold it any more, so nothing else changes there.", picking.into);
        return reopened(release, picking, message.text(nothing));
    }
    if !was_in {
        return reopened(release, picking, message.text("It is not merged yet, so nothing else changes."));
    }
    let mut stay = release.state.stories.taken();
    stay.retain(|other| other != name);
    let stay = if stay.is_empty() { String::new() } else { format!(", and {} merged again", are(&stay)) };
    reopened(
        release,
        picking,
        message.text(format!("{} is reset to where it began{stay}. Decisions so far lapse.", picking.into)),
    )
}

/// `S-1 is`, `S-1, S-2 are`
fn are(names: &[String]) -> String {
    format!("{} {}", names.join(", "), if names.len() == 1 { "is" } else { "are" })
}

/// How a story that is in is reverted, where the bot does not take it out itself; `because` is a commit that would be lost.
pub fn revert(release: &Release, picking: Picking<'_>, name: &str, because: Option<&str>) -> Message {
    let into = picking.into;
    let why = match because {
        Some(commit) => {
            format!("{into} holds {}, which is not mine and would be lost if I made {into} anew.", short(commit))
        }
        None => format!("{into} is not this release's alone, so I do not rewrite it."),
    };
    let commit = release.state.stories.named(name).and_then(|story: &Story| {
        let Stands::In { commit } = &story.stands else { return None };
        commit.clone()
    });
    let commit = commit.as_deref().map_or("<the merge of the story>", short);
    Message::new(Tone::Bad, format!("{name} is in {into} already"))
        .text(format!("{why} Revert it by hand; to bring it back later, revert the revert:"))
        .block(Block::Code(format!(
            "git fetch origin\ngit switch {into} && git pull\ngit revert -m 1 {commit}\ngit push origin {into}"
        )))
}
