//! An incident changes and is told: the row, the messages that are kept up to date, and what happened below them, in one
//! write.

pub mod own;

use chrono::{DateTime, Utc};

use crate::{
    context::Context,
    domain::{
        incident::matter::{Destination, Incident},
        message::{
            Message,
            post::{Place, Post, Target},
        },
    },
    messages,
    store::{StoreProblem, Writing},
};

/// Stores an incident and tells what happened: in new `destinations` by the message itself, wherever it is told already by `event`
/// below it. What is `wrong` is said there only if it is one of `destinations`, and all else everywhere. Everybody in `pings` is
/// pinged once.
///
/// # Errors
/// What the store says.
pub fn tell(
    context: &Context,
    writing: &mut Writing,
    matter: &mut Incident,
    destinations: Vec<Destination>,
    wrong: bool,
    event: &Message,
    pings: &[String],
) -> Result<(), StoreProblem> {
    let known = matter.destinations.len();
    let mut here: Vec<usize> = if wrong { vec![] } else { (0..known).collect() };
    for destination in destinations {
        let at = matter.destinations.iter().position(|other| other.is(&destination)).unwrap_or_else(|| {
            matter.destinations.push(destination);
            matter.destinations.len() - 1
        });
        matter.destinations[at].wrong |= wrong;
        if !here.contains(&at) {
            here.push(at);
        }
    }
    say(context, writing, matter, &here, known, event, pings)
}

/// Tells something about what is wrong, wherever that is told. Everybody in `pings` is pinged once.
///
/// # Errors
/// What the store says.
pub fn tell_of_trouble(
    context: &Context,
    writing: &mut Writing,
    matter: &mut Incident,
    event: &Message,
    pings: &[String],
) -> Result<(), StoreProblem> {
    let known = matter.destinations.len();
    let here: Vec<usize> = (0..known).filter(|at| matter.destinations[*at].wrong).collect();
    say(context, writing, matter, &here, known, event, pings)
}

/// Says something in these destination, the first `known` of which have the message already.
fn say(
    context: &Context,
    writing: &mut Writing,
    matter: &mut Incident,
    here: &[usize],
    known: usize,
    event: &Message,
    pings: &[String],
) -> Result<(), StoreProblem> {
    let places: Vec<Place> = here.iter().map(|at| matter.destinations[*at].place).collect();
    let pinged = context.pinged(writing, &places, pings)?;
    let nth = writing.next_number("matter-told")?;
    for (at, pings) in here.iter().zip(pinged) {
        let destination = &mut matter.destinations[*at];
        if *at >= known {
            destination.pings = pings;
            continue;
        }
        let key = format!(
            "matter/{}/{nth}/{}/{}",
            matter.number,
            destination.place,
            destination.under.map_or(0, |under| under.0)
        );
        let target = Target::Incident { place: destination.place, matter: matter.number, under: destination.under };
        writing.post(Post { key, target, message: Message { pings, ..event.clone() } })?;
    }
    writing.put_matter(matter)?;
    writing.refresh_matter(matter)
}

/// Who answered first when somebody says that they look at an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// Whoever said so just now.
    Now,
    /// Somebody else, or the same person before; since when.
    Before(String, DateTime<Utc>),
    /// Nobody has to look at it: nothing is wrong, or not any more.
    NotNeeded,
}

/// Notes who looks at an incident, and tells it; whoever was first stays, and what is over needs nobody.
///
/// # Errors
/// What the store says.
pub fn acknowledge(
    context: &Context,
    writing: &mut Writing,
    mut matter: Incident,
    by: &str,
) -> Result<Answered, StoreProblem> {
    let Some(trouble) = &matter.trouble else { return Ok(Answered::NotNeeded) };
    match (&trouble.acknowledged, trouble.over) {
        (_, Some(_)) => return Ok(Answered::NotNeeded),
        (Some((first, at)), None) => return Ok(Answered::Before(first.clone(), *at)),
        (None, None) => {}
    }
    matter.is_looked_at(by, context.clock.now());
    let event = messages::report::acknowledged(&messages::matter::name(&matter), by);
    tell_of_trouble(context, writing, &mut matter, &event, &[])?;
    Ok(Answered::Now)
}
