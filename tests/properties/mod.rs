//! What holds of any input, tried on many: nothing panics, and what was written is read back as it was.
//!
//! Ordinary runs try a few inputs, the same in each run; `PROPTEST_CASES=20000` tries as many as it says, others each time.

mod changelogs;
mod files;
mod freezes;
mod near;
mod news;
mod notes;
mod reports;
mod said;
mod times;
mod version_files;
mod versions;

use proptest::test_runner::{Config, RngSeed};

/// How a property is tried: on `few` inputs, or on as many as `PROPTEST_CASES` says.
fn cases(few: u32) -> Config {
    let config = Config { failure_persistence: None, max_shrink_iters: 5_000, ..Config::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => Config { cases: few, rng_seed: RngSeed::Fixed(7), ..config },
    }
}
