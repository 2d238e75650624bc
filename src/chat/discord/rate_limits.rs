//! How much Discord takes, by what it says with each answer: whoever asks waits before it says no.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use reqwest::header::HeaderMap;
use serenity::http::RatelimitingBucket;
use tokio::time::{Instant, sleep_until};

/// No longer is waited before a request is sent: Discord's stretches are of seconds. What it refuses is tried again by
/// whoever asked, when it says.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// So many are remembered at most; then those that are over are forgotten.
const MANY: usize = 1000;

/// From when on each kind of request is taken again.
#[derive(Default)]
pub(super) struct RateLimits(Mutex<HashMap<RatelimitingBucket, Instant>>);

impl RateLimits {
    /// Waits until Discord takes such a request.
    pub(super) async fn pass(&self, bucket: RatelimitingBucket) {
        let open = self.shut_until().get(&bucket).copied();
        if let Some(open) = open.filter(|open| *open > Instant::now()) {
            sleep_until(open).await;
        }
    }

    /// Notes what an answer says: when nothing is left, no more such requests are taken for a while.
    pub(super) fn note(&self, bucket: RatelimitingBucket, headers: &HeaderMap) {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<f64>().ok();
        let (left, seconds) = (number("x-ratelimit-remaining"), number("x-ratelimit-reset-after"));
        let pause = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let (Some(0.0), Some(pause), false) = (left, pause, bucket.is_none()) else { return };
        let now = Instant::now();
        let mut shut = self.shut_until();
        if shut.len() >= MANY {
            shut.retain(|_, open| *open > now);
        }
        shut.insert(bucket, now + pause.min(LONGEST_PAUSE));
    }

    fn shut_until(&self) -> MutexGuard<'_, HashMap<RatelimitingBucket, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
