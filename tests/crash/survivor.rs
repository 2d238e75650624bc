//! A world whose bot may be killed at any request, and is then started again at once.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::TimeDelta;
use sandbox::{
    wire::{Moment, Recorded},
    world::{World, WorldSettings},
};

use super::end::End;
use crate::story::bot::Bot;

/// How long everything may take to come to rest, in real time.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the clock is turned at most until something happens.
const LONGEST_WAIT: i64 = 40;
/// How often a person says the same at most, when nothing comes of it.
const TRIES: usize = 3;
/// The chats on Telegram in which the bot speaks.
pub const CHATS: [&str; 2] = ["Releases", "Incidents"];

/// The moment at which the bot died.
#[derive(Debug, Clone)]
pub struct Crash {
    /// The request at which it died.
    pub request: Recorded,
    /// The last message in each chat on Telegram (chat and id), if it came after the last rest: nothing has been said
    /// there since, so the bot may have died before it noted that this one was sent.
    pub perhaps_unnoted: Vec<(&'static str, String)>,
}

/// A world whose bot comes back.
pub struct Survivor {
    // First, so that it ends first.
    bot: Bot,
    pub world: World,
    crash: Arc<Mutex<Option<Crash>>>,
    /// The last message in each of [`CHATS`] when everything was at rest.
    at_rest: [Option<i64>; 2],
    /// So many interactions, the first ones, were sent to processes that are dead: nobody acknowledges them any more.
    heard_by_the_dead: usize,
    starts: usize,
    minutes: i64,
}

impl Survivor {
    /// A world with a bot that is up, and perhaps a trap for it. A bot that dies while it starts is started again.
    pub async fn begin(trap: Option<(u64, Moment)>) -> Self {
        let world = World::start(WorldSettings::default()).await.unwrap();
        let bot = Bot::new(&world, str::to_owned);
        let crash = Arc::default();
        let mut survivor = Self { world, bot, crash, at_rest: [None; 2], heard_by_the_dead: 0, starts: 0, minutes: 0 };
        if let Some((n, moment)) = trap {
            survivor.lay_trap(n, moment);
        }
        survivor.settle().await;
        survivor
    }

    fn lay_trap(&self, n: u64, moment: Moment) {
        let (kill, crash, wire) = (self.bot.killer(), self.crash.clone(), self.world.wire().clone());
        self.world.wire().set_trap(n, moment, move || {
            kill();
            let mut changing = wire.recorded().into_iter().filter(|request| request.changing);
            let request = changing.nth(usize::try_from(n).unwrap() - 1).unwrap();
            *crash.lock().unwrap() = Some(Crash { request, perhaps_unnoted: vec![] });
        });
    }

    /// Waits until what the dead bot had already put on the wire has arrived, and finds out what it may not have noted.
    async fn mourn(&self) {
        // A runtime without work reads its sockets; what lies there was sent before the process died.
        tokio::time::sleep(Duration::from_millis(2)).await;
        let Some(crash) = &mut *self.crash.lock().unwrap() else { return };
        let new = |(chat, before): (&'static str, Option<i64>)| {
            let last = self.world.telegram().last_message(chat)?;
            (Some(last) != before).then(|| (chat, last.to_string()))
        };
        crash.perhaps_unnoted = CHATS.into_iter().zip(self.at_rest).filter_map(new).collect();
    }

    /// Does something and waits until nothing more happens; does it again as long as `came` says that nothing came of it.
    pub async fn do_until(&mut self, act: impl Fn(&World), came: impl Fn(&World) -> bool) {
        for _ in 0..TRIES {
            act(&self.world);
            self.settle().await;
            if came(&self.world) {
                return;
            }
        }
        panic!("nothing came of it, {TRIES} times");
    }

    /// Turns the clock minute by minute until something has happened.
    pub async fn wait_until(&mut self, what: &str, happened: impl Fn(&World) -> bool) {
        for _ in 0..LONGEST_WAIT {
            if happened(&self.world) {
                return;
            }
            self.minutes += 1;
            self.world.clock().advance(TimeDelta::minutes(1));
            self.settle().await;
        }
        panic!("{LONGEST_WAIT} minutes later there is still no “{what}”");
    }

    /// Waits until neither the bot nor GitHub has anything to do; starts the bot again whenever it is dead.
    pub async fn settle(&mut self) {
        let rest = async {
            loop {
                if !self.bot.is_running() {
                    self.start().await;
                    continue;
                }
                self.world.github().settled().await;
                let before = self.world.wire().recorded().len();
                self.bot.settled().await;
                let calm = self.world.clock_is_known() && self.outstanding() == 0;
                if calm && self.world.wire().recorded().len() == before && self.bot.is_running() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, rest).await.is_err() {
            let (requests, clock) = (self.world.wire().recorded(), self.world.clock_is_known());
            let last = requests.last().map(|request| format!("{} {}", request.method, request.path));
            panic!(
                "nothing comes to rest; {} outstanding, {} requests, the last {last:?}, the clock is known: {clock}",
                self.outstanding(),
                requests.len()
            );
        }
        self.at_rest = CHATS.map(|chat| self.world.telegram().last_message(chat));
    }

    /// Starts the bot and waits until it is ready, or dead.
    async fn start(&mut self) {
        if self.starts > 0 {
            self.mourn().await;
        }
        self.starts += 1;
        assert!(self.starts <= 2, "the bot does not stay up:\n{}", self.bot.log());
        self.heard_by_the_dead = self.world.discord().interactions().len();
        self.bot.start();
        self.bot.ready().await;
    }

    fn outstanding(&self) -> usize {
        let interactions = self.world.discord().interactions();
        let doomed = interactions
            .iter()
            .take(self.heard_by_the_dead)
            .filter(|known| known.response.is_none() && known.outstanding);
        self.world.outstanding() - doomed.count()
    }

    /// Both chats, and what the bot logged.
    pub fn so_far(&self) -> String {
        let crash = self.crash.lock().unwrap().clone();
        format!("{}\n━━ log ━━\n{}\n━━ killed at ━━\n{crash:?}", self.world.story(), self.bot.log())
    }

    /// The end of the story: stops the bot and describes the world.
    pub async fn end(mut self) -> End {
        let misunderstood = self.world.wire().all_misunderstood();
        assert!(misunderstood.is_empty(), "the sandbox did not understand: {misunderstood:#?}");
        let requests = self.world.wire().changing_requests();
        let log = self.bot.stop().await;
        assert!(!log.contains("panicked at"), "the bot panicked:\n{log}");
        let crash = self.crash.lock().unwrap().clone();
        let unheard = self.heard_by_the_dead;
        End::of(&self.world, crash, requests, self.minutes, unheard, self.so_far()).await
    }
}
