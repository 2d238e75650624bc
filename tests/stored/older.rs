//! A store that an older Shipmate left behind in the middle of its work opens, and says what it always said.

use std::{path::Path, sync::Arc};

use shipmate::{
    domain::release::{
        Release,
        next::{Surroundings, next},
    },
    store::{
        Store,
        backup::{back_up_at_rest, restore},
    },
};

use super::damage::copy_of;

/// Layout 1, killed while v2.2.0 waits for QA, hotfix v2.1.2 for its fix, and everything is frozen.
const LAYOUT_1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stored/layout-1");
/// Layout 2, killed while v2.2.0 is stopped at a failed deploy, staging is rolled back and held, an exemption is asked for,
/// and a freeze is kept on GitHub.
const LAYOUT_2: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stored/layout-2");

/// Layout 3, where a deploy was several steps, killed while v2.2.0 is rolled back from a canary that did badly.
const LAYOUT_3: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stored/layout-3");

/// What a store says of its releases and freezes.
fn told(store: &Store) -> String {
    let stands = |release: Arc<Release>| {
        let (spec, over) = (&release.spec, release.state.steps.iter().filter(|step| step.is_over()).count());
        let then = next(&release, &Surroundings::default(), spec.at + chrono::TimeDelta::hours(1));
        format!("{} {}: {over} of {} steps, {then:?}", spec.project, spec.version, spec.plan.steps.len())
    };
    let releases: Vec<String> = store.latest_releases(10).unwrap().into_iter().map(stands).collect();
    let freezes: Vec<String> =
        store.freezes().unwrap().into_iter().map(|freeze| format!("freeze: {}", freeze.reason)).collect();
    [releases, freezes].concat().join("\n")
}

#[test]
fn a_backup_of_an_older_layout_is_restored_and_says_what_the_store_says() {
    for layout in [LAYOUT_1, LAYOUT_2, LAYOUT_3] {
        let copy = copy_of(Path::new(layout));
        let (file, restored) = (copy.path().join("backup.jsonl"), copy.path().join("restored"));
        let mut out = std::fs::File::create(&file).unwrap();
        back_up_at_rest(copy.path(), chrono::DateTime::UNIX_EPOCH, &mut out).unwrap();
        restore(&file, &restored, chrono::DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(told(&Store::open(&restored).unwrap()), told(&Store::open(copy.path()).unwrap()));
    }
}

#[test]
fn a_store_of_the_first_layout_opens() {
    let copy = copy_of(Path::new(LAYOUT_1));
    insta::assert_snapshot!(told(&Store::open(copy.path()).unwrap()));
}

#[test]
fn a_store_of_the_second_layout_opens() {
    let copy = copy_of(Path::new(LAYOUT_2));
    let store = Store::open(copy.path()).unwrap();
    let exemptions = store.exemptions().unwrap().into_iter().map(|one| format!("exemption: {}", one.reason));
    let environments = store.ledgers("api").unwrap().into_iter().map(|(name, status)| {
        let runs = status.runs().map_or("nothing".to_owned(), |now| now.version.clone());
        let held = status.hold().map_or(String::new(), |hold| format!(", held because of {}", hold.from));
        let tried = status.attempt().map_or(String::new(), |tried| format!(", {} did not get there", tried.version));
        format!("{name} runs {runs}{held}{tried}")
    });
    let incidents = (1..=3).filter_map(|number| store.matter(number).unwrap()).map(|incident| {
        let places = incident.destinations.len();
        format!("incident {}: {:?}, told in {places} places", incident.number, incident.status())
    });
    let kept = store.readings("acme/api").unwrap().into_iter().map(|reading| format!("{reading:?}"));
    let written = store.written("acme/api").unwrap().into_iter().map(|row| format!("red on GitHub: {}", row.red));
    let more: Vec<String> = exemptions.chain(environments).chain(incidents).chain(kept).chain(written).collect();
    insta::assert_snapshot!(format!("{}\n{}", told(&store), more.join("\n")));
}

#[test]
fn a_store_of_the_third_layout_opens_in_the_middle_of_a_roll_back() {
    let copy = copy_of(Path::new(LAYOUT_3));
    let store = Store::open(copy.path()).unwrap();
    let release = store.open_releases().unwrap().pop().unwrap();
    let deploys = (0..release.spec.plan.steps.len()).filter_map(|step| {
        let environment = release.spec.plan.environment_of(step)?;
        let rollout = &release.state.steps[step].rollout;
        let back = rollout.back.as_ref().and_then(|back| back.made.build()).unwrap_or("nothing");
        let what = release.spec.plan.steps[step].step.in_full();
        Some(format!("{what} ({environment}): {:?}, {back} comes back", release.phase(step)))
    });
    insta::assert_snapshot!(format!("{}\n{}", told(&store), deploys.collect::<Vec<_>>().join("\n")));
    // What was written anew is read as it is the next time.
    drop(store);
    let again = Store::open(copy.path()).unwrap().open_releases().unwrap().pop().unwrap();
    assert_eq!((&again.spec, &again.facts), (&release.spec, &release.facts));
}
