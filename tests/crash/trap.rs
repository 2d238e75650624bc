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

/// A change on GitHub that the bot asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    kind: String,
    body: String,
    number: usize,
}

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
    changes: Vec<Change>,
    /// The same of the undisturbed telling, at each step and turn of it: a change has the number there that it has here.
    expected: BTreeMap<(usize, usize), Vec<Change>>,
    /// The greatest number of those that were asked for since one was let go.
    asked: usize,
    /// The changes at each step and turn so far.
    made: BTreeMap<(usize, usize), Vec<Change>>,
    met: Vec<Point>,
    disarmed: bool,
    kills: Vec<Kill>,
}

impl Trap {
    /// A trap that is armed and springs at what is wanted; changes are numbered as in the undisturbed telling, if there was
    /// one, also where they overtake each other.
    pub(super) fn new(wanted: Wanted, channels: Vec<String>, undisturbed: Option<&Trap>) -> Self {
        let expected = undisturbed.map(|trap| trap.state().made.clone()).unwrap_or_default();
        Self(Arc::new(Mutex::new(State { wanted, channels, expected, ..State::default() })))
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
        state.asked = 0;
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
        (self.place, self.counted, self.asked) = (place, BTreeMap::new(), 0);
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
            let number = self.number(&kind, &request.body.to_string());
            self.asked = self.asked.max(number);
            (Place { change: number, ..self.place }, 1)
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
        let same = |change: &&Change| change.kind == kind && change.body == body;
        if let Some(known) = self.changes.iter().find(same) {
            assert!(!self.kills.is_empty(), "two changes cannot be told apart: {kind} {body}");
            return known.number;
        }
        let at = (self.place.step, self.place.turn);
        let expected = self.expected.get(&at).map_or(&[][..], Vec::as_slice);
        let is_free = |change: &&Change| self.changes.iter().all(|made| made.number != change.number);
        let alike = || expected.iter().filter(|change| change.kind == kind).find(is_free);
        let found = expected.iter().filter(same).find(is_free).or_else(alike);
        let last = expected.iter().chain(&self.changes).map(|change| change.number).max().unwrap_or_default();
        let number = found.map_or(last + 1, |change| change.number);
        let change = Change { kind: kind.to_owned(), body: body.to_owned(), number };
        self.made.entry(at).or_default().push(change.clone());
        self.changes.push(change);
        number
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_that_overtake_each_other_are_the_same_points() {
        let told = |order: [&str; 3], undisturbed: Option<&Trap>| {
            let trap = Trap::new(Wanted::default(), vec![], undisturbed);
            for (position, path) in order.into_iter().enumerate() {
                let (method, query) = ("POST".to_owned(), String::new());
                let (service, path) = (Service::GitHub, path.to_owned());
                let body = serde_json::Value::from(position);
                let request = Recorded { service, method, path, query, body, status: 0, changing: true };
                assert_eq!(trap.judge(position, &request, Moment::Before), Verdict::Hold);
                trap.go_on();
            }
            trap
        };
        let undisturbed = told(["/statuses", "/statuses", "/dispatches"], None);
        let points = |trap: &Trap| trap.met().into_iter().collect::<BTreeSet<_>>();
        for order in [["/dispatches", "/statuses", "/statuses"], ["/statuses", "/dispatches", "/statuses"]] {
            assert_eq!(points(&told(order, Some(&undisturbed))), points(&undisturbed), "{order:?}");
        }
        let more = points(&told(["/dispatches", "/labels", "/statuses"], Some(&undisturbed)));
        let numbers: Vec<usize> = more.iter().filter(|point| point.after).map(|point| point.place.change).collect();
        assert_eq!(numbers, [1, 3, 4], "what nobody expected comes behind");
    }
}
