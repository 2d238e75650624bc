//! A request's body that tells when it has come in whole.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

pub(super) struct Arriving<F: FnMut()> {
    body: Incoming,
    arrived: F,
}

impl<F: FnMut()> Arriving<F> {
    /// Wraps a body; a request without one has arrived already.
    pub(super) fn new(body: Incoming, mut arrived: F) -> Self {
        if body.is_end_stream() {
            arrived();
        }
        Self { body, arrived }
    }
}

impl<F: FnMut() + Unpin> Body for Arriving<F> {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none() || self.body.is_end_stream() {
            (self.arrived)();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
