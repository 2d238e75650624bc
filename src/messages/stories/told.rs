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
    messages::{about, capital, code::with_code, conflict, span},
};

use super::{ASKED_AGAIN, commands, keepers, spoken, verdict};

/// What a new fact about a story has to tell to those who follow the release, if anything.
pub fn told(release: &Release, name: &str, what: &StoryFact, people: &People) -> Option<Message> {
    let picking = release.spec.plan.picking()?;
    let story = release.state.stories.named(name);
    let into = picking.into;
    Some(match what {
        StoryFact::Added { by } => {
            let message = Message::new(Tone::Plain, format!("\u{2795} {by} picked {name}"));
            if were_complete(release, picking) { message.text(ASKED_AGAIN) } else { message }
        }
        StoryFact::Removed { by, reason } => {
            let message =
                Message::new(Tone::Bad, format!("\u{2796} {by} took {name} out")).block(Block::Quote(reason.clone()));
            match release.state.stories.rebuild {
                true => message.text(format!("{into} is made again without it, and decisions so far lapse.")),
                false if were_complete(release, picking) => message.text(ASKED_AGAIN),
                false => message,
            }
        }
        StoryFact::Asked { environment, url, .. } => {
            let message =
                Message::new(Tone::Working, format!("\u{1f69a} {name} is on its way to {}", spoken(environment)));
            message.row(vec![Button::open("Watch", url)])
        }
        StoryFact::Deployed { environment, seconds } => {
            let took = span(chrono::Duration::seconds(*seconds));
            match story.and_then(|story| Some((story, story.tested_on()?))) {
                Some((story, _)) => Message::new(
                    Tone::Asking,
                    format!("\u{1f9ea} {name} is on {}: does it work there?", spoken(environment)),
                )
                .text(format!("Deployed in {took}."))
                .row(verdict(release, story, environment))
                .ping(people.holding(picking.test)),
                None => Message::new(
                    Tone::Good,
                    format!("\u{1f4e6} {name} is on {} (deployed in {took})", spoken(environment)),
                ),
            }
        }
        StoryFact::Tested { environment, by } => {
            Message::new(Tone::Good, format!("\u{2705} {by}: {name} works on {}", spoken(environment)))
        }
        StoryFact::Rejected { environment, by, reason } => {
            Message::new(Tone::Bad, format!("\u{26d4} {by}: {name} does not work on {}", spoken(environment)))
                .block(Block::Quote(reason.clone()))
                .text(line().plain("A push to ").code(name).plain(" starts it again."))
                .ping(concerned(picking, story, people))
        }
        StoryFact::Moved { .. } => {
            Message::new(Tone::Working, format!("\u{1f4ac} {name} has new commits: it starts again"))
        }
        StoryFact::Merged { .. } => Message::new(Tone::Good, format!("\u{1f500} {name} is in {into}")),
        StoryFact::LeftOut { files, .. } if known_already(release, name, files) => return None,
        StoryFact::LeftOut { files, .. } => left_out(release, picking, story?, files, people),
        StoryFact::Failed { problem, retry_at: Some(_) } => {
            let first = story.and_then(|story| story.failed.as_ref()).is_none_or(|failure| failure.times == 1);
            let message = Message::new(Tone::Working, format!("\u{23f1} Not yet: {name}"))
                .text(with_code(&format!("{}. Trying again by itself.", capital(&problem.to_string()))));
            return first.then_some(message);
        }
        StoryFact::Failed { problem, retry_at: None } => {
            let retry = Button::say("Retry", crate::domain::message::Look::Primary, &about(release, "release retry"));
            Message::new(Tone::Bad, format!("\u{1f6a8} {name} is stopped; the others go on"))
                .text(with_code(&capital(&problem.to_string())))
                .row(retry.into_iter().collect())
                .ping(keepers(people))
        }
        StoryFact::RetryAsked { by } => {
            Message::new(Tone::Working, format!("\u{1f501} {by} asked to try again: {name}"))
        }
        StoryFact::Began { .. } | StoryFact::TriedAgain => return None,
    })
}

/// Whether the stories were complete until the last fact.
fn were_complete(release: &Release, picking: Picking<'_>) -> bool {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let is_done = |fact: &Fact| matches!(fact, Fact::Done { step, .. } if *step == picking.step);
    let is_changed =
        |fact: &Fact| matches!(fact, Fact::Story { what: StoryFact::Added { .. } | StoryFact::Removed { .. }, .. });
    let mut facts = earlier.map(|recorded| &recorded.fact);
    facts.find(|fact| is_done(fact) || is_changed(fact)).is_some_and(is_done)
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
