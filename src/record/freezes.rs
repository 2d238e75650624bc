//! Freezes begin and end: the row, and what is told about it, in one write.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    context::Context,
    domain::{
        freeze::{
            Freeze,
            enforcement::{Enforcement, EnforcementReading},
            exemption::{Exemption, Lapse},
            telling::Telling,
        },
        message::{
            Message,
            post::{Place, Target},
        },
        release::Release,
        team::project::Project,
    },
    messages,
    record::{journal, silent::changes_nothing},
    store::{StoreProblem, Writing},
};

/// How long before its end a freeze is told to end soon.
const SOON: TimeDelta = TimeDelta::minutes(30);
/// How long the announcement of a freeze waits for GitHub to be read back.
const PATIENCE: TimeDelta = TimeDelta::minutes(1);

/// Starts a freeze. It is announced in every release place of the projects concerned, with what was read back of GitHub
/// then, or a minute later without; the code freeze of a release at once, in the order of its steps, with what was last
/// read. The announcement is edited when GitHub stands otherwise than it says. One that exists already, for the same release or the same occurrence of a rule, is given back as it is.
///
/// # Errors
/// What the store says.
pub fn start(context: &Context, writing: &mut Writing, wanted: Freeze) -> Result<Freeze, StoreProblem> {
    let same = |freeze: &&Freeze| {
        wanted.release.is_some() && freeze.release == wanted.release && freeze.branches == wanted.branches
            || wanted.rule.is_some() && freeze.rule == wanted.rule
    };
    if let Some(found) = writing.freezes()?.iter().find(same) {
        return Ok(found.clone());
    }
    begin(context, writing, wanted)
}

/// Starts a freeze, whatever else there is or was.
///
/// # Errors
/// What the store says.
pub fn begin(context: &Context, writing: &mut Writing, wanted: Freeze) -> Result<Freeze, StoreProblem> {
    let id = writing.next_number("freeze")?;
    let now = context.clock.now();
    let mut freeze = Freeze { id, untold_since: Some(now), ..wanted };
    let good = writing.exemptions()?.into_iter().filter(|one| one.waits() || one.is_granted());
    freeze.exemptions = good.filter(|one| touches(context, &freeze, one)).map(|one| one.id).collect();
    writing.put_freeze(&freeze)?;
    if freeze.release.is_some() {
        let known = last_read(context, writing, &freeze)?;
        freeze = tell_start(context, writing, freeze, known, true)?;
    }
    tracing::info!(freeze = id, reason = freeze.reason, owner = freeze.owner, %now, "a freeze begins");
    Ok(freeze)
}

/// Lifts a freeze, and tells it. One that is over, or was never there, is left as it is.
///
/// # Errors
/// What the store says.
pub fn lift(
    context: &Context,
    writing: &mut Writing,
    id: u64,
    by: &str,
    reason: Option<String>,
) -> Result<(), StoreProblem> {
    let (now, all) = (context.clock.now(), writing.freezes()?);
    let Some(mut freeze) = all.iter().find(|freeze| freeze.id == id && !freeze.is_over(now)).cloned() else {
        return Ok(());
    };
    freeze = tell_start(context, writing, freeze, vec![], false)?;
    freeze.lifted = Some((by.to_owned(), now));
    freeze.why_lifted = reason;
    writing.put_freeze(&freeze)?;
    let others = others(&all, &freeze, now);
    let release = freeze.release.map(|id| writing.release(id)).transpose()?.flatten().filter(Release::is_open);
    // When the release itself lifts it, its time has come.
    let (own, other) =
        (release.as_ref().filter(|own| own.name() == by), release.as_ref().filter(|own| own.name() != by));
    let message = messages::freeze::lifted(&freeze, by, &others, other);
    let message =
        own.into_iter().fold(message, |message, own| messages::announce::planned_next(message, own, &context.people));
    tell(context, writing, &freeze, "lifted", &message)
}

/// Does what the clock asks for: occurrences of rules begin, ends are told, exemptions expire.
///
/// # Errors
/// What the store says.
pub fn turn(context: &Context, writing: &mut Writing) -> Result<(), StoreProblem> {
    let now = context.clock.now();
    let due: Vec<Freeze> = context.rules.with(&writing.freezes()?).due(now).collect();
    for occurrence in due {
        start(context, writing, occurrence)?;
    }
    announce(context, writing)?;
    let all = writing.freezes()?;
    for freeze in all.iter().filter(|freeze| freeze.lifted.is_none() && !freeze.end_told) {
        let Some(until) = freeze.until else { continue };
        if until <= now {
            writing.put_freeze(&Freeze { end_told: true, ..freeze.clone() })?;
            let others = others(&all, freeze, now);
            if !changes_nothing(context, freeze, &others) {
                tell(context, writing, freeze, "ended", &messages::freeze::ended(freeze, &others))?;
            }
        } else if soon(freeze).is_some_and(|soon| soon <= now) {
            let others = others(&all, freeze, now);
            if !changes_nothing(context, freeze, &others) {
                tell(context, writing, freeze, "soon", &messages::freeze::ends_soon(freeze, until, &others))?;
            }
        }
    }
    for exemption in writing.exemptions()? {
        // Whether it was pushed to, only a look at GitHub tells.
        let here = Some((exemption.head.as_str(), exemption.base.as_str()));
        if let Some(why) = exemption.lapse(here, now) {
            lapse(context, writing, exemption.clone(), why)?;
        }
    }
    Ok(())
}

/// When `turn` has something to do next.
///
/// # Errors
/// When the store cannot be read.
pub fn next_turn(context: &Context) -> Result<Option<DateTime<Utc>>, StoreProblem> {
    let (now, freezes) = (context.clock.now(), context.store.freezes()?);
    let soon = freezes.iter().filter(|freeze| freeze.is_active(now)).filter_map(soon).filter(|soon| *soon > now);
    let exemptions = context.store.exemptions()?;
    let expire = exemptions.iter().filter(|one| one.lapsed.is_none()).filter_map(|one| one.until);
    let untold = freezes.iter().filter_map(|freeze| freeze.untold_since).map(|since| since + PATIENCE);
    let change = context.rules.with(&freezes).next_change(now);
    Ok(change
        .into_iter()
        .chain(soon)
        .chain(untold.filter(|at| *at > now))
        .chain(expire.filter(|until| *until > now))
        .min())
}

/// Notes that an exemption is not good any more, and tells it once.
///
/// # Errors
/// What the store says.
pub fn lapse(
    context: &Context,
    writing: &mut Writing,
    mut exemption: Exemption,
    why: Lapse,
) -> Result<(), StoreProblem> {
    exemption.lapsed = Some((why.clone(), context.clock.now()));
    writing.put_exemption(&exemption)?;
    // That it was merged is what it was for.
    if why != Lapse::Closed {
        tell_exemption(context, writing, &exemption, "lapsed", &messages::exemption::lapsed(&exemption, &why))?;
    }
    Ok(())
}

/// Tells something about an exemption where its project's releases are told, once.
///
/// # Errors
/// What the store says.
pub fn tell_exemption(
    context: &Context,
    writing: &mut Writing,
    exemption: &Exemption,
    occasion: &str,
    message: &Message,
) -> Result<(), StoreProblem> {
    let Some((project, _)) = context.projects.get(&exemption.project) else { return Ok(()) };
    let key = format!("exemption/{}/{occasion}", exemption.id);
    journal::post_everywhere(context, writing, &key, &project.releases, Target::Channel, message)
}

/// Whether an exemption is one from this freeze.
pub fn touches(context: &Context, freeze: &Freeze, exemption: &Exemption) -> bool {
    exemption.is_from(freeze)
        && freeze.concerns(&exemption.project)
        && freeze.covers(&exemption.base, &context.lines(&exemption.project))
}

/// The projects that a freeze concerns.
pub fn concerned<'a>(context: &'a Context, freeze: &'a Freeze) -> impl Iterator<Item = &'a Project> {
    context.projects.values().map(|(project, _)| project).filter(|project| freeze.concerns(&project.name))
}

/// When it is told that a freeze ends soon; never for a short one.
fn soon(freeze: &Freeze) -> Option<DateTime<Utc>> {
    freeze.until.filter(|until| *until - freeze.from > SOON * 2).map(|until| until - SOON)
}

/// The other freezes that hold in the same places.
fn others<'a>(all: &'a [Freeze], freeze: &Freeze, now: DateTime<Utc>) -> Vec<&'a Freeze> {
    let meets = |other: &&Freeze| {
        let projects = other.projects.iter().any(|project| freeze.concerns(project));
        let branches = other.branches.iter().any(|branch| freeze.covers(branch, &freeze.branches));
        other.id != freeze.id
            && other.is_active(now)
            && (projects || other.projects.is_empty() || freeze.projects.is_empty())
            && (branches || other.branches.is_empty() || freeze.branches.is_empty())
    };
    all.iter().filter(meets).collect()
}

/// Tells of every freeze that began and has not been told yet, if GitHub has been read back for it or it has waited long
/// enough.
///
/// # Errors
/// What the store says.
pub fn announce(context: &Context, writing: &mut Writing) -> Result<(), StoreProblem> {
    let now = context.clock.now();
    for freeze in writing.freezes()? {
        let Some(since) = freeze.untold_since else { continue };
        match read_back(context, writing, &freeze)? {
            Some(readings) => drop(tell_start(context, writing, freeze, readings, false)?),
            None if now >= since + PATIENCE => drop(tell_start(context, writing, freeze, vec![], false)?),
            None => {}
        }
    }
    Ok(())
}

/// Brings the announcements of active freezes up to date with what was found on GitHub since. Gives when one is to be done
/// next: a count that grows is shown now and then.
///
/// # Errors
/// What the store says.
pub fn edit_announcements(context: &Context, writing: &mut Writing) -> Result<Option<DateTime<Utc>>, StoreProblem> {
    let (now, mut next) = (context.clock.now(), None);
    for freeze in writing.freezes()?.into_iter().filter(|freeze| freeze.is_active(now)) {
        let Some(telling) = writing.telling(freeze.id)? else { continue };
        let readings = found(context, writing, &freeze, freeze.from)?;
        match telling.due(&readings, now) {
            // Where nothing has been found since it began, what it says stays.
            Some(due) if due <= now && !readings.is_empty() => {
                writing.put_telling(freeze.id, &Telling { readings, before: false, at: now })?;
                for place in places(context, &freeze) {
                    writing.refresh_announcement(place, freeze.id)?;
                }
            }
            due => next = due.filter(|due| *due > now).into_iter().chain(next).min(),
        }
    }
    Ok(next)
}

/// Tells that a freeze began, unless that has been told.
fn tell_start(
    context: &Context,
    writing: &mut Writing,
    mut freeze: Freeze,
    readings: Vec<(String, Enforcement)>,
    before: bool,
) -> Result<Freeze, StoreProblem> {
    if freeze.untold_since.take().is_some() {
        writing.put_freeze(&freeze)?;
        let telling = Telling { readings, before, at: context.clock.now() };
        writing.put_telling(freeze.id, &telling)?;
        let (all, now) = (writing.freezes()?, context.clock.now());
        if changes_nothing(context, &freeze, &others(&all, &freeze, now)) {
            return Ok(freeze);
        }
        let message = messages::freeze::started(&freeze, &telling, &context.may_exempt());
        let target = |place| Target::Announcement { place, freeze: freeze.id };
        let key = format!("freeze/{}/started", freeze.id);
        journal::post_everywhere(context, writing, &key, &places(context, &freeze), target, &message)?;
    }
    Ok(freeze)
}

/// How well GitHub keeps each branch that a freeze closes, once all of them have been looked at while they were closed.
fn read_back(
    context: &Context,
    writing: &Writing,
    freeze: &Freeze,
) -> Result<Option<Vec<(String, Enforcement)>>, StoreProblem> {
    let began = freeze.untold_since.unwrap_or(freeze.from);
    for project in concerned(context, freeze) {
        let lines = context.lines(&project.name);
        let readings = writing.readings(&project.repository)?;
        let named = freeze.branches.iter().filter(|branch| !branch.contains('*'));
        let covered = lines.iter().filter(|line| freeze.covers(line, &lines));
        let looked = |branch: &String| readings.iter().any(|guard| guard.branch == *branch && is_since(guard, began));
        if !named.chain(covered).all(looked) {
            return Ok(None);
        }
    }
    found(context, writing, freeze, began).map(Some)
}

/// How well GitHub keeps each branch that a freeze closes, as far as that was looked at since it began.
fn found(
    context: &Context,
    writing: &Writing,
    freeze: &Freeze,
    began: DateTime<Utc>,
) -> Result<Vec<(String, Enforcement)>, StoreProblem> {
    let mut found = vec![];
    let projects: Vec<&Project> = concerned(context, freeze).collect();
    for project in &projects {
        let lines = context.lines(&project.name);
        let readings = writing.readings(&project.repository)?.into_iter();
        for guard in readings.filter(|guard| is_since(guard, began) && freeze.covers(&guard.branch, &lines)) {
            let label = if projects.len() > 1 { format!("{} {}", project.name, guard.branch) } else { guard.branch };
            found.push((label, guard.standing));
        }
    }
    Ok(found)
}

/// Whether a branch was looked at while it was closed, and since this time.
fn is_since(guard: &EnforcementReading, began: DateTime<Utc>) -> bool {
    guard.told.is_some() && guard.at >= began
}

/// What was last read of the branches that a freeze closes; from now on that counts as told.
fn last_read(
    context: &Context,
    writing: &mut Writing,
    freeze: &Freeze,
) -> Result<Vec<(String, Enforcement)>, StoreProblem> {
    let mut told = vec![];
    for project in concerned(context, freeze) {
        let lines = context.lines(&project.name);
        // What a ruleset will do is known only once it is there.
        let by_ruleset = project.freeze.ruleset || project.freeze.is_at_once();
        let known = if by_ruleset { vec![] } else { writing.readings(&project.repository)? };
        for mut guard in known.into_iter().filter(|guard| freeze.covers(&guard.branch, &lines)) {
            // That a branch requires the status closes nothing before the statuses are written.
            guard.standing = guard.standing.before_closing();
            told.push((guard.branch.clone(), guard.standing.clone()));
            guard.told = Some(guard.standing.clone());
            writing.put_guard(&project.repository, &guard)?;
        }
    }
    Ok(told)
}

/// Whether a freeze that has not been told yet closes a branch of a repository.
///
/// # Errors
/// What the store says.
pub fn will_tell(context: &Context, writing: &Writing, repository: &str, branch: &str) -> Result<bool, StoreProblem> {
    let untold = |freeze: &Freeze| freeze.untold_since.is_some() && reaches(context, freeze, repository, branch);
    Ok(writing.freezes()?.iter().any(untold))
}

/// Whether a stored freeze closes a branch of a repository now.
///
/// # Errors
/// What the store says.
pub fn closes(context: &Context, writing: &Writing, repository: &str, branch: &str) -> Result<bool, StoreProblem> {
    let now = context.clock.now();
    let active = |freeze: &Freeze| freeze.is_active(now) && reaches(context, freeze, repository, branch);
    Ok(writing.freezes()?.iter().any(active))
}

fn reaches(context: &Context, freeze: &Freeze, repository: &str, branch: &str) -> bool {
    let here = |project: &&Project| project.repository.eq_ignore_ascii_case(repository);
    concerned(context, freeze).filter(here).any(|project| freeze.covers(branch, &context.lines(&project.name)))
}

/// Tells every release place of the projects that a freeze concerns, once.
pub(super) fn tell(
    context: &Context,
    writing: &mut Writing,
    freeze: &Freeze,
    occasion: &str,
    message: &Message,
) -> Result<(), StoreProblem> {
    let key = format!("freeze/{}/{occasion}", freeze.id);
    journal::post_everywhere(context, writing, &key, &places(context, freeze), Target::Channel, message)
}

/// Where a freeze is told.
fn places(context: &Context, freeze: &Freeze) -> Vec<Place> {
    let mut places: Vec<Place> =
        concerned(context, freeze).flat_map(|project| project.releases.iter().copied()).collect();
    places.sort();
    places.dedup();
    places
}
