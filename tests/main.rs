//! All integration tests: one binary, real sockets, the real bot against the sandbox.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod config;
mod crash;
mod stored;
mod stories;
mod story;
mod twice;
