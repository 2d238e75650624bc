//! A story: people, both chats, GitHub, and the real bot as a process of its own.

pub mod bot;

use std::time::Duration;

use chrono::TimeDelta;
use sandbox::world::{World, WorldSettings};

use bot::Bot;

/// How long a story waits, in real time, for something that should happen at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// A world with a bot in it.
pub struct Story {
    pub world: World,
    pub bot: Bot,
}

impl Story {
    /// A world at Monday 09:00 UTC whose clock stands still, and a bot that is up.
    pub async fn begin() -> Self {
        Self::begin_with(WorldSettings::default()).await
    }

    pub async fn begin_with(settings: WorldSettings) -> Self {
        let world = World::start(settings).await.unwrap();
        let bot = Bot::new(&world);
        let mut story = Self { world, bot };
        story.start_bot().await;
        story
    }

    /// Starts the bot, or starts it again, and waits until both chats hear it.
    pub async fn start_bot(&mut self) {
        self.bot.start();
        self.world.discord().wait_until_connected().await.unwrap();
        self.world.telegram().wait_until_connected().await.unwrap();
        self.settle().await;
    }

    /// Says a command on Discord and waits until nothing more happens.
    pub async fn discord(&self, person: &str, command: &str, options: &[(&str, &str)]) {
        self.world.discord().command(person, "releases", command, options).unwrap();
        self.settle().await;
    }

    /// Presses a button on Discord and waits until nothing more happens.
    pub async fn discord_press(&self, person: &str, label: &str) {
        self.world.discord().press(person, "releases", label).unwrap();
        self.settle().await;
    }

    /// Types on Telegram, in the topic for releases, and waits until nothing more happens.
    pub async fn telegram(&self, person: &str, text: &str) {
        self.world.telegram().say(person, "Releases", Some("Releases"), text).unwrap();
        self.settle().await;
    }

    /// Presses a button on Telegram and waits until nothing more happens.
    pub async fn telegram_press(&self, person: &str, label: &str) {
        self.world.telegram().press(person, "Releases", label).unwrap();
        self.settle().await;
    }

    /// Lets time pass, in steps no longer than a minute, and waits each time until nothing more happens.
    pub async fn pass(&self, minutes: i64) {
        for _ in 0..minutes {
            self.world.clock().advance(TimeDelta::minutes(1));
            self.settle().await;
        }
    }

    /// Waits until neither the bot nor GitHub has anything to do at this moment of the clock.
    pub async fn settle(&self) {
        let quiet = async {
            loop {
                self.world.github().settled().await;
                let before = self.world.wire().recorded().len();
                self.bot.settled().await;
                let calm = self.world.outstanding() == 0 && self.world.wire().recorded().len() == before;
                if calm {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        if tokio::time::timeout(PATIENCE, quiet).await.is_err() {
            panic!("nothing comes to rest; {} outstanding; the story so far:\n{}", self.world.outstanding(), self.world.story());
        }
    }

    /// Both chats as people see them, with what differs between runs named alike.
    pub fn told(&self) -> String {
        self.world.story()
    }

    /// Ends the story: nothing unanswered, nothing misunderstood, no panic, a clean stop.
    pub async fn end(mut self) {
        let misunderstood = self.world.wire().all_misunderstood();
        assert!(misunderstood.is_empty(), "the sandbox did not understand: {misunderstood:#?}");
        let log = self.bot.stop().await;
        assert!(!log.contains("panicked at"), "the bot panicked:\n{log}");
    }
}
