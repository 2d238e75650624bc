//! A guided tour that ticks itself as the world gets there.

use maud::{Markup, html};

use super::{
    Page, Screen,
    banner::{self, is_red},
    locked,
    tour_facts::Facts,
    tour_places,
};
use crate::{
    discord::Post,
    github::{Environment, Problem, PullView},
};

/// One thing to do: how it is known, who does it, and what.
pub(super) type Stop = (&'static str, &'static str, &'static str);

const RELEASE: [Stop; 6] = [
    ("prepared", "alice", "/release prepare in Discord"),
    ("validated", "bob", "ticks and approves in Telegram"),
    ("merged", "alice", "presses Merge on the card"),
    ("live", "", "production deploys"),
    ("back", "", "main returns to develop"),
    ("closed", "erin", "does the last checks"),
];
const FREEZE: [Stop; 3] = [
    ("frozen", "alice", "/freeze start in Discord"),
    ("asked", "carol", "/freeze status in Telegram"),
    ("thawed", "alice", "/freeze lift"),
];
const HOTFIX: [Stop; 6] = [
    ("urgent", "erin", "/hotfix in Discord"),
    ("fixed", "dave", "pushes a fix (lower right)"),
    ("reviewed", "alice", "approves the review"),
    ("urgent-merged", "alice", "presses Merge"),
    ("urgent-live", "", "production deploys"),
    ("urgent-closed", "erin", "does the last checks"),
];
const THURSDAY: [Stop; 3] = [
    ("closed-for-train", "", "run the clock: at 17:00 the code freezes"),
    ("tried", "dave", "cannot merge: see why (right)"),
    ("features", "carol", "approves the feature review"),
];
const FRIDAY: [Stop; 3] = [
    ("qa-begun", "", "09:00: the QA day begins"),
    ("qa", "bob", "ticks the card's list and approves"),
    ("product", "carol", "approves the product"),
];
const MONDAY: [Stop; 4] = [
    ("boarding", "", "press Mon 09:45: the pull request opens"),
    ("pre-flight", "erin", "ticks and approves pre-flight"),
    ("review", "alice", "approves the review"),
    ("departed", "", "10:00: the train leaves"),
];
const ARRIVAL: [Stop; 4] = [
    ("train-live", "", "production deploys"),
    ("smoke", "erin", "ticks and approves the smoke tests"),
    ("verify", "carol", "approves the verification"),
    ("train-closed", "", "11:00: the freeze ends"),
];
/// What somebody has approved, as the bot calls it, and whose stop that is.
const DECIDED: [(&str, &str); 7] = [
    ("features", "feature review"),
    ("qa", "QA sign-off"),
    ("product", "product manager's approval"),
    ("pre-flight", "pre-flight checks"),
    ("review", "team lead's review"),
    ("smoke", "smoke tests"),
    ("verify", "product manager's verification"),
];

/// How a chapter is known, its title, and its stops.
pub(super) type Chapter = (&'static str, &'static str, &'static [Stop]);

const CHAPTERS: [Chapter; 3] =
    [("release", "A release", &RELEASE), ("freeze", "A freeze", &FREEZE), ("hotfix", "A hotfix", &HOTFIX)];
const WEEKLY: [Chapter; 5] = [
    ("thursday", "Thursday", &THURSDAY),
    ("friday", "Friday", &FRIDAY),
    ("monday", "Monday", &MONDAY),
    ("arrival", "Arrival", &ARRIVAL),
    ("freeze", "A freeze", &FREEZE),
];

/// The chapters, and the stops of the one that is open.
pub(super) async fn strip(page: &Page, screen: &Screen, environments: &[Environment]) -> Result<Markup, Problem> {
    let facts = Facts::read(page);
    let mut now = reached(page, &facts, environments);
    if let Some(pull) = newest(&facts.pulls, "hotfix/") {
        let bot = &page.world.github().settings().bot.name;
        let tip = page.commit(&pull.head_sha).await?;
        now.extend(tip.filter(|tip| tip.author != *bot).map(|_| "fixed"));
    }
    let mut reached = locked(&page.reached);
    reached.extend(now);
    let playbook = page.world.project().playbook.as_str();
    let chapters: &[Chapter] = match tour_places::chapters(playbook) {
        Some(chapters) => chapters,
        None if playbook == "weekly-train" => &WEEKLY,
        None => &CHAPTERS,
    };
    let done = |stops: &[Stop]| stops.iter().all(|(key, ..)| reached.contains(key));
    let chosen = chapters.iter().find(|(key, ..)| *key == screen.tour);
    let open = chosen.or_else(|| chapters.iter().find(|(_, _, stops)| !done(stops))).unwrap_or(&chapters[0]);
    let next = open.2.iter().find(|(key, ..)| !reached.contains(key)).map(|(key, ..)| *key);
    Ok(html! {
        div.chapters role="tablist" aria-label="Chapters of the tour" {
            @for (key, title, stops) in chapters {
                button role="tab" data-tab="tour" data-name=(key) aria-selected=(*key == open.0) {
                    (title) @if done(stops) { " ✓" }
                }
            }
        }
        ol {
            @for (key, who, what) in open.2 {
                li.done[reached.contains(key)].next[next == Some(key)] {
                    @if !who.is_empty() { b { (who) } ": " }
                    (what)
                }
            }
        }
    })
}

fn reached(page: &Page, facts: &Facts, environments: &[Environment]) -> Vec<&'static str> {
    let pulls = facts.pulls.as_slice();
    let branches: Vec<String> = page.world.github().branches().into_iter().map(|branch| branch.name).collect();
    let production = environments.iter().find(|environment| environment.name == "production");
    let live = |pull: &PullView| {
        let version = pull.head.rsplit('v').next().unwrap_or_default();
        production.is_some_and(|production| production.version.as_deref() == Some(version))
    };
    let gone = |pull: &PullView| pull.merged && live(pull) && !branches.contains(&pull.head);
    let ticked = |pull: &PullView, stage: &str| {
        let line = format!("- [x] {stage}");
        pull.body.as_deref().is_some_and(|body| body.contains(&line))
    };
    let back = newest(pulls, "backport/").is_some_and(|pull| pull.merged);
    let mut reached = Vec::new();
    if let Some(pull) = newest(pulls, "release/") {
        let facts = [
            ("prepared", true),
            ("validated", ticked(pull, "QA validation") || pull.merged),
            ("merged", pull.merged),
            ("live", pull.merged && live(pull)),
            ("back", pull.merged && back),
            ("closed", gone(pull)),
        ];
        reached.extend(holding(facts));
    }
    if let Some(pull) = newest(pulls, "hotfix/") {
        let facts = [
            ("urgent", true),
            ("reviewed", ticked(pull, "Expedited review") || pull.merged),
            ("urgent-merged", pull.merged),
            ("urgent-live", pull.merged && live(pull)),
            ("urgent-closed", gone(pull)),
        ];
        reached.extend(holding(facts));
    }
    if tour_places::chapters(&page.world.project().playbook).is_some() {
        reached.extend(tour_places::reached(page, facts));
    }
    reached.extend(on_train(page, facts, environments));
    let said = [
        ("frozen", was_said(page, "freeze start")),
        ("asked", was_said(page, "freeze status")),
        // There is a button for it, too.
        ("thawed", was_said(page, "freeze lift") || was_told(&posts(page, facts), "reeze lifted")),
    ];
    reached.extend(holding(said));
    reached
}

/// How far this week's train has come.
fn on_train(page: &Page, facts: &Facts, environments: &[Environment]) -> Vec<&'static str> {
    let github = page.world.github();
    let settings = github.settings();
    let reports = github.status_history(banner::FREEZE);
    let closed = reports.iter().any(|report| is_red(&report.state));
    let train = |pull: &&PullView| pull.head == settings.development && pull.author == settings.bot.login;
    let pull = facts.pulls.iter().rev().find(train);
    let merged = pull.and_then(|pull| pull.merge_commit.as_ref());
    let live = merged.is_some_and(|sha| environments.iter().any(|place| place.sha.as_ref() == Some(sha)));
    let seen = posts(page, facts);
    let said = |words: &str| was_told(&seen, words);
    let facts = [
        ("closed-for-train", closed),
        ("qa-begun", said("QA sign-off")),
        ("boarding", pull.is_some()),
        ("departed", merged.is_some()),
        ("train-live", live),
        ("train-closed", live && said("reeze lifted")),
    ];
    holding(facts).chain(decided(&seen, &DECIDED)).collect()
}

/// The stops whose facts hold.
pub(super) fn holding<const N: usize>(facts: [(&'static str, bool); N]) -> impl Iterator<Item = &'static str> {
    facts.into_iter().filter(|fact| fact.1).map(|fact| fact.0)
}

/// The stops of what the bot has told to be approved.
pub(super) fn decided(
    titles: &[String],
    gates: &'static [(&'static str, &'static str)],
) -> impl Iterator<Item = &'static str> {
    // What asked for it ends with who said yes.
    let approved = |gate: &str| {
        let ended =
            |title: &String| title.starts_with('\u{2713}') && title.to_lowercase().contains(&gate.to_lowercase());
        titles.iter().any(ended)
    };
    gates.iter().filter(move |(_, gate)| approved(gate)).map(|(key, _)| *key)
}

/// Whether one of the titles holds these words.
fn was_told(titles: &[String], words: &str) -> bool {
    titles.iter().any(|title| title.contains(words))
}

/// The titles of what the bot has said in the release channel on Discord, threads included; but not about hotfixes.
pub(super) fn posts(page: &Page, facts: &Facts) -> Vec<String> {
    let posts = page.world.discord().screen("releases", "");
    let titles = |post: &Post| -> Vec<String> {
        post.embeds.iter().filter_map(|embed| embed["title"].as_str().map(str::to_owned)).collect()
    };
    let threads = posts.iter().filter_map(|post| post.thread.as_ref()).filter(|thread| !facts.is_of_fix(&thread.name));
    let below: Vec<String> = threads.flat_map(|thread| &thread.posts).flat_map(titles).collect();
    let above = posts.iter().flat_map(titles).filter(|title| !facts.is_of_fix(title));
    above.chain(below).collect()
}

fn newest<'a>(pulls: &'a [PullView], start: &str) -> Option<&'a PullView> {
    pulls.iter().rev().find(|pull| pull.head.starts_with(start) && (pull.open || pull.merged))
}

/// Whether somebody has typed these words as a command, in either chat, with an underscore or a blank between them,
/// and meant it.
pub(super) fn was_said(page: &Page, words: &str) -> bool {
    let typed = page.world.discord().interactions();
    let written = ["Releases", "Incidents"].map(|chat| page.world.telegram().messages(chat));
    let slash = format!("/{words}");
    let meant = |text: &str| !text.contains("dry-run");
    typed.iter().any(|record| record.response.is_some() && record.what.contains(&slash) && meant(&record.what))
        || written.iter().flatten().any(|seen| seen.text.replace('_', " ").starts_with(&slash) && meant(&seen.text))
}
