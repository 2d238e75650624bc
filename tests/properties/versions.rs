//! Versions by meaning and by date, and notes.

use chrono::{NaiveDate, TimeDelta};
use proptest::{collection::vec, prelude::*};
use shipmate::domain::{
    release::notes::{Change, Notes},
    version::{Bump, Scheme, Version},
};

use super::{cases, near::near};

fn schemes() -> impl Strategy<Value = Scheme> {
    let patterns = [
        "semver",
        "YY.MM.NN",
        "YYYY-MM-NN",
        "YYYY.MM.DD.NN",
        "YY.NN",
        "YYYY.M.NN",
        "YYYY.MM.MICRO",
        "YYYY.MM.DD",
        "YY-M-D",
    ];
    prop::sample::select(patterns.map(|text| Scheme::try_from(text.to_owned()).unwrap()).to_vec())
}

fn bumps() -> impl Strategy<Value = Bump> {
    prop::sample::select(vec![Bump::Major, Bump::Minor, Bump::Patch])
}

fn days() -> impl Strategy<Value = NaiveDate> {
    (0..40_000_i64).prop_map(|ahead| NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + TimeDelta::days(ahead))
}

proptest! {
    #![proptest_config(cases(2048))]

    #[test]
    fn a_version_is_written_and_read_as_the_same_and_only_ever_grows(
        text in near(["2.1.1", "v2.2.0-rc.1+build.7", "26.03.01", "2026-03-01", "2026.12.31.99", "26.01", "0.0.0", "2026.3.01", "2026.03.0", "2026.03.05", "2026.03.05.1", "26-3-5"]),
        scheme in schemes(), bump in bumps(), day in days(),
    ) {
        let current = match scheme.read(&text) {
            Ok(version) => {
                prop_assert_eq!(scheme.read(&version.to_string()), Ok(version.clone()));
                prop_assert_eq!(scheme.read_file(&format!("{version}\n")), Ok(version.clone()));
                prop_assert_eq!(version.scheme(), scheme.clone());
                let stored: Version = serde_json::from_str(&serde_json::to_string(&version).unwrap()).unwrap();
                prop_assert_eq!(&stored, &version);
                Some(version)
            }
            Err(told) => {
                prop_assert!(!told.is_empty());
                None
            }
        };
        match scheme.next(current.as_ref(), bump, day) {
            Ok(next) => {
                prop_assert!(current.as_ref().is_none_or(|current| next > *current), "{current:?} -> {next}");
                prop_assert!(next.is_final());
                prop_assert_eq!(scheme.read(&next.to_string()), Ok(next));
            }
            Err(told) => prop_assert!(told.contains("no next version") || told.contains("no more numbers"), "{told}"),
        }
    }

    #[test]
    fn a_scheme_is_known_or_refused(text in near(["YY.MM.NN", "YYYY-MM-NN", "semver"]), day in days()) {
        if let Ok(scheme) = Scheme::try_from(text.clone()) {
            let first = scheme.next(None, Bump::Patch, day).unwrap();
            prop_assert_eq!(scheme.read(&first.to_string()), Ok(first), "{}", text);
        }
    }

    #[test]
    fn notes_are_kept_as_they_are(
        messages in vec(near(["feat(search): find by colour", "fix!: round\n\nBREAKING CHANGE: x", "Merge pull request #7 from a/b\n\nfix: y"]), 0..4),
    ) {
        let change = |(nth, message): (usize, &String)| Change { sha: format!("{nth:040}"), message: message.clone(), ..Change::default() };
        let changes: Vec<Change> = messages.iter().enumerate().map(change).collect();
        let notes = Notes::from_changes(&changes, None);
        prop_assert!(notes.len() <= changes.len());
        let stored: Notes = serde_json::from_str(&serde_json::to_string(&notes).unwrap()).unwrap();
        prop_assert_eq!(stored, notes);
    }
}
