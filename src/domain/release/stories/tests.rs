//! Stories as facts: which comes next, what begins again.

#![allow(clippy::unwrap_used)]
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Turn, turn};
use crate::domain::{
    playbook::Playbook,
    release::{
        Release, ReleaseId, ReleaseKind, ReleaseSpec,
        barrier::Barrier,
        conflict::Clash,
        fact::{Fact, Outcome, Recorded},
        next::{Next, Surroundings, Wait, next},
        samples::{closed, holding},
        stories::StoryFact,
    },
    version::Scheme,
};

const PLAYBOOK: &str = r#"
name = "picks"
title = "Picks"
scheme = "YY.MM.NN"
tag = "{version}"
production = "main"
development = "main"
[release]
branch = "r"
source = "main"
bump = "minor"
target = "8h"
[[release.stage]]
name = "Stories"
steps = [{ do = "pick", into = "INTO", deploy = ["dev"], test = ["qa"], gate = { name = "stories", title = "stories complete", roles = ["pm"] } }]
[[release.stage]]
name = "QA"
repeat = "on-push"
steps = [{ do = "sign-off", name = "qa", title = "QA", roles = ["qa"] }]
[[release.stage]]
name = "Tag"
steps = [{ do = "tag", name = "{tag}", message = "x" }]
[hotfix]
branch = "h"
source = "main"
bump = "patch"
target = "2h"
[[hotfix.stage]]
name = "Branch"
steps = [{ do = "branch", name = "h", from = "main" }]
"#;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap()
}

fn release(into: &str) -> Release {
    let playbook = Playbook::read(&PLAYBOOK.replace("INTO", into), "picks.toml").unwrap();
    let version = |text: &str| serde_json::from_str::<Scheme>("\"YY.MM.NN\"").unwrap().read(text).unwrap();
    let words = playbook.words("26.03.01", "26.03.01", "r", "main");
    let spec = ReleaseSpec {
        adopted: None,
        id: ReleaseId(1),
        project: "api".into(),
        version: version("26.03.01"),
        kind: ReleaseKind::Regular,
        requester: "alice".into(),
        at: now(),
        plan: playbook.release.plan(&words, &[]).unwrap(),
        tag: "26.03.01".into(),
        branch: "r".into(),
        source: "main".into(),
        source_commit: "base".into(),
        production: "main".into(),
        previous_tag: None,
        next_version: version("26.03.02"),
        target_minutes: 60,
        dates: crate::domain::time::dates::Dates(BTreeMap::new()),
    };
    Release::new(spec, vec![])
}

fn add(release: &mut Release, fact: Fact) {
    release.add(Recorded { at: now(), fact });
}

fn story(release: &mut Release, name: &str, what: StoryFact) {
    add(release, Fact::Story { story: name.into(), what });
}

fn added(release: &mut Release, names: &[&str]) {
    for name in names {
        story(release, name, StoryFact::Added { by: "carol".into() });
    }
}

fn began(release: &mut Release, name: &str) {
    story(release, name, StoryFact::Began { commit: format!("{name}-head") });
}

fn merged(release: &mut Release, name: &str) {
    story(release, name, StoryFact::Merged { commit: Some(format!("{name}-merge")) });
}

fn asked(name: &str) -> StoryFact {
    StoryFact::Asked { environment: "dev".into(), run: name.len() as u64, url: String::new() }
}

fn deployed() -> StoryFact {
    StoryFact::Deployed { environment: "dev".into(), seconds: 60 }
}

fn works() -> StoryFact {
    StoryFact::Tested { environment: "dev".into(), by: "bob".into() }
}

fn comes(release: &Release) -> Option<Turn> {
    turn(release, release.spec.plan.picking().unwrap(), &Surroundings::default(), now())
}

fn deploy(name: &str) -> Option<Turn> {
    Some(Turn::Deploy { story: name.into(), environment: "dev".into() })
}

fn merge(name: &str) -> Option<Turn> {
    Some(Turn::Merge { story: name.into() })
}

/// Tried and merged.
fn in_it_goes(release: &mut Release, name: &str) {
    added(release, &[name]);
    for what in [asked(name), deployed(), works()] {
        story(release, name, what);
    }
    merged(release, name);
}

fn approve(release: &mut Release, gate: &str, step: usize) {
    add(
        release,
        Fact::Approved { gate: gate.into(), by: "carol".into(), commit: String::new(), note: None, review: None },
    );
    assert_eq!(next(release, &Surroundings::default(), now()), Next::Run(step));
    add(release, Fact::Done { step, made: Outcome::Nothing });
}

#[test]
fn an_environment_belongs_to_one_story_at_a_time() {
    let mut release = release("r");
    added(&mut release, &["S-1", "S-2"]);
    assert_eq!(comes(&release), deploy("S-1"));
    began(&mut release, "S-1");
    assert_eq!(comes(&release), deploy("S-1"), "it is looked for, and nothing overtakes it");
    story(&mut release, "S-1", asked("S-1"));
    assert_eq!(comes(&release), None);
    story(&mut release, "S-1", deployed());
    assert_eq!(comes(&release), None, "people try it");
    story(&mut release, "S-1", works());
    assert_eq!(comes(&release), merge("S-1"));
    merged(&mut release, "S-1");
    assert_eq!(comes(&release), deploy("S-2"));
    assert_eq!(release.head(), "S-1-merge", "what the bot merges is no news");
}

#[test]
fn a_story_that_does_not_work_makes_room_and_starts_again_with_a_push() {
    let mut release = release("r");
    added(&mut release, &["S-1", "S-2"]);
    story(&mut release, "S-1", asked("S-1"));
    story(&mut release, "S-1", deployed());
    let what = StoryFact::Rejected { environment: "dev".into(), by: "bob".into(), reason: "no".into() };
    story(&mut release, "S-1", what);
    assert_eq!(comes(&release), deploy("S-2"));
    story(&mut release, "S-2", asked("S-2"));
    story(&mut release, "S-1", StoryFact::Moved { commit: "new".into() });
    assert_eq!(comes(&release), None, "dev is taken");
    story(&mut release, "S-2", StoryFact::Failed { problem: "x".into(), retry_at: None });
    assert_eq!(comes(&release), deploy("S-1"));
    assert!(release.state.old_runs.contains(&3), "a deploy of another commit is not adopted");
}

#[test]
fn a_retry_that_is_due_but_has_no_room_does_not_spin() {
    let mut release = release("r");
    added(&mut release, &["S-1"]);
    let soon = now() + TimeDelta::minutes(1);
    story(&mut release, "S-1", StoryFact::Failed { problem: "x".into(), retry_at: Some(soon) });
    let waits = |surroundings: &Surroundings, at| next(&release, surroundings, at);
    let Next::Wait(wait) = waits(&Surroundings::default(), now()) else { panic!("it rests") };
    assert_eq!(wait, [(0, Wait::Retry { at: soon, problem: "x".into() })]);
    let holds = BTreeMap::from([("dev".to_owned(), holding())]);
    let held = Surroundings { holds, ..Surroundings::default() };
    let Next::Wait(wait) = waits(&held, now() + TimeDelta::hours(1)) else { panic!("dev is held") };
    assert!(
        matches!(&wait[..], [(0, Wait::Around(Barrier::Held { environment, .. }))] if environment == "dev"),
        "{wait:?}"
    );
    assert_eq!(waits(&Surroundings::default(), now() + TimeDelta::hours(1)), Next::Run(0));
}

#[test]
fn what_closes_the_branch_closes_it_for_stories_too() {
    let mut release = release("develop");
    added(&mut release, &["S-1"]);
    for what in [asked("S-1"), deployed(), works()] {
        story(&mut release, "S-1", what);
    }
    let surroundings = Surroundings { stories: Some(closed("the audit")), ..Surroundings::default() };
    let Next::Wait(wait) = next(&release, &surroundings, now()) else { panic!("it is frozen") };
    assert_eq!(wait, [(0, Wait::Around(Barrier::Frozen(closed("the audit"))))]);
    assert_eq!(next(&release, &Surroundings::default(), now()), Next::Run(0));
    merged(&mut release, "S-1");
    assert_eq!(release.head(), "base", "another branch than the release's");
}

#[test]
fn a_late_story_opens_everything_again() {
    let mut release = release("r");
    in_it_goes(&mut release, "S-1");
    approve(&mut release, "stories", 0);
    approve(&mut release, "qa", 1);
    in_it_goes(&mut release, "S-2");
    let Next::Wait(wait) = next(&release, &Surroundings::default(), now()) else {
        panic!("stories are asked for again")
    };
    assert!(matches!(&wait[..], [(0, Wait::Decision { have: 0, .. })]), "{wait:?}");
    approve(&mut release, "stories", 0);
    let Next::Wait(wait) = next(&release, &Surroundings::default(), now()) else { panic!("QA is asked again") };
    assert!(matches!(&wait[..], [(1, Wait::Decision { have: 0, .. })]), "{wait:?}");
}

#[test]
fn one_that_is_taken_out_leaves_no_trace_and_frees_the_others() {
    let mut release = release("r");
    in_it_goes(&mut release, "S-1");
    in_it_goes(&mut release, "S-2");
    added(&mut release, &["S-3"]);
    for what in [asked("S-3"), deployed(), works()] {
        story(&mut release, "S-3", what);
    }
    let clash = Clash { path: "a".into(), last: vec![] };
    story(&mut release, "S-3", StoryFact::LeftOut { onto: "S-2-merge".into(), files: vec![clash] });
    assert_eq!((release.state.stories.taken().len(), release.state.stories.left()), (2, vec!["S-3".to_owned()]));
    approve(&mut release, "stories", 0);
    story(&mut release, "S-1", StoryFact::Removed { by: "carol".into(), reason: "no".into() });
    assert_eq!(comes(&release), Some(Turn::Rebuild));
    add(&mut release, Fact::Rebuilt { commit: "base".into() });
    assert_eq!(release.head(), "base");
    assert_eq!(comes(&release), merge("S-2"), "in the same order, and nobody tries it again");
    merged(&mut release, "S-2");
    assert_eq!(comes(&release), merge("S-3"), "what it conflicted with is gone");
}
