//! Releases for the tables of the core: a playbook in a few lines, and what happened.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    dates::Dates,
    fact::{Fact, Made, Proof, Recorded},
    playbook::Playbook,
    release::{Brief, Release, ReleaseId, ReleaseKind},
};

const PLAYBOOK: &str = r#"
name = "sample"
title = "A sample"
tag = "v{version}"
production = "main"
development = "develop"
[hotfix]
branch = "hotfix/v{version}"
source = "main"
bump = "patch"
target = "2h"
[[hotfix.stage]]
name = "Branch"
steps = [{ do = "branch", name = "{branch}", from = "main" }]
[release]
branch = "release/v{version}"
source = "develop"
bump = "minor"
target = "8h"
"#;

/// Monday, 2 March 2026, 09:00 UTC, and so many minutes.
pub fn minute(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap() + TimeDelta::minutes(minutes)
}

/// Release number 7 of `api`, v2.2.0, from `develop` after v2.1.0, with these stages: the TOML behind `[release]`.
pub fn release(stages: &str) -> Release {
    let playbook = Playbook::read(&format!("{PLAYBOOK}{stages}"), "sample.toml").unwrap();
    let words = playbook.words("2.2.0", "v2.2.0", "release/v2.2.0", "develop");
    let brief = Brief {
        id: ReleaseId(7),
        project: "api".into(),
        version: "2.2.0".parse().unwrap(),
        kind: ReleaseKind::Regular,
        requester: "alice".into(),
        at: minute(0),
        plan: playbook.release.plan(&words, &playbook.dates).unwrap(),
        tag: "v2.2.0".into(),
        branch: "release/v2.2.0".into(),
        source: "develop".into(),
        source_commit: "cut".into(),
        production: "main".into(),
        previous_tag: Some("v2.1.0".into()),
        next_version: "2.3.0".parse().unwrap(),
        target_minutes: 480,
        dates: Dates(BTreeMap::new()),
    };
    Release::new(brief, vec![])
}

/// One stage with these steps, the TOML in the brackets.
pub fn one_stage(steps: &str) -> Release {
    release(&format!("[[release.stage]]\nname = \"All\"\nsteps = [{steps}]\n"))
}

/// Something happens to a release, a minute after what happened before.
pub fn happens(release: &mut Release, fact: Fact) {
    let before = release.facts.last().map_or(release.brief.at, |recorded| recorded.at);
    release.add(Recorded { at: before + TimeDelta::minutes(1), fact });
}

/// A step is done and made nothing that later steps need.
pub fn done(step: usize) -> Fact {
    Fact::Done { step, made: Made::Nothing }
}

/// A deploy of this build ended well.
pub fn deployed(step: usize, build: &str) -> Fact {
    let made = Made::Deployed { url: String::new(), seconds: 60, build: build.into(), proof: Proof::default() };
    Fact::Done { step, made }
}
