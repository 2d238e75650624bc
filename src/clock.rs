//! The only file that knows what time it is.
#![allow(clippy::disallowed_methods)]

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use futures::poll;
use tokio::sync::watch;

/// How long one more look at a clock elsewhere may take.
const LOOK: Duration = Duration::from_secs(1);

/// What a clock shows: a moment, when it was read, and how fast it runs from there.
#[derive(Debug, Clone, Copy)]
struct Face {
    shown: DateTime<Utc>,
    read_at: Instant,
    rate: f64,
    /// Whether it is the machine's own clock, which is read anew each time: it may be corrected, and machines sleep.
    machine: bool,
}

/// The clock that the whole process reads: the machine's, or one that it follows elsewhere.
#[derive(Debug, Clone)]
pub struct Clock {
    face: Arc<watch::Sender<Face>>,
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
}

impl Clock {
    /// The machine's clock.
    pub fn of_this_machine() -> Self {
        let face = Face { shown: Utc::now(), read_at: Instant::now(), rate: 1.0, machine: true };
        Self { face: Arc::new(watch::Sender::new(face)), waiting: Sleepers::default(), followed: None }
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
        let face = Arc::new(watch::Sender::new(Face::of(&first)));
        let clock = Self { face, waiting: Sleepers::default(), followed: Some(followed.clone()) };
        let follower = clock.clone();
        tokio::spawn(async move {
            loop {
                match followed.read_after(version).await {
                    Ok(reading) => {
                        version = reading.version;
                        follower.face.send_replace(Face::of(&reading));
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
            let later = read.now() > face.now();
            if later {
                *face = read;
            }
            later
        });
    }

    /// The present moment, UTC.
    pub fn now(&self) -> DateTime<Utc> {
        self.face.borrow().now()
    }

    /// How many seconds pass on this clock in one real second; 0 when it stands still.
    pub fn rate(&self) -> f64 {
        self.face.borrow().rate
    }

    /// Waits until the clock shows `moment`. It is noted that somebody waits as soon as this is called.
    pub fn reach(&self, moment: DateTime<Utc>) -> impl Future<Output = Reached> + Send + use<> {
        let reached = self.waiting.add(moment);
        let mut faces = self.face.subscribe();
        async move {
            loop {
                let face = *faces.borrow_and_update();
                let missing = (moment - face.now()).as_seconds_f64();
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
        let face = Face { shown: now, read_at: Instant::now(), rate, machine: false };
        Self { face: Arc::new(watch::Sender::new(face)), waiting: Sleepers::default(), followed: None }
    }

    /// Sets the clock, and waits until everybody who waited for this moment has begun.
    pub async fn show(&self, now: DateTime<Utc>) {
        self.face.send_modify(|face| *face = Face { shown: now, read_at: Instant::now(), ..*face });
        self.waiting.begun(now).await;
    }
}

impl Face {
    fn of(reading: &ClockReading) -> Self {
        Self { shown: reading.now, read_at: Instant::now(), rate: reading.rate, machine: false }
    }

    fn now(&self) -> DateTime<Utc> {
        if self.machine {
            return Utc::now();
        }
        let elapsed = self.read_at.elapsed().as_secs_f64() * self.rate;
        self.shown + chrono::Duration::microseconds((elapsed * 1e6) as i64)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::FutureExt;

    use super::*;

    fn standing(shown: DateTime<Utc>) -> Face {
        Face { shown, read_at: Instant::now(), rate: 0.0, machine: false }
    }

    #[tokio::test]
    async fn the_time_has_not_come_before_everybody_who_waited_for_it_works_again() {
        let (start, minute) = (DateTime::UNIX_EPOCH, chrono::Duration::minutes(1));
        let clock =
            Clock { face: Arc::new(watch::Sender::new(standing(start))), waiting: Sleepers::default(), followed: None };
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
}
