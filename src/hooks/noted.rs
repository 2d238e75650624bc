//! What is kept of every report, whoever tells it: what was deployed exactly, and what speaks against it.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        alert::{Change, Group, Known},
        good::Good,
        report::{Deploy, Status, bare},
        signal::Signal,
    },
    messages,
    store::{StoreProblem, Writing},
};

/// Takes note of an accepted report; `deploy.at` is when it happened.
pub(super) fn noted(writing: &mut Writing, deploy: &Deploy, now: DateTime<Utc>) -> Result<(), StoreProblem> {
    let Deploy { project, environment, version, .. } = deploy;
    let before = writing.report_of(project, environment, version)?;
    let latest = deploy.clone().after(before);
    let (at, bare, commit) = (deploy.at.unwrap_or(now), bare(version).to_owned(), latest.commit.clone());
    writing.put_report_of(latest, now)?;
    let mut goods = writing.goods(project, environment)?;
    match deploy.status {
        Status::Succeeded => goods.reached(Good { at, version: bare, commit }),
        Status::RolledBack => goods.taken_back(&bare, at),
        Status::Started | Status::Failed => return Ok(()),
    }
    goods.at = now;
    writing.put_goods(project, environment, &goods)
}

/// Takes note of a deploy that went wrong, unless it is known of one that went wrong later.
pub(super) fn went_wrong(
    writing: &mut Writing,
    deploy: &Deploy,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreProblem> {
    let Deploy { project, environment, version, .. } = deploy;
    let source = format!("deploy\0{environment}\0{version}");
    if writing.signal(project, &source)?.is_some_and(|known| known.at >= at) {
        return Ok(());
    }
    let what = messages::report::standing(deploy, deploy.status).1;
    let signal = Signal { environment: Some(environment.clone()), at, what, firing: false };
    writing.put_signal(project, &source, signal, now)
}

/// Takes note of a group of alerts that has changed.
pub(super) fn alerted(
    writing: &mut Writing,
    project: &str,
    environment: Option<&str>,
    group: &Group,
    change: &Change,
    known: &Known,
) -> Result<(), StoreProblem> {
    let source = format!("alerts\0{}", group.group_key);
    let before = writing.signal(project, &source)?.map(|signal| signal.at);
    let Some(at) = known.began_last().max(before) else { return Ok(()) };
    let signal = Signal {
        environment: environment.map(str::to_owned),
        at,
        what: messages::report::what(group),
        firing: change.firing > 0,
    };
    writing.put_signal(project, &source, signal, known.at)
}
