//! Where the bot dies: every changing request of a tale has a name, and the bot is killed at those that are still wanted.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

use sandbox::wire::{Moment, Recorded, Service, Verdict};

/// A place in a tale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Place {
    /// The how manieth thing it is that somebody does or waits for.
    pub step: usize,
    /// How often it was said again, or the clock was turned for it.
    pub turn: usize,
    /// How many changes on GitHub the bot has been let make since, repeated ones not counted; a change itself is at the
    /// place that it leads to.
    pub change: usize,
}

/// A moment at which the bot can die: before or after the n-th request of a kind at a place in its tale. Requests of one
/// kind come in the same order in every telling; those of different kinds may overtake each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    pub place: Place,
    kind: String,
    pub nth: usize,
    after: bool,
}

/// The points at which the bot has not died yet, over all tellings.
pub(super) type Wanted = Arc<Mutex<BTreeSet<Point>>>;

/// The bot died.
#[derive(Debug, Clone)]
pub(super) struct Kill {
    /// Where.
    pub point: Point,
    /// The request at which it died.
    pub request: Recorded,
    /// The last message in each chat on Telegram (chat and id), if it came after the last rest: nothing has been said
    /// there since, so the bot may have died before it noted that this one was sent.
    pub perhaps_unnoted: Vec<(String, String)>,
    /// How many interactions there had been on Discord when it was started again.
    pub interactions: usize,
}

/// Counts the requests of one telling, and says when the bot is to die. Cloning gives another handle.
#[derive(Clone, Default)]
pub(super) struct Trap(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    wanted: Wanted,
    /// The channels of Discord: requests to different ones are of different kinds.
    channels: Vec<String>,
    place: Place,
    /// How many requests of each kind there were at this place.
    counted: BTreeMap<String, usize>,
    under_way: BTreeMap<usize, Point>,
    /// It dies when this request has been applied.
    promised: Option<(usize, Point)>,
    /// The changes on GitHub that the bot has asked for since somebody last did something.
    changes: Vec<(String, String)>,
    /// The how manieth of them was asked for last.
    asked: usize,
    met: Vec<Point>,
    disarmed: bool,
    kills: Vec<Kill>,
}

impl Trap {
    /// A trap that is armed and springs at what is wanted.
    pub(super) fn new(wanted: Wanted, channels: Vec<String>) -> Self {
        Self(Arc::new(Mutex::new(State { wanted, channels, ..State::default() })))
    }

    /// Sees a changing request, and says whether the bot dies of it: then it does not die again before the trap is armed
    /// again. A change on GitHub of which it does not die is held.
    pub(super) fn judge(&self, position: usize, request: &Recorded, moment: Moment) -> Verdict {
        let mut state = self.state();
        let point = match moment {
            Moment::Before => {
                let before = state.meet(request);
                let after = Point { after: true, ..before.clone() };
                if state.claims(&before) {
                    Some(before)
                } else if request.service != Service::GitHub {
                    state.under_way.insert(position, after);
                    None
                } else if state.claims(&after) {
                    // Nobody else may claim the bot until then.
                    state.promised = Some((position, after));
                    None
                } else {
                    return Verdict::Hold;
                }
            }
            Moment::After => match state.promised.take_if(|(of, _)| *of == position) {
                Some((_, point)) => Some(point),
                None => {
                    state.under_way.remove(&position).filter(|point| point.place == state.place && state.claims(point))
                }
            },
        };
        let Some(point) = point else { return Verdict::Pass };
        state.kills.push(Kill { point, request: request.clone(), perhaps_unnoted: vec![], interactions: 0 });
        Verdict::Cut
    }

    /// Somebody does something, or the clock is turned.
    pub(super) fn enter(&self, place: Place) {
        let mut state = self.state();
        state.changes.clear();
        state.enter(place);
    }

    /// The change that is held is going to be let go.
    pub(super) fn go_on(&self) {
        let mut state = self.state();
        let place = Place { change: state.asked, ..state.place };
        state.enter(place);
    }

    pub(super) fn place(&self) -> Place {
        self.state().place
    }

    /// Where the change that is held leads to.
    pub(super) fn next_place(&self) -> Place {
        let state = self.state();
        Place { change: state.asked, ..state.place }
    }

    pub(super) fn arm(&self, armed: bool) {
        self.state().disarmed = !armed;
    }

    /// Whether anything further on is wanted.
    pub(super) fn has_more(&self) -> bool {
        let state = self.state();
        let wanted = state.wanted.lock().unwrap();
        wanted.iter().next_back().is_some_and(|last| last.place > state.place)
    }

    /// Adds to what is known about the last kill.
    pub(super) fn note(&self, perhaps_unnoted: Vec<(String, String)>, interactions: usize) {
        if let Some(kill) = self.state().kills.last_mut() {
            (kill.perhaps_unnoted, kill.interactions) = (perhaps_unnoted, interactions);
        }
    }

    pub(super) fn has_died(&self) -> bool {
        !self.state().kills.is_empty()
    }

    pub(super) fn kills(&self) -> Vec<Kill> {
        self.state().kills.clone()
    }

    /// Every point that this telling came by.
    pub(super) fn met(&self) -> Vec<Point> {
        self.state().met.iter().flat_map(|point| [point.clone(), Point { after: true, ..point.clone() }]).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    /// Requests are counted anew at every place.
    fn enter(&mut self, place: Place) {
        (self.place, self.counted) = (place, BTreeMap::new());
    }

    /// Whether the bot is to die at a point: then nobody else's will, and this one nowhere else before it rests again.
    fn claims(&mut self, point: &Point) -> bool {
        let claims = !self.disarmed && self.wanted.lock().unwrap().remove(point);
        self.disarmed |= claims;
        claims
    }

    fn meet(&mut self, request: &Recorded) -> Point {
        let kind = self.kind(request);
        let (place, nth) = if request.service == Service::GitHub {
            self.asked = self.number(&kind, &request.body.to_string());
            (Place { change: self.asked, ..self.place }, 1)
        } else {
            let nth = self.counted.entry(kind.clone()).or_default();
            *nth += 1;
            (self.place, *nth)
        };
        let point = Point { place, kind, nth, after: false };
        self.met.push(point.clone());
        point
    }

    /// The number of a change on GitHub: one that is repeated after a crash has the one it had before.
    fn number(&mut self, kind: &str, body: &str) -> usize {
        let known = self.changes.iter().position(|(of, what)| of == kind && what == body);
        assert!(known.is_none() || !self.kills.is_empty(), "two changes cannot be told apart: {kind} {body}");
        known.map_or_else(
            || {
                self.changes.push((kind.to_owned(), body.to_owned()));
                self.changes.len()
            },
            |at| at + 1,
        )
    }

    /// What a request does and where, without the ids, which follow from what was done before.
    fn kind(&self, request: &Recorded) -> String {
        let keep = |part: &str| {
            let is_id = part.bytes().any(|byte| byte.is_ascii_digit()) && !["v10"].contains(&part);
            !is_id || self.channels.iter().any(|channel| channel == part)
        };
        let parts: Vec<&str> = request.path.split('/').map(|part| if keep(part) { part } else { "*" }).collect();
        let path = parts.join("/");
        match request.service {
            Service::GitHub => format!("{} {path}", request.method),
            Service::Discord => format!("{} discord{path}", request.method),
            Service::Unleash => format!("{} unleash{path}", request.method),
            Service::Telegram => {
                let method = path.rsplit('/').next().unwrap_or_default();
                format!("telegram {method} {}", request.body["chat_id"])
            }
        }
    }
}

impl Point {
    /// Whether it is an edit of a message that was not the first at its place. How many edits a card needs depends on how
    /// its changes meet, so it may be that such a one does not come.
    pub(super) fn may_be_saved(&self) -> bool {
        let edits = self.kind.starts_with("PATCH discord") || self.kind.to_lowercase().contains("editmessage");
        edits && self.nth > 1
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, kind, nth, after } = self;
        let moment = if *after { "after" } else { "before" };
        write!(f, "{}.{}.{}/{kind} #{nth}/{moment}", place.step, place.turn, place.change)
    }
}
