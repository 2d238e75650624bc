//! A time comes once everybody who waits for it can begin, and a clock that jumps ends nothing.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt;

use super::*;

fn standing(shown: DateTime<Utc>) -> Face {
    let wall = Wall::Ahead(TimeDelta::zero());
    Face { shown, read_at: Instant::now(), rate: 0.0, wall, accepted: TimeDelta::zero() }
}

#[tokio::test]
async fn the_time_has_not_come_before_everybody_who_waited_for_it_works_again() {
    let (start, minute) = (DateTime::UNIX_EPOCH, chrono::Duration::minutes(1));
    let clock = Clock::with(standing(start), None);
    let work = AtomicUsize::new(1);
    /// Counts down when it is dropped.
    struct Work<'a>(&'a AtomicUsize);
    impl Drop for Work<'_> {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
    let again = || {
        work.fetch_add(1, Ordering::SeqCst);
        Work(&work)
    };
    let busy = clock.rest(Work(&work), start, again).now_or_never().unwrap();
    assert_eq!(work.load(Ordering::SeqCst), 1, "what is over already is not waited for");
    let mut resting = pin!(clock.rest(busy, start + minute, again));
    assert!(poll!(resting.as_mut()).is_pending());
    assert_eq!(work.load(Ordering::SeqCst), 0);
    assert!(clock.waiting.begun(start).now_or_never().is_some(), "nobody waits for what has come");
    clock.face.send_replace(standing(start + minute));
    let mut begun = pin!(clock.waiting.begun(start + minute));
    assert!(poll!(begun.as_mut()).is_pending(), "somebody has not begun yet");
    let _busy = resting.await;
    assert_eq!(work.load(Ordering::SeqCst), 1);
    assert!(begun.now_or_never().is_some());
}

#[tokio::test]
async fn a_clock_that_jumps_ends_nothing_until_another_agrees_with_it() {
    let (start, day) = (DateTime::UNIX_EPOCH, TimeDelta::days(1));
    for by in [day, -day, TimeDelta::minutes(3)] {
        let clock = Clock::of_a_test(start, 0.0);
        let mut waiting = pin!(clock.reach(start + TimeDelta::hours(2)));
        clock.jump(by);
        assert!(poll!(waiting.as_mut()).is_pending(), "{by}");
        assert_eq!((clock.now(), clock.jumped().now_or_never().map(|jump| jump.by)), (start, Some(by)));
        // Time passes as before, and what is due by it comes.
        clock.face.send_modify(|face| face.shown += TimeDelta::hours(1));
        assert_eq!(clock.now(), start + TimeDelta::hours(1));
        assert!(poll!(waiting.as_mut()).is_pending(), "{by}");
        // Another clock that agrees with the time that passes confirms nothing; one that agrees with the wall does.
        clock.compare(start + TimeDelta::hours(1));
        assert_eq!(clock.now(), start + TimeDelta::hours(1));
        clock.compare(start + TimeDelta::hours(1) + by);
        assert_eq!((clock.now(), *clock.jump.borrow()), (start + TimeDelta::hours(1) + by, None));
        assert_eq!(poll!(waiting.as_mut()).is_ready(), by == day, "{by}");
    }
}

#[tokio::test]
async fn a_clock_that_is_put_back_or_corrected_a_little_counts_at_once() {
    let (start, day) = (DateTime::UNIX_EPOCH, TimeDelta::days(1));
    let clock = Clock::of_a_test(start, 0.0);
    clock.jump(day);
    assert_eq!(clock.now(), start);
    clock.jump(-day);
    assert_eq!((clock.now(), *clock.jump.borrow()), (start, None));
    // Corrections add up to more than a jump, and are none.
    for minute in 1..=10 {
        clock.jump(TimeDelta::minutes(1));
        assert_eq!((clock.now(), *clock.jump.borrow()), (start + TimeDelta::minutes(minute), None));
    }
}

#[tokio::test]
async fn a_followed_clock_is_looked_at_again_and_never_goes_back() {
    // It tells nobody by itself: only who looks sees what it shows.
    let (shown, silent) = (Arc::new(AtomicUsize::new(0)), std::future::pending::<axum::Json<serde_json::Value>>);
    let shows = shown.clone();
    let read = async move |asked: axum::http::Uri| {
        if asked.query().is_some_and(|query| query != "after=0") {
            return silent().await;
        }
        let now = DateTime::UNIX_EPOCH + chrono::Duration::minutes(shows.load(Ordering::SeqCst) as i64);
        axum::Json(serde_json::json!({ "now": now, "rate": 0.0, "version": 1 }))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/clock", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/clock", axum::routing::get(read));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let clock = Clock::following(&url).await.unwrap();
    for (minutes, seen) in [(5, 5), (3, 5), (6, 6)] {
        shown.store(minutes, Ordering::SeqCst);
        clock.look_again().await;
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH + chrono::Duration::minutes(seen));
    }
}
