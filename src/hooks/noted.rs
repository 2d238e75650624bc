//! What is kept of every report, whoever tells it: what was deployed exactly, and what speaks against it.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        alert::{Change, Group, Known},
        report::Deploy,
        signal::Signal,
    },
    messages,
    store::{StoreProblem, Writing},
};

/// Takes note of an accepted report; `deploy.at` is when it happened.
pub(super) fn noted(writing: &mut Writing, deploy: &Deploy, now: DateTime<Utc>) -> Result<(), StoreProblem> {
    let Deploy { project, environment, version, .. } = deploy;
    let before = writing.report_of(project, environment, version)?;
    writing.put_report_of(deploy.clone().after(before), now)
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
    let what = messages::report::deploy(deploy, crate::domain::report::Change { at, since: None }, None).title;
    let signal = Signal { environment: Some(environment.clone()), at, what, firing: false };
    writing.put_signal(project, &source, signal, now)
}

/// Takes note of a group of alerts that has changed.
pub(super) fn alerted(
    writing: &mut Writing,
    project: &str,
    group: &Group,
    change: &Change,
    known: &Known,
) -> Result<(), StoreProblem> {
    let environment = group.environment().map(str::to_owned);
    let source = format!("alerts\0{}", group.group_key);
    let before = writing.signal(project, &source)?.map(|signal| signal.at);
    let Some(at) = known.began_last().max(before) else { return Ok(()) };
    let signal = Signal { environment, at, what: messages::report::what(group), firing: change.firing > 0 };
    writing.put_signal(project, &source, signal, known.at)
}
