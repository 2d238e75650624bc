//! Starts Shipmate.
fn main() {}
