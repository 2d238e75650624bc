//! What the bot's own releases do to an environment, told like what others report: one incident for each version there, in
//! the write that records what happened.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::{
    others::tell_others,
    report::deploy,
    whom::{called, kind, places},
};
use super::{tell, tell_of_trouble};
use crate::{
    context::Context,
    domain::{
        deploy::report::{Deploy, Status, bare},
        incident::{
            self, DeployTurn, What,
            matter::{About, Destination, Incident, Suspects, Way},
        },
        message::Message,
        release::{Release, ReleaseKind, fact::Recorded},
    },
    messages::{self, incident::SeenDeploy},
    store::{StoreProblem, View, Writing},
};

mod others;
mod report;
mod whom;

/// Among how many releases the one that made a tag is looked for, newest first.
const RELEASES: usize = 100;

/// Tells what follows from a fact that a release has just recorded.
///
/// # Errors
/// What the store says.
pub fn follow(
    context: &Context,
    writing: &mut Writing,
    release: &Release,
    recorded: &Recorded,
) -> Result<(), StoreProblem> {
    if !context.projects.contains_key(&release.spec.project) {
        return Ok(());
    }
    let turns = incident::turns(release, &recorded.fact);
    turns.into_iter().try_for_each(|turn| take(context, writing, release, &turn, None, recorded.at))
}

/// A person rolls an environment back, by a release of its own that has just begun: they look at it. `event` says what
/// they do, and why.
///
/// # Errors
/// What the store says.
pub fn rolls_back(
    context: &Context,
    writing: &mut Writing,
    release: &Release,
    event: &Message,
    at: DateTime<Utc>,
) -> Result<(), StoreProblem> {
    let ReleaseKind::RollBack { environment, .. } = &release.spec.kind else { return Ok(()) };
    let what = What::TakesBack { to: release.spec.tag.clone(), url: None, by_hand: false };
    take(context, writing, release, &DeployTurn { environment: environment.clone(), what }, Some(event), at)?;
    looks(context, writing, release, environment, &release.spec.requester)
}

/// Somebody who acts on a deploy that goes wrong looks at it.
///
/// # Errors
/// What the store says.
pub fn looks(
    context: &Context,
    writing: &mut Writing,
    release: &Release,
    environment: &str,
    by: &str,
) -> Result<(), StoreProblem> {
    let version = version_of(context, &release.spec.project, incident::tag_of(release));
    let Some(mut matter) = known(writing, &release.spec.project, environment, &version)? else { return Ok(()) };
    let now = context.clock.now();
    matter.is_looked_at(by, now);
    if matter.trouble.as_ref().is_some_and(|trouble| trouble.since == now) {
        // It began in this very write: whoever did it knows.
        matter.destinations.iter_mut().for_each(|destination| destination.pings.retain(|name| name != by));
    }
    writing.put_matter(&matter)?;
    writing.refresh_matter(&matter)
}

/// Deploys are let into an environment again that was held because of a tag. Whether that is told now: it is if something
/// was told of what held it.
///
/// # Errors
/// What the store says.
pub fn resumed(
    context: &Context,
    writing: &mut Writing,
    (project, environment, tag): (&str, &str, &str),
    (by, reason): (&str, &str),
    event: &Message,
) -> Result<bool, StoreProblem> {
    let version = version_of(context, project, tag);
    let Some(mut matter) = known(writing, project, environment, &version)? else { return Ok(false) };
    if matter.said.is_none() || !matter.destinations.iter().any(|destination| destination.wrong) {
        return Ok(false);
    }
    matter.at = context.clock.now();
    let of = matter.release.as_ref().map(|(id, _)| writing.release(*id)).transpose()?.flatten();
    let of = of.filter(|of| of.is_open() && incident::has_failed(of, environment)).map(|of| of.spec.id);
    matter.said = Some(messages::incident::resumed(&matter, by, reason, of));
    tell_of_trouble(context, writing, &mut matter, event, &[])?;
    Ok(true)
}

/// Whether what a release brought to an environment has been taken back, and not been tried again since.
///
/// # Errors
/// What the store says.
pub fn is_taken_back(
    context: &Context,
    writing: &Writing,
    release: &Release,
    environment: &str,
) -> Result<bool, StoreProblem> {
    let version = version_of(context, &release.spec.project, incident::tag_of(release));
    let matter = known(writing, &release.spec.project, environment, &version)?;
    Ok(matter.is_some_and(|matter| matter.said.is_some() && matter.status() == Some(Status::RolledBack)))
}

fn take(
    context: &Context,
    writing: &mut Writing,
    release: &Release,
    turn: &DeployTurn,
    event: Option<&Message>,
    at: DateTime<Utc>,
) -> Result<(), StoreProblem> {
    let DeployTurn { environment, what } = turn;
    let project = &release.spec.project;
    let version = version_of(context, project, incident::tag_of(release));
    let (kind, status) = (kind(what), what.status());
    let destinations: Vec<Destination> =
        places(context, release, environment, kind).into_iter().map(Destination::own).collect();
    let of = deployed_by(writing, release)?;
    let deploy = deploy(of.as_ref(), (project, environment, &version), status, at);
    let mut matter = match known(writing, project, environment, &version)? {
        Some(matter) => matter,
        // A deploy that goes well is told by its release, and elsewhere only if somebody wants to know.
        None if what.is_wrong() || matches!(what, What::Back { .. }) => begin(writing, of.as_ref(), &deploy)?,
        None if status.is_some() && !destinations.is_empty() => begin(writing, of.as_ref(), &deploy)?,
        None => return Ok(()),
    };
    let wrong_before = matter.trouble.as_ref().is_some_and(|trouble| trouble.over.is_none());
    matter.at = at;
    let changed = matter.deploy_stands(deploy, status, at);
    if !changed && matches!(what, What::Begun(_) | What::There) {
        return writing.put_matter(&matter);
    }
    match what {
        What::Ended(..) if !wrong_before => return forget_ways(writing, matter, release),
        What::Ended(by, _) | What::Again(by) | What::Passed { by, deploy: false, .. } => matter.is_looked_at(by, at),
        What::Begun(_)
        | What::There
        | What::Failed(_)
        | What::TakesBack { .. }
        | What::Back { .. }
        | What::NotBack(_)
        | What::Held
        | What::Passed { deploy: true, .. } => {
            if what.is_wrong() {
                matter.is_wrong(at);
            } else if what.is_right() {
                matter.is_right(at);
            }
        }
    }
    if matter.suspects == Suspects::Unasked && matter.trouble.is_some() {
        matter.suspects = Suspects::Sought;
    }
    let of = of.filter(Release::is_open);
    let seen = SeenDeploy { release, of: of.as_ref(), matter: &matter, environment, what };
    let (said, own) = (seen.said(), seen.event());
    // What a person said when they began to take it back stays until that is over.
    if said.title.is_none() || matter.said.as_ref().is_none_or(|known| known.title != said.title) {
        matter.said = Some(said);
    }
    let new = matter.destinations.is_empty();
    let told = tell_others(context, writing, release, (turn, matter.number), at)?;
    let news = changed || matches!(what, What::NotBack(_)) || (what.is_wrong() && !wrong_before);
    let mut pings = if news { called(context, release, environment, what) } else { vec![] };
    pings.retain(|name| !told.contains(name));
    tell(context, writing, &mut matter, destinations, what.is_wrong(), event.unwrap_or(&own), &pings)?;
    // A new message does not say everything.
    event.filter(|_| new).map_or(Ok(()), |event| tell_of_trouble(context, writing, &mut matter, event, &[]))
}

/// What one could do with a release is over once that has ended.
fn forget_ways(writing: &mut Writing, mut matter: Incident, release: &Release) -> Result<(), StoreProblem> {
    let id = release.spec.id;
    if let Some(said) = &mut matter.said {
        said.ways.retain(|way| ![Way::Retry(id), Way::Cancel(id)].contains(way));
    }
    writing.put_matter(&matter)?;
    writing.refresh_matter(&matter)
}

/// Under which name the deploys of a version to an environment are remembered, whoever tells of them.
fn name(project: &str, environment: &str, version: &str) -> String {
    format!("{project}/{environment}/{version}")
}

fn known(writing: &Writing, project: &str, environment: &str, version: &str) -> Result<Option<Incident>, StoreProblem> {
    let history = writing.deploys(&name(project, environment, version))?;
    Ok(history.matter.map(|number| writing.matter(number)).transpose()?.flatten())
}

fn begin(writing: &mut Writing, of: Option<&Release>, deploy: &Deploy) -> Result<Incident, StoreProblem> {
    let (number, at) = (writing.next_number("incident")?, deploy.at.unwrap_or_default());
    let name = name(&deploy.project, &deploy.environment, &deploy.version);
    let mut history = writing.deploys(&name)?;
    (history.matter, history.at) = (Some(number), at);
    writing.put_deploys(&name, &history)?;
    Ok(Incident {
        at,
        number,
        project: Some(deploy.project.clone()),
        environment: Some(deploy.environment.clone()),
        version: Some(deploy.version.clone()),
        release: of.map(|of| (of.spec.id, of.name())),
        about: About::Deploy { deploy: Box::new(deploy.clone()), changes: vec![] },
        destinations: vec![],
        trouble: None,
        suspects: Suspects::default(),
        said: None,
    })
}

/// The release whose version is deployed, or taken back.
fn deployed_by(view: &dyn View, release: &Release) -> Result<Option<Release>, StoreProblem> {
    let ReleaseKind::RollBack { from, .. } = &release.spec.kind else { return Ok(Some(release.clone())) };
    let mine =
        |one: &Arc<Release>| one.spec.project == release.spec.project && one.spec.tag == *from && !one.is_roll_back();
    Ok(view.latest_releases(RELEASES)?.into_iter().rev().find(mine).map(Arc::unwrap_or_clone))
}

/// The version that a tag names.
fn version_of(context: &Context, project: &str, tag: &str) -> String {
    let playbook = context.projects.get(project).and_then(|(project, _)| context.playbooks.get(&project.playbook));
    let version = playbook.and_then(|playbook| playbook.version_of_tag(tag)).unwrap_or(tag);
    bare(version).to_owned()
}
