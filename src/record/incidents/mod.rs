//! A matter changes and is told: the row, the messages that are kept up to date, and what happened below them, in one
//! write.

pub mod own;

use chrono::{DateTime, Utc};

use crate::{
    context::Desk,
    domain::{
        incident::matter::{Matter, Spot},
        message::{
            Message,
            post::{Place, Post, Target},
        },
    },
    messages,
    store::{StoreProblem, Writing},
};

/// Stores a matter and tells what happened: in new `spots` by the message itself, wherever it is told already by `event`
/// below it. What is `wrong` is said there only if it is one of `spots`, and all else everywhere. Everybody in `pings` is
/// pinged once.
///
/// # Errors
/// What the store says.
pub fn tell(
    desk: &Desk,
    writing: &mut Writing,
    matter: &mut Matter,
    spots: Vec<Spot>,
    wrong: bool,
    event: &Message,
    pings: &[String],
) -> Result<(), StoreProblem> {
    let known = matter.spots.len();
    let mut here: Vec<usize> = if wrong { vec![] } else { (0..known).collect() };
    for spot in spots {
        let at = matter.spots.iter().position(|other| other.is(&spot)).unwrap_or_else(|| {
            matter.spots.push(spot);
            matter.spots.len() - 1
        });
        matter.spots[at].wrong |= wrong;
        if !here.contains(&at) {
            here.push(at);
        }
    }
    say(desk, writing, matter, &here, known, event, pings)
}

/// Tells something about what is wrong, wherever that is told. Everybody in `pings` is pinged once.
///
/// # Errors
/// What the store says.
pub fn tell_of_trouble(
    desk: &Desk,
    writing: &mut Writing,
    matter: &mut Matter,
    event: &Message,
    pings: &[String],
) -> Result<(), StoreProblem> {
    let known = matter.spots.len();
    let here: Vec<usize> = (0..known).filter(|at| matter.spots[*at].wrong).collect();
    say(desk, writing, matter, &here, known, event, pings)
}

/// Says something in these spots, the first `known` of which have the message already.
fn say(
    desk: &Desk,
    writing: &mut Writing,
    matter: &mut Matter,
    here: &[usize],
    known: usize,
    event: &Message,
    pings: &[String],
) -> Result<(), StoreProblem> {
    let places: Vec<Place> = here.iter().map(|at| matter.spots[*at].place).collect();
    let pinged = desk.pinged(writing, &places, pings)?;
    let nth = writing.next_number("matter-told")?;
    for (at, pings) in here.iter().zip(pinged) {
        let spot = &mut matter.spots[*at];
        if *at >= known {
            spot.pings = pings;
            continue;
        }
        let key = format!("matter/{}/{nth}/{}/{}", matter.number, spot.place, spot.under.map_or(0, |under| under.0));
        let target = Target::Matter { place: spot.place, matter: matter.number, under: spot.under };
        writing.post(Post { key, target, message: Message { pings, ..event.clone() } })?;
    }
    writing.put_matter(matter)?;
    writing.refresh_matter(matter)
}

/// Who answered first when somebody says that they look at a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// Whoever said so just now.
    Now,
    /// Somebody else, or the same person before; since when.
    Before(String, DateTime<Utc>),
    /// Nobody has to look at it: nothing is wrong, or not any more.
    NotNeeded,
}

/// Notes who looks at a matter, and tells it; whoever was first stays, and what is over needs nobody.
///
/// # Errors
/// What the store says.
pub fn acknowledge(desk: &Desk, writing: &mut Writing, mut matter: Matter, by: &str) -> Result<Answered, StoreProblem> {
    let Some(trouble) = &matter.trouble else { return Ok(Answered::NotNeeded) };
    match (&trouble.acknowledged, trouble.over) {
        (_, Some(_)) => return Ok(Answered::NotNeeded),
        (Some((first, at)), None) => return Ok(Answered::Before(first.clone(), *at)),
        (None, None) => {}
    }
    matter.is_looked_at(by, desk.clock.now());
    let event = messages::report::acknowledged(&messages::matter::name(&matter), by);
    tell_of_trouble(desk, writing, &mut matter, &event, &[])?;
    Ok(Answered::Now)
}
