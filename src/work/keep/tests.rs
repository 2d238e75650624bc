//! Loops that fail: they begin anew, set aside what they fail over, and say so.
#![allow(clippy::disallowed_methods)]

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use chrono::TimeDelta;
use tokio::task::JoinHandle;

use super::*;

/// Everything around a loop.
#[derive(Clone)]
struct House {
    clock: Clock,
    quiet: Quiet,
    health: Health,
    waker: Waker,
    aside: Arc<Mutex<BTreeSet<String>>>,
    turns: Arc<AtomicUsize>,
}

/// Panics over the rows of which this says so; every other turn is a good one.
struct Clumsy {
    house: House,
    panics: fn(usize) -> Option<Row>,
    next: NextTurn,
}

impl Worker for Clumsy {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        let turn = self.house.turns.fetch_add(1, Ordering::SeqCst);
        let Some(row) = (self.panics)(turn) else { return Ok(self.next) };
        if self.house.aside.lock().map_err(|_| Failed::Closed)?.contains(&row.key()) {
            return Ok(self.next);
        }
        hand.take(row);
        let none: [usize; 0] = [];
        Err(Failed::Why(none[turn].to_string()))
    }
}

impl House {
    fn new() -> Self {
        Self {
            clock: Clock::of_a_test(DateTime::UNIX_EPOCH, 0.0),
            quiet: Quiet::default(),
            health: Health::default(),
            waker: Waker::default(),
            aside: Arc::default(),
            turns: Arc::default(),
        }
    }

    fn begin(&self, next: NextTurn, panics: fn(usize) -> Option<Row>) -> JoinHandle<()> {
        let house = self.clone();
        let make = move || Clumsy { house: house.clone(), panics, next };
        tokio::spawn(self.of_the_test().run(self.quiet.busy(), make))
    }

    fn of_the_test(&self) -> Loop {
        let aside = self.aside.clone();
        let set_aside: SetAside = Arc::new(move |row, why| {
            assert!(why.contains("index out of bounds"), "{why}");
            let new = aside.lock().is_ok_and(|mut aside| aside.insert(row.key()));
            async move { if new { Ok(()) } else { Err(Failed::Why("again".into())) } }.boxed()
        });
        let (clock, quiet, health, waker) =
            (self.clock.clone(), self.quiet.clone(), self.health.clone(), self.waker.clone());
        Loop { name: "the test".into(), clock, quiet, health, waker, set_aside }
    }

    fn turns(&self) -> usize {
        self.turns.load(Ordering::SeqCst)
    }

    async fn after(&self, seconds: i64) -> usize {
        self.clock.show(self.clock.now() + TimeDelta::seconds(seconds)).await;
        self.quiet.settled().await;
        self.turns()
    }
}

#[tokio::test]
async fn a_loop_that_fails_is_down_for_a_pause_that_grows_and_wake_ups_wait_with_it() {
    let house = House::new();
    house.begin(NextTurn::Woken, |turn| (turn < 2).then_some(Row::Switch(turn as u64)));
    house.quiet.settled().await;
    let down = house.health.down();
    assert!(down.len() == 1 && down[0].starts_with("the test is down"), "{down:?}");
    house.waker.wake(house.quiet.busy());
    house.quiet.settled().await;
    assert_eq!((house.turns(), house.after(5).await, house.after(9).await), (1, 2, 2));
    assert_eq!(house.health.down().len(), 1);
    assert_eq!((house.after(1).await, house.health.down().len()), (3, 0));
    house.waker.wake(house.quiet.busy());
    house.quiet.settled().await;
    assert_eq!(house.turns(), 4);
}

/// Takes a turn while a wake-up waits, and then another, as long as one does.
struct Insistent(House);

impl Worker for Insistent {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        if self.0.turns.fetch_add(1, Ordering::SeqCst) == 0 {
            self.0.waker.wake(self.0.quiet.busy());
        }
        Ok(if self.0.waker.is_woken() { NextTurn::Now } else { NextTurn::Over })
    }
}

#[tokio::test]
async fn a_wake_up_is_over_when_a_turn_has_begun_after_it() {
    let house = House::new();
    let (pushed, busy) = (house.clone(), house.quiet.busy());
    house.of_the_test().run(busy, move || Insistent(pushed.clone())).await;
    assert_eq!((house.turns(), house.quiet.settled().now_or_never()), (2, Some(())));
}

#[tokio::test]
async fn a_row_that_fails_again_and_again_is_set_aside_and_the_loop_goes_on() {
    let house = House::new();
    let ended = house.begin(NextTurn::Over, |_| Some(Row::Switch(7)));
    house.quiet.settled().await;
    assert_eq!((house.after(5).await, house.aside.lock().map(|aside| aside.len()).ok()), (2, Some(0)));
    assert_eq!(house.after(10).await, 4, "after the third failure without a pause");
    assert!(ended.await.is_ok());
    assert_eq!((house.aside.lock().map(|aside| aside.len()).ok(), house.health.down().len()), (Some(1), 0));
}
