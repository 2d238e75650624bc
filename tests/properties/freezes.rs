//! The laws of closings, tried on many sets of them.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::{collection::vec, option, prelude::*};

use shipmate::domain::{
    freeze::{
        Freeze,
        rule::{FreezeRule, Recurring, Window, WindowRule},
        verdict::{Act, Asking, ClosedBy, Closings, Verdict, verdict},
    },
    ids::ReleaseId,
    time::holidays::Holidays,
};

use super::cases;

/// A set of closings of our own.
#[derive(Debug, Clone, Default)]
struct Set {
    freezes: Vec<Freeze>,
    recurring: Vec<Recurring>,
    windows: Vec<Window>,
}

/// A question, and when it is asked.
#[derive(Debug, Clone)]
struct Question {
    project: &'static str,
    branch: Option<&'static str>,
    production: bool,
    release: Option<u64>,
    hotfix: bool,
    at: DateTime<Utc>,
}

fn hour(hour: i64) -> DateTime<Utc> {
    "2026-03-02T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hour)
}

fn freezes() -> impl Strategy<Value = Freeze> {
    let projects = prop::sample::subsequence(vec!["api".to_owned(), "web".to_owned()], 0..2);
    let branches = prop::sample::subsequence(vec!["main".to_owned(), "release/*".to_owned()], 0..2);
    let scope = (projects, branches, any::<bool>(), option::weighted(0.2, 1..3_u64));
    (1..99_u64, scope, 0..300_i64, option::weighted(0.8, 1..200_i64), prop::bool::weighted(0.2)).prop_map(
        |(id, (projects, branches, hotfixes_pass, release), from, length, lifted)| Freeze {
            id,
            projects,
            branches,
            hotfixes_pass,
            release: release.map(ReleaseId),
            until: length.map(|length| hour(from + length)),
            lifted: lifted.then(|| ("ann".to_owned(), hour(from))),
            ..Freeze::new("x", "ann", hour(from))
        },
    )
}

fn recurring() -> impl Strategy<Value = Recurring> {
    (0..24_u32, 0..7_u32, 0..24_u32, 0..7_u32, any::<bool>()).prop_map(|(from, first, until, last, pass)| {
        let rule = FreezeRule {
            name: format!("{from}-{first}-{until}-{last}"),
            reason: "y".into(),
            from: Some(format!("0 {from} * * {first}")),
            until: Some(format!("30 {until} * * {last}")),
            hotfixes_pass: Some(pass),
            ..FreezeRule::default()
        };
        rule.ready(Tz::Europe__Berlin).unwrap()
    })
}

fn windows() -> impl Strategy<Value = Window> {
    let days = prop::sample::select(vec!["Mon-Thu", "Sat,Sun", "Fri", "daily", "Sun-Tue"]);
    (days, 0..24_u32, 0..24_u32, any::<bool>()).prop_map(|(days, from, until, pass)| {
        let rule = WindowRule {
            name: format!("{days} {from} {until}"),
            times: vec![format!("{days} {from:02}:00-{until:02}:30")],
            hotfixes_pass: Some(pass),
            ..WindowRule::default()
        };
        rule.ready(Tz::America__Toronto).unwrap()
    })
}

fn sets() -> impl Strategy<Value = Set> {
    (vec(freezes(), 0..5), vec(recurring(), 0..2), vec(windows(), 0..2)).prop_map(|(freezes, recurring, windows)| {
        let numbered = freezes.into_iter().enumerate().map(|(nth, freeze)| Freeze { id: nth as u64 + 1, ..freeze });
        Set { freezes: numbered.collect(), recurring, windows }
    })
}

fn questions() -> impl Strategy<Value = Question> {
    let project = prop::sample::select(vec!["api", "web", "docs"]);
    let branch = option::of(prop::sample::select(vec!["main", "develop", "release/v1", "feature/x"]));
    (project, branch, any::<bool>(), option::of(1..3_u64), any::<bool>(), 0..400_i64).prop_map(
        |(project, branch, production, release, hotfix, at)| Question {
            project,
            branch,
            production,
            release,
            hotfix,
            at: hour(at),
        },
    )
}

fn ask_at(set: &Set, question: &Question, at: DateTime<Utc>) -> Verdict {
    let (lines, holidays) = (["main".to_owned(), "develop".to_owned()], Holidays::default());
    let closings =
        Closings { freezes: &set.freezes, recurring: &set.recurring, windows: &set.windows, holidays: &holidays };
    let act = match question.branch {
        Some(branch) => Act::Merge { branch },
        None => Act::Deploy { environment: "production", production: question.production },
    };
    let release = question.release.map(ReleaseId);
    verdict(&closings, &Asking { project: question.project, lines: &lines, act, release, hotfix: question.hotfix }, at)
}

fn ask(set: &Set, question: &Question) -> Verdict {
    ask_at(set, question, question.at)
}

/// Whether one set closes at least as long as the other: never opening counts as longest.
fn not_earlier(one: &Verdict, other: &Verdict) -> bool {
    match (one.is_open(), one.reopens, other.is_open(), other.reopens) {
        (_, _, true, _) => true,
        (true, _, false, _) => false,
        (false, None, ..) => true,
        (false, Some(one), false, other) => other.is_some_and(|other| one >= other),
    }
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn adding_a_freeze_never_opens_anything(set in sets(), freeze in freezes(), question in questions()) {
        let mut more = set.clone();
        more.freezes.push(Freeze { id: 100, ..freeze });
        let (before, after) = (ask(&set, &question), ask(&more, &question));
        prop_assert!(before.by.iter().all(|by| after.by.contains(by)));
        prop_assert!(not_earlier(&after, &before), "{before:?}\n{after:?}");
    }

    #[test]
    fn adding_a_rule_or_a_window_never_opens_anything(
        set in sets(), rule in recurring(), window in windows(), question in questions(),
    ) {
        let mut more = set.clone();
        more.recurring.push(Recurring { name: "more".into(), ..rule });
        more.windows.push(Window { name: "more".into(), ..window });
        let (before, after) = (ask(&set, &question), ask(&more, &question));
        prop_assert!(before.by.iter().all(|by| after.by.contains(by)));
        prop_assert!(not_earlier(&after, &before), "{before:?}\n{after:?}");
    }

    #[test]
    fn lifting_a_freeze_changes_only_its_own_scope(set in sets(), which in any::<prop::sample::Index>(), question in questions()) {
        if set.freezes.is_empty() {
            return Ok(());
        }
        let mut less = set.clone();
        let at = which.index(less.freezes.len());
        less.freezes[at].lifted = Some(("ben".into(), question.at));
        let own = |by: &ClosedBy| matches!(by, ClosedBy::Freeze(freeze) if freeze.id == set.freezes[at].id);
        let (before, after) = (ask(&set, &question), ask(&less, &question));
        let rest: Vec<ClosedBy> = before.by.iter().filter(|by| !own(by)).cloned().collect();
        prop_assert_eq!(&after.by, &rest);
        let alone = Set { freezes: vec![Freeze { lifted: None, from: hour(0), until: None, ..set.freezes[at].clone() }], ..Set::default() };
        if ask_at(&alone, &question, hour(0)).is_open() {
            prop_assert_eq!(after, before);
        }
    }

    #[test]
    fn lifting_one_occurrence_lifts_no_other(rule in recurring(), question in questions()) {
        let set = Set { recurring: vec![rule], ..Set::default() };
        let before = ask(&set, &question);
        let Some(ClosedBy::Freeze(now)) = before.by.first() else { return Ok(()) };
        let lifted = Freeze { id: 1, lifted: Some(("ben".into(), question.at)), ..(**now).clone() };
        let after = Set { freezes: vec![lifted], ..set.clone() };
        prop_assert!(ask(&after, &question).is_open());
        let next_week = question.at + TimeDelta::days(7);
        let (with, without) = (ask_at(&after, &question, next_week), ask_at(&set, &question, next_week));
        prop_assert_eq!(with.by, without.by);
    }

    #[test]
    fn the_order_of_adding_does_not_matter(set in sets(), question in questions(), seed in any::<u64>()) {
        let mut other = set.clone();
        let mut places: Vec<usize> = (0..set.freezes.len()).collect();
        places.sort_by_key(|place| seed.rotate_left(*place as u32 * 7) ^ (*place as u64).wrapping_mul(seed | 1));
        other.freezes = places.into_iter().map(|place| set.freezes[place].clone()).collect();
        other.recurring.reverse();
        other.windows.reverse();
        prop_assert_eq!(ask(&set, &question), ask(&other, &question));
    }

    #[test]
    fn what_is_foretold_comes_true(set in sets(), question in questions(), share in 0.0..1.0_f64) {
        let told = ask(&set, &question);
        let between = |from: DateTime<Utc>, to: DateTime<Utc>| {
            from + TimeDelta::minutes(((to - from).num_minutes() as f64 * share) as i64)
        };
        if let Some(reopens) = told.reopens {
            prop_assert!(!told.is_open() && reopens > question.at);
            prop_assert!(ask_at(&set, &question, reopens).is_open());
            prop_assert!(!ask_at(&set, &question, between(question.at, reopens)).is_open());
        }
        let open_from = if told.is_open() { Some(question.at) } else { told.reopens };
        if let Some((closes, by)) = told.closes_next {
            prop_assert_eq!(ask_at(&set, &question, closes).by, by);
            prop_assert!(ask_at(&set, &question, between(open_from.unwrap(), closes)).is_open());
        }
    }
}
