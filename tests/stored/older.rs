//! A store that an older Shipmate left behind in the middle of its work opens, and says what it always said.

use std::path::Path;

use shipmate::{
    domain::release::{
        Release,
        next::{Surroundings, next},
    },
    store::Store,
};

use super::damage::copy_of;

/// Layout 1, killed while v2.2.0 waits for QA, hotfix v2.1.2 for its fix, and everything is frozen.
const LAYOUT_1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stored/layout-1");

#[test]
fn a_store_of_the_first_layout_opens() {
    let copy = copy_of(Path::new(LAYOUT_1));
    let store = Store::open(copy.path()).unwrap();
    let stands = |release: Release| {
        let (spec, over) = (&release.spec, release.state.steps.iter().filter(|step| step.is_over()).count());
        let then = next(&release, &Surroundings::default(), spec.at + chrono::TimeDelta::hours(1));
        format!("{} {}: {over} of {} steps, {then:?}", spec.project, spec.version, spec.plan.steps.len())
    };
    let releases: Vec<String> = store.latest_releases(10).unwrap().into_iter().map(stands).collect();
    let freezes: Vec<String> =
        store.freezes().unwrap().into_iter().map(|freeze| format!("freeze: {}", freeze.reason)).collect();
    insta::assert_snapshot!([releases, freezes].concat().join("\n"));
}
