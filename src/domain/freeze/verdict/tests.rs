//! Open or closed: what closes, what is asked, and what follows. Hours count from Monday, 2 March 2026, 00:00 UTC.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Act, Asking, ClosedBy, Closings, Verdict, verdict};
use crate::domain::{
    freeze::{
        Freeze, RuleSlot,
        rule::{FreezeRule, Recurring, Window, WindowRule},
    },
    ids::ReleaseId,
    release::samples::compare,
    time::holidays::Holidays,
};

fn hour(hour: i64) -> DateTime<Utc> {
    "2026-03-02T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hour)
}

/// `10..20` or `10..`, then the project with `@`, branches with `#`, `strict` where no hotfix passes, `own 7` of a release,
/// `slot 113` of the rule `weekend`, `lifted`.
fn freeze(id: u64, text: &str) -> Freeze {
    let mut words = text.split_whitespace();
    let (from, until) = words.next().unwrap().split_once("..").unwrap();
    let mut freeze = Freeze { id, ..Freeze::new("x", "ann", hour(from.parse().unwrap())) };
    freeze.until = until.parse().ok().map(hour);
    while let Some(word) = words.next() {
        match (word, &word[..1]) {
            ("strict", _) => freeze.hotfixes_pass = false,
            ("lifted", _) => freeze.lifted = Some(("bob".into(), hour(0))),
            ("own", _) => freeze.release = Some(ReleaseId(words.next().unwrap().parse().unwrap())),
            ("slot", _) => {
                let slot = hour(words.next().unwrap().parse().unwrap());
                freeze.rule = Some(RuleSlot { rule: "weekend".into(), slot });
            }
            (_, "@") => freeze.projects.push(word[1..].into()),
            (_, "#") => freeze.branches.push(word[1..].into()),
            _ => panic!("{word} is nothing of a freeze"),
        }
    }
    freeze
}

/// From Friday 17:00 to Monday 9:00; a day; and the holiday list.
fn recurring(name: &str) -> Recurring {
    let rule = FreezeRule { name: name.into(), reason: "y".into(), ..FreezeRule::default() };
    let rule = match name {
        "weekend" => FreezeRule { from: Some("0 17 * * fri".into()), until: Some("0 9 * * mon".into()), ..rule },
        day => FreezeRule { days: vec![day.into()], ..rule },
    };
    rule.ready(Tz::UTC).unwrap()
}

/// `hours` for production, `strict-hours` for hotfixes too, `staging-hours` for staging.
fn window(name: &str) -> Window {
    let times = vec!["Mon-Thu 09:00-16:00".to_owned()];
    let rule = WindowRule { name: name.into(), times, ..WindowRule::default() };
    let rule = match name {
        "strict-hours" => WindowRule { hotfixes_pass: Some(false), ..rule },
        "staging-hours" => WindowRule { environments: vec!["staging".into()], ..rule },
        "web-hours" => WindowRule { projects: vec!["web".into()], ..rule },
        _ => rule,
    };
    rule.ready(Tz::UTC).unwrap()
}

/// What closes stands with semicolons between: freezes, `rule weekend`, `window hours`.
fn with<T>(closes: &str, ask: impl FnOnce(&Closings<'_>) -> T) -> T {
    let (mut freezes, mut rules, mut windows) = (vec![], vec![], vec![]);
    for one in closes.split(';').map(str::trim).filter(|one| !one.is_empty()) {
        match one.split_once(' ') {
            Some(("rule", name)) => rules.push(recurring(name)),
            Some(("window", name)) => windows.push(window(name)),
            _ => freezes.push(freeze(freezes.len() as u64 + 1, one)),
        }
    }
    let holidays = Holidays::of([("2026-03-05".parse().unwrap(), "Fair".to_owned())].into());
    ask(&Closings { freezes: &freezes, recurring: &rules, windows: &windows, holidays: &holidays })
}

/// Asked is `merge BRANCH` or `deploy ENVIRONMENT`, then `hotfix` and `by 7`.
fn asked(closes: &str, asked: &str, at: i64) -> Verdict {
    let words: Vec<&str> = asked.split_whitespace().collect();
    let act = match words[0] {
        "merge" => Act::Merge { branch: words[1] },
        _ => Act::Deploy { environment: words[1], production: words[1] == "production" },
    };
    let release = words.iter().position(|word| *word == "by").map(|by| ReleaseId(words[by + 1].parse().unwrap()));
    let lines = ["main".to_owned(), "develop".to_owned()];
    let asking = Asking { project: "api", lines: &lines, act, release, hotfix: words.contains(&"hotfix") };
    with(closes, |closings| verdict(closings, &asking, hour(at)))
}

fn told(verdict: &Verdict) -> String {
    let hours = |at: DateTime<Utc>| (at - hour(0)).num_hours();
    let one = |by: &ClosedBy| match by {
        ClosedBy::Freeze(freeze) if freeze.id > 0 => format!("#{}", freeze.id),
        ClosedBy::Freeze(freeze) => freeze.rule.as_ref().unwrap().rule.clone(),
        ClosedBy::Window { name, .. } => name.clone(),
    };
    let all = |by: &[ClosedBy]| by.iter().map(one).collect::<Vec<_>>().join(" ");
    let now = match (verdict.is_open(), verdict.reopens) {
        (true, _) => "open".to_owned(),
        (false, Some(at)) => format!("closed by {} until {}", all(&verdict.by), hours(at)),
        (false, None) => format!("closed by {}", all(&verdict.by)),
    };
    let next = verdict.closes_next.as_ref().map(|(at, by)| format!(", then from {} by {}", hours(*at), all(by)));
    now + &next.unwrap_or_default()
}

/// What it is about; what closes; what is asked; at which hour; the answer.
type VerdictRow = (&'static str, &'static str, &'static str, i64, &'static str);

fn each(rows: &[VerdictRow]) {
    compare(rows.iter().map(|(about, closes, question, at, expected)| {
        (*about, told(&asked(closes, question, *at)), (*expected).to_owned())
    }));
}

#[test]
fn a_freeze_closes_from_its_beginning_to_its_end() {
    each(&[
        ("nothing closes", "", "merge main", 5, "open"),
        ("before it", "10..20", "merge main", 5, "open, then from 10 by #1"),
        ("at its beginning", "10..20", "merge main", 10, "closed by #1 until 20"),
        ("just before its end", "10..20", "merge main", 19, "closed by #1 until 20"),
        ("at its end", "10..20", "merge main", 20, "open"),
        ("without an end", "10..", "merge main", 30, "closed by #1"),
        ("lifted", "10..20 lifted", "merge main", 15, "open"),
        ("lifted before it began", "10..20 lifted", "merge main", 5, "open"),
        ("two, one over the other", "10..20; 15..30", "merge main", 16, "closed by #1 #2 until 30"),
        ("one within the other", "10..40; 15..30", "merge main", 16, "closed by #1 #2 until 40"),
        ("one behind the other: it does not open between", "10..20; 20..30", "merge main", 12, "closed by #1 until 30"),
        ("with a gap", "10..20; 25..30", "merge main", 12, "closed by #1 until 20, then from 25 by #2"),
        ("another that never ends follows without a gap", "10..20; 20..", "merge main", 12, "closed by #1"),
        ("one of two is lifted", "10..20 lifted; 15..30", "merge main", 16, "closed by #2 until 30"),
    ]);
}

#[test]
fn a_freeze_closes_its_scope() {
    each(&[
        ("another project's", "10..20 @web", "merge main", 15, "open"),
        ("two projects'", "10..20 @web @api", "merge main", 15, "closed by #1 until 20"),
        ("another project's that is to come", "10..20 @web", "merge main", 5, "open"),
        ("all lines of the playbook", "10..20", "merge develop", 15, "closed by #1 until 20"),
        ("a branch that is no line", "10..20", "merge feature/x", 15, "open"),
        ("a branch by name", "10..20 #main", "merge main", 15, "closed by #1 until 20"),
        ("another branch by name", "10..20 #main", "merge develop", 15, "open"),
        ("branches by pattern", "10..20 #release/*", "merge release/v2", 15, "closed by #1 until 20"),
        ("production is closed with everything", "10..20", "deploy production", 15, "closed by #1 until 20"),
        ("production is closed with its line", "10..20 #main", "deploy production", 15, "closed by #1 until 20"),
        ("production is open when another line is closed", "10..20 #develop", "deploy production", 15, "open"),
        ("staging is never closed by a freeze", "10..20", "deploy staging", 15, "open"),
        ("a hotfix passes", "10..20", "merge main hotfix", 15, "open"),
        ("a hotfix passes to production", "10..20", "deploy production hotfix", 15, "open"),
        ("a hotfix does not pass every freeze", "10..20 strict", "merge main hotfix", 15, "closed by #1 until 20"),
        ("a release passes its own", "10..20 own 7", "merge main by 7", 15, "open"),
        ("another release does not", "10..20 own 7", "merge main by 8", 15, "closed by #1 until 20"),
        ("nobody's act does not pass a release's freeze", "10..20 own 7", "merge main", 15, "closed by #1 until 20"),
        ("a release does not pass what is nobody's", "10..20", "merge main by 7", 15, "closed by #1 until 20"),
        (
            "a release passes its own, and no other",
            "10..20 own 7; 12..30",
            "merge main by 7",
            15,
            "closed by #2 until 30",
        ),
    ]);
}

#[test]
fn freezes_recur() {
    each(&[
        ("before the weekend", "rule weekend", "merge main", 112, "open, then from 113 by weekend"),
        ("on the weekend", "rule weekend", "merge main", 113, "closed by weekend until 177, then from 281 by weekend"),
        ("after the weekend", "rule weekend", "merge main", 177, "open, then from 281 by weekend"),
        (
            "this weekend is stored: it is named once",
            "113..177 slot 113; rule weekend",
            "merge main",
            120,
            "closed by #1 until 177, then from 281 by weekend",
        ),
        (
            "this weekend is lifted, the next is not",
            "113..177 slot 113 lifted; rule weekend",
            "merge main",
            120,
            "open, then from 281 by weekend",
        ),
        (
            "this weekend was made longer",
            "113..200 slot 113; rule weekend",
            "merge main",
            180,
            "closed by #1 until 200, then from 281 by weekend",
        ),
        (
            "a freeze until the weekend",
            "100..113; rule weekend",
            "merge main",
            105,
            "closed by #1 until 177, then from 281 by weekend",
        ),
        ("a day", "rule 2026-03-04", "merge main", 50, "closed by 2026-03-04 until 72"),
        ("a day to come", "rule 2026-03-04", "merge main", 20, "open, then from 48 by 2026-03-04"),
        ("a holiday", "rule holidays", "merge main", 80, "closed by holidays until 96"),
        ("two rules", "rule 2026-03-04; rule holidays", "merge main", 50, "closed by 2026-03-04 until 96"),
        ("a hotfix on the weekend", "rule weekend", "merge main hotfix", 120, "open"),
    ]);
}

#[test]
fn deploys_have_their_hours() {
    each(&[
        ("before them", "window hours", "deploy production", 8, "closed by hours until 9, then from 16 by hours"),
        ("at their beginning", "window hours", "deploy production", 9, "open, then from 16 by hours"),
        ("at their end", "window hours", "deploy production", 16, "closed by hours until 33, then from 40 by hours"),
        (
            "after the last of the week",
            "window hours",
            "deploy production",
            88,
            "closed by hours until 177, then from 184 by hours",
        ),
        ("they are production's", "window hours", "deploy staging", 8, "open"),
        (
            "staging has its own",
            "window staging-hours",
            "deploy staging",
            8,
            "closed by staging-hours until 9, then from 16 by staging-hours",
        ),
        ("staging's are not production's", "window staging-hours", "deploy production", 8, "open"),
        ("another project's", "window web-hours", "deploy production", 8, "open"),
        ("a merge has none", "window hours", "merge main", 8, "open"),
        ("a hotfix is deployed at any time", "window hours", "deploy production hotfix", 8, "open"),
        (
            "or not",
            "window strict-hours",
            "deploy production hotfix",
            8,
            "closed by strict-hours until 9, then from 16 by strict-hours",
        ),
        (
            "a freeze reaches into them",
            "8..12; window hours",
            "deploy production",
            8,
            "closed by #1 hours until 12, then from 16 by hours",
        ),
        (
            "a freeze over all of them",
            "8..16; window hours",
            "deploy production",
            8,
            "closed by #1 hours until 33, then from 40 by hours",
        ),
        (
            "a release of its own freeze keeps to them",
            "8..20 own 7; window hours",
            "deploy production by 7",
            8,
            "closed by hours until 9, then from 16 by hours",
        ),
    ]);
}

#[test]
fn when_anything_begins_or_ends_next() {
    let rows = [
        ("nothing closes", "", 5, None),
        ("a freeze begins", "10..20", 5, Some(10)),
        ("at its beginning, its end is next", "10..20", 10, Some(20)),
        ("after its end", "10..20", 20, None),
        ("a freeze without an end", "10..", 15, None),
        ("a freeze that was lifted", "10..20 lifted", 5, None),
        ("whatever comes first, whosever it is", "10..20 @web; 12..30", 5, Some(10)),
        ("a weekend", "rule weekend", 100, Some(113)),
        ("the weekend's end", "rule weekend", 113, Some(177)),
        ("a window opens", "window hours", 8, Some(9)),
        ("a window closes", "window hours", 9, Some(16)),
        ("a freeze ends before the window closes", "5..12; window hours", 9, Some(12)),
    ];
    compare(rows.map(|(about, closes, at, expected)| {
        let next = with(closes, |closings| closings.next_change(hour(at)));
        (about, next.map(|at| (at - hour(0)).num_hours()), expected)
    }));
}
