//! What others say costs little, and keeps nobody who decides from being heard.

use std::time::{Duration, Instant};

use sandbox::{cast::Person, world::WorldSettings};

use crate::{flood::figure, story::Story};

/// How many strangers there are.
const STRANGERS: usize = 16_000;
/// How much more memory and disk they may take, in bytes.
const COST: usize = 10 * 1024 * 1024;
/// How long it may take, in real time, until all of them have been heard or passed over.
const PATIENCE: Duration = Duration::from_secs(240);

/// People whom the configuration does not know, in both chats.
fn strangers(count: usize) -> impl Iterator<Item = Person> {
    let named = |nth: usize| -> &'static str { Box::leak(format!("stranger{nth}").into_boxed_str()) };
    (0..count).map(move |nth| Person {
        name: named(nth),
        discord: 300_000_000_000_000_000 + nth as u64,
        telegram: 50_000 + nth as i64,
        telegram_username: named(nth),
        github: named(nth),
        role: "",
        duties: &[],
        telegram_admin: false,
    })
}

/// The team's world, with so many strangers in it.
async fn with_strangers(count: usize) -> (Story, Vec<Person>) {
    let (mut settings, others): (_, Vec<Person>) = (WorldSettings::default(), strangers(count).collect());
    settings.telegram.people.extend(&others);
    settings.discord.people.extend(&others);
    // `bot.toml` names the team only.
    let team = |text: &str| {
        let people = text.split("[[people]]\n").filter(|person| !person.starts_with("name = \"stranger"));
        people.collect::<Vec<_>>().join("[[people]]\n")
    };
    (Story::begin_in(settings, team).await, others)
}

/// How many bytes the files of a folder have.
fn size(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            if entry.path().is_dir() { size(&entry.path()) } else { entry.metadata().map_or(0, |of| of.len() as usize) }
        })
        .sum()
}

impl Story {
    /// How many answers the bot has given so far.
    fn answers(&self) -> usize {
        let sent = self.world.wire().recorded();
        sent.iter().filter(|one| one.path.ends_with("/SendMessage") || one.path.ends_with("/callback")).count()
    }

    /// What the bot holds in memory and on disk, in bytes.
    fn holds(&self) -> (usize, usize) {
        (figure(self.bot.pid(), "VmRSS:").unwrap_or_default(), size(&self.bot.store()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_thousand_strangers_cost_little_and_bob_decides_among_them() {
    let (story, others) = with_strangers(STRANGERS).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    let (before, answered) = (story.holds(), story.answers());
    let (telegram, discord) = (story.world.telegram(), story.world.discord());
    for (nth, one) in others.iter().enumerate() {
        match nth % 4 {
            0 => drop(telegram.say(one.name, one.name, None, "hello").unwrap()),
            1 => drop(telegram.say(one.name, "Releases", Some("Releases"), "/whoami").unwrap()),
            _ => drop(discord.command(one.name, "releases", "whoami", &[]).unwrap()),
        }
    }
    let decided = Instant::now();
    discord.command("bob", "releases", "reject", &[("gate", "qa"), ("reason", "the totals are wrong")]).unwrap();
    while !story.world.transcript(&["#releases"]).contains("bob said no") {
        assert!(decided.elapsed() < PATIENCE, "nobody hears bob");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let heard = decided.elapsed();
    let _ = tokio::time::timeout(PATIENCE, async {
        while telegram.outstanding() > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        story.bot.settled().await;
    })
    .await;
    let (then, answers) = (story.holds(), story.answers() - answered);
    for _ in 0..60 {
        story.world.clock().advance(chrono::TimeDelta::minutes(1));
        story.bot.settled().await;
    }
    let later = story.holds();
    let more = |(memory, disk): (usize, usize)| {
        let kib = |now: usize, before: usize| now.saturating_sub(before) / 1024;
        (kib(memory, before.0), kib(disk, before.1))
    };
    println!(
        "noise: {STRANGERS} strangers, {answers} answers; bob heard within {heard:?}; more memory and disk in KiB: {:?}, an \
         hour later {:?}",
        more(then),
        more(later)
    );
    assert!(answers < 300, "{answers} answers");
    assert!(heard < Duration::from_secs(10), "{heard:?}");
    assert!(then.0.saturating_sub(before.0) < COST && then.1.saturating_sub(before.1) < COST, "{:?}", more(then));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_too_much_is_told_once_and_decides_all_the_same() {
    let (story, others) = with_strangers(1).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    let passed_over = |story: &Story| story.told().matches("passed this over").count();
    for _ in 0..60 {
        story.telegram("bob", "/whoami").await;
    }
    assert_eq!(passed_over(&story), 1, "{}", story.told());
    for _ in 0..60 {
        story.world.discord().command(others[0].name, "releases", "whoami", &[]).unwrap();
    }
    story.settle().await;
    assert_eq!(passed_over(&story), 2, "{}", story.told());
    story.telegram("bob", "/reject gate=qa reason=\"the totals are wrong\"").await;
    assert!(story.told().contains("bob said no"), "{}", story.told());
    // The chat's limit is nobody's own: who has said nothing yet is heard.
    story.discord("carol", "whoami", &[]).await;
    let before = story.told().matches("You are").count();
    story.pass(2).await;
    story.telegram("bob", "/whoami").await;
    assert_eq!(story.told().matches("You are").count(), before + 1, "who waits is heard again: {}", story.told());
    story.end().await;
}
