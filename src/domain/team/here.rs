//! Where the bot is at home: in the places and the server that the configuration names, and in private with its people.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::message::post::Place;

/// What a Discord channel lies in. A Telegram place says that by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// Nothing that is known to us.
    #[default]
    Nothing,
    /// A person's private talk with the bot.
    Private,
    /// A server.
    Server {
        /// Its id.
        id: u64,
        /// The channel of which this one is a thread.
        thread_of: Option<u64>,
    },
}

/// The places and the server that the configuration names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Here {
    /// The Discord server.
    pub server: Option<u64>,
    /// Every place where something is told.
    pub places: BTreeSet<Place>,
}

impl Here {
    /// Whether the bot is at home there: it knows nothing elsewhere. `named` says whether the configuration names the
    /// person who speaks.
    pub fn is_home(&self, place: Place, within: Within, named: bool) -> bool {
        self.names(place, within) || self.is_the_server(within) || (named && is_private(place, within))
    }

    /// Whether what the platform itself says of somebody's rights there counts for us.
    pub fn believes(&self, place: Place, within: Within) -> bool {
        match place {
            Place::Discord { .. } => self.is_the_server(within),
            Place::Telegram { .. } => !is_private(place, within) && self.names(place, within),
        }
    }

    /// Whether the configuration names the place, or what it is a thread or a topic of.
    fn names(&self, place: Place, within: Within) -> bool {
        match (place, within) {
            (Place::Discord { .. }, Within::Server { thread_of: Some(channel), .. }) => {
                self.places.contains(&place) || self.places.contains(&Place::Discord { channel })
            }
            (Place::Discord { .. }, _) => self.places.contains(&place),
            (Place::Telegram { chat, .. }, _) => {
                let same = |named: &Place| matches!(named, Place::Telegram { chat: named, .. } if *named == chat);
                self.places.iter().any(same)
            }
        }
    }

    fn is_the_server(&self, within: Within) -> bool {
        matches!(within, Within::Server { id, .. } if self.server == Some(id))
    }
}

/// Whether only one person and the bot are there. On Telegram, a private chat has the person's id, and any other one is
/// below zero.
fn is_private(place: Place, within: Within) -> bool {
    match place {
        Place::Discord { .. } => within == Within::Private,
        Place::Telegram { chat, .. } => chat > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: u64 = 1;
    const THEIRS: u64 = 2;

    fn here() -> Here {
        let places = ["discord:10", "telegram:-100/5", "telegram:-200", "telegram:7"];
        Here { server: Some(OURS), places: places.iter().filter_map(|place| place.parse().ok()).collect() }
    }

    fn server(id: u64) -> Within {
        Within::Server { id, thread_of: None }
    }

    fn thread(id: u64, channel: u64) -> Within {
        Within::Server { id, thread_of: Some(channel) }
    }

    /// Home for a stranger, home for somebody who is named, and whether the platform's word counts.
    fn asked(here: &Here, place: &str, within: Within) -> Option<(bool, bool, bool)> {
        let place = place.parse().ok()?;
        Some((here.is_home(place, within, false), here.is_home(place, within, true), here.believes(place, within)))
    }

    #[test]
    fn home_is_what_the_configuration_names() {
        let cases = [
            ("a named channel", "discord:10", server(OURS), (true, true, true)),
            ("its thread", "discord:11", thread(OURS, 10), (true, true, true)),
            ("any channel of the server", "discord:20", server(OURS), (true, true, true)),
            ("another server", "discord:20", server(THEIRS), (false, false, false)),
            ("a named channel of another server", "discord:10", server(THEIRS), (true, true, false)),
            ("its thread", "discord:11", thread(THEIRS, 10), (true, true, false)),
            ("a thread of another channel there", "discord:11", thread(THEIRS, 30), (false, false, false)),
            ("a private talk on Discord", "discord:30", Within::Private, (false, true, false)),
            ("a talk of several people", "discord:30", Within::Nothing, (false, false, false)),
            ("a named chat", "telegram:-200", Within::Nothing, (true, true, true)),
            ("a topic of a named chat", "telegram:-200/3", Within::Nothing, (true, true, true)),
            ("the chat of a named topic", "telegram:-100", Within::Nothing, (true, true, true)),
            ("another topic of that chat", "telegram:-100/6", Within::Nothing, (true, true, true)),
            ("another group", "telegram:-300", Within::Nothing, (false, false, false)),
            ("a private chat on Telegram", "telegram:8", Within::Nothing, (false, true, false)),
            ("a private chat that is named", "telegram:7", Within::Nothing, (true, true, false)),
        ];
        for (what, place, within, expected) in cases {
            assert_eq!(asked(&here(), place, within), Some(expected), "{what}: {place}");
        }
    }

    #[test]
    fn without_a_server_no_server_is_home() {
        let here = Here { server: None, ..here() };
        assert_eq!(asked(&here, "discord:10", server(OURS)), Some((true, true, false)));
        assert_eq!(asked(&here, "discord:20", server(OURS)), Some((false, false, false)));
        assert_eq!(asked(&here, "discord:30", Within::Private), Some((false, true, false)));
    }
}
