//! All integration tests: one binary, real sockets, the real bot against the sandbox.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod burst;
mod check;
mod config;
mod contract;
mod crash;
mod doors;
mod flood;
mod gathered;
mod payloads;
mod permissions;
mod properties;
mod rounds;
mod stored;
mod stories;
mod story;
mod tidy;
mod tours;
mod twice;
mod writers;
