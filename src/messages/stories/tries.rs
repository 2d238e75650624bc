//! The stories that people are to try: told together, and those who try them are called at most once in half an hour.

use chrono::TimeDelta;

use crate::domain::{
    message::{Block, Line, Message, Tone, line},
    release::{
        Release,
        fact::{Fact, Outcome},
        stories::{Story, StoryFact},
    },
};

use super::{spoken, verdict};

/// Those who try stories are not called again within this time.
const PAUSE: TimeDelta = TimeDelta::minutes(30);

/// Whether a story that was deployed calls those who try it; else the message before says it, too.
pub fn calls(release: &Release, number: usize) -> bool {
    calling(release).contains(&number)
}

/// The numbers of the facts that called somebody.
fn calling(release: &Release) -> Vec<usize> {
    let mut last = None;
    let mut numbers = vec![];
    for (number, recorded) in release.facts.iter().enumerate() {
        // What is deployed after the choice was complete is a new call.
        if matches!(recorded.fact, Fact::Done { made: Outcome::Stories { .. }, .. }) {
            last = None;
        }
        let deployed = matches!(recorded.fact, Fact::Story { what: StoryFact::Deployed { .. }, .. });
        if deployed && last.is_none_or(|last| recorded.at - last >= PAUSE) {
            last = Some(recorded.at);
            numbers.push(number);
        }
    }
    numbers
}

/// The stories that are to be tried now, if there are any.
pub fn to_try(release: &Release) -> Option<Message> {
    let tested = |story: &'_ Story| story.tested_on().map(str::to_owned);
    let waiting: Vec<(&Story, String)> =
        release.state.stories.list.iter().filter_map(|story| Some((story, tested(story)?))).collect();
    let message = match waiting.as_slice() {
        [] => return None,
        [(story, environment)] => {
            let title = format!("\u{1f9ea} {} is on {}: does it work there?", story.name, spoken(environment));
            Message::new(Tone::Asking, title)
        }
        several => {
            let one = |(story, environment): &(&Story, String)| -> Line {
                line().bold(&story.name).plain(format!(" is on {}", spoken(environment)))
            };
            Message::new(Tone::Asking, format!("\u{1f9ea} {} stories to try: do they work?", several.len()))
                .block(Block::List(several.iter().map(one).collect()))
        }
    };
    let rows = waiting.iter().take(5).map(|(story, environment)| verdict(release, story, environment));
    Some(rows.fold(message, Message::row))
}

/// What such a call says by now, and whether that is its last word.
pub fn by_now(release: &Release, number: usize, said: &Message) -> (Message, bool) {
    let next = calling(release).into_iter().find(|later| *later > number);
    let complete = release.spec.plan.picking().is_none_or(|picking| release.state.step(picking.step).is_over());
    let over = next.is_some() || complete || !release.is_open();
    match to_try(release).filter(|_| !over) {
        Some(message) => (message.ping(said.pings.clone()), false),
        None => (tried(release, number, next), over),
    }
}

/// What came of the tries that one call was for.
fn tried(release: &Release, number: usize, next: Option<usize>) -> Message {
    let until = next.unwrap_or(release.facts.len());
    let came = release.facts.get(number..until).unwrap_or_default().iter().filter_map(|recorded| {
        let Fact::Story { story, what } = &recorded.fact else { return None };
        if let StoryFact::Tested { environment, by } = what {
            return Some(format!("{story} works on {} ({by})", spoken(environment)));
        }
        let StoryFact::Rejected { environment, by, .. } = what else { return None };
        Some(format!("{story} does not work on {} ({by})", spoken(environment)))
    });
    let came: Vec<String> = came.collect();
    match came.is_empty() {
        true => Message::new(Tone::Plain, "\u{2013} Not needed any more"),
        false => Message::new(Tone::Good, format!("\u{2713} Tried: {}", came.join(" \u{b7} "))),
    }
}
