//! A story: people, both chats, GitHub, and the real bot as a process of its own.

mod beside;
pub(crate) mod bot;
mod entry;
mod journey;
mod knock;
mod pulls;
mod routine;

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use sandbox::world::{World, WorldSettings};

use bot::Bot;
pub(crate) use knock::{HOOKS_SECRET, HOOKS_TOKEN, signature, with_hooks};
pub(crate) use pulls::{APP, CONTEXT, FORGEABLE, as_app, with_app};

/// What is pressed when the bot asks back before it merges.
const MERGES: [&str; 2] = ["Merge and deploy", "Merge it"];

/// How long a story waits, in real time, for something that should happen at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// A world with a bot in it.
pub(crate) struct Story {
    // First, so that it ends first: a bot without a world would knock at ports that others have by then.
    pub bot: Bot,
    pub world: Arc<World>,
}

/// Why there is no rest: each thing that would have to hold, and whether it does.
pub(crate) async fn restless(world: &World, bot: &Bot) -> String {
    let soon = Duration::from_millis(500);
    let before = world.wire().requests();
    let github = tokio::time::timeout(soon, world.github().settled()).await.is_ok();
    let delivered = tokio::time::timeout(soon, bot.delivered()).await.is_ok();
    let settled = tokio::time::timeout(soon, bot.settled()).await.is_ok();
    let requests = world.wire().recorded();
    let last = requests.last().map(|request| format!("{} {} → {}", request.method, request.path, request.status));
    format!(
        "{} outstanding, GitHub settled: {github}, the bot runs: {}, has said all: {delivered}, has nothing to do: \
         {settled}, the clock is known: {}, requests: {before}, then {}, the last {last:?}",
        world.outstanding(),
        bot.is_running(),
        world.clock_is_known(),
        requests.len(),
    )
}

impl Story {
    /// A world at Monday 09:00 UTC whose clock stands still, and a bot that is up.
    pub(crate) async fn begin() -> Self {
        Self::begin_with(WorldSettings::default()).await
    }

    pub(crate) async fn begin_with(settings: WorldSettings) -> Self {
        Self::begin_in(settings, str::to_owned).await
    }

    /// A world whose bot has a configuration of its own: what the world proposes, altered.
    pub(crate) async fn begin_configured(alter: impl FnOnce(&str) -> String) -> Self {
        Self::begin_in(WorldSettings::default(), alter).await
    }

    /// Both at once: a world of its own kind, and a bot with a configuration of its own.
    pub(crate) async fn begin_in(settings: WorldSettings, alter: impl FnOnce(&str) -> String) -> Self {
        let world = Arc::new(World::start(settings).await.unwrap());
        let bot = Bot::new(&world, alter);
        let mut story = Self { world, bot };
        story.start_bot().await;
        story
    }

    /// Starts the bot, or starts it again, and waits until it is in every chat that it is configured for.
    pub(crate) async fn start_bot(&mut self) {
        self.start_bot_with(&[]).await;
    }

    /// The same, with more to say on its command line.
    pub(crate) async fn start_bot_with(&mut self, more: &[&str]) {
        self.bot.start_with(more);
        if self.bot.is_configured_for("discord") {
            self.world.discord().wait_until_connected().await.unwrap();
        }
        if self.bot.is_configured_for("telegram") {
            self.world.telegram().wait_until_connected().await.unwrap();
        }
        self.settle().await;
    }

    /// Says a command on Discord and waits until nothing more happens.
    pub(crate) async fn discord(&self, person: &str, command: &str, options: &[(&str, &str)]) {
        self.must(self.world.discord().command(person, "releases", command, options));
        self.settle().await;
    }

    /// Presses a button on Discord and waits until nothing more happens.
    pub(crate) async fn discord_press(&self, person: &str, label: &str) {
        self.must(self.world.discord().press(person, "releases", label));
        self.settle().await;
        // The card asks back before it merges.
        let asked = |yes: &&str| label == "Merge" && self.world.discord().press(person, "releases", yes).is_ok();
        if MERGES.iter().any(asked) {
            self.settle().await;
        }
    }

    /// Types on Telegram, in the topic for releases, and waits until nothing more happens.
    pub(crate) async fn telegram(&self, person: &str, text: &str) {
        self.must(self.world.telegram().say(person, "Releases", Some("Releases"), text));
        self.settle().await;
    }

    /// Presses a button on Telegram and waits until nothing more happens.
    pub(crate) async fn telegram_press(&self, person: &str, label: &str) {
        self.must(self.world.telegram().press(person, "Releases", label));
        self.settle().await;
        let asked = |yes: &&str| label == "Merge" && self.world.telegram().press(person, "Releases", yes).is_ok();
        if MERGES.iter().any(asked) {
            self.settle().await;
        }
    }

    /// Something happens on GitHub faster than the bot can notice: its webhooks come when all of it is over.
    pub(crate) async fn bot_misses(&self, happens: impl AsyncFnOnce(&sandbox::github::GitHub)) {
        self.world.github().lose_webhooks(true);
        happens(self.world.github()).await;
        self.world.github().lose_webhooks(false);
        self.pass(2).await;
    }

    /// What people cannot do ends the story, which is told then.
    fn must<T>(&self, done: Result<T, sandbox::chat::Refused>) -> T {
        done.unwrap_or_else(|refused| panic!("{refused}; the story so far:\n{}", self.told()))
    }

    /// Lets time pass, in steps no longer than a minute, and waits each time until nothing more happens.
    pub(crate) async fn pass(&self, minutes: i64) {
        for _ in 0..minutes {
            self.world.clock().advance(TimeDelta::minutes(1));
            self.settle().await;
        }
    }

    /// Lets a day pass, in steps of ten minutes.
    pub(crate) async fn a_day(&self) {
        for _ in 0..24 * 6 {
            self.world.clock().advance(TimeDelta::minutes(10));
            self.settle().await;
        }
    }

    /// Turns the clock to a moment in Toronto, such as `2026-03-06 09:00`; at each midnight until then everything that
    /// follows from it happens first.
    pub(crate) async fn until(&self, moment: &str) {
        let toronto = chrono_tz::America::Toronto;
        let local = chrono::NaiveDateTime::parse_from_str(moment, "%Y-%m-%d %H:%M").unwrap();
        let at = local.and_local_timezone(toronto).unwrap().to_utc();
        assert!(at > self.world.clock().now(), "{moment} is over");
        while self.world.clock().now() < at {
            let now = self.world.clock().now();
            let tomorrow = now.with_timezone(&toronto).date_naive() + TimeDelta::days(1);
            let midnight = tomorrow.and_time(chrono::NaiveTime::MIN).and_local_timezone(toronto).unwrap().to_utc();
            self.world.clock().advance(at.min(midnight) - now);
            self.settle().await;
        }
    }

    /// Takes one release through all it has to pass, both chats taking part.
    pub(crate) async fn release_whole(&self) {
        self.discord("alice", "release prepare", &[]).await;
        self.pass(9).await;
        self.telegram_press("bob", "Approve").await;
        self.telegram_press("bob", "Yes, approve").await;
        self.discord_press("alice", "Merge").await;
        self.pass(15).await;
        self.discord_press("erin", "Approve").await;
        self.discord_press("erin", "Yes, approve").await;
    }

    /// Waits until neither the bot nor GitHub has anything to do at this moment of the clock.
    pub(crate) async fn settle(&self) {
        let quiet = async {
            loop {
                self.world.github().settled().await;
                let before = self.world.wire().requests();
                // Asked first: what a new time sets going is under way by the time that the bot knows it, and so is what
                // was brought to the bot by the time that it is no longer outstanding.
                let on_time = self.world.clock_is_known() || !self.bot.is_running();
                let brought = self.world.outstanding() == 0;
                self.bot.settled().await;
                let nothing_new = self.world.outstanding() == 0 && self.world.wire().requests() == before;
                if on_time && brought && nothing_new {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, quiet).await.is_err() {
            let why = restless(&self.world, &self.bot).await;
            panic!("nothing comes to rest: {why}; the story so far:\n{}", self.world.story());
        }
    }

    /// Answers the form that a button opened on Discord.
    pub(crate) async fn discord_form(&self, person: &str, label: &str, words: &str) {
        let discord = self.world.discord();
        let pressed = discord.press(person, "releases", label).unwrap();
        discord.submit_modal(person, pressed, &[("reason", words)]).await.unwrap();
        self.settle().await;
    }

    /// What Discord suggests for the option that alice is typing, as `label = value`.
    pub(crate) async fn suggested(&self, command: &str, options: &[(&str, &str)], typing: (&str, &str)) -> Vec<String> {
        let found = self.world.discord().autocomplete("alice", "releases", command, options, typing).await.unwrap();
        found.into_iter().map(|(label, value)| format!("{label} = {}", value.as_str().unwrap_or_default())).collect()
    }

    /// Answers a question of the bot on Telegram: replies to the newest message with these words.
    pub(crate) async fn telegram_reply(&self, person: &str, to: &str, text: &str) {
        self.must(self.world.telegram().reply_to(person, "Releases", to, text));
        self.settle().await;
    }

    /// Has an environment brought back by words on Telegram, and says yes to what is replaced by what.
    pub(crate) async fn telegram_rolls_back(&self, person: &str, said: &str) {
        self.telegram(person, &format!("/release rollback {said}")).await;
        self.telegram_press(person, "Roll back to").await;
    }

    /// The same by command on Discord.
    pub(crate) async fn discord_rolls_back(&self, person: &str, options: &[(&str, &str)]) {
        self.discord(person, "release rollback", options).await;
        self.discord_press(person, "Roll back to").await;
    }

    /// Ticks everything and approves, on Telegram.
    pub(crate) async fn telegram_approves(&self, person: &str) {
        self.telegram_press(person, "Approve").await;
        self.telegram_press(person, "Yes, approve").await;
    }

    /// Ticks everything at a gate and approves there, by words on Telegram.
    pub(crate) async fn telegram_gives(&self, person: &str, gate: &str) {
        let approve = format!("/approve {gate}");
        self.telegram(person, &approve).await;
        self.telegram_press(person, "Yes, approve").await;
    }

    /// Ticks everything at a gate and approves there, by command on Discord.
    pub(crate) async fn discord_gives(&self, person: &str, gate: &str) {
        self.discord(person, "approve", &[("gate", gate)]).await;
        self.discord_press(person, "Yes, approve").await;
    }

    /// Ticks everything and approves, on Discord.
    pub(crate) async fn discord_approves(&self, person: &str) {
        self.discord_press(person, "Approve").await;
        self.discord_press(person, "Yes, approve").await;
    }

    /// A person pushes a commit that writes one file.
    pub(crate) async fn push(&self, login: &str, branch: &str, path: &str, content: &str, message: &str) -> String {
        let commit = self.world.github().push_commit(login, branch, path, content, message).await.unwrap();
        self.settle().await;
        commit
    }

    /// Both chats in short: what was done and said, routine by its short name.
    pub(crate) fn in_short(&self) -> String {
        journey::of(&self.told())
    }

    /// What one place shows, in short.
    pub(crate) fn short(&self, place: &str) -> String {
        journey::of(&self.shown(place))
    }

    /// Both chats word for word, as people see them. What differs between runs is named alike: the address, and the runs' numbers.
    pub(crate) fn told(&self) -> String {
        beside::in_turn(&self.named_alike(&self.world.story()))
    }

    fn named_alike(&self, told: &str) -> String {
        let told = told.replace(&self.world.github().api_url(), "https://github.example");
        let mut runs = self.world.github().runs();
        runs.sort_by_key(|run| run.id);
        let named = |told: String, (nth, run): (usize, &sandbox::github::RunView)| {
            told.replace(&format!("/runs/{}", run.id), &format!("/runs/{}", nth + 1))
        };
        let told = runs.iter().enumerate().fold(told, named);
        let mut deployments: Vec<String> = vec![];
        for part in told.split("/deployments/").skip(1) {
            let id: String = part.chars().take_while(char::is_ascii_digit).collect();
            if !deployments.contains(&id) {
                deployments.push(id);
            }
        }
        let named = |told: String, (nth, id): (usize, &String)| {
            told.replace(&format!("/deployments/{id}"), &format!("/deployments/{}", nth + 1))
        };
        deployments.iter().enumerate().fold(told, named)
    }

    /// What one place shows, named alike.
    pub(crate) fn shown(&self, place: &str) -> String {
        self.named_alike(&self.world.transcript(&[place]))
    }

    /// The repository: branches with their tips, tags, pull requests, deploys, in one short text.
    pub(crate) async fn repository(&self) -> String {
        let world = self.world.github().world().await.unwrap();
        serde_json::to_string_pretty(&world).unwrap()
    }

    /// Ends the story: nothing unanswered, nothing misunderstood, no panic, a clean stop.
    pub(crate) async fn end(self) {
        let log = self.end_in_trouble().await;
        assert!(!log.contains("panicked"), "the bot panicked:\n{log}");
    }

    /// As `end`, after something over which the bot panicked: it says so in one line, and nothing else of it. Its log.
    pub(crate) async fn end_in_trouble(mut self) -> String {
        let misunderstood = self.world.wire().all_misunderstood();
        assert!(misunderstood.is_empty(), "the sandbox did not understand: {misunderstood:#?}");
        crate::contract::check(&self.world.wire().recorded());
        let log = self.bot.stop().await;
        let noise = ["panicked at", "RUST_BACKTRACE", "stack backtrace"];
        assert!(noise.iter().all(|noise| !log.contains(noise)), "a panic was printed:\n{log}");
        log
    }
}
