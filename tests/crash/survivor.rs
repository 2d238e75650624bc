//! A world whose bot may be killed at any request, and is then started again at once.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use sandbox::{
    wire::Verdict,
    world::{World, WorldSettings},
};

use super::{
    compare,
    end::End,
    trap::{Place, Trap, Wanted},
};
use crate::story::{bot::Bot, restless};

/// How long everything may take to come to rest, in real time.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often the clock is turned at most until something happens.
const LONGEST_WAIT: usize = 40;
/// How often a person says the same at most, when nothing comes of it.
const TRIES: usize = 3;

/// Why a telling ends early: the bot has not died, and will not.
pub(super) struct NothingToTell;

/// A telling without any crash: what the others are compared with.
pub(super) struct Undisturbed {
    /// The world whenever it was at rest.
    pub rests: BTreeMap<Place, End>,
    /// The world at the end.
    pub end: End,
    pub trap: Trap,
}

/// A world whose bot comes back.
pub(super) struct Survivor {
    // First, so that it ends first.
    bot: Bot,
    pub world: World,
    pub trap: Trap,
    undisturbed: Option<Arc<Undisturbed>>,
    rests: BTreeMap<Place, End>,
    /// The places in which the bot speaks: channels on Discord, chats on Telegram.
    channels: Vec<String>,
    chats: Vec<String>,
    /// The last message in each chat when everything was at rest.
    at_rest: Vec<Option<i64>>,
    /// So many interactions, the first ones, were sent to processes that are dead: nobody acknowledges them any more.
    heard_by_the_dead: usize,
    starts: usize,
    /// How often the bot went on in a store that was restored from a backup, where it does so at each step.
    pub moves: Option<usize>,
    began: DateTime<Utc>,
}

impl Survivor {
    /// A world with a bot that is not up yet. Without an undisturbed telling to compare with, this is one.
    pub(super) async fn of(settings: WorldSettings, wanted: Wanted, undisturbed: Option<Arc<Undisturbed>>) -> Self {
        let channels = settings.discord.channels.clone();
        let chats: Vec<String> = settings.telegram.groups.iter().map(|group| group.title.clone()).collect();
        let world = World::start(settings).await.unwrap();
        let bot = Bot::new(&world, str::to_owned);
        let ids = channels.iter().filter_map(|channel| world.discord().channel_id(channel));
        let trap =
            Trap::new(wanted, ids.map(|id| id.to_string()).collect(), undisturbed.as_deref().map(|told| &told.trap));
        let (kill, sprung) = (bot.killer(), trap.clone());
        world.wire().set_trap(move |position, request, moment| {
            let verdict = sprung.judge(position, request, moment);
            if verdict == Verdict::Cut {
                kill();
            }
            verdict
        });
        let at_rest = vec![None; chats.len()];
        let rests = BTreeMap::new();
        let (heard_by_the_dead, starts, moves, began) = (0, 0, None, world.clock().now());
        Self { bot, world, trap, undisturbed, rests, channels, chats, at_rest, heard_by_the_dead, starts, moves, began }
    }

    /// The bot starts, again if it dies of it.
    pub(super) async fn begin(&mut self) {
        self.settle().await;
    }

    /// Something that is not the bot's happens, and everything that follows from it.
    pub(super) async fn once(&mut self, happens: impl AsyncFnOnce(&World)) {
        self.next_step().await;
        happens(&self.world).await;
        self.settle().await;
    }

    /// Does something and waits until nothing more happens; does it again as long as `came` says that nothing came of it.
    pub(super) async fn do_until(&mut self, act: impl Fn(&World), came: impl Fn(&World) -> bool) {
        self.next_step().await;
        for _ in 0..TRIES {
            act(&self.world);
            self.settle().await;
            if came(&self.world) {
                return;
            }
            self.next_turn();
        }
        panic!("nothing came of it, {TRIES} times");
    }

    /// Turns the clock minute by minute until something has happened.
    pub(super) async fn wait_until(&mut self, what: &str, happened: impl Fn(&World) -> bool) {
        self.wait_by(TimeDelta::minutes(1), what, happened).await;
    }

    /// Turns the clock by as much at a time until something has happened: for what takes hours or days.
    pub(super) async fn wait_by(&mut self, turn: TimeDelta, what: &str, happened: impl Fn(&World) -> bool) {
        self.next_step().await;
        for _ in 0..LONGEST_WAIT {
            if happened(&self.world) {
                return;
            }
            self.next_turn();
            self.world.clock().advance(turn);
            self.settle().await;
        }
        let waited = turn * i32::try_from(LONGEST_WAIT).unwrap();
        panic!("{waited} later there is still no “{what}”{}", self.details());
    }

    /// Turns the clock straight to a moment in Toronto, such as `2026-03-06 09:00`, unless it is later already.
    pub(super) async fn turn_to(&mut self, moment: &str) {
        self.next_step().await;
        let local = chrono::NaiveDateTime::parse_from_str(moment, "%Y-%m-%d %H:%M").unwrap();
        let at = local.and_local_timezone(chrono_tz::America::Toronto).unwrap();
        let missing = at.to_utc() - self.world.clock().now();
        if missing > TimeDelta::zero() {
            self.world.clock().advance(missing);
        }
        self.settle().await;
    }

    async fn next_step(&mut self) {
        self.move_house().await;
        self.trap.enter(Place { step: self.trap.place().step + 1, ..Place::default() });
    }

    /// Backs the running bot up, loses its machine, and lets it go on in what is restored, if it is to.
    async fn move_house(&mut self) {
        let Some(moves) = self.moves.filter(|_| self.bot.is_running()) else { return };
        self.bot.move_house().await;
        self.moves = Some(moves + 1);
        self.settle().await;
    }

    fn next_turn(&self) {
        let Place { step, turn, .. } = self.trap.place();
        self.trap.enter(Place { step, turn: turn + 1, change: 0 });
    }

    /// Waits until neither the bot nor GitHub has anything to do; starts the bot again whenever it is dead. Each change
    /// on GitHub that the bot asks for waits until everything else has come to rest.
    async fn settle(&mut self) {
        let rest = async {
            loop {
                if !self.bot.is_running() {
                    self.start().await;
                    continue;
                }
                self.world.github().settled().await;
                let wire = self.world.wire().clone();
                let before = wire.requests();
                // Asked first: what a new time sets going is under way by the time that the bot knows it.
                let on_time = self.world.clock_is_known();
                let held = tokio::select! {
                    () = self.bot.settled() => false,
                    () = wire.holds() => {
                        self.bot.delivered().await;
                        true
                    }
                };
                let calm = on_time && self.outstanding() == 0 && wire.requests() == before;
                if calm && self.bot.is_running() {
                    if !held {
                        return;
                    }
                    self.rested(self.trap.next_place()).await;
                    self.trap.go_on();
                    wire.let_go();
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, rest).await.is_err() {
            panic!("nothing comes to rest: {}", restless(&self.world, &self.bot).await);
        }
        self.rested(Place { change: usize::MAX, ..self.trap.place() }).await;
    }

    /// Everything is at rest. Once the bot has died, it may die again only where the world is the undisturbed one: so no
    /// further start can make good what an earlier one left undone.
    async fn rested(&mut self, place: Place) {
        self.at_rest = self.chats.iter().map(|chat| self.world.telegram().last_message(chat)).collect();
        let Some(undisturbed) = self.undisturbed.clone() else {
            let end = self.as_it_stands().await;
            self.rests.insert(place, end);
            return;
        };
        let more = self.trap.has_more();
        if !more && !self.trap.has_died() {
            std::panic::resume_unwind(Box::new(NothingToTell));
        }
        if more && self.trap.has_died() {
            let alike = match undisturbed.rests.get(&place) {
                Some(expected) => compare::differences(expected, &self.as_it_stands().await).is_empty(),
                None => false,
            };
            self.trap.arm(alike);
        }
    }

    /// Starts the bot and waits until it is ready, or dead.
    async fn start(&mut self) {
        self.heard_by_the_dead = self.world.discord().interactions().len();
        if self.starts > 0 {
            self.mourn().await;
        }
        self.starts += 1;
        let lives = 1 + self.moves.unwrap_or_default();
        assert!(self.starts <= self.trap.kills().len() + lives, "the bot does not stay up:\n{}", self.bot.log());
        self.bot.start();
        self.bot.ready().await;
    }

    /// Waits until what the dead bot had already put on the wire has arrived, and finds out what it may not have noted.
    async fn mourn(&self) {
        // A runtime without work reads its sockets; what lies there was sent before the process died.
        tokio::time::sleep(Duration::from_millis(2)).await;
        let new = |(chat, before): (&String, &Option<i64>)| {
            let last = self.world.telegram().last_message(chat)?;
            (Some(last) != *before).then(|| (chat.clone(), last.to_string()))
        };
        self.trap.note(self.chats.iter().zip(&self.at_rest).filter_map(new).collect(), self.heard_by_the_dead);
    }

    fn outstanding(&self) -> usize {
        let outstanding = self.world.outstanding();
        if outstanding == 0 || self.heard_by_the_dead == 0 {
            return outstanding;
        }
        let interactions = self.world.discord().interactions();
        let doomed = interactions
            .iter()
            .take(self.heard_by_the_dead)
            .filter(|known| known.response.is_none() && known.outstanding);
        outstanding - doomed.count()
    }

    /// The world as it stands now.
    async fn as_it_stands(&self) -> End {
        let minutes = (self.world.clock().now() - self.began).num_minutes();
        End::of(&self.world, &self.channels, &self.chats, self.trap.kills(), minutes, self.heard_by_the_dead).await
    }

    /// The whole story, when a single point is looked at.
    fn details(&self) -> String {
        let single = std::env::var("CRASH_POINT").is_ok_and(|point| point.contains('#'));
        if single { format!("\n{}", self.so_far()) } else { String::new() }
    }

    /// Both chats, and what the bot logged.
    pub(super) fn so_far(&self) -> String {
        format!("{}\n━━ log ━━\n{}", self.world.story(), self.bot.log())
    }

    /// The end of the story: stops the bot and describes the world.
    pub(super) async fn end(&mut self) -> End {
        let misunderstood = self.world.wire().all_misunderstood();
        assert!(misunderstood.is_empty(), "the sandbox did not understand: {misunderstood:#?}");
        let log = self.bot.stop().await;
        assert!(!log.contains("panicked at"), "the bot panicked:\n{log}");
        self.as_it_stands().await
    }

    /// The end of a telling without a crash.
    pub(super) async fn end_undisturbed(&mut self) -> Undisturbed {
        let end = self.end().await;
        Undisturbed { rests: std::mem::take(&mut self.rests), end, trap: self.trap.clone() }
    }
}
