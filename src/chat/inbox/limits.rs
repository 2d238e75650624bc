//! How much is heard: everybody has a pace of their own, and so has each place. Those whom the configuration does not name share
//! one more, which is small: what they say costs little, however many they are.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::{message::post::Place, team::people::Account};

/// How often the paces are looked through for those that nobody uses any more.
const LOOK_THROUGH: TimeDelta = TimeDelta::minutes(1);

/// What somebody says, as far as it matters for how much of it is heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Noise {
    /// A person whom the configuration names, by name, decides something: nobody else's words count against that.
    Deciding(String),
    /// A person whom the configuration names asks something.
    Asking(String),
    /// Somebody else says something.
    Strange(Account),
    /// Suggestions are asked for; by whom, if the configuration names them.
    Typing(Option<String>),
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heed {
    /// It is heard.
    Heard,
    /// It is too much: only this sentence is answered.
    Told(&'static str),
    /// It is too much, and that has been said: nothing is answered.
    PassedOver,
}

/// Everybody's paces. Cloning gives another handle.
#[derive(Clone, Default)]
pub(super) struct Limits(Arc<Mutex<Paces>>);

#[derive(Default)]
struct Paces {
    /// Only those that are not full.
    used: HashMap<PaceOf, Used>,
    looked_through: Option<DateTime<Utc>>,
}

/// Whose pace it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum PaceOf {
    Decisions(String),
    Questions(String),
    QuestionsIn(Place),
    Stranger(Account),
    StrangersIn(Place),
    Strangers,
    Suggestions(Option<String>),
}

/// A pace that was used.
struct Used {
    /// When it will be full again.
    full_at: DateTime<Utc>,
    /// Whether it was said that it is too much.
    told: bool,
}

impl Limits {
    /// Whether one more thing is heard.
    pub(super) fn heed(&self, noise: &Noise, place: Place, now: DateTime<Utc>) -> Heed {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).heed(noise, place, now)
    }
}

impl Paces {
    fn heed(&mut self, noise: &Noise, place: Place, now: DateTime<Utc>) -> Heed {
        if self.looked_through.is_none_or(|at| now - at >= LOOK_THROUGH || at > now) {
            self.used.retain(|_, used| used.full_at > now);
            self.looked_through = Some(now);
        }
        let all = noise.paces(place);
        for pace in &all {
            let Some(used) = self.used.get_mut(pace) else { continue };
            if used.full_at <= now {
                self.used.remove(pace);
            } else if used.full_at > now + pace.burst() - pace.each() {
                return match std::mem::replace(&mut used.told, true) {
                    true => Heed::PassedOver,
                    false => pace.sentence().map_or(Heed::PassedOver, Heed::Told),
                };
            }
        }
        for pace in all {
            let each = pace.each();
            let used = self.used.entry(pace).or_insert(Used { full_at: now, told: false });
            used.full_at += each;
        }
        Heed::Heard
    }
}

impl Noise {
    /// The paces that it has to keep.
    fn paces(&self, place: Place) -> Vec<PaceOf> {
        match self {
            Self::Deciding(name) => vec![PaceOf::Decisions(name.clone())],
            Self::Asking(name) => vec![PaceOf::Questions(name.clone()), PaceOf::QuestionsIn(place)],
            Self::Strange(account) => {
                vec![PaceOf::Stranger(account.clone()), PaceOf::StrangersIn(place), PaceOf::Strangers]
            }
            Self::Typing(name) => vec![PaceOf::Suggestions(name.clone())],
        }
    }
}

impl PaceOf {
    /// How many may come at once, and how many seconds each takes then.
    fn measure(&self) -> (i32, i64) {
        match self {
            Self::Decisions(_) => (60, 1),
            Self::Questions(_) => (40, 2),
            Self::QuestionsIn(_) => (120, 1),
            Self::Stranger(_) => (6, 20),
            Self::StrangersIn(_) => (30, 5),
            Self::Strangers => (60, 5),
            Self::Suggestions(_) => (200, 1),
        }
    }

    fn each(&self) -> TimeDelta {
        TimeDelta::seconds(self.measure().1)
    }

    fn burst(&self) -> TimeDelta {
        self.each() * self.measure().0
    }

    /// What is said when it is too much; it fits the answer to a press, which takes 200 characters.
    fn sentence(&self) -> Option<&'static str> {
        match self {
            Self::Decisions(_) => Some(
                "You decide more at once than I take in, so I did nothing about this. Say it again in a minute; until then \
                 I say this only once.",
            ),
            Self::Questions(_) => Some(
                "You ask faster than I answer, so I passed this over. Ask again in a minute; I say this only once. What you \
                 decide I hear all the while.",
            ),
            Self::QuestionsIn(_) => Some(
                "More is asked here than I answer, so I passed this over. Ask again in a minute; I say this only once. \
                 Decisions I hear all the while.",
            ),
            Self::Stranger(_) | Self::StrangersIn(_) | Self::Strangers => Some(
                "People whom my configuration does not name say more than I answer, so I passed this over. Try again in a \
                 few minutes; I say this only once.",
            ),
            Self::Suggestions(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HERE: Place = Place::Telegram { chat: -5, topic: None };

    fn start() -> DateTime<Utc> {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    fn strange(account: u64) -> Noise {
        Noise::Strange(Account::Telegram(account))
    }

    /// How many of so many are heard, told that it is too much, and passed over.
    fn counted(paces: &mut Paces, said: impl IntoIterator<Item = (Noise, Place)>, now: DateTime<Utc>) -> [usize; 3] {
        let mut counted = [0; 3];
        for (noise, place) in said {
            counted[match paces.heed(&noise, place, now) {
                Heed::Heard => 0,
                Heed::Told(_) => 1,
                Heed::PassedOver => 2,
            }] += 1;
        }
        counted
    }

    #[test]
    fn who_says_too_much_is_told_once() {
        let elsewhere = |nth: u64| Place::Telegram { chat: nth as i64, topic: None };
        let anas = || Noise::Asking("ana".into());
        let many = |count: u64, noise: &dyn Fn(u64) -> Noise, place: &dyn Fn(u64) -> Place| -> Vec<(Noise, Place)> {
            (0..count).map(|nth| (noise(nth), place(nth))).collect()
        };
        let one = |nth: u64| Noise::Asking(format!("person {nth}"));
        for (about, said, expected) in [
            ("one person's questions", many(100, &|_| anas(), &|_| HERE), [40, 1, 59]),
            ("one person's decisions", many(100, &|_| Noise::Deciding("ana".into()), &|_| HERE), [60, 1, 39]),
            ("the questions of many in one place", many(200, &one, &|_| HERE), [120, 1, 79]),
            ("the questions of many in many places", many(200, &one, &elsewhere), [200, 0, 0]),
            ("one stranger", many(100, &|_| strange(7), &|_| HERE), [6, 1, 93]),
            ("many strangers in one place", many(16_000, &strange, &|_| HERE), [30, 1, 15_969]),
            ("many strangers in many places", many(16_000, &strange, &elsewhere), [60, 1, 15_939]),
            ("what somebody types", many(300, &|_| Noise::Typing(None), &|_| HERE), [200, 0, 100]),
        ] {
            assert_eq!(counted(&mut Paces::default(), said, start()), expected, "{about}");
        }
    }

    #[test]
    fn nobody_uses_up_what_others_decide() {
        let mut paces = Paces::default();
        let others = (0..10_000).map(|nth| if nth % 2 == 0 { strange(nth) } else { Noise::Asking(format!("p{nth}")) });
        counted(&mut paces, others.map(|noise| (noise, HERE)), start());
        counted(&mut paces, (0..100).map(|_| (Noise::Asking("ana".into()), HERE)), start());
        assert_eq!(paces.heed(&Noise::Deciding("ana".into()), HERE, start()), Heed::Heard);
    }

    #[test]
    fn who_waits_is_heard_again_and_what_is_full_is_forgotten() {
        let (mut paces, at) = (Paces::default(), |seconds: i64| start() + TimeDelta::seconds(seconds));
        let asks = |count: usize| (0..count).map(|_| (strange(7), HERE));
        assert_eq!(counted(&mut paces, asks(10), at(0)), [6, 1, 3]);
        assert_eq!(counted(&mut paces, asks(10), at(20)), [1, 0, 9], "it was said");
        assert_eq!(counted(&mut paces, asks(10), at(140)), [6, 1, 3], "all of it is over, so it is said again");
        assert_eq!(counted(&mut paces, asks(1), at(100)), [0, 0, 1], "a clock that goes back");
        assert_eq!(counted(&mut paces, [(strange(8), HERE)], at(3600)), [1, 0, 0]);
        assert_eq!(paces.used.len(), 3, "of all that was said before, nothing is kept");
    }
}
