//! The only place that knows what time it is.
//!
//! The time is what the machine's clock shows, as long as that goes on like the time that passes. When it jumps – somebody sets
//! it, a machine was moved, a laptop slept – the time goes on as it passes, until the clock is back, or somebody else's clock
//! agrees with it: so nothing is over, and nothing begins, because a clock was set.
#![allow(clippy::disallowed_methods)]

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use futures::poll;
use tokio::sync::watch;

/// How long one more look at a clock elsewhere may take.
const LOOK: Duration = Duration::from_secs(1);

/// How far a clock may be from the time that passes before it has jumped: corrections are smaller.
const PLAUSIBLE: TimeDelta = TimeDelta::minutes(2);
/// How far it may be before it is followed: what is less would be followed at each look.
const UNNOTICED: TimeDelta = TimeDelta::milliseconds(100);

/// What a clock shows: a moment, when it was read, and how fast it runs from there.
#[derive(Debug, Clone, Copy)]
struct Face {
    shown: DateTime<Utc>,
    read_at: Instant,
    rate: f64,
    wall: Wall,
    /// By how much the wall clock was moved since then, as far as that counts.
    accepted: TimeDelta,
}

/// What the clock on the wall shows.
#[derive(Debug, Clone, Copy)]
enum Wall {
    /// What the machine says: it is read anew each time, since it may be set, and machines sleep.
    Machine,
    /// So much more than the time that passes.
    Ahead(TimeDelta),
}

/// The clock jumped, and nobody else's agrees with it yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockJump {
    /// By how much; back if it is less than nothing.
    pub by: TimeDelta,
    /// When it was noticed, by the time that passes.
    pub at: DateTime<Utc>,
}

/// The clock that the whole process reads: the machine's, or one that it follows elsewhere.
#[derive(Debug, Clone)]
pub struct Clock {
    face: Arc<watch::Sender<Face>>,
    jump: Arc<watch::Sender<Option<ClockJump>>>,
    waiting: Sleepers,
    followed: Option<Followed>,
}

/// The clock elsewhere that is followed.
#[derive(Debug, Clone)]
struct Followed {
    client: reqwest::Client,
    url: String,
}

impl Followed {
    async fn read(&self) -> Result<ClockReading, reqwest::Error> {
        self.client.get(&self.url).send().await?.error_for_status()?.json().await
    }

    /// Reads it once it has been set more often than `version` says.
    async fn read_after(&self, version: u64) -> Result<ClockReading, reqwest::Error> {
        let url = format!("{}?after={version}", self.url);
        Self { client: self.client.clone(), url }.read().await
    }
}

/// The moments that somebody waits for, by the order of asking. Who follows another clock tells it that a time has come
/// only when everybody who waited for it has begun. Whoever stops working in order to wait asks first and sees that the moment
/// has not come, and only then says that it has stopped: else the time could come in between with nobody to be seen.
#[derive(Debug, Clone, Default)]
struct Sleepers(Arc<watch::Sender<BTreeMap<u64, DateTime<Utc>>>>);

/// Somebody waits, until this is dropped. Whoever waited notes first that there is work, and drops this then.
#[derive(Debug)]
pub struct Reached {
    waiting: Sleepers,
    ticket: u64,
}

impl Sleepers {
    fn add(&self, moment: DateTime<Utc>) -> Reached {
        let mut ticket = 0;
        self.0.send_modify(|moments| {
            ticket = moments.last_key_value().map_or(0, |(last, _)| last + 1);
            moments.insert(ticket, moment);
        });
        Reached { waiting: self.clone(), ticket }
    }

    /// Waits until nobody waits any more for a moment that has come.
    async fn begun(&self, now: DateTime<Utc>) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|moments| moments.values().all(|moment| *moment > now)).await;
    }
}

impl Drop for Reached {
    fn drop(&mut self) {
        self.waiting.0.send_modify(|moments| {
            moments.remove(&self.ticket);
        });
    }
}

/// What `GET {follow}?after=VERSION` answers.
#[derive(serde::Deserialize)]
struct ClockReading {
    now: DateTime<Utc>,
    rate: f64,
    version: u64,
    /// What the clock on the machine's wall shows, if it is another time.
    #[serde(default)]
    wall: Option<DateTime<Utc>>,
}

impl Clock {
    /// The machine's clock.
    pub fn of_this_machine() -> Self {
        let accepted = TimeDelta::zero();
        Self::with(Face { shown: Utc::now(), read_at: Instant::now(), rate: 1.0, wall: Wall::Machine, accepted }, None)
    }

    fn with(face: Face, followed: Option<Followed>) -> Self {
        let (face, jump) = (Arc::new(watch::Sender::new(face)), Arc::new(watch::Sender::new(None)));
        Self { face, jump, waiting: Sleepers::default(), followed }
    }

    /// A clock that shows what the server at `url` shows, and follows whenever that one is set.
    ///
    /// # Errors
    /// A sentence, when the first reading cannot be had.
    pub async fn following(url: &str) -> Result<Self, String> {
        let followed = Followed { client: reqwest::Client::new(), url: url.to_owned() };
        let first =
            followed.read_after(0).await.map_err(|problem| format!("the clock at {url} cannot be read: {problem}"))?;
        let mut version = first.version;
        let clock = Self::with(Face::of(&first), Some(followed.clone()));
        let follower = clock.clone();
        tokio::spawn(async move {
            loop {
                match followed.read_after(version).await {
                    Ok(reading) => {
                        version = reading.version;
                        follower.face.send_modify(|face| *face = Face::of(&reading).like(face));
                        follower.waiting.begun(reading.now).await;
                    }
                    Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
                }
            }
        });
        Ok(clock)
    }

    /// Looks again at a clock that is followed: what comes in may have happened at a time that it has not told yet.
    pub async fn look_again(&self) {
        let Some(followed) = &self.followed else { return };
        let Ok(Ok(reading)) = tokio::time::timeout(LOOK, followed.read()).await else { return };
        let read = Face::of(&reading);
        self.face.send_if_modified(|face| {
            let later = read.steady() > face.steady();
            if later {
                *face = read.like(face);
            }
            later
        });
    }

    /// The present moment, UTC.
    pub fn now(&self) -> DateTime<Utc> {
        let face = *self.face.borrow();
        let steady = face.steady();
        let (wall, passed) = (face.wall(steady), steady + face.accepted);
        let by = wall - passed;
        let jumped = by.abs() > PLAUSIBLE;
        self.note(jumped.then_some(ClockJump { by, at: passed }));
        if jumped {
            return passed;
        }
        if by.abs() > UNNOTICED {
            self.accept(wall - steady);
        }
        wall
    }

    /// Somebody else's clock shows this now. If the one on the wall has jumped and agrees with it, it counts again.
    pub fn compare(&self, elsewhere: DateTime<Utc>) {
        self.now();
        if self.jump.borrow().is_none() {
            return;
        }
        let face = *self.face.borrow();
        let steady = face.steady();
        let wall = face.wall(steady);
        if (wall - elsewhere).abs() <= PLAUSIBLE {
            tracing::info!(%wall, "the clock that jumped is confirmed by another, and counts again");
            self.accept(wall - steady);
            // Whoever waits for a time looks again.
            self.face.send_modify(|_| {});
            self.note(None);
        }
    }

    /// Waits until the clock jumps.
    pub async fn jumped(&self) -> ClockJump {
        let mut jumps = self.jump.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        match jumps.wait_for(Option::is_some).await.ok().and_then(|jump| *jump) {
            Some(jump) => jump,
            None => std::future::pending().await,
        }
    }

    /// Waits until the clock counts again that has jumped.
    pub async fn counts_again(&self) {
        let _ = self.jump.subscribe().wait_for(Option::is_none).await;
    }

    fn note(&self, jump: Option<ClockJump>) {
        let noted = self.jump.send_if_modified(|known| {
            let new = known.is_some() != jump.is_some();
            if new {
                *known = jump;
            }
            new
        });
        if let Some(ClockJump { by, at }) = jump.filter(|_| noted) {
            let seconds = by.num_seconds();
            tracing::warn!(seconds, %at, "the machine's clock jumped: until another clock agrees with it, the time that passes counts");
        }
    }

    fn accept(&self, ahead: TimeDelta) {
        self.face.send_if_modified(|face| {
            face.accepted = ahead;
            false
        });
    }

    /// How many seconds pass on this clock in one real second; 0 when it stands still.
    pub fn rate(&self) -> f64 {
        self.face.borrow().rate
    }

    /// Waits until the clock shows `moment`. It is noted that somebody waits as soon as this is called.
    pub fn reach(&self, moment: DateTime<Utc>) -> impl Future<Output = Reached> + Send + use<> {
        let reached = self.waiting.add(moment);
        let (mut faces, clock) = (self.face.subscribe(), self.clone());
        async move {
            loop {
                let face = *faces.borrow_and_update();
                let missing = (moment - clock.now()).as_seconds_f64();
                if missing <= 0.0 {
                    return reached;
                }
                if face.rate > 0.0 {
                    let real = Duration::from_secs_f64((missing / face.rate).min(60.0));
                    let _ = tokio::time::timeout(real, faces.changed()).await;
                } else if faces.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    }

    /// Waits for `span` of this clock's time.
    pub fn pass(&self, span: chrono::Duration) -> impl Future<Output = Reached> + Send + use<> {
        self.reach(self.now() + span)
    }

    /// Stops the work that `busy` stands for and waits until the clock shows `moment`; then there is work `again`.
    pub async fn rest<B>(&self, busy: B, moment: DateTime<Utc>, again: impl FnOnce() -> B) -> B {
        let mut reached = pin!(self.reach(moment));
        if poll!(reached.as_mut()).is_ready() {
            return busy;
        }
        drop(busy);
        let _reached = reached.await;
        again()
    }
}

#[cfg(test)]
impl Clock {
    /// A clock of a test's own, which runs at this rate from this moment; 0 stands still.
    pub fn of_a_test(now: DateTime<Utc>, rate: f64) -> Self {
        let wall = Wall::Ahead(TimeDelta::zero());
        Self::with(Face { shown: now, read_at: Instant::now(), rate, wall, accepted: TimeDelta::zero() }, None)
    }

    /// Moves the clock on the wall, while no time passes.
    pub fn jump(&self, by: TimeDelta) {
        self.face.send_modify(|face| {
            if let Wall::Ahead(ahead) = &mut face.wall {
                *ahead += by;
            }
        });
    }

    /// Sets the clock, and waits until everybody who waited for this moment has begun.
    pub async fn show(&self, now: DateTime<Utc>) {
        self.face.send_modify(|face| *face = Face { shown: now, read_at: Instant::now(), ..*face });
        self.waiting.begun(now).await;
    }
}

impl Face {
    fn of(reading: &ClockReading) -> Self {
        let wall = Wall::Ahead(reading.wall.map_or(TimeDelta::zero(), |wall| wall - reading.now));
        Self { shown: reading.now, read_at: Instant::now(), rate: reading.rate, wall, accepted: TimeDelta::zero() }
    }

    /// This face, with as much accepted of where its wall clock is as before.
    fn like(self, before: &Self) -> Self {
        Self { accepted: before.accepted, ..self }
    }

    /// What the wall clock shows, when so much time has passed.
    fn wall(&self, steady: DateTime<Utc>) -> DateTime<Utc> {
        match self.wall {
            Wall::Machine => Utc::now(),
            Wall::Ahead(by) => steady + by,
        }
    }

    /// The time that passes, whatever the clock on the wall shows.
    fn steady(&self) -> DateTime<Utc> {
        let elapsed = self.read_at.elapsed().as_secs_f64() * self.rate;
        self.shown + chrono::Duration::microseconds((elapsed * 1e6) as i64)
    }
}

#[cfg(test)]
mod tests;
