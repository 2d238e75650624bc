//! What goes on around a release, told in a few words with semicolons between them.

use chrono::{DateTime, Utc};

use super::{minute, step_named};
use crate::domain::{
    deploy::{
        ledger::{Attempt, AttemptFailure, Entered, Hold, HoldCause, Ledger, Running},
        signal::Signal,
    },
    freeze::{
        Freeze,
        verdict::{Closed, ClosedBy},
    },
    release::{
        Release, ReleaseId,
        backport::{MissingBackport, Owed},
        barrier::Holding,
        next::Surroundings,
    },
};

/// All of this goes on around a release.
pub fn surroundings(release: &Release, told: &str) -> Surroundings {
    let mut surroundings = Surroundings::default();
    let step = |name: &str| step_named(release, name);
    for one in told.split(';').map(str::trim).filter(|one| !one.is_empty()) {
        let words: Vec<&str> = one.split_whitespace().collect();
        match words.as_slice() {
            ["now", _] => {}
            ["freezing"] => surroundings.freezing = true,
            ["hotfix", version] => surroundings.hotfix = Some(version.parse().unwrap()),
            ["frozen", why] => surroundings.freeze = Some(closed(why)),
            ["back-merge", "frozen", why] => surroundings.back_merge = Some(closed(why)),
            ["stories", "frozen", why] => surroundings.stories = Some(closed(why)),
            ["closed", name, why] => drop(surroundings.deploys.insert(step(name), closed(why))),
            ["line", "closed", name, why] => drop(surroundings.merges.insert(step(name), closed(why))),
            ["held", environment] => drop(surroundings.holds.insert((*environment).into(), holding())),
            ["signal", name] => drop(surroundings.signals.insert(step(name), signal())),
            ["in", environment, events @ ..] => {
                std::sync::Arc::make_mut(&mut surroundings.ledgers)
                    .insert((*environment).into(), ledger(&events.join(" ")));
            }
            ["shipped", version, id, at] => surroundings.debts.push(debt(version, id, at)),
            _ => panic!("{one} does not go on around a release"),
        }
    }
    surroundings
}

/// The time: `now 30` among what goes on, or else when something happened last.
pub fn now(release: &Release, told: &str) -> DateTime<Utc> {
    let last = release.facts.last().map_or(release.spec.at, |recorded| recorded.at);
    let said = told.split(';').find_map(|one| one.trim().strip_prefix("now ")?.parse().ok());
    said.map_or(last, minute)
}

/// A freeze of Carol's for this reason.
pub fn closed(why: &str) -> Closed {
    Closed { by: vec![ClosedBy::Freeze(Box::new(Freeze::new(why, "carol", minute(0))))], reopens: None }
}

/// Ann rolled v2.1.0 back.
pub fn holding() -> Holding {
    Holding { hold: hold(minute(0), "v2.1.0"), project: None }
}

fn hold(at: DateTime<Utc>, from: &str) -> Hold {
    Hold { at, from: from.into(), cause: HoldCause::Person { by: "ann".into(), reason: "it is slow".into() } }
}

fn signal() -> Signal {
    Signal { environment: None, at: minute(0), what: "Errors fires".into(), firing: true }
}

/// A hotfix that shipped.
fn debt(version: &str, id: &str, at: &str) -> MissingBackport {
    MissingBackport {
        project: "api".into(),
        release: ReleaseId(id.parse().unwrap()),
        version: version.parse().unwrap(),
        tag: format!("v{version}"),
        description: "sign-in is broken".into(),
        owner: "ann".into(),
        shipped: minute(at.parse().unwrap()),
        tagged_only: false,
        commit: "hot".into(),
        since: "before".into(),
        fixes: vec![],
        lines: vec![Owed { line: "develop".into(), pull: None, settled: None }],
        reminded: None,
    }
}

/// A version in an environment, by the release with this number.
pub fn running(version: &str, release: u64, since: i64) -> Running {
    Running {
        version: version.into(),
        tag: format!("v{version}"),
        commit: None,
        digest: None,
        config: None,
        since: minute(since),
        release: Some(ReleaseId(release)),
        url: None,
        rejected: None,
        undecided: false,
    }
}

/// What happened in an environment, a minute apart: `+2.1.0@1` came there with release 1, `-2.1.0` was taken back,
/// `<2.1.0` came back and what ran was no good, `!2.1.0` was rejected, `?2.1.0` was asked for and has not come, `x2.1.0` did
/// not get there, `~2.1.0` came as another commit than was decided on, `&2.1.0` came beside what runs, `.` nothing runs any
/// more, `h2.1.0` because of it nothing is let in, `r` deploys are let in again.
pub fn ledger(events: &str) -> Ledger {
    let mut ledger = Ledger::default();
    for (at, event) in events.split_whitespace().enumerate() {
        let (version, release) = event[1..].split_once('@').unwrap_or((&event[1..], "1"));
        let (came, tag) = (running(version, release.parse().unwrap(), at as i64), format!("v{version}"));
        match &event[..1] {
            "+" => ledger.enter(version, Entered::Came(came)),
            "-" => ledger.enter(version, Entered::TakenBack(tag, came.since)),
            "<" => {
                let away = ledger.to_be_rolled_back().map(str::to_owned);
                ledger.enter(version, Entered::CameBack(came, away));
            }
            "?" => ledger.enter(version, Entered::Asked(attempt(came, None))),
            "x" => ledger.enter(version, Entered::Failed(attempt(came, Some(AttemptFailure::Reported)))),
            "~" => ledger.enter(version, Entered::Came(Running { undecided: true, ..came })),
            "&" => ledger.enter(version, Entered::Beside(came)),
            "." => drop(ledger.stopped(came.since)),
            "h" => ledger.held(hold(came.since, &tag)),
            "r" => drop(ledger.resumed()),
            "!" => {
                let release = ledger
                    .runs()
                    .into_iter()
                    .chain(ledger.ran_before())
                    .find(|one| one.tag == tag)
                    .and_then(|one| one.release);
                release.into_iter().for_each(|release| ledger.rejected(release, "bob"));
            }
            _ => panic!("{event} does not happen in an environment"),
        }
    }
    ledger
}

fn attempt(Running { version, tag, release, since, .. }: Running, failed: Option<AttemptFailure>) -> Attempt {
    Attempt { version, tag, at: since, release, failed }
}
