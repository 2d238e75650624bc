//! Merges into production that no release has made: of an open release's pull request before its turn, of a cancelled one's, and
//! of branches that are called like a release's and that none of ours holds. Told at once, heard of or found.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt, stream};

use super::steps::{merged_by, merged_otherwise};
use crate::{
    context::Context,
    domain::{
        message::post::Target,
        playbook::Playbook,
        release::{
            Ending, Release,
            before_merge::{BeforeMerge, before_merge},
            fact::Fact,
        },
        team::{people::Permission, project::Project},
    },
    github::{
        Repository,
        model::{MergedBy, MergedPull},
        problem::{GithubProblem, GithubResult},
    },
    messages::out_of_turn::{Holder, Unled, unled},
    record::journal,
    store::{StoreProblem, Writing},
};

/// How many looks are under way at once: those at one repository are made together.
const AT_ONCE: usize = 500;
/// How far it is looked back at a start, for what was merged while the bot was away.
const LOOK_BACK: TimeDelta = TimeDelta::days(1);
/// So many of the newest releases are asked for their branches and pull requests.
const REMEMBERED: usize = 50;

/// Looks at what of each open release is not to be merged yet.
pub(super) async fn look_at_turns(context: &Context, astray: impl Fn(&str) -> bool) -> Result<(), StoreProblem> {
    let mut looks = vec![];
    for release in context.store.open_releases()? {
        let project = context.projects.get(&release.spec.project).filter(|(project, _)| !astray(&project.name));
        let before = before_merge(&release, context.clock.now()).filter(|_| release.merged_otherwise().is_none());
        let (Some((_, repository)), Some(before)) = (project, before) else { continue };
        looks.push(is_open(repository.clone(), release, before));
    }
    // All are made before anything is done about one: they wait for one another.
    let looks: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
    for (repository, release, before, is_open) in looks {
        if is_open {
            continue;
        }
        // What cannot be seen says nothing.
        let Ok(pull) = repository.pull_request(before.pull).await else { continue };
        let now = context.clock.now();
        let seen = merged_otherwise::seen(&repository, &release, &context.people, &pull, now).await;
        let Ok(Some(merge)) = seen else { continue };
        let (writer, id) = (context.clone(), release.spec.id);
        let note = move |writing: &mut Writing| {
            let found = writing.release(id)?.filter(Release::is_open);
            match found.filter(|release| release.merged_otherwise().is_none()) {
                Some(mut release) => {
                    journal::record(&writer, writing, &mut release, Fact::MergedOtherwise { merge }, now)
                }
                None => Ok(()),
            }
        };
        context.write(note).await?;
    }
    Ok(())
}

/// Whether what is not to be merged yet is open still.
async fn is_open(
    repository: Repository,
    release: Arc<Release>,
    before: BeforeMerge,
) -> (Repository, Arc<Release>, BeforeMerge, bool) {
    // What cannot be seen is taken for open: nothing is known of it.
    let is_open = repository.pull_head(before.pull).await.map_or(true, |head| head.is_open);
    (repository, release, before, is_open)
}

/// How far a project's production has been looked at.
pub(super) struct LookedAt {
    /// Up to when merged pull requests are known.
    until: DateTime<Utc>,
    /// Where the branch was.
    head: String,
}

/// Looks at what was merged into a project's production since it was looked at last, and tells what nobody leads to its end.
/// Nothing where GitHub does not show it.
pub(super) async fn look_at_production(
    context: &Context,
    (project, repository): &(Project, Repository),
    last: Option<&LookedAt>,
) -> Result<Option<LookedAt>, StoreProblem> {
    let Some(playbook) = context.playbooks.get(&project.playbook) else { return Ok(None) };
    let now = context.clock.now();
    let since = match last {
        Some(last) => last.until,
        // What was there before the bot came is nobody's news.
        None => (now - LOOK_BACK).max(context.store.identity(now).await?.since),
    };
    let Ok(merged) = repository.merged_since(&playbook.production, since).await else { return Ok(None) };
    let releases = releases(context, &project.repository)?;
    for pull in merged {
        let Some(holder) = holder(&pull, &releases, playbook) else { continue };
        let Ok(found) = repository.pull_request(pull.number).await else { return Ok(None) };
        let Some(MergedBy { login, commit, .. }) = found.merged else { continue };
        let by = merged_by::name(&login, &found.author, None, &context.people);
        let pull = Some((found.number, found.url, found.title));
        tell(context, (project, repository, playbook), FoundMerge { pull, by, commit, holder }).await?;
    }
    let Ok(Some(head)) = repository.branch(&playbook.production).await else { return Ok(None) };
    if let Some(last) = last.filter(|last| last.head != head) {
        let pushed = match pushed(repository, playbook, &releases, (&last.head, &head)).await {
            Ok(pushed) => pushed,
            // The branch was set back or rewritten, and where it was is gone: it is looked at from here.
            Err(GithubProblem::NotFound(_)) => vec![],
            Err(_) => return Ok(None),
        };
        for found in pushed {
            let by = merged_by::name(&found.by, "", None, &context.people);
            tell(context, (project, repository, playbook), FoundMerge { by, ..found }).await?;
        }
    }
    // GitHub's lists are a little behind.
    Ok(Some(LookedAt { until: now - TimeDelta::minutes(5), head }))
}

/// A merge that nobody leads to its end.
struct FoundMerge {
    /// The pull request, if it was one: number, page and title.
    pull: Option<(u64, String, String)>,
    by: String,
    commit: String,
    holder: Holder,
}

/// What was merged with git alone between two commits of production, without a pull request, as long as its branch is there.
async fn pushed(
    repository: &Repository,
    playbook: &Playbook,
    releases: &[Arc<Release>],
    (before, head): (&str, &str),
) -> GithubResult<Vec<FoundMerge>> {
    let came = repository.compare(before, head).await?.commits;
    let merges: Vec<_> = came.iter().filter(|commit| commit.parents > 1).collect();
    let (mut branches, mut found) = (vec![], vec![]);
    for path in [&playbook.release, &playbook.hotfix].into_iter().filter(|_| !merges.is_empty()) {
        let prefix = path.branch.split_once("{version}").map_or("", |(prefix, _)| prefix);
        // Where nothing stands before the version, that would be all branches.
        if !prefix.is_empty() {
            branches.extend(repository.branches_with_prefix(prefix).await?);
        }
    }
    for merge in merges {
        let is_brought = |(_, tip): &&(String, String)| merge.parent_ids.iter().skip(1).any(|parent| parent == tip);
        for (branch, _) in branches.iter().filter(is_brought) {
            let pull = MergedPull { number: 0, head: branch.clone(), at: DateTime::<Utc>::MAX_UTC };
            let Some(holder) = holder(&pull, releases, playbook) else { continue };
            if repository.pull_request_of(&merge.sha).await?.is_none() {
                found.push(FoundMerge { pull: None, by: merge.author.clone(), commit: merge.sha.clone(), holder });
            }
        }
    }
    Ok(found)
}

/// The newest releases of the projects that live in a repository, and all that are open.
fn releases(context: &Context, repository: &str) -> Result<Vec<Arc<Release>>, StoreProblem> {
    let mut releases = context.store.latest_releases(REMEMBERED)?;
    let open = context.store.open_releases()?;
    releases.retain(|release| open.iter().all(|open| open.spec.id != release.spec.id));
    releases.extend(open);
    let here = |release: &Arc<Release>| {
        let project = context.projects.get(&release.spec.project);
        project.is_some_and(|(project, _)| project.repository.eq_ignore_ascii_case(repository))
    };
    releases.retain(here);
    Ok(releases)
}

/// Whose a merged pull request was, if nobody leads it to its end: a cancelled release's, or that of no release at all.
fn holder(pull: &MergedPull, releases: &[Arc<Release>], playbook: &Playbook) -> Option<Holder> {
    let own = |release: &&Arc<Release>| {
        let branch = release.spec.branch == pull.head && release.spec.branch != release.spec.source;
        release.state.own_pulls().contains(&pull.number) || branch
    };
    let holding: Vec<&Arc<Release>> = releases.iter().filter(own).collect();
    if holding.is_empty() {
        let mut paths = [&playbook.release, &playbook.hotfix].into_iter();
        let version = paths.find_map(|path| path.version_of_branch(&pull.head))?;
        let is_version = version.starts_with(|first: char| first.is_ascii_digit());
        return is_version.then(|| Holder::Nobody { branch: pull.head.clone() });
    }
    let cancelled = |release: &&&Arc<Release>| {
        let (_, at, _) = release.state.cancelled.as_ref()?;
        // GitHub's times are whole seconds.
        (release.state.merged.is_none() && pull.at > *at - TimeDelta::seconds(1)).then(|| release.name())
    };
    let led = holding.iter().any(|release| release.ending() != Some(Ending::Cancelled));
    let name = holding.iter().find_map(|release| cancelled(&release)).filter(|_| !led)?;
    Some(Holder::Cancelled { name })
}

async fn tell(
    context: &Context,
    (project, repository, playbook): (&Project, &Repository, &Playbook),
    FoundMerge { pull, by, commit, holder }: FoundMerge,
) -> Result<(), StoreProblem> {
    let runs = repository.runs_on(&commit).await;
    let (base, development) = (playbook.production.clone(), playbook.development.clone());
    let key = format!("unled/{}/{commit}", project.name);
    let merge = Unled {
        pull,
        by,
        commit,
        development: (development != base).then_some(development),
        base,
        runs: runs.map(|runs| runs.into_iter().map(|run| (run.name, run.url)).collect()),
        holder,
    };
    let who = context.people.holding(&context.people.roles_with(Permission::Release));
    let message = unled(&project.name, &merge).ping(who);
    let (teller, places) = (context.clone(), project.releases.clone());
    context
        .write(move |writing| journal::post_everywhere(&teller, writing, &key, &places, Target::Channel, &message))
        .await
}
