//! What the bot's own releases do to an environment, told like what others report: one matter for each version there, in
//! the write that records what happened.

use chrono::{DateTime, TimeDelta, Utc};

use super::{tell, tell_of_trouble};
use crate::{
    desk::Desk,
    domain::{
        fact::{Made, Recorded},
        incident::{self, Turn, What},
        matter::{About, Matter, Spot, Suspects, Way},
        message::Message,
        people::Permission,
        plan::Step,
        post::Place,
        release::{Release, ReleaseKind},
        report::{Deploy, Status, bare},
        route::{self, Kind, News},
    },
    messages::{self, incident::Seen},
    store::{StoreProblem, Writing},
};

/// Among how many releases the one that made a tag is looked for, newest first.
const RELEASES: usize = 100;
/// Among how many matters alerts are looked for that speak against a deploy, newest first.
const MATTERS: usize = 50;
/// For how long those who were called by an alert need not be called once more because of what it leads to.
const JUST_CALLED: TimeDelta = TimeDelta::minutes(1);

/// Tells what follows from a fact that a release has just recorded.
///
/// # Errors
/// What the store says.
pub fn follow(
    desk: &Desk,
    writing: &mut Writing,
    release: &Release,
    recorded: &Recorded,
) -> Result<(), StoreProblem> {
    if !desk.projects.contains_key(&release.brief.project) {
        return Ok(());
    }
    let turns = incident::turns(release, &recorded.fact);
    turns.into_iter().try_for_each(|turn| take(desk, writing, release, &turn, None, recorded.at))
}

/// A person rolls an environment back, by a release of its own that has just begun: they look at it. `event` says what
/// they do, and why.
///
/// # Errors
/// What the store says.
pub fn rolls_back(
    desk: &Desk,
    writing: &mut Writing,
    release: &Release,
    event: &Message,
    at: DateTime<Utc>,
) -> Result<(), StoreProblem> {
    let ReleaseKind::RollBack { environment, .. } = &release.brief.kind else { return Ok(()) };
    let what = What::TakesBack { to: release.brief.tag.clone(), url: None };
    take(desk, writing, release, &Turn { environment: environment.clone(), what }, Some(event), at)?;
    looks(desk, writing, release, environment, &release.brief.requester)
}

/// Somebody who acts on a deploy that goes wrong looks at it.
///
/// # Errors
/// What the store says.
pub fn looks(
    desk: &Desk,
    writing: &mut Writing,
    release: &Release,
    environment: &str,
    by: &str,
) -> Result<(), StoreProblem> {
    let version = version_of(desk, &release.brief.project, incident::tag_of(release));
    let Some(mut matter) = known(writing, &release.brief.project, environment, &version)? else { return Ok(()) };
    let now = desk.clock.now();
    matter.is_looked_at(by, now);
    if matter.trouble.as_ref().is_some_and(|trouble| trouble.since == now) {
        // It began in this very write: whoever did it knows.
        matter.spots.iter_mut().for_each(|spot| spot.pings.retain(|name| name != by));
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
    desk: &Desk,
    writing: &mut Writing,
    (project, environment, tag): (&str, &str, &str),
    (by, reason): (&str, &str),
    event: &Message,
) -> Result<bool, StoreProblem> {
    let version = version_of(desk, project, tag);
    let Some(mut matter) = known(writing, project, environment, &version)? else { return Ok(false) };
    if matter.said.is_none() || !matter.spots.iter().any(|spot| spot.wrong) {
        return Ok(false);
    }
    matter.at = desk.clock.now();
    let of = matter.release.as_ref().map(|(id, _)| writing.release(*id)).transpose()?.flatten();
    let of = of.filter(|of| of.is_open() && incident::has_failed(of, environment)).map(|of| of.brief.id);
    matter.said = Some(messages::incident::resumed(&matter, by, reason, of));
    tell_of_trouble(desk, writing, &mut matter, event, &[])?;
    Ok(true)
}

/// Whether what a release brought to an environment has been taken back, and not been tried again since.
///
/// # Errors
/// What the store says.
pub fn is_taken_back(desk: &Desk, writing: &Writing, release: &Release, environment: &str) -> Result<bool, StoreProblem> {
    let version = version_of(desk, &release.brief.project, incident::tag_of(release));
    let matter = known(writing, &release.brief.project, environment, &version)?;
    Ok(matter.is_some_and(|matter| matter.said.is_some() && matter.status() == Some(Status::RolledBack)))
}

fn take(
    desk: &Desk,
    writing: &mut Writing,
    release: &Release,
    turn: &Turn,
    event: Option<&Message>,
    at: DateTime<Utc>,
) -> Result<(), StoreProblem> {
    let Turn { environment, what } = turn;
    let project = &release.brief.project;
    let version = version_of(desk, project, incident::tag_of(release));
    let (kind, status) = (kind(what), what.status());
    let spots: Vec<Spot> = places(desk, project, environment, kind).into_iter().map(Spot::own).collect();
    let deploy = deploy(release, environment, &version, status, at);
    let mut matter = match known(writing, project, environment, &version)? {
        Some(matter) => matter,
        // A deploy that goes well is told by its release, and elsewhere only if somebody wants to know.
        None if what.is_wrong() || matches!(what, What::Back { .. }) => begin(desk, writing, release, &deploy)?,
        None if status.is_some() && !spots.is_empty() => begin(desk, writing, release, &deploy)?,
        None => return Ok(()),
    };
    let wrong_before = matter.trouble.as_ref().is_some_and(|trouble| trouble.over.is_none());
    matter.at = at;
    let changed = matter.deploy_stands(deploy, status, at);
    if !changed && matches!(what, What::Begun(_) | What::There) {
        return writing.put_matter(&matter);
    }
    match what {
        What::Ended(by, _) if wrong_before => matter.is_looked_at(by, at),
        What::Passed { by, deploy: false, .. } => matter.is_looked_at(by, at),
        What::Again(by) => matter.is_looked_at(by, at),
        What::Ended(..) => return forget_ways(writing, matter, release),
        what if what.is_wrong() => matter.is_wrong(at),
        what if what.is_right() => matter.is_right(at),
        _ => {}
    }
    if matter.suspects == Suspects::Unasked && matter.trouble.is_some() {
        matter.suspects = Suspects::Sought;
    }
    let of = match &release.brief.kind {
        ReleaseKind::RollBack { .. } => matter.release.as_ref().map(|(id, _)| *id),
        ReleaseKind::Regular | ReleaseKind::Hotfix { .. } => Some(release.brief.id),
    };
    let of = of.map(|id| writing.release(id)).transpose()?.flatten().filter(Release::is_open);
    let seen = Seen { release, of: of.as_ref(), matter: &matter, environment, what };
    let (said, own) = (seen.said(), seen.event());
    // What a person said when they began to take it back stays until that is over.
    if said.title.is_none() || matter.said.as_ref().is_none_or(|known| known.title != said.title) {
        matter.said = Some(said);
    }
    let new = matter.spots.is_empty();
    let told = tell_others(desk, writing, release, (turn, matter.number), at)?;
    let news = changed || matches!(what, What::NotBack(_)) || (what.is_wrong() && !wrong_before);
    let mut pings = if news { called(desk, release, environment, what) } else { vec![] };
    pings.retain(|name| !told.contains(name));
    tell(desk, writing, &mut matter, spots, what.is_wrong(), event.unwrap_or(&own), &pings)?;
    // A new message does not say everything.
    event.filter(|_| new).map_or(Ok(()), |event| tell_of_trouble(desk, writing, &mut matter, event, &[]))
}

/// What one could do with a release is over once that has ended.
fn forget_ways(writing: &mut Writing, mut matter: Matter, release: &Release) -> Result<(), StoreProblem> {
    let id = release.brief.id;
    if let Some(said) = &mut matter.said {
        said.ways.retain(|way| ![Way::Retry(id), Way::Cancel(id)].contains(way));
    }
    writing.put_matter(&matter)?;
    writing.refresh_matter(&matter)
}

/// Who is called: those who can do something about it, if somebody has to.
fn called(desk: &Desk, release: &Release, environment: &str, what: &What) -> Vec<String> {
    let (people, mut roles) = (&desk.people, desk.people.roles_with(Permission::Release));
    match what {
        What::Failed(_) | What::NotBack(_) | What::TakesBack { .. } | What::Held => {
            if incident::is_production(release, environment) {
                roles.extend(people.roles_with(Permission::Hotfix));
            }
        }
        What::Back { .. } => {}
        _ => return vec![],
    }
    let mut names = people.holding(&roles);
    // Whoever does it knows.
    names.retain(|name| !release.is_roll_back() || *name != release.brief.requester || matches!(what, What::NotBack(_)));
    names
}

/// What else is wrong there is told what is done about it: alerts that speak against what is taken back say so, and nothing
/// offers a second roll-back. Gives those whom an alert has called just now.
fn tell_others(
    desk: &Desk,
    writing: &mut Writing,
    release: &Release,
    (turn, own): (&Turn, u64),
    at: DateTime<Utc>,
) -> Result<Vec<String>, StoreProblem> {
    let name = format!("{} {}", release.brief.project, incident::tag_of(release));
    let said = messages::incident::taken_back(&name, &turn.environment, &turn.what);
    if said.is_none() && !matches!(turn.what, What::Begun(_)) {
        return Ok(vec![]);
    }
    let mut called = vec![];
    for mut matter in writing.latest_matters(MATTERS)? {
        let wrong = matter.trouble.as_ref().is_some_and(|trouble| trouble.over.is_none());
        let here = matter.project.as_ref() == Some(&release.brief.project)
            && matter.environment.as_ref().is_none_or(|environment| *environment == turn.environment);
        if !wrong || !here || matter.number == own {
            continue;
        }
        let alerts = matches!(matter.about, About::Alerts { .. });
        let just_now = at - matter.at < JUST_CALLED && !matter.spots.is_empty();
        if alerts && just_now && matches!(turn.what, What::Failed(_)) {
            called = desk.on_call();
        }
        match (&mut matter.said, &said) {
            (Some(known), Some(_)) if !alerts => known.ways.retain(|way| *way != Way::RollBack),
            (_, Some(said)) => matter.said = Some(said.clone()),
            // It is tried again: whatever still fires speaks against that.
            (Some(_), None) if alerts => matter.said = None,
            _ => continue,
        }
        writing.put_matter(&matter)?;
        writing.refresh_matter(&matter)?;
    }
    Ok(called)
}

/// Where the routes say, else where the project's incidents are. That a deploy goes well is told by its release.
fn places(desk: &Desk, project: &str, environment: &str, kind: Option<Kind>) -> Vec<Place> {
    let Some(kind) = kind else { return vec![] };
    let news = News { kind, project: Some(project), environment: Some(environment), severity: None };
    let own = || match (kind, desk.projects.get(project)) {
        (Kind::DeployStarted | Kind::DeploySucceeded, _) | (_, None) => vec![],
        (_, Some((project, _))) => project.incident_places().to_vec(),
    };
    route::places(&desk.routes, &news).unwrap_or_else(own)
}

fn kind(what: &What) -> Option<Kind> {
    match what {
        What::Begun(_) => Some(Kind::DeployStarted),
        What::There => Some(Kind::DeploySucceeded),
        What::Failed(_) | What::NotBack(_) | What::Held => Some(Kind::DeployFailed),
        What::TakesBack { .. } | What::Back { .. } => Some(Kind::DeployRolledBack),
        What::Again(_) | What::Passed { .. } | What::Ended(..) => None,
    }
}

/// Under which name the deploys of a version to an environment are remembered, whoever tells of them.
fn name(project: &str, environment: &str, version: &str) -> String {
    format!("{project}/{environment}/{version}")
}

fn known(writing: &Writing, project: &str, environment: &str, version: &str) -> Result<Option<Matter>, StoreProblem> {
    let history = writing.deploys(&name(project, environment, version))?;
    Ok(history.matter.map(|number| writing.matter(number)).transpose()?.flatten())
}

fn begin(desk: &Desk, writing: &mut Writing, release: &Release, deploy: &Deploy) -> Result<Matter, StoreProblem> {
    let (number, at) = (writing.next_number("incident")?, deploy.at.unwrap_or_default());
    let name = name(&deploy.project, &deploy.environment, &deploy.version);
    let mut history = writing.deploys(&name)?;
    (history.matter, history.at) = (Some(number), at);
    writing.put_deploys(&name, &history)?;
    let of = match &release.brief.kind {
        ReleaseKind::RollBack { from, .. } => {
            let mine = |one: &Release| {
                one.brief.project == release.brief.project && one.brief.tag == *from && !one.is_roll_back()
            };
            desk.store.latest_releases(RELEASES)?.into_iter().rev().find(mine)
        }
        ReleaseKind::Regular | ReleaseKind::Hotfix { .. } => Some(release.clone()),
    };
    Ok(Matter {
        at,
        number,
        project: Some(deploy.project.clone()),
        environment: Some(deploy.environment.clone()),
        version: Some(deploy.version.clone()),
        release: of.map(|of| (of.brief.id, of.name())),
        about: About::Deploy { deploy: Box::new(deploy.clone()), changes: vec![] },
        spots: vec![],
        trouble: None,
        suspects: Suspects::default(),
        said: None,
    })
}

/// The deploy as somebody else would report it.
fn deploy(release: &Release, environment: &str, version: &str, status: Option<Status>, at: DateTime<Utc>) -> Deploy {
    let (brief, state) = (&release.brief, &release.state);
    let mut runs = brief.plan.steps.iter().zip(&state.steps).rev().filter_map(|(planned, state)| match &planned.step {
        Step::StartDeploy { environment: of, .. } if of == environment => match &state.done {
            Some((Made::Run { url, .. }, _)) => Some(url.clone()),
            _ => None,
        },
        _ => None,
    });
    let own = !release.is_roll_back();
    let merged = state.merged.as_ref().map(|merged| merged.commit.clone());
    let commit = state.tagged.clone().or(merged).or_else(|| Some(release.head().to_owned()));
    Deploy {
        project: brief.project.clone(),
        environment: environment.to_owned(),
        version: version.to_owned(),
        status: status.unwrap_or(Status::Failed),
        commit: commit.filter(|_| own),
        digest: state.artifact.clone().filter(|_| own),
        config_digest: None,
        url: runs.next().filter(|_| own),
        id: None,
        at: Some(at),
    }
}

/// The version that a tag names.
fn version_of(desk: &Desk, project: &str, tag: &str) -> String {
    let playbook = desk.projects.get(project).and_then(|(project, _)| desk.playbooks.get(&project.playbook));
    let version = playbook.and_then(|playbook| playbook.version_of_tag(tag)).unwrap_or(tag);
    bare(version).to_owned()
}
