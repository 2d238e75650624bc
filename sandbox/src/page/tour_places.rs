//! The tours of the four teams whose releases walk from place to place: chapters, and how far the world has come.

use super::{
    Page,
    tour::{Chapter, Stop, decided, holding, posts, was_said},
};
use crate::github::Environment;

const PICK: [Stop; 4] = [
    ("begun", "alice", "/release prepare in Discord"),
    ("added", "carol", "/release add S-10001 and S-10002; S-10003 conflicts"),
    ("picked", "carol", "approves the stories, once they are tested"),
    ("in-qa", "", "qa runs them together"),
];
const WINDOW: [Stop; 4] = [
    ("opened", "", "run the clock: at 9:00 the window opens"),
    ("added", "carol", "/release add S-20001, S-20002; S-20003 conflicts"),
    ("in-qa", "", "each story goes to dev and qa"),
    ("picked", "carol", "approves what goes in"),
];
const PASSES: [Stop; 5] = [
    ("in-stg", "", "stg runs the release branch"),
    ("first-pass", "bob", "approves the test in STG"),
    ("drilled", "erin", "goes back to the old version in stg, and returns"),
    ("tagged", "", "the version is tagged"),
    ("certified", "bob, carol", "approve the tagged build"),
];
const LIVE: [Stop; 3] = [
    ("in-prod", "", "prod runs the tag"),
    ("verified", "erin, carol", "approve the verification"),
    ("home", "", "the branch is merged into main"),
];
const FLOW: [Stop; 5] = [
    ("begun", "alice", "/release prepare in Discord"),
    ("in-staging", "", "staging runs develop"),
    ("accepted", "bob, carol", "approve the acceptance"),
    ("merged-flow", "alice", "merges the pull request"),
    ("tagged", "", "main is tagged"),
];
const SHARES: [Stop; 3] = [
    ("in-production", "", "5 %, 25 %, then all of the traffic, watched between"),
    ("verified", "erin, bob", "approve the verification"),
    ("home", "", "develop holds what main does"),
];
const PROMOTED: [Stop; 6] = [
    ("begun", "alice", "/release prepare in Discord"),
    ("tagged", "", "main is tagged, and built once"),
    ("in-dev", "", "dev runs the build"),
    ("in-qa", "dave", "promotes it to qa"),
    ("in-uat", "bob", "promotes it to uat"),
    ("in-prod", "carol", "promotes it to prod"),
];
const URGENT: [Stop; 2] = [
    ("alarm", "erin", "/hotfix in Discord; dave pushes a fix (lower right)"),
    ("alarm-over", "", "it is live, and back on every line"),
];

const HOTFIX: Chapter = ("urgent-places", "A hotfix", &URGENT);
const MODULE: [Chapter; 4] =
    [("pick", "Stories", &PICK), ("passes", "Two passes", &PASSES), ("live-places", "Production", &LIVE), HOTFIX];
const MONTHLY: [Chapter; 4] = [
    ("window", "The window", &WINDOW),
    ("passes", "Two passes", &PASSES),
    ("live-places", "Production", &LIVE),
    HOTFIX,
];
const GIT_FLOW: [Chapter; 3] = [("flow", "To main", &FLOW), ("shares", "Production", &SHARES), HOTFIX];
const TRUNK: [Chapter; 2] = [("promoted", "Promotion", &PROMOTED), HOTFIX];

/// What the bot says when somebody has decided, and whose stop that is.
const DECIDED: [(&str, &str); 8] = [
    ("picked", "approved: the stories are"),
    ("first-pass", "approved: test in STG"),
    ("certified", "approved: final certification in STG"),
    ("verified", "approved: verification in"),
    ("accepted", "approved: acceptance"),
    ("home", " is done"),
    ("opened", "stories"),
    ("merged-flow", "merged"),
];

/// The chapters of a playbook's tour, if it is one of the four.
pub(super) fn chapters(playbook: &str) -> Option<&'static [Chapter]> {
    match playbook {
        "module" => Some(&MODULE),
        "monthly" => Some(&MONTHLY),
        "git-flow" => Some(&GIT_FLOW),
        "trunk" => Some(&TRUNK),
        _ => None,
    }
}

/// The stops that have been reached.
pub(super) fn reached(page: &Page, environments: &[Environment]) -> Vec<&'static str> {
    let github = page.world.github();
    let standing = &github.settings().standing;
    let news = |environment: &Environment| {
        let mut before = standing.iter().rev().filter(|stood| stood.environment == environment.name);
        before.next().is_some_and(|stood| environment.reference.as_ref() != Some(&stood.tag))
    };
    let mut reached = Vec::new();
    let places = ["dev", "qa", "stg", "uat", "prod", "staging", "production"];
    let keys = ["in-dev", "in-qa", "in-stg", "in-uat", "in-prod", "in-staging", "in-production"];
    for environment in environments.iter().filter(|environment| news(environment)) {
        reached.extend(places.iter().zip(keys).find(|(place, _)| **place == environment.name).map(|(_, key)| key));
    }
    // Whatever stood there at first was deployed there once; twice is a way back.
    let again = |place: &str| {
        let stood = standing.iter().rev().find(|stood| stood.environment == place);
        let deployed = github.deployments();
        let of = |tag: &str| deployed.iter().filter(|one| one["environment"] == place && one["ref"] == tag).count();
        stood.is_some_and(|stood| of(&stood.tag) > 1)
    };
    let facts = [
        ("begun", was_said(page, "release prepare")),
        ("added", was_said(page, "release add")),
        ("drilled", again("stg")),
        ("tagged", github.objects_made().keys().any(|made| made.starts_with("tag ") && made.ends_with(" created"))),
        ("alarm", was_said(page, "hotfix")),
    ];
    reached.extend(holding(facts));
    let said = posts(page);
    reached.extend(decided(&said, &DECIDED));
    if said.iter().any(|title| title.contains("Hotfix") && title.contains(" is done")) {
        reached.push("alarm-over");
    }
    reached
}
