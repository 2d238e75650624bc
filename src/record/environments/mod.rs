//! What stands in an environment, and what holds it: written together with whatever says so.

use chrono::{DateTime, Utc};

use crate::{
    context::Context,
    domain::{
        deploy::{
            environment::{Attempt, EnvironmentStatus, Hold, Running},
            report::{Deploy, Status, bare},
        },
        message::post::{Place, Target},
        release::{
            Release, ReleaseKind,
            fact::{Fact, Outcome, Provenance},
            rollout::Phase,
        },
    },
    messages,
    record::journal,
    store::{StoreProblem, Writing},
};

mod tried;

/// Takes note of what a new fact of a release says about an environment.
///
/// # Errors
/// What the store says.
pub fn note(writing: &mut Writing, release: &Release, fact: &Fact, at: DateTime<Utc>) -> Result<(), StoreProblem> {
    if let Fact::Story { story, what } = fact {
        return tried::note(writing, release, story, what, at);
    }
    if let Fact::Rejected { gate, .. } | Fact::Withdrawn { gate, .. } = fact {
        return judged(writing, release, gate, fact);
    }
    let step = match fact {
        Fact::Done { step, .. } | Fact::Failed { step, retry_at: None, .. } => *step,
        _ => return Ok(()),
    };
    let Some(settling) = release.spec.plan.settling(step) else { return Ok(()) };
    let (project, environment) = (&release.spec.project, settling.environment);
    let mut standing = writing.standing(project, environment)?;
    let known = standing.clone();
    match (release.phase(step), fact) {
        (Phase::Planned, Fact::Done { made, .. }) if !release.is_roll_back() => {
            let Some(version) = made.build().map(str::to_owned) else { return Ok(()) };
            let (tag, release) = (release.tag_deployed(step, "").to_owned(), Some(release.spec.id));
            standing.trying = Some(Attempt { version, tag, at, release, failed: None });
        }
        (Phase::Deploying, Fact::Failed { problem, .. }) => {
            let mine = standing.trying.as_mut().filter(|trying| trying.release == Some(release.spec.id));
            mine.into_iter().for_each(|trying| trying.failed = Some(problem.clone()));
        }
        (Phase::RollingBack, Fact::Done { made: Outcome::Deployed { url, build, proof, .. }, .. }) => {
            let running = running(writing, release, environment, at, (build, build.clone(), url, proof))?;
            standing.rolled_back(Running { release: None, ..running }, Some(&release.spec.tag));
            standing.hold(automatic(release, step, at));
        }
        (_, Fact::Done { made: Outcome::Deployed { url, build, proof, .. }, .. }) => {
            arrived(writing, release, (step, at), &mut standing, (url, build, proof))?;
        }
        // Nothing else is let in, whether it goes back or stays.
        (Phase::Failed, Fact::Done { .. }) => standing.hold(automatic(release, step, at)),
        _ => return Ok(()),
    }
    if standing == known { Ok(()) } else { writing.put_standing(project, environment, &standing) }
}

/// What a release deployed is there.
fn arrived(
    writing: &Writing,
    release: &Release,
    (step, at): (usize, DateTime<Utc>),
    standing: &mut EnvironmentStatus,
    (url, build, proof): (&String, &String, &Provenance),
) -> Result<(), StoreProblem> {
    let planned = &release.spec.plan.steps[step].step;
    let Some(environment) = planned.deploys_to() else { return Ok(()) };
    if planned.replaces_all() {
        let tag = release.tag_deployed(step, &proof.git_ref).to_owned();
        let running = running(writing, release, environment, at, (build, tag, url, proof))?;
        match &release.spec.kind {
            ReleaseKind::RollBack { from, .. } => standing.rolled_back(running, Some(from)),
            ReleaseKind::Regular | ReleaseKind::Hotfix { .. } => standing.deployed(running),
        }
    } else if standing.now.as_ref().is_some_and(|now| now.release == Some(release.spec.id)) {
        // What was left of the version before has been taken away.
        standing.trying = None;
    }
    Ok(())
}

/// Takes note of what people say of what runs: nobody goes back to what was rejected.
fn judged(writing: &mut Writing, release: &Release, gate: &str, fact: &Fact) -> Result<(), StoreProblem> {
    let project = &release.spec.project;
    let environment = release.spec.plan.gate(gate).and_then(|(step, _)| release.deployed_before(step));
    let Some(environment) = environment.map(|(_, environment, _)| environment) else { return Ok(()) };
    let mut standing = writing.standing(project, environment)?;
    let mine = standing.now.as_mut().filter(|now| now.release == Some(release.spec.id));
    let Some(now) = mine else { return Ok(()) };
    match fact {
        Fact::Rejected { by, .. } => now.rejected = Some(by.clone()),
        Fact::Withdrawn { by, .. } => drop(now.rejected.take_if(|rejecter| rejecter == by)),
        _ => {}
    }
    writing.put_standing(project, environment, &standing)
}

/// Takes note of a report. Of a deploy that a release of ours makes (`own`) it only adds what CD alone knows: the release
/// says the rest itself. A roll-back that somebody else made holds the environment too; that is told in `places`, or else
/// where the project's incidents are.
///
/// # Errors
/// What the store says.
pub fn reported(
    context: &Context,
    writing: &mut Writing,
    report: &Deploy,
    (own, at): (bool, DateTime<Utc>),
    places: Option<&[Place]>,
) -> Result<(), StoreProblem> {
    let Deploy { project, environment, version, .. } = report;
    let mut standing = writing.standing(project, environment)?;
    let before = standing.clone();
    let here = |one: &Running| bare(&one.version) == bare(version);
    if let Some(now) = standing.now.as_mut().filter(|now| here(now)) {
        now.commit = now.commit.take().or_else(|| report.commit.clone());
        now.digest = now.digest.take().or_else(|| report.digest.clone());
        now.config = report.config_digest.clone().or_else(|| now.config.take());
    }
    let late = standing.now.as_ref().is_some_and(|now| now.since > at);
    if !own && !late {
        let tag = playbook_tag(context, project, version);
        let known = standing.trying.clone().filter(|trying| bare(&trying.version) == bare(version));
        match report.status {
            Status::Started => {
                let (version, release) = (version.clone(), None);
                standing.trying = Some(Attempt { version, tag, at, release, failed: None });
            }
            Status::Failed => {
                let started = known.as_ref().map_or(at, |trying| trying.at);
                let failed = Some("as CD reports".to_owned());
                standing.trying = Some(Attempt { version: version.clone(), tag, at: started, release: None, failed });
            }
            // It stays where it is.
            Status::Troubled => {}
            // What is known to run there was brought by whoever is named there.
            Status::Succeeded if standing.now.as_ref().is_some_and(here) => standing.trying = None,
            Status::Succeeded => standing.deployed(Running {
                version: version.clone(),
                tag,
                commit: report.commit.clone(),
                digest: report.digest.clone(),
                config: report.config_digest.clone(),
                since: at,
                release: None,
                url: report.url.clone(),
                rejected: None,
            }),
            Status::RolledBack => {
                let to = standing.good.first().cloned().filter(|_| standing.now.as_ref().is_some_and(here));
                match to {
                    Some(to) => standing.rolled_back(Running { since: at, ..to }, Some(&tag)),
                    None => standing.take_back(&tag),
                }
                standing.trying = None;
                let (by, reason) = ("CD".to_owned(), "it gave no reason".to_owned());
                standing.hold(Hold { by, at, reason, from: tag });
                if before.hold.is_none() {
                    tell_hold(context, writing, report, places)?;
                }
            }
        }
    }
    if standing == before { Ok(()) } else { writing.put_standing(project, environment, &standing) }
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
    (build, tag, url, proof): (&String, String, &String, &Provenance),
) -> Result<Running, StoreProblem> {
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
        tag,
    })
}

/// The hold of a release that rolls back by itself.
fn automatic(release: &Release, step: usize, at: DateTime<Utc>) -> Hold {
    let failed = release.state.steps[step].rollout.failure.as_ref();
    let reason = failed.map_or_else(|| "its deploy failed".to_owned(), |failure| failure.problem.clone());
    Hold { by: "itself".to_owned(), at, reason, from: release.spec.tag.clone() }
}

/// The tag of a version that somebody reports.
fn playbook_tag(context: &Context, project: &str, version: &str) -> String {
    let playbook = context.projects.get(project).and_then(|(project, _)| context.playbooks.get(&project.playbook));
    playbook.map_or_else(|| version.to_owned(), |playbook| playbook.tag_of(bare(version)))
}
