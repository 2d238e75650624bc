//! What is told when something happened to a story.

use crate::{
    domain::{
        message::{Block, Button, Message, Tone, line},
        release::{
            Release,
            conflict::{Clash, authors, paths},
            fact::Fact,
            stories::{Picking, Story, StoryFact},
        },
        team::people::People,
    },
    messages::{about, capital, code::with_code, conflict},
};

use super::{commands, keepers, spoken, tries};

/// What a new fact about a story has to tell to those who follow the release, if anything.
pub fn told(release: &Release, name: &str, what: &StoryFact, people: &People) -> Option<Message> {
    let picking = release.spec.plan.picking()?;
    let story = release.state.stories.named(name);
    Some(match what {
        StoryFact::Deployed { .. } => {
            let calls = tries::calls(release, release.facts.len().saturating_sub(1));
            tries::to_try(release).filter(|_| calls)?.ping(people.holding(picking.test))
        }
        StoryFact::Rejected { environment, by, reason } => {
            Message::new(Tone::Bad, format!("\u{26d4} {by}: {name} does not work on {}", spoken(environment)))
                .block(Block::Quote(reason.clone()))
                .text(line().plain("A push to ").code(name).plain(" starts it again."))
                .ping(concerned(picking, story, people))
        }
        StoryFact::LeftOut { files, .. } if known_already(release, name, files) => return None,
        StoryFact::LeftOut { files, .. } => left_out(release, picking, story?, files, people),
        StoryFact::Failed { problem, retry_at: None } => {
            let retry = Button::say("Retry", crate::domain::message::Look::Primary, &about(release, "release retry"));
            Message::new(Tone::Bad, format!("\u{1f6a8} {name} is stopped; the others go on"))
                .text(with_code(&capital(&problem.to_string())))
                .row(retry.into_iter().collect())
                .ping(keepers(people))
        }
        // The card shows these.
        StoryFact::Added { .. }
        | StoryFact::Removed { .. }
        | StoryFact::Asked { .. }
        | StoryFact::Tested { .. }
        | StoryFact::Moved { .. }
        | StoryFact::Merged { .. }
        | StoryFact::Failed { retry_at: Some(_), .. }
        | StoryFact::RetryAsked { .. }
        | StoryFact::Began { .. }
        | StoryFact::TriedAgain => return None,
    })
}

/// Those to whom a story goes back: the roles that the gate names, else whoever picked it.
fn concerned(picking: Picking<'_>, story: Option<&Story>, people: &People) -> Vec<String> {
    match picking.gate.back_to.as_slice() {
        [] => story.map(|story| story.by.clone()).into_iter().collect(),
        roles => people.holding(roles),
    }
}

fn left_out(release: &Release, picking: Picking<'_>, story: &Story, files: &[Clash], people: &People) -> Message {
    let mut pings: Vec<String> = authors(files);
    pings.push(story.by.clone());
    let mut known = std::collections::BTreeSet::new();
    pings.retain(|person| people.named(person).is_some() && known.insert(person.clone()));
    let title = format!("\u{26a0} {} is left out: it conflicts with {}", story.name, picking.into);
    let message = Message::new(Tone::Bad, title);
    let message = match files {
        [] => message,
        files => message.block(Block::List(conflict::lines(files))),
    };
    message
        .text("The others go on. It comes in by itself once somebody has resolved it:")
        .block(Block::Code(commands(release, picking, story)))
        .ping(pings)
}

/// Whether the same conflict was told before, and nothing has happened to the story since.
fn known_already(release: &Release, name: &str, files: &[Clash]) -> bool {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let mut mine = earlier.filter_map(|recorded| {
        let Fact::Story { story, what } = &recorded.fact else { return None };
        (story == name).then_some(what)
    });
    let before =
        mine.find(|what| !matches!(what, StoryFact::TriedAgain | StoryFact::Failed { .. } | StoryFact::Began { .. }));
    matches!(before, Some(StoryFact::LeftOut { files: told, .. }) if paths(told) == paths(files))
}
