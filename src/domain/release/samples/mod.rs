//! Releases for the tables of the core: a playbook in a few lines, and what happened.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Release, ReleaseId, ReleaseKind, ReleaseSpec,
    fact::{Fact, Outcome, Provenance, Recorded},
};
use crate::domain::{playbook::Playbook, time::dates::Dates, version::Scheme};

mod history;
pub mod parts;
mod surroundings;
mod told;

pub use history::{happened, step_named};
pub use parts::called;
pub use surroundings::{closed, holding, ledger, now, running, surroundings};
pub use told::{around, compare, named, stands, told};

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
    let spec = ReleaseSpec {
        adopted: None,
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
    Release::new(spec, vec![])
}

/// One stage with these steps, the TOML in the brackets.
pub fn one_stage(steps: &str) -> Release {
    release(&format!("[[release.stage]]\nname = \"All\"\nsteps = [{steps}]\n"))
}

/// Something happens to a release, a minute after what happened before.
pub fn happens(release: &mut Release, fact: Fact) {
    let before = release.facts.last().map_or(release.spec.at, |recorded| recorded.at);
    release.add(Recorded { at: before + TimeDelta::minutes(1), fact });
}

/// A step is done and made nothing that later steps need.
pub fn done(step: usize) -> Fact {
    Fact::Done { step, made: Outcome::Nothing }
}

/// CD was asked for this build.
pub fn asked(step: usize, build: &str) -> Fact {
    Fact::Done { step, made: Outcome::Run { id: 1, url: String::new(), build: build.into() } }
}

/// A deploy of this build ended well.
pub fn deployed(step: usize, build: &str) -> Fact {
    let made = Outcome::Deployed { url: String::new(), seconds: 60, build: build.into(), proof: Provenance::default() };
    Fact::Done { step, made }
}

/// The same release with what was decided about it otherwise at its start.
pub fn decided(release: Release, decide: impl FnOnce(&mut ReleaseSpec)) -> Release {
    let mut spec = release.spec;
    decide(&mut spec);
    Release::new(spec, vec![])
}

/// A hotfix with these stages.
pub fn hotfix(stages: &str) -> Release {
    decided(release(stages), |spec| {
        spec.kind = ReleaseKind::Hotfix { description: "sign-in is broken".into(), severity: None };
    })
}

/// A person has an environment brought back to v2.2.0 from v2.3.0.
pub fn roll_back(environment: &str) -> Release {
    let deploy = format!(r#"{{ do = "deploy", environment = "{environment}", git-ref = "{{tag}}" }}"#);
    decided(one_stage(&deploy), |spec| {
        let environment = environment.to_owned();
        spec.kind = ReleaseKind::RollBack { environment, from: "v2.3.0".into(), reason: "it is slow".into() };
    })
}

/// A release with these stages and dates, the TOML behind `[release]`; each date is so many minutes after the beginning.
pub fn dated(stages: &str, dates: &[(&str, i64)]) -> Release {
    decided(release(stages), |spec| {
        spec.dates = Dates(dates.iter().map(|(name, at)| ((*name).to_owned(), minute(*at))).collect());
    })
}

/// A release whose version is a date: 26.03.02.
pub fn calver(stages: &str) -> Release {
    let scheme = Scheme::try_from("YY.MM.NN".to_owned()).unwrap();
    decided(release(stages), |spec| {
        spec.version = scheme.read("26.03.02").unwrap();
        spec.next_version = scheme.read("26.03.03").unwrap();
        spec.tag = "26.03.02".into();
        spec.previous_tag = Some("26.03.01".into());
    })
}
