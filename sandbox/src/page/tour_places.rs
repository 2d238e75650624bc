//! The tours of the four teams whose releases walk from place to place: chapters, and how far the world has come.

use super::{
    Page,
    tour::{Chapter, Stop, decided, holding, posts, was_said},
    tour_facts::Facts,
};

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
    ("certified", "bob or carol", "approves the tagged build"),
];
const LIVE: [Stop; 3] = [
    ("in-prod", "", "prod runs the tag"),
    ("verified", "erin or carol", "approves the verification"),
    ("home", "", "the branch is merged into main, and closed"),
];
const FLOW: [Stop; 5] = [
    ("begun", "alice", "/release prepare in Discord"),
    ("in-staging", "", "staging runs develop"),
    ("accepted", "bob or carol", "approves the acceptance"),
    ("merged-flow", "alice", "merges the pull request"),
    ("tagged", "", "main is tagged"),
];
const SHARES: [Stop; 4] = [
    ("share-5", "", "production gives it 5 % of the traffic"),
    ("share-25", "", "25 %, if nobody complains for a quarter of an hour"),
    ("share-all", "", "all of it, watched once more"),
    ("verified", "erin or bob", "approves the verification"),
];
const PROMOTED: [Stop; 7] = [
    ("begun", "alice", "/release prepare in Discord"),
    ("tagged", "", "main is tagged, and built once"),
    ("in-dev", "", "dev runs the build"),
    ("in-qa", "dave", "promotes it to qa"),
    ("in-uat", "bob", "promotes it to uat"),
    ("in-prod", "carol", "promotes it to prod"),
    ("verified", "erin or bob", "approves the verification"),
];
const FIXED: Stop = ("alarm-fixed", "dave", "pushes a fix (lower right)");
const FIX_LIVE: Stop = ("alarm-live", "", "approved where the card asks, it is live");
const FIX_OVER: Stop = ("alarm-over", "", "it is back on every line, and closed");
const URGENT: [Stop; 4] = [("alarm", "erin", "/hotfix in Discord"), FIXED, FIX_LIVE, FIX_OVER];
const CRITICAL: [Stop; 4] = [("alarm", "erin", "/hotfix in Discord, severity critical"), FIXED, FIX_LIVE, FIX_OVER];

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
const TRUNK: [Chapter; 2] = [("promoted", "Promotion", &PROMOTED), ("urgent-places", "A hotfix", &CRITICAL)];

/// What somebody has approved, as the bot calls it, and whose stop that is.
const DECIDED: [(&str, &str); 5] = [
    ("picked", "stories"),
    ("first-pass", "test in STG"),
    ("certified", "certification"),
    ("verified", "verification"),
    ("accepted", "acceptance"),
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
pub(super) fn reached(page: &Page, facts: &Facts) -> Vec<&'static str> {
    let development = page.world.github().settings().development.as_str();
    let places = [
        ("in-dev", "dev"),
        ("in-qa", "qa"),
        ("in-stg", "stg"),
        ("in-uat", "uat"),
        ("in-prod", "prod"),
        ("in-staging", "staging"),
    ];
    let signs = [
        ("begun", was_said(page, "release prepare")),
        ("opened", facts.has_branch()),
        ("added", facts.of_releases().any(|one| one.place == "dev" && one.reference.starts_with("S-"))),
        ("drilled", facts.returned_in("stg")),
        ("tagged", facts.has_tag()),
        ("merged-flow", facts.merged(development)),
        ("share-5", facts.had_share("5")),
        ("share-25", facts.had_share("25")),
        ("share-all", facts.had_share("100") && facts.has_page()),
        ("home", facts.is_home()),
        ("alarm", facts.fix_begun()),
        ("alarm-fixed", facts.fix_pushed()),
        ("alarm-live", facts.fix_live()),
        ("alarm-over", facts.fix_over()),
    ];
    let stood = holding(places.map(|(key, place)| (key, facts.stood_in(place))));
    holding(signs).chain(stood).chain(decided(&posts(page, facts), &DECIDED)).collect()
}
