//! Enters into the ledgers of environments what facts and reports say: written together with whatever says so.

use chrono::{DateTime, Utc};

use crate::{
    context::Context,
    domain::{
        deploy::{
            ledger::{Attempt, AttemptFailure, Entered, Hold, HoldCause, Ledger, Movement, Running, Shift},
            report::{Deploy, Status, bare},
        },
        message::post::{Place, Target},
        release::{
            Release, ReleaseKind,
            fact::{Fact, Outcome, Provenance},
            rollout::Phase,
            setback::Setback,
        },
    },
    messages,
    record::journal,
    store::{StoreProblem, Writing},
};

mod tried;

/// Enters what a new fact of a release says about an environment.
///
/// # Errors
/// What the store says.
pub fn note(writing: &mut Writing, release: &Release, fact: &Fact, at: DateTime<Utc>) -> Result<(), StoreProblem> {
    if let Fact::Story { story, what } = fact {
        return tried::note(writing, release, story, what, at);
    }
    let id = release.spec.id;
    if let Fact::Rejected { gate, by, .. } = fact {
        return judged(writing, release, gate, |ledger| ledger.rejected(id, by));
    }
    if let Fact::Withdrawn { gate, by, .. } = fact {
        return judged(writing, release, gate, |ledger| ledger.withdrawn(id, by));
    }
    let (Fact::Done { step, .. } | Fact::Failed { step, retry_at: None, .. }) = fact else { return Ok(()) };
    let Some(settling) = release.spec.plan.settling(*step) else { return Ok(()) };
    let (project, environment) = (&release.spec.project, settling.environment);
    let mut ledger = writing.ledger(project, environment)?;
    let known = ledger.clone();
    let deployed = |made: &Outcome| {
        let Outcome::Deployed { url, build, proof, .. } = made else { return Ok(None) };
        running(writing, release, environment, at, (*step, build, url, proof)).map(Some)
    };
    if let Fact::Done { made, .. } = fact {
        match deployed(made)? {
            Some(running) => arrived(release, *step, &mut ledger, running),
            None => goes_on(release, (*step, at), &mut ledger, made),
        }
    }
    if let Fact::Failed { problem, instead, .. } = fact {
        if let Some(build) = release.asked_for(*step) {
            let failed = Attempt { failed: Some(went_wrong(problem)), ..attempt(release, *step, build, at) };
            ledger.enter(&release.version_of(build), Entered::Failed(failed));
        }
        if let Some(running) = instead.as_ref().map(deployed).transpose()?.flatten() {
            let of = release.version_of(&running.version);
            ledger.enter(&of, Entered::Came(Running { undecided: true, ..running }));
        }
    }
    if ledger == known { Ok(()) } else { writing.put_ledger(project, environment, &ledger) }
}

/// A deploy goes on without anything having come.
fn goes_on(release: &Release, (step, at): (usize, DateTime<Utc>), ledger: &mut Ledger, made: &Outcome) {
    if let Some(build) = made.build() {
        asked(release, step, ledger, attempt(release, step, build, at));
    }
    // Nothing else is let in, whether it goes back or stays.
    if release.phase(step) == Phase::Failed {
        ledger.held(automatic(release, step, at));
    }
}

/// CD was asked for something: a release of ours has not brought it yet. What goes back is entered once it is there.
fn asked(release: &Release, step: usize, ledger: &mut Ledger, attempt: Attempt) {
    let of = release.version_of(&attempt.version);
    if release.phase(step) == Phase::Planned && !release.is_roll_back() {
        ledger.enter(&of, Entered::Asked(attempt));
    } else {
        ledger.heard(Movement::tried(&of, &attempt, Shift::Asked));
    }
}

/// What a release deployed is there.
fn arrived(release: &Release, step: usize, ledger: &mut Ledger, running: Running) {
    let planned = &release.spec.plan.steps[step].step;
    let of = release.version_of(&running.version);
    let entered = if release.phase(step) == Phase::RollingBack {
        ledger.held(automatic(release, step, running.since));
        Entered::CameBack(Running { release: None, ..running }, Some(release.spec.tag.clone()))
    } else if planned.deploys_to().is_none() {
        return;
    } else if !planned.replaces_all() {
        Entered::Beside(running)
    } else if let ReleaseKind::RollBack { from, .. } = &release.spec.kind {
        Entered::CameBack(running, Some(from.clone()))
    } else {
        Entered::Came(running)
    };
    ledger.enter(&of, entered);
}

/// Enters what people say of what runs: nobody goes back to what was rejected.
fn judged(
    writing: &mut Writing,
    release: &Release,
    gate: &str,
    judge: impl FnOnce(&mut Ledger),
) -> Result<(), StoreProblem> {
    let project = &release.spec.project;
    let environment = release.spec.plan.gate(gate).and_then(|(step, _)| release.deployed_before(step));
    let Some((_, environment, _)) = environment else { return Ok(()) };
    let mut ledger = writing.ledger(project, environment)?;
    judge(&mut ledger);
    writing.put_ledger(project, environment, &ledger)
}

/// A report, and what is known of it before it is entered.
pub struct ReportHeard<'a> {
    /// What it says.
    pub report: &'a Deploy,
    /// The version that it is of, where it names a build.
    pub of: String,
    /// When that happened.
    pub at: DateTime<Utc>,
    /// Whether it only completes the past: it is known, came too late, or a release of ours enters it itself.
    pub past: bool,
}

/// Enters a report. A roll-back that somebody else made holds the environment too; that is told in `places`, or else where
/// the project's incidents are.
///
/// # Errors
/// What the store says.
pub fn reported(
    context: &Context,
    writing: &mut Writing,
    heard: &ReportHeard<'_>,
    places: Option<&[Place]>,
) -> Result<(), StoreProblem> {
    let ReportHeard { report, of, at, past } = heard;
    let at = *at;
    let Deploy { project, environment, version, .. } = report;
    let mut ledger = writing.ledger(project, environment)?;
    let before = ledger.clone();
    ledger.completed(report);
    let late = ledger.runs().is_some_and(|now| now.since > at);
    if *past || late {
        Movement::reported(of, report, at).into_iter().for_each(|movement| ledger.heard(movement));
    } else {
        let tag = playbook_tag(context, project, version);
        others_did(&mut ledger, heard, &tag);
        if before.hold().is_none() && ledger.hold().is_some() {
            tell_hold(context, writing, report, places)?;
        }
    }
    if ledger == before { Ok(()) } else { writing.put_ledger(project, environment, &ledger) }
}

/// Enters what others did.
fn others_did(ledger: &mut Ledger, ReportHeard { report, of, at, .. }: &ReportHeard<'_>, tag: &str) {
    let here = ledger.runs().is_some_and(|one| bare(&one.version) == bare(&report.version));
    let (version, tag, at) = (report.version.clone(), tag.to_owned(), *at);
    let movement = || Movement::reported(of, report, at);
    let entered = match report.status {
        Status::Started => Entered::Asked(Attempt { version, tag, at, release: None, failed: None }),
        Status::Failed => {
            Entered::Failed(Attempt { version, tag, at, release: None, failed: Some(AttemptFailure::Reported) })
        }
        // It stays where it is.
        Status::Troubled => return,
        Status::Cancelled => {
            ledger.cancelled(&version);
            return movement().into_iter().for_each(|movement| ledger.heard(movement));
        }
        // What is known to run there was brought by whoever is named there.
        Status::Succeeded if here => {
            ledger.stays();
            return movement().into_iter().for_each(|movement| ledger.heard(movement));
        }
        Status::Succeeded => Entered::Came(Running {
            version,
            tag,
            commit: report.commit.clone(),
            digest: report.digest.clone(),
            config: report.config_digest.clone(),
            since: at,
            release: None,
            url: report.url.clone(),
            rejected: None,
            undecided: false,
        }),
        Status::RolledBack => {
            // What a release of ours brought is known by the release's tag, whatever its build is called.
            let same = |known: &str| bare(known) == bare(&version);
            let running = ledger.runs().filter(|one| same(&one.version)).map(|one| one.tag.clone());
            let tried = || ledger.attempt().filter(|one| same(&one.version)).map(|one| one.tag.clone());
            let tag = running.or_else(tried).unwrap_or(tag);
            movement().into_iter().for_each(|movement| ledger.heard(movement));
            ledger.held(Hold { at, from: tag.clone(), cause: HoldCause::Cd });
            match ledger.ran_before().first().cloned().filter(|_| here) {
                Some(to) => {
                    let known = bare(&to.version).to_owned();
                    return ledger.enter(&known, Entered::CameBack(Running { since: at, ..to }, Some(tag)));
                }
                None => Entered::TakenBack(tag, at),
            }
        }
    };
    ledger.enter(of, entered);
}

/// A hold that follows from what somebody else did is told, with the button that ends it.
fn tell_hold(
    context: &Context,
    writing: &mut Writing,
    report: &Deploy,
    places: Option<&[Place]>,
) -> Result<(), StoreProblem> {
    let Some((project, _)) = context.projects.get(&report.project) else { return Ok(()) };
    let message = messages::environment::held_now(&report.project, &report.environment, &report.version);
    let key = format!("hold/{}", writing.next_number("hold")?);
    let places = places.unwrap_or(project.incident_places());
    journal::post_everywhere(context, writing, &key, places, Target::Channel, &message)
}

fn running(
    writing: &Writing,
    release: &Release,
    environment: &str,
    since: DateTime<Utc>,
    (step, build, url, proof): (usize, &String, &String, &Provenance),
) -> Result<Running, StoreProblem> {
    // What goes back is named by its tag.
    let goes_back = release.phase(step) == Phase::RollingBack;
    let tag = if goes_back { build } else { release.tag_deployed(step, &proof.git_ref) }.to_owned();
    // What CD said of this version before it was seen to be there.
    let said = writing.report_of(&release.spec.project, environment, build)?;
    let (commit, digest, config) =
        said.map_or((None, None, None), |said| (said.commit, said.digest, said.config_digest));
    let own = || {
        let state = &release.state;
        let merged = state.merged.as_ref().filter(|_| proof.git_ref == release.spec.production);
        let merged = merged.map(|merged| merged.commit.clone());
        let back = release.is_roll_back().then(|| release.spec.source_commit.clone());
        back.or(merged)
            .or_else(|| (tag == release.spec.tag).then(|| state.tagged.clone().or_else(|| state.head.clone()))?)
    };
    Ok(Running {
        version: bare(build).to_owned(),
        commit: proof.commit.clone().or(commit).or_else(own),
        digest: proof.digest.clone().or(digest),
        config: proof.config.clone().or(config),
        since,
        release: Some(release.spec.id),
        url: Some(url.clone()),
        rejected: None,
        undecided: false,
        tag,
    })
}

/// What a step asks CD for.
fn attempt(release: &Release, step: usize, build: &str, at: DateTime<Utc>) -> Attempt {
    let goes_back = matches!(release.phase(step), Phase::Failed | Phase::RollingBack);
    let tag = if goes_back { build } else { release.tag_deployed(step, "") };
    let (version, tag, release) = (build.to_owned(), tag.to_owned(), Some(release.spec.id));
    Attempt { version, tag, at, release, failed: None }
}

/// What a release says of its own deploy.
fn went_wrong(problem: &Setback) -> AttemptFailure {
    AttemptFailure::Release { problem: problem.clone() }
}

/// The hold of a release that rolls back by itself.
fn automatic(release: &Release, step: usize, at: DateTime<Utc>) -> Hold {
    let problem = release.state.steps[step].rollout.failure.as_ref().map(|failure| failure.problem.clone());
    Hold { at, from: release.spec.tag.clone(), cause: HoldCause::Release { problem } }
}

/// The tag of a version that somebody reports.
fn playbook_tag(context: &Context, project: &str, version: &str) -> String {
    let playbook = context.projects.get(project).and_then(|(project, _)| context.playbooks.get(&project.playbook));
    playbook.map_or_else(|| version.to_owned(), |playbook| playbook.tag_of(bare(version)))
}
