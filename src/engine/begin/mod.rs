//! Begins a release, whether a person or the clock asks for it: reads what is there, decides on the version, freezes the
//! plan.

pub mod adopt;
pub mod behind;
mod decided;
mod empty;
mod found;
mod in_the_way;
mod refusals;
pub mod roll_back;
pub mod ruled;
mod since;
pub mod undecidable;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{
    context::Context,
    domain::{
        playbook::{Path, Playbook, Words, fill_text, slug},
        release::{Release, ReleaseId, ReleaseKind, ReleaseSpec, fact::Fact, hindrance::Ruling, range::NotesRange},
        time::{
            agenda,
            dates::{self, Dates},
        },
        version::{Bump, Version},
    },
    engine::backports::{self, NotKnown},
    github::{
        Repository,
        problem::{GithubProblem, GithubResult},
    },
    messages,
    record::journal,
    store::{StoreProblem, Writing},
};

pub use decided::DecidedOn;
pub use empty::is_empty;
pub use found::{Found, in_production, look, runs_now, version_of};
pub use in_the_way::in_the_way;
pub use refusals::under_way;
use refusals::{being_removed, exists, left_over, still_open};
use since::previous_tag;

/// What was asked for.
pub struct Wanted<'a> {
    /// The project's name.
    pub project: &'a str,
    /// Its repository.
    pub repository: &'a Repository,
    /// Its playbook.
    pub playbook: &'a Playbook,
    /// The path of it.
    pub path: &'a Path,
    /// The branch to cut from.
    pub source: String,
    /// The version, unless it follows from what is there.
    pub version: Option<Version>,
    /// How the version grows.
    pub bump: Bump,
    /// Why.
    pub kind: ReleaseKind,
    /// Who asked.
    pub requester: String,
    /// Why it may begin although a fix is still owed to another line.
    pub waive: Option<String>,
    /// The branch that somebody made by hand, if it is to go on with that.
    pub adopt: Option<String>,
    /// The moment of the first of its dates.
    pub start: DateTime<Utc>,
}

/// Why a release cannot begin.
#[derive(Debug)]
pub enum CannotBegin {
    /// A sentence with the way out.
    Refused(String),
    /// GitHub does not answer as it should.
    GitHub(GithubProblem),
    /// The store does not.
    Store(StoreProblem),
}

impl From<String> for CannotBegin {
    fn from(sentence: String) -> Self {
        Self::Refused(sentence)
    }
}

impl From<GithubProblem> for CannotBegin {
    fn from(problem: GithubProblem) -> Self {
        Self::GitHub(problem)
    }
}

impl From<StoreProblem> for CannotBegin {
    fn from(problem: StoreProblem) -> Self {
        Self::Store(problem)
    }
}

impl From<NotKnown> for CannotBegin {
    fn from(why: NotKnown) -> Self {
        match why {
            NotKnown::GitHub(problem) => Self::GitHub(problem),
            NotKnown::Store(problem) => Self::Store(problem),
        }
    }
}

/// Decides on everything that a release will be.
///
/// # Errors
/// Why it cannot begin.
pub async fn begin(context: &Context, wanted: &Wanted<'_>) -> Result<DecidedOn, CannotBegin> {
    if let Some(cancelled) = context.store.being_removed(wanted.project)? {
        return Err(being_removed(&cancelled).into());
    }
    if wanted.kind == ReleaseKind::Regular && wanted.waive.is_none() {
        let debts = backports::owed(context, wanted.project).await?;
        if !debts.is_empty() {
            return Err(messages::backport::refusal(&debts).into());
        }
    }
    let hotfix = matches!(wanted.kind, ReleaseKind::Hotfix { .. });
    let in_the_way =
        |open: &Release| open.spec.project == wanted.project && !open.is_roll_back() && open.is_hotfix() == hotfix;
    let open = context.store.open_releases()?;
    if let Some(open) = open.iter().find(|open| wanted.version.is_none() && in_the_way(open)) {
        return Err(still_open(open).into());
    }
    let runs = in_production(context, wanted.project, wanted.playbook, wanted.repository).await?;
    let own = wanted.version.as_ref().filter(|_| wanted.adopt.is_some());
    let look = look(wanted.repository, wanted.playbook, &wanted.source, (runs, own));
    let branches = async { Ok(branches_alike(wanted).await?) };
    let (found, branches) = futures::try_join!(look, branches)?;
    let open: Vec<Arc<Release>> = open.into_iter().filter(|open| open.spec.project == wanted.project).collect();
    let blobs = found.blobs.clone();
    Ok(DecidedOn { spec: spec(context, wanted, (found, branches), &open).await?, blobs })
}

/// The branches whose names begin like the release's own, before it is known what that is called; nothing where all might.
async fn branches_alike(wanted: &Wanted<'_>) -> GithubResult<Option<Vec<(String, String)>>> {
    let begins = wanted.path.branch.split('{').next().unwrap_or_default();
    match begins.is_empty() || wanted.adopt.is_some() {
        true => Ok(None),
        false => wanted.repository.branches_with_prefix(begins).await.map(Some),
    }
}

/// Stores a release that was decided on, with what the repository's rules keep it from, unless another one is in its way, or a
/// fix that is still owed to another line; `waive` says why it may begin without that.
///
/// # Errors
/// Why it cannot begin.
pub fn create(
    context: &Context,
    writing: &mut Writing,
    mut spec: ReleaseSpec,
    waive: Option<String>,
    ruling: Ruling,
) -> Result<ReleaseSpec, CannotBegin> {
    if let Some(cancelled) =
        writing.being_removed(&spec.project)?.filter(|cancelled| cancelled.spec.version == spec.version)
    {
        return Err(being_removed(&cancelled).into());
    }
    for open in writing.open_releases()?.into_iter().filter(|open| open.spec.project == spec.project) {
        let roll_back = |spec: &ReleaseSpec| match &spec.kind {
            ReleaseKind::RollBack { environment, .. } => Some(environment.clone()),
            ReleaseKind::Regular | ReleaseKind::Hotfix { .. } => None,
        };
        match (roll_back(&open.spec), roll_back(&spec)) {
            (None, None) => {}
            (Some(one), Some(other)) if one == other => {
                return Err(under_way(&open).into());
            }
            // What is broken is taken back whatever else is open.
            _ => continue,
        }
        let same_line = open.is_hotfix() == matches!(spec.kind, ReleaseKind::Hotfix { .. });
        if same_line || open.spec.version == spec.version {
            return Err(still_open(&open).into());
        }
    }
    let is_regular = spec.kind == ReleaseKind::Regular;
    let mut debts = if is_regular { writing.debts(&spec.project)? } else { vec![] };
    debts.retain(|debt| !debt.is_settled());
    if !debts.is_empty() && waive.is_none() {
        return Err(messages::backport::refusal(&debts).into());
    }
    spec.id = ReleaseId(writing.next_number("release")?);
    writing.create_release(&spec)?;
    journal::refresh_cards(context, writing, &spec)?;
    let waived = waive.filter(|_| !debts.is_empty()).map(|reason| {
        let owed = debts.iter().map(messages::backport::sentence).collect();
        let hotfixes = debts.iter().map(|debt| debt.release).collect();
        Fact::Waived { by: spec.requester.clone(), reason, owed, hotfixes }
    });
    let ruled = (ruling != Ruling::default()).then(|| ruled::fact(ruling));
    let mut release = Release::new(spec.clone(), vec![]);
    for fact in waived.into_iter().chain(ruled) {
        journal::record(context, writing, &mut release, fact, spec.at)?;
    }
    Ok(spec)
}

/// What the words in braces stand for, but for the branch and the previous tag.
fn words(
    context: &Context,
    wanted: &Wanted<'_>,
    version: &str,
    tag: &str,
    current: Option<&Version>,
) -> Result<Words, CannotBegin> {
    let mut words = wanted.playbook.words(version, tag, "", &wanted.source);
    let mut put = |word: &str, meaning: String| words.insert(word.to_owned(), meaning);
    put("previous", current.map(Version::to_string).unwrap_or_default());
    if let ReleaseKind::Hotfix { description, .. } = &wanted.kind {
        put("slug", slug(description));
    }
    if let Some((project, _)) = context.projects.get(wanted.project) {
        let today = context.clock.now().with_timezone(&wanted.playbook.zone_or(context.zone)?).date_naive();
        match project.sprint {
            Some(sprint) => drop(put("sprint", sprint.on(today).to_string())),
            None if wanted.path.branch.contains("{sprint}") => {
                return Err(format!(
                    "The branches of {} name the sprint: tell how sprints are counted in [projects.{}.sprint] of \
                     bot.toml, with `number = 5` and `from = \"2026-02-23\"`, and restart.",
                    wanted.playbook.name, project.name
                )
                .into());
            }
            None => {}
        }
        words.extend(project.words.clone());
    }
    Ok(words)
}

async fn spec(
    context: &Context,
    wanted: &Wanted<'_>,
    (found, branches): (Found, Option<Vec<(String, String)>>),
    open: &[Arc<Release>],
) -> Result<ReleaseSpec, CannotBegin> {
    let playbook = wanted.playbook;
    let follows = |version: Option<&Version>, bump| follows(context, playbook, version, bump);
    let next = follows(found.last(playbook, open).as_ref(), wanted.bump)?;
    let version = wanted.version.clone().unwrap_or_else(|| next.clone());
    if !version.is_final() {
        let what = if version.is_prerelease() { "is a pre-release" } else { "has build metadata" };
        return Err(format!("{version} {what}; only plain versions such as 2.2.0 go to production.").into());
    }
    if let Some(current) = found.current.as_ref().filter(|current| version <= **current) {
        return Err(format!(
            "{version} does not come after {current}, which {} holds. Next would be {next}: prepare again without a \
             version, or with a greater one.",
            wanted.source
        )
        .into());
    }
    if let Some(open) = open.iter().find(|open| !open.is_roll_back() && open.spec.version == version) {
        return Err(still_open(open).into());
    }
    if wanted.version.is_none() && wanted.waive.is_none() {
        let hotfix = matches!(wanted.kind, ReleaseKind::Hotfix { .. });
        if let Some(tag) = Box::pin(behind::greater(wanted.repository, playbook, &found, (&next, hotfix), open)).await?
        {
            let beyond = follows(Some(&tag), wanted.bump)?;
            return Err(behind::refusal(playbook, &found, &tag, &beyond).into());
        }
    }
    let text = version.to_string();
    let tag = playbook.tag_of(&text);
    let mut words = words(context, wanted, &text, &tag, found.current.as_ref())?;
    let branch = match &wanted.adopt {
        Some(branch) => branch.clone(),
        None => fill_text(&wanted.path.branch, &words)?,
    };
    words.insert("branch".to_owned(), branch.clone());
    let previous_tag = previous_tag(wanted, &found, &version);
    let branches = match branches {
        Some(branches) => branches,
        None => wanted.repository.branches_with_prefix(&branch).await?,
    };
    let (tagged, has) = (found.tags.contains(&tag), branches.iter().any(|(name, _)| *name == branch));
    // A release that lives on its source makes no branch of its own.
    if wanted.adopt.is_none() && (tagged || (branch != found.source && has)) {
        // Another version helps only where it gives the branch another name.
        if !tagged && !wanted.path.branch.contains("{version}") {
            return Err(left_over(&branch).into());
        }
        let what = if tagged { format!("Tag {tag}") } else { format!("Branch {branch}") };
        let next = follows(Some(&version), wanted.bump)?;
        let adopts = !tagged && playbook.hand_made(&branch).is_some();
        return Err(exists(&what, &next, adopts.then_some(branch.as_str())).into());
    }
    let dates = dates(context, wanted)?;
    words.insert("source".to_owned(), found.source.clone());
    words.insert("previous-tag".to_owned(), previous_tag.clone().unwrap_or_default());
    let mut plan = wanted.path.plan(&words, playbook.dates_of(wanted.path))?;
    plan.zone = Some(playbook.zone_or(context.zone)?.name().to_owned());
    plan.said_to_be_production = context.said_to_be_production(wanted.project);
    plan.version_files.clone_from(&playbook.version_files);
    let writes = plan.steps.iter().any(|planned| !planned.step.commits().is_empty());
    let adopted = match &wanted.adopt {
        Some(_) => Some(adopt::look(wanted, &found, (&branch, &tag), writes).await?),
        None => None,
    };
    let (source_commit, ahead) = adopted.map_or((found.source_commit, None), |(head, ahead)| (head, Some(ahead)));
    Ok(ReleaseSpec {
        id: ReleaseId(0),
        project: wanted.project.to_owned(),
        kind: wanted.kind.clone(),
        requester: wanted.requester.clone(),
        at: context.clock.now(),
        plan,
        tag,
        branch,
        source: found.source,
        source_commit,
        adopted: ahead,
        production: playbook.production.clone(),
        previous_tag,
        next_version: follows(Some(&version), playbook.release.bump)?,
        target_minutes: wanted.path.target_minutes(),
        version,
        dates,
    })
}

/// The version that comes next by the playbook's scheme, today.
///
/// # Errors
/// A sentence when there is none.
pub fn follows(
    context: &Context,
    playbook: &Playbook,
    current: Option<&Version>,
    bump: Bump,
) -> Result<Version, String> {
    let today = context.clock.now().with_timezone(&playbook.zone_or(context.zone)?).date_naive();
    playbook.scheme.next(current, bump, today)
}

/// When the release's dates are.
fn dates(context: &Context, wanted: &Wanted<'_>) -> Result<Dates, CannotBegin> {
    let specs = wanted.playbook.dates_of(wanted.path);
    if specs.is_empty() {
        return Ok(Dates::default());
    }
    let zone = wanted.playbook.zone_or(context.zone)?;
    let exceptions = context.store.exceptions()?;
    let fixed = agenda::fixed(wanted.project, specs, zone, &context.holidays, wanted.start, &exceptions)?;
    Ok(dates::resolve(specs, zone, &context.holidays, wanted.start, &fixed)?)
}

/// What would come next, and what would be in it, whatever stands in its way.
///
/// # Errors
/// Why it cannot be told.
pub async fn coming(context: &Context, wanted: &Wanted<'_>) -> Result<(Found, Version, NotesRange), CannotBegin> {
    let (playbook, project) = (wanted.playbook, wanted.project);
    let runs = in_production(context, project, playbook, wanted.repository).await?;
    let found = look(wanted.repository, playbook, &wanted.source, (runs, None)).await?;
    let mut open = context.store.open_releases()?;
    open.retain(|open| open.spec.project == project);
    let next = follows(context, playbook, found.last(playbook, &open).as_ref(), wanted.bump)?;
    if let Some(tag) = Box::pin(behind::greater(wanted.repository, playbook, &found, (&next, false), &open)).await? {
        let beyond = follows(context, playbook, Some(&tag), wanted.bump)?;
        return Err(behind::refusal(playbook, &found, &tag, &beyond).into());
    }
    let since = previous_tag(wanted, &found, &next);
    let (text, tag) = (next.to_string(), playbook.tag_of(&next.to_string()));
    let mut words = words(context, wanted, &text, &tag, found.current.as_ref())?;
    let branch = fill_text(&wanted.path.branch, &words)?;
    words.extend([
        ("branch".to_owned(), branch.clone()),
        ("source".to_owned(), found.source.clone()),
        ("previous-tag".to_owned(), since.clone().unwrap_or_default()),
    ]);
    let plan = wanted.path.plan(&words, playbook.dates_of(wanted.path))?;
    let to = plan.taken_in(&branch).unwrap_or(&found.source_commit).to_owned();
    Ok((found, next, NotesRange { since, to }))
}
