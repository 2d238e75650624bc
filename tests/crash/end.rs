//! The world at the end of a story, as it is compared.

use std::collections::BTreeMap;

use sandbox::{
    chat::{Button, Seen},
    github::Made,
    world::World,
};
use serde_json::Value;

use super::trap::Kill;

/// A message, as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shown {
    pub place: String,
    pub text: String,
}

/// What became of one interaction on Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answered {
    pub what: String,
    pub shows: Option<String>,
    /// It was sent to a process that died before it acknowledged it.
    pub unheard: bool,
    pub open: bool,
}

/// The world at the end of a story, or at a rest in it.
pub(super) struct End {
    pub kills: Vec<Kill>,
    /// How many minutes the story took.
    pub minutes: i64,
    pub world: Value,
    pub made: Made,
    /// Discord's messages in order, without private ones.
    pub discord: Vec<Shown>,
    pub interactions: Vec<Answered>,
    /// Telegram's messages in order, with their ids, by chat.
    pub telegram: BTreeMap<String, Vec<(String, Shown)>>,
    /// The answers to presses on Telegram.
    pub toasts: Vec<String>,
    /// Presses on Telegram that nobody answered.
    pub unanswered: usize,
    /// Who was pinged with what on Discord.
    pub discord_pings: Vec<String>,
    /// Who was pinged with what on Telegram, with the message's place and id.
    pub telegram_pings: Vec<(String, String)>,
}

impl End {
    pub(super) async fn of(
        world: &World,
        channels: &[String],
        chats: &[String],
        kills: Vec<Kill>,
        minutes: i64,
        unheard: usize,
    ) -> Self {
        let (discord, telegram) = (world.discord(), world.telegram());
        let in_channel = |channel: &str| discord.messages(channel).into_iter().filter(|seen| seen.only_for.is_none());
        let interactions = discord.interactions().into_iter().enumerate().map(|(at, known)| Answered {
            what: known.what,
            unheard: at < unheard && known.response.is_none(),
            open: known.outstanding || known.failed,
            shows: known.shows,
        });
        Self {
            kills,
            minutes,
            world: world.github().world().await.unwrap(),
            made: lasting(world.github().objects_made()),
            discord: channels
                .iter()
                .flat_map(|channel| in_channel(channel).map(|seen| shown(channel, &seen)))
                .collect(),
            interactions: interactions.collect(),
            telegram: chats
                .iter()
                .map(|chat| {
                    let messages = telegram.messages(chat);
                    (chat.clone(), messages.iter().map(|seen| (seen.id.clone(), shown(chat, seen))).collect())
                })
                .collect(),
            toasts: telegram.toasts().into_iter().map(|(who, toast)| format!("{who}: {}", toast.text)).collect(),
            unanswered: telegram.outstanding() + telegram.failed().len(),
            discord_pings: discord
                .pings()
                .iter()
                .map(|ping| format!("{} in {}: {}", ping.person, ping.place, ping.text))
                .collect(),
            telegram_pings: telegram
                .pings()
                .iter()
                .map(|ping| (ping.message.clone(), format!("{} in {}: {}", ping.person, ping.place, ping.text)))
                .collect(),
        }
    }
}

fn shown(place: &str, seen: &Seen) -> Shown {
    let rows = seen.buttons.iter().map(|row| row.iter().map(Button::drawn).collect::<Vec<_>>().join(" "));
    let place = seen.thread.as_ref().map_or_else(|| place.to_owned(), |thread| format!("{place}/{thread}"));
    let text = std::iter::once(format!("{}: {}", seen.author, seen.text)).chain(rows).collect::<Vec<_>>().join("\n");
    Shown { place, text }
}

/// What is made to last. A branch on which commits are tried out is begun anew after a crash, and gone in the end.
fn lasting(made: Made) -> Made {
    made.into_iter().filter(|(what, _)| !what.contains(" shipmate/tmp/")).collect()
}
