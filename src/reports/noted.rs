//! What is kept of every report, whoever tells it: what was deployed exactly, and what speaks against it.

use chrono::{DateTime, Utc};

use super::{StoppedEnvironment, Taken};
use crate::{
    domain::{
        deploy::{report::Deploy, signal::Signal},
        incident::alert::{Group, KnownAlerts},
    },
    messages,
    store::{StoreProblem, Writing},
};

/// Takes note of an accepted report; `deploy.at` is when it happened.
pub(super) fn noted(writing: &mut Writing, deploy: &Deploy, now: DateTime<Utc>) -> Result<(), StoreProblem> {
    let Deploy { project, environment, version, .. } = deploy;
    let before = writing.report_of(project, environment, version)?;
    let latest = deploy.clone().after(before);
    writing.put_report_of(latest, now)
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

impl StoppedEnvironment {
    /// The same, under the name that the project has in `bot.toml`.
    pub(super) fn of(self, known: impl Fn(&str) -> Option<String>) -> Self {
        Self { project: known(&self.project).unwrap_or(self.project), ..self }
    }

    /// Takes note that nothing runs there any more, unless something came later. Holds stay.
    pub(super) fn take(&self, writing: &mut Writing) -> Result<Taken, StoreProblem> {
        let mut ledger = writing.ledger(&self.project, &self.environment)?;
        if !ledger.stopped(self.at) {
            return Ok(Taken::Known);
        }
        if ledger.hold().is_none() && ledger.bad().is_empty() {
            writing.forget_ledger(&self.project, &self.environment);
        } else {
            writing.put_ledger(&self.project, &self.environment, &ledger)?;
        }
        Ok(Taken::New)
    }
}

/// Takes note of a group of alerts that has changed: of each environment that an alert names. What names none speaks
/// against none, and nor does what is only said.
pub(super) fn alerted(
    writing: &mut Writing,
    project: &str,
    group: &Group,
    known: &KnownAlerts,
) -> Result<(), StoreProblem> {
    let whole = format!("alerts\0{}", group.group_key);
    // As a whole it was known before environments were told apart.
    if let Some(signal) = writing.signal(project, &whole)?.filter(|signal| signal.firing) {
        writing.put_signal(project, &whole, Signal { firing: false, ..signal }, known.at)?;
    }
    for against in known.against() {
        let source = format!("{whole}\0{}", against.environment);
        let before = writing.signal(project, &source)?;
        let at = before.as_ref().map_or(against.began_last, |before| before.at.max(against.began_last));
        let what = match before {
            // What ends it may be empty, or say less.
            Some(before) if !against.firing => before.what,
            _ => messages::report::what(&group.in_environment(against.environment)),
        };
        let environment = Some(against.environment.to_owned());
        writing.put_signal(project, &source, Signal { environment, at, what, firing: against.firing }, known.at)?;
    }
    Ok(())
}
