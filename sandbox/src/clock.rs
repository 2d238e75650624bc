//! The sandbox's clock: it can stand still, run fast, and be moved forward.

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, Duration, Utc};
use tokio::sync::watch;

/// What a clock shows: a moment, when it was set, and how fast it runs from there.
#[derive(Debug, Clone, Copy)]
struct Face {
    set_to: DateTime<Utc>,
    set_at: Instant,
    rate: f64,
    version: u64,
    /// By how much the clock on the bot's wall shows more than the time that passes.
    ahead: Duration,
}

impl Face {
    fn now(&self) -> DateTime<Utc> {
        let elapsed = self.set_at.elapsed().as_secs_f64() * self.rate;
        self.set_to + Duration::microseconds((elapsed * 1e6) as i64)
    }
}

/// A clock that everybody in the sandbox shares. Cloning gives another handle on the same clock.
#[derive(Debug, Clone)]
pub struct Clock(Arc<watch::Sender<Face>>);

/// One reading of the clock, as `GET /clock` answers it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Reading {
    /// The present moment, UTC.
    pub now: DateTime<Utc>,
    /// Seconds that pass on this clock during one real second; 0 means it stands still.
    pub rate: f64,
    /// Grows by one each time somebody sets the clock.
    pub version: u64,
    /// What the clock on the bot's wall shows: another time, where somebody has set it.
    pub wall: DateTime<Utc>,
}

impl Clock {
    /// A clock that starts at `now` and runs `rate` times as fast as real time; 0 stands still.
    pub fn new(now: DateTime<Utc>, rate: f64) -> Self {
        let face = Face { set_to: now, set_at: Instant::now(), rate, version: 1, ahead: Duration::zero() };
        Self(Arc::new(watch::Sender::new(face)))
    }

    /// The present moment on this clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.borrow().now()
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|face| {
            *face = Face { set_to: face.now() + by, set_at: Instant::now(), ..*face };
            face.version += 1;
        });
    }

    /// Moves the clock on the bot's wall, as an administrator or a host would: no time passes, and nobody else's clock shows it.
    pub fn jump_wall(&self, by: Duration) {
        self.0.send_modify(|face| {
            *face = Face { set_to: face.now(), set_at: Instant::now(), ahead: face.ahead + by, ..*face };
            face.version += 1;
        });
    }

    /// Changes how fast the clock runs from now on.
    pub fn run_at(&self, rate: f64) {
        self.0.send_modify(|face| {
            *face = Face { set_to: face.now(), set_at: Instant::now(), rate, ..*face };
            face.version += 1;
        });
    }

    /// What the clock shows and how fast it runs.
    pub fn reading(&self) -> Reading {
        let face = *self.0.borrow();
        let now = face.now();
        Reading { now, rate: face.rate, version: face.version, wall: now + face.ahead }
    }

    /// Waits until the clock has been set more often than `version` says, then reads it.
    pub async fn reading_after(&self, version: u64) -> Reading {
        let mut faces = self.0.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = faces.wait_for(|face| face.version > version).await;
        self.reading()
    }

    /// Waits until the clock shows `moment`.
    pub async fn reach(&self, moment: DateTime<Utc>) {
        let mut faces = self.0.subscribe();
        loop {
            let face = *faces.borrow_and_update();
            let missing = (moment - face.now()).as_seconds_f64();
            if missing <= 0.0 {
                return;
            }
            if face.rate > 0.0 {
                let real = std::time::Duration::from_secs_f64(missing / face.rate);
                let _ = tokio::time::timeout(real, faces.changed()).await;
            } else {
                let _ = faces.changed().await;
            }
        }
    }
}
