//! The agenda kept through restarts, pauses and crowds, on the real store.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use chrono_tz::America::Toronto;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::keep;
use crate::{
    clock::Clock,
    context::{Context, Handles, RepositoryIds},
    domain::{
        message::post::Place,
        team::people::People,
        time::{
            agenda::{Does, Entry, Exception, ExceptionKind},
            dates::Missed,
            holidays::{Holidays, Roll},
            offset::Offset,
            quiet::QuietTimes,
            schedule::Schedule,
        },
    },
    engine::runner::Runner,
    store::{Store, StoreProblem, Tree, outbox::Waiting},
    work::{Health, Quiet, Services, Waker},
};

const PLACE: Place = Place::Discord { channel: 1 };

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn entry(name: &str, cron: &str) -> Entry {
    Entry {
        project: "api".into(),
        name: name.into(),
        title: name.into(),
        schedule: Schedule::read(cron, Toronto).unwrap(),
        roll: Roll::Keep,
        missed: Missed::Late,
        remind: vec![],
        quiet: QuietTimes::default(),
        roles: vec![],
        does: Does::Says { text: format!("{name}!"), to: vec![PLACE] },
    }
}

/// A store, a clock, and an agenda that can be kept again and again.
struct Premises {
    folder: TempDir,
    clock: Clock,
    agenda: Vec<Entry>,
}

/// One life of the process.
struct Life {
    context: Context,
    keeper: JoinHandle<()>,
}

impl Premises {
    fn new(now: &str, rate: f64, agenda: Vec<Entry>) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), clock: Clock::of_a_test(moment(now), rate), agenda }
    }

    fn live(&self) -> Life {
        let quiet = Quiet::default();
        let context = Context::new(Handles {
            store: Store::open(self.folder.path()).unwrap(),
            clock: self.clock.clone(),
            people: Arc::new(People::default()),
            here: Default::default(),
            projects: BTreeMap::new(),
            playbooks: BTreeMap::new(),
            zone: Toronto,
            agenda: self.agenda.clone(),
            holidays: Arc::new(Holidays::default()),
            rules: Default::default(),
            poll: chrono::TimeDelta::minutes(1),
            saying: quiet.part(),
            quiet: quiet.clone(),
            outbox: Waker::default(),
            freezes: Waker::default(),
            questions: Waker::default(),
            agenda_changed: Waker::default(),
            gone: Waker::default(),
            repository_ids: RepositoryIds::default(),
            health: Health::default(),
            services: Services::new(self.clock.clone(), quiet.clone()),
            routes: vec![],
            escalate_roles: vec![],
            matters: [Waker::default(), Waker::default()],
            flags: None,
            switches: Waker::default(),
        });
        // Nobody delivers here, nor keeps freezes.
        let unheard = context.clone();
        tokio::spawn(async move {
            loop {
                drop(tokio::select! { busy = unheard.outbox.woken() => busy, busy = unheard.freezes.woken() => busy });
            }
        });
        let keeper = keep(&context, &Runner::new(context.clone()));
        Life { context, keeper }
    }
}

impl Life {
    /// Sets the clock and waits until all that follows has happened.
    async fn show(&self, now: &str) {
        self.context.clock.show(moment(now)).await;
        self.context.quiet.settled().await;
    }

    /// Everything said so far, in order.
    fn said(&self) -> Vec<String> {
        let rows: Vec<(Vec<u8>, Waiting)> = self.context.store.scan(Tree::Outbox, &[]).unwrap();
        let text = |(_, row): (Vec<u8>, Waiting)| match row {
            Waiting::Post(waits) => waits.post.message.plain_text().replace('\n', " | "),
            Waiting::Card { .. }
            | Waiting::Incident { .. }
            | Waiting::Announcement { .. }
            | Waiting::Told { .. }
            | Waiting::Double { .. }
            | Waiting::Ended { .. }
            | Waiting::Heard { .. } => unreachable!(),
        };
        rows.into_iter().map(text).collect()
    }

    /// The process is killed.
    async fn kill(self) {
        self.keeper.abort();
        let _ = self.keeper.await;
        self.context.store.clone().close().await.unwrap();
    }

    async fn except(&self, slot: &str, change: ExceptionKind) {
        let (slot, at) = (moment(slot), self.context.clock.now());
        let exception =
            Exception { entry: "api/stand-up".into(), slot, change, by: "ann".into(), reason: "so".into(), at };
        self.context.write::<_, StoreProblem>(move |writing| writing.put_exception(&exception)).await.unwrap();
        self.context.agenda_changed.wake(self.context.quiet.busy());
        self.context.quiet.settled().await;
    }
}

#[tokio::test]
async fn a_restart_at_every_minute_of_the_night_loses_and_repeats_nothing() {
    let agenda = vec![entry("half", "*/30 * * * *"), entry("fixed", "30 1,2 * * *")];
    let house = Premises::new("2026-11-01T03:00:00Z", 0.0, agenda);
    let mut life = house.live();
    life.context.quiet.settled().await;
    for minute in 1..=300 {
        let now = moment("2026-11-01T03:00:00Z") + chrono::Duration::minutes(minute);
        // Once the clock strikes while the process is dead, once while it lives.
        if minute % 2 == 0 {
            life.kill().await;
            house.clock.show(now).await;
            life = house.live();
            life.context.quiet.settled().await;
        } else {
            life.show(&now.to_rfc3339()).await;
        }
    }
    let said = life.said();
    let count = |name: &str| said.iter().filter(|text| text.contains(name)).count();
    // 23:30 to 03:00 in elapsed time; 01:30 once although it comes twice, and 02:30.
    assert_eq!((count("half"), count("fixed")), (10, 2), "{said:#?}");
    assert!(said.iter().all(|text| !text.contains("running")), "nothing was late: {said:#?}");
}

#[tokio::test]
async fn what_was_missed_comes_late_once_or_is_left_out_as_it_says() {
    let skipping = Entry { missed: Missed::Skip, ..entry("skipping", "0 9 * * 1-5") };
    let house = Premises::new("2026-03-02T12:00:00Z", 0.0, vec![entry("late", "0 9 * * 1-5"), skipping]);
    let life = house.live();
    life.show("2026-03-02T14:00:00Z").await;
    life.kill().await;
    house.clock.show(moment("2026-03-05T15:30:00Z")).await;
    for _ in 0..2 {
        let life = house.live();
        life.context.quiet.settled().await;
        insta::assert_snapshot!("missed", life.said().join("\n"));
        life.kill().await;
    }
}

#[tokio::test]
async fn people_skip_and_move_while_the_clock_runs() {
    let stand_up = Entry { remind: vec![Offset::read("30m").unwrap()], ..entry("stand-up", "0 9 * * 1-5") };
    let house = Premises::new("2026-03-02T12:00:00Z", 0.0, vec![stand_up]);
    let life = house.live();
    life.context.quiet.settled().await;
    life.except("2026-03-02T14:00:00Z", ExceptionKind::Move { to: moment("2026-03-02T16:00:00Z") }).await;
    life.except("2026-03-03T14:00:00Z", ExceptionKind::Skip).await;
    for hour in 13..=23 {
        for minute in [0, 30] {
            life.show(&format!("2026-03-02T{hour}:{minute:02}:00Z")).await;
        }
    }
    life.show("2026-03-03T15:00:00Z").await;
    life.show("2026-03-04T14:00:00Z").await;
    insta::assert_snapshot!(life.said().join("\n"));
}

#[tokio::test]
async fn another_pattern_has_missed_nothing() {
    let mut house = Premises::new("2026-03-02T12:00:00Z", 0.0, vec![entry("stand-up", "0 9 * * 1-5")]);
    let life = house.live();
    life.context.quiet.settled().await;
    life.kill().await;
    house.agenda = vec![entry("stand-up", "0 10 * * 1-5")];
    house.clock.show(moment("2026-03-02T16:00:00Z")).await;
    let life = house.live();
    life.context.quiet.settled().await;
    assert_eq!(life.said(), Vec::<String>::new());
    life.show("2026-03-03T15:00:00Z").await;
    assert_eq!(life.said(), ["\u{23f0} stand-up | stand-up!"]);
}

/// How long after the minute the last of very many has been written for good.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_in_one_minute_do_not_delay_each_other() {
    const MANY: usize = 10_000;
    let agenda = (0..MANY).map(|number| entry(&format!("s{number}"), "0 9 * * *")).collect();
    let house = Premises::new("2026-03-02T13:59:00Z", 0.0, agenda);
    let life = house.live();
    life.context.quiet.settled().await;
    let begun = Instant::now();
    life.show("2026-03-02T14:00:00Z").await;
    let took = begun.elapsed();
    println!("{MANY} schedules of one minute were on disk {took:?} after it");
    assert_eq!(life.said().len(), MANY);
    // Each of them is a message in the store. This build is not optimised, and other tests run beside it.
    assert!(took < Duration::from_secs(20), "the last one was {took:?} late");
    life.kill().await;
}
