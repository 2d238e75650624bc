//! Takes in what a deploy reports about itself.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    Taken, noted,
    places::{ReportRules, on_call},
};
use crate::{
    context::Context,
    domain::{
        deploy::report::{self, Deploy, DeployChange, History, Status, UNKNOWN, bare},
        incident::matter::{About, Incident, Suspects},
        message::{
            post::Place,
            route::{Kind, News},
        },
        release::Release,
    },
    messages,
    record::{
        incidents,
        ledger::{self, ReportHeard},
    },
    store::{StoreProblem, Writing},
};

/// Among how many releases the version is looked for, newest first.
const RELEASES: usize = 100;

/// A report with all that is known before it is written.
pub(super) struct PreparedDeploy {
    pub(super) report: Deploy,
    /// Whether its project is one of ours.
    known: bool,
    /// Whether it is told only when it goes wrong.
    quiet: bool,
    /// Whether its sender sees to it all the time that the version is there.
    reconciles: bool,
    id: String,
    release: Option<Arc<Release>>,
}

/// Whether a sender that knows no roll-backs tells of one: an earlier version is where a later one of ours runs, is the one before
/// that or has been there, and none of our releases brings it there.
pub(super) fn goes_back(
    context: &Context,
    rules: &ReportRules,
    sender: &str,
    deploy: &Deploy,
) -> Result<bool, StoreProblem> {
    let Some(project) = rules.project(context, sender, &deploy.project) else { return Ok(false) };
    let playbook = context.projects.get(&project).and_then(|(known, _)| context.playbooks.get(&known.playbook));
    let Some(playbook) = playbook.filter(|_| deploy.status == Status::Succeeded) else { return Ok(false) };
    let (environment, now) = (&deploy.environment, context.clock.now());
    // What its sender says once more is no news.
    if let Some(id) = &deploy.id
        && context.store.has_met("report", &report_name(&project, deploy, &format!("{}/{id}", deploy.status.name())))?
    {
        return Ok(false);
    }
    let (ledger, at) = (context.store.ledger(&project, environment)?, deploy.at.unwrap_or(now).min(now));
    let version = bare(&deploy.version);
    let Some(runs) = ledger.runs().filter(|runs| runs.since <= at) else { return Ok(false) };
    let brought = runs.release.map(|id| context.store.spec(id)).transpose()?.flatten();
    // What others deploy as they like is theirs to tell.
    let Some(brought) = brought else { return Ok(false) };
    let before = brought.previous_tag;
    let is_before = before.is_some_and(|tag| playbook.version_of_tag(&tag) == Some(version));
    if !is_before && !ledger.ran_before().iter().any(|one| bare(&one.version) == version) {
        return Ok(false);
    }
    let read = |version: &str| playbook.scheme.read(version);
    let earlier = matches!((read(version), read(&runs.version)), (Ok(one), Ok(other)) if one < other);
    let ours = |one: &Arc<Release>| one.spec.project == project && one.is_bringing_to(environment);
    Ok(earlier && !context.store.open_releases()?.iter().any(ours))
}

/// What a rollback means whose sender names the version that runs `again`: the one that came last before it was taken back.
pub(super) fn taken_back(
    context: &Context,
    rules: &ReportRules,
    sender: &str,
    again: Deploy,
) -> Result<Vec<Deploy>, StoreProblem> {
    let project = rules.project(context, sender, &again.project).unwrap_or_else(|| again.project.clone());
    let (environment, now) = (&again.environment, context.clock.now());
    let at = again.at.unwrap_or(now).min(now);
    let ledger = context.store.ledger(&project, environment)?;
    let another = |version: &str| bare(version) != bare(&again.version);
    let runs = ledger.runs().filter(|one| one.since <= at && another(&one.version));
    let left = match runs {
        Some(one) => Some((bare(&one.version).to_owned(), one.commit.clone())),
        None => ledger.last_heard_of(&again.version, at).map(|last| (last.version, last.commit)),
    };
    let (version, commit) = left.unwrap_or_else(|| (UNKNOWN.to_owned(), None));
    let back =
        Deploy { version, commit, status: Status::RolledBack, digest: None, config_digest: None, ..again.clone() };
    Ok(vec![back, Deploy { status: Status::Succeeded, ..again }])
}

/// The name under which it is remembered that a report was met.
fn report_name(project: &str, report: &Deploy, id: &str) -> String {
    format!("{project}/{}/{}/{id}", report.environment, bare(&report.version))
}

impl PreparedDeploy {
    /// Finds out whose the report is. `delivery` names it, should it have no name of its own.
    pub(super) fn new(
        context: &Context,
        rules: &ReportRules,
        sender: &str,
        mut report: Deploy,
        quiet: bool,
        delivery: &str,
    ) -> Result<Self, StoreProblem> {
        let project = rules.project(context, sender, &report.project);
        let known = project.is_some();
        report.project = project.unwrap_or(report.project);
        report.version = bare(&report.version).to_owned();
        let status = report.status.name();
        let id = report.id.as_ref().map_or_else(|| delivery.to_owned(), |id| format!("{status}/{id}"));
        let release =
            context.store.latest_releases(RELEASES)?.into_iter().rev().find(|one| report::is_of(&report, one));
        // A script of one's own says what it means, and an event what happened.
        let reconciles = ["argocd", "flux", "gitlab", "github"].contains(&sender);
        Ok(Self { report, known, quiet, reconciles, id, release })
    }

    /// Stores it, and tells it if it is a change.
    pub(super) fn take(
        mut self,
        context: &Context,
        rules: &ReportRules,
        writing: &mut Writing,
    ) -> Result<Taken, StoreProblem> {
        if self.is_trouble(context, writing)? {
            self.report.status = Status::Troubled;
        }
        let report = &self.report;
        let now = context.clock.now();
        if !writing.first_time("report", &report_name(&report.project, report, &self.id))? {
            // GitHub may have told of the same deploy, but knows no digests.
            if report.digest.is_some() || report.config_digest.is_some() {
                let at = report.at.unwrap_or(now).min(now);
                noted::noted(writing, &Deploy { at: Some(at), ..report.clone() }, now)?;
                ledger::reported(context, writing, &self.heard(at, true), None)?;
            }
            return Ok(Taken::Known);
        }
        let name = format!("{}/{}/{}", report.project, report.environment, bare(&report.version));
        let mut history = writing.deploys(&name)?;
        // A clock that is ahead must not make all that follows look late.
        let at = report.at.unwrap_or(now).min(now);
        let changes = history.take(report.status, at);
        history.at = now;
        noted::noted(writing, &Deploy { at: Some(at), ..report.clone() }, now)?;
        let own = self.release.as_ref().is_some_and(|release| report::is_own(report, release));
        // What is already known, or came too late, changes nothing of what stands there.
        let news = changes.iter().any(|change| change.since.is_none());
        ledger::reported(context, writing, &self.heard(at, own || !news), self.held(rules).as_deref())?;
        if !changes.is_empty() && report.status.is_incident() && !own {
            noted::went_wrong(writing, report, at, now)?;
        }
        for change in changes.iter().filter(|_| !own) {
            let untold = self.quiet && !change.status.is_incident() && history.matter.is_none();
            if !untold {
                self.tell(context, rules, writing, *change, &mut history, now)?;
            }
        }
        writing.put_deploys(&name, &history)?;
        Ok(if changes.is_empty() { Taken::Known } else { Taken::New })
    }

    /// Whether what failed is there already: whoever brings it there again and again has trouble with it, and that is no
    /// failed deploy of it.
    fn is_trouble(&self, context: &Context, writing: &Writing) -> Result<bool, StoreProblem> {
        let Deploy { project, environment, version, status, at, .. } = &self.report;
        if !self.reconciles || *status != Status::Failed {
            return Ok(false);
        }
        let (now, ledger) = (context.clock.now(), writing.ledger(project, environment)?);
        let at = at.unwrap_or(now).min(now);
        Ok(ledger.runs().is_some_and(|here| here.since <= at && bare(&here.version) == *version))
    }

    /// What the ledger is to know of it.
    fn heard(&self, at: DateTime<Utc>, past: bool) -> ReportHeard<'_> {
        let of = self.release.as_ref().map_or_else(|| self.report.version.clone(), |of| of.spec.version.to_string());
        ReportHeard { report: &self.report, of, at, past }
    }

    /// Where the routes say that a roll-back, and the hold that follows from it, is told.
    fn held(&self, rules: &ReportRules) -> Option<Vec<Place>> {
        let project = self.known.then_some(self.report.project.as_str());
        let environment = Some(self.report.environment.as_str());
        rules.routed(&News { kind: Kind::DeployRolledBack, project, environment, severity: None })
    }

    fn tell(
        &self,
        context: &Context,
        rules: &ReportRules,
        writing: &mut Writing,
        change: DeployChange,
        history: &mut History,
        now: DateTime<Utc>,
    ) -> Result<(), StoreProblem> {
        let report = &self.report;
        let latest = writing.report_of(&report.project, &report.environment, &report.version)?;
        let latest = latest.unwrap_or_else(|| report.clone());
        let mut matter = match history.matter.map(|number| writing.matter(number)).transpose()?.flatten() {
            Some(matter) => matter,
            None => self.begin(writing, now)?,
        };
        history.matter = Some(matter.number);
        matter.at = now;
        matter.deploy_changed(latest, change);
        let (wrong, news) = (change.status.is_incident(), change.since.is_none());
        match (wrong, news) {
            (true, true) => {
                matter.is_wrong(now);
                if matter.suspects == Suspects::Unasked && self.known {
                    matter.suspects = Suspects::Sought;
                }
            }
            // What was cancelled is neither.
            (false, true) if change.status == Status::Cancelled => {}
            (false, true) => matter.is_right(now),
            // Long past: worth knowing, not worth waking anybody.
            (_, false) => {}
        }
        let kind = match change.status {
            Status::Started | Status::Cancelled => Kind::DeployStarted,
            Status::Succeeded => Kind::DeploySucceeded,
            Status::Failed | Status::Troubled => Kind::DeployFailed,
            Status::RolledBack => Kind::DeployRolledBack,
        };
        let project = self.known.then_some(report.project.as_str());
        let about = News { kind, project, environment: Some(&report.environment), severity: None };
        let destinations = rules.destinations(context, &about, self.release.as_deref());
        let event = messages::report::deploy(report, change);
        let pings = if wrong && news { on_call(context) } else { vec![] };
        incidents::tell(context, writing, &mut matter, destinations, wrong, &event, &pings)
    }

    fn begin(&self, writing: &mut Writing, now: DateTime<Utc>) -> Result<Incident, StoreProblem> {
        let report = &self.report;
        Ok(Incident {
            at: now,
            number: writing.next_number("incident")?,
            project: self.known.then(|| report.project.clone()),
            environment: Some(report.environment.clone()),
            version: Some(bare(&report.version).to_owned()),
            release: self.release.as_ref().map(|release| (release.spec.id, release.name())),
            about: About::Deploy { deploy: Box::new(report.clone()), changes: vec![] },
            destinations: vec![],
            trouble: None,
            suspects: Suspects::default(),
            said: None,
        })
    }
}
