//! `[backup]`: what is left out has a stated value, and what is wrong is told in its place.

use std::path::Path;

use chrono::TimeDelta;

use super::{SMALL, parse, problems};

#[test]
fn backups_are_made_only_where_somebody_wants_them() {
    assert_eq!(parse(SMALL).unwrap().backup, None);
    let backup = parse(&format!("{SMALL}[backup]\n")).unwrap().backup.unwrap();
    assert_eq!((backup.every, backup.keep, backup.folder.as_path()), (TimeDelta::days(1), 7, Path::new("backups")));
}

#[test]
fn what_is_wrong_in_it_is_told() {
    for (written, expected) in [
        ("every = \"10s\"", "`10s` is too often; write `1m` or longer"),
        ("every = \"-1d\"", "write it without `-`"),
        ("keep = 0", "`keep` must be a number from 1 to 1000, without quotes"),
        ("keep = 1001", "`keep` must be a number from 1 to 1000, without quotes"),
        ("keep = \"7\"", "`keep` must be a number from 1 to 1000, without quotes"),
        ("path = \"here\"", "`path` is not known in [backup]"),
    ] {
        let said = problems(&format!("{SMALL}[backup]\n{written}\n"));
        assert!(said.contains(expected), "{written}: {said}");
    }
}
