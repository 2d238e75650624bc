//! Bodies whose senders have not proven who they are: all together they get so many bytes of memory, and so much time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use tokio::time::{Instant, timeout_at};

/// How many bytes all bodies that are being read may hold together.
const ROOM: usize = 40 * 1024 * 1024;
/// Of these, so many are for the first bytes of each body alone: small reports find room beside large ones.
const FOR_SMALL: usize = 12 * 1024 * 1024;
/// What is small, in bytes.
const SMALL: usize = 256 * 1024;
/// How long nothing may come, and how long the whole may take.
const PAUSE: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(30);

/// What all bodies that are being read hold together.
#[derive(Clone)]
pub struct BodyRoom {
    held: Arc<AtomicUsize>,
    pause: Duration,
}

impl Default for BodyRoom {
    fn default() -> Self {
        Self { held: Arc::default(), pause: PAUSE }
    }
}

/// A body that was read whole, and still takes room.
pub struct UnprovenBody {
    bytes: Vec<u8>,
    _share: RoomShare,
}

impl UnprovenBody {
    /// What it says.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Why a body was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyRefusal {
    /// It is larger than so many bytes.
    TooLarge(usize),
    /// Others are being read, and there is no room beside them.
    NoRoom,
    /// It does not come, or too slowly.
    TooSlow,
    /// It broke off.
    Broken(String),
}

/// What one body holds; given back when it is gone.
struct RoomShare {
    room: BodyRoom,
    held: usize,
}

impl BodyRoom {
    /// Reads a body of at most `largest` bytes. One that says to be larger is not begun.
    ///
    /// # Errors
    /// Why it was not read.
    pub async fn read(&self, headers: &HeaderMap, body: Body, largest: usize) -> Result<UnprovenBody, BodyRefusal> {
        let said = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        let end = said.unwrap_or(largest);
        if end > largest {
            return Err(BodyRefusal::TooLarge(largest));
        }
        let (mut chunks, mut bytes) = (body.into_data_stream(), Vec::new());
        let mut share = RoomShare { room: self.clone(), held: 0 };
        let whole = Instant::now() + WHOLE;
        loop {
            let next = timeout_at(whole.min(Instant::now() + self.pause), chunks.next()).await;
            let Some(chunk) = next.map_err(|_| BodyRefusal::TooSlow)? else { break };
            let chunk = chunk.map_err(|problem| BodyRefusal::Broken(problem.to_string()))?;
            let needed = bytes.len() + chunk.len();
            if needed > largest {
                return Err(BodyRefusal::TooLarge(largest));
            }
            if needed > bytes.capacity() {
                // Twice as much each time, but never more than it says to be.
                let grown = needed.max((2 * bytes.capacity()).min(end));
                share.grow(grown)?;
                bytes.reserve_exact(grown - bytes.len());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(UnprovenBody { bytes, _share: share })
    }
}

impl RoomShare {
    fn grow(&mut self, to: usize) -> Result<(), BodyRefusal> {
        let most = if to <= SMALL { ROOM } else { ROOM - FOR_SMALL };
        let more = to - self.held;
        let taken = self
            .room
            .held
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| Some(held + more).filter(|held| *held <= most));
        taken.map_err(|_| BodyRefusal::NoRoom)?;
        self.held = to;
        Ok(())
    }
}

impl Drop for RoomShare {
    fn drop(&mut self) {
        self.room.held.fetch_sub(self.held, Ordering::Relaxed);
    }
}

impl IntoResponse for BodyRefusal {
    fn into_response(self) -> Response {
        match self {
            Self::TooLarge(largest) => {
                let said = format!("it is larger than {} KiB, the most that is taken\n", largest / 1024);
                (StatusCode::PAYLOAD_TOO_LARGE, said).into_response()
            }
            Self::NoRoom => {
                let said = "too much is being read at once; send it again in a moment\n";
                (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "10")], said).into_response()
            }
            Self::TooSlow => {
                (StatusCode::REQUEST_TIMEOUT, "this did not come in whole in time; send it again\n").into_response()
            }
            Self::Broken(_) => (StatusCode::BAD_REQUEST, "this did not come in whole; send it again\n").into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, clippy::unwrap_used)]
    use futures::stream;

    use super::*;

    /// A body of so many bytes, in pieces of 64 KiB, which then ends or hangs.
    fn body(bytes: usize, ends: bool) -> Body {
        let pieces = vec![65_536; bytes / 65_536].into_iter().chain(Some(bytes % 65_536).filter(|rest| *rest > 0));
        let pieces = pieces.map(|size| Ok::<_, std::io::Error>(vec![b'x'; size])).collect::<Vec<_>>();
        let pieces = stream::iter(pieces);
        if ends { Body::from_stream(pieces) } else { Body::from_stream(pieces.chain(stream::pending())) }
    }

    fn said(length: usize) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_LENGTH, length.into())])
    }

    const MIB: usize = 1024 * 1024;

    #[tokio::test]
    async fn a_body_has_a_largest_size() {
        let room = BodyRoom::default();
        for length in [0, 1, 65_536, MIB] {
            let read = room.read(&said(length), body(length, true), MIB).await.ok().unwrap();
            assert_eq!(read.bytes().len(), length);
        }
        let refused = |headers: HeaderMap, length| {
            let room = room.clone();
            async move { room.read(&headers, body(length, true), MIB).await.err() }
        };
        assert_eq!(refused(said(MIB + 1), 0).await, Some(BodyRefusal::TooLarge(MIB)), "as it says itself");
        assert_eq!(refused(HeaderMap::new(), MIB + 1).await, Some(BodyRefusal::TooLarge(MIB)), "as it turns out");
        assert_eq!(room.held.load(Ordering::Relaxed), 0, "all is given back");
    }

    #[tokio::test]
    async fn many_large_bodies_leave_room_for_small_ones() {
        let room = BodyRoom::default();
        let large = (0..100).map(|_| {
            let room = room.clone();
            tokio::spawn(async move { room.read(&said(25 * MIB), body(24 * MIB, false), 25 * MIB).await.err() })
        });
        let large = large.collect::<Vec<_>>();
        while large.iter().filter(|read| read.is_finished()).count() < 99 {
            tokio::task::yield_now().await;
        }
        assert!(room.held.load(Ordering::Relaxed) <= ROOM - FOR_SMALL);
        let small = room.read(&said(SMALL), body(SMALL, true), MIB).await;
        assert!(small.is_ok(), "a small one finds room");
        for read in large {
            read.abort();
            let ended = read.await.unwrap_or_default();
            assert!(ended.is_none_or(|refused| refused == BodyRefusal::NoRoom));
        }
        drop(small);
        assert_eq!(room.held.load(Ordering::Relaxed), 0, "all is given back");
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let room = BodyRoom { pause: Duration::from_millis(20), ..BodyRoom::default() };
        let read = room.read(&said(MIB), body(1000, false), MIB).await;
        assert_eq!(read.err(), Some(BodyRefusal::TooSlow));
        assert_eq!(room.held.load(Ordering::Relaxed), 0, "all is given back");
    }
}
