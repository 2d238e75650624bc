//! Looks up what a version brought that the last good one had not. What is sought is marked in the store, so that a stop
//! in between forgets nothing; the message that tells the failure is edited once the answer is there.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{direct::direct, good};
use crate::{
    context::Context,
    domain::{
        aside::Row,
        deploy::{
            ledger::Movement,
            merged::Merged,
            report::{Status, bare},
        },
        incident::matter::{About, Incident, Range, Suspect, Suspects},
        message::short::is_same,
    },
    github::{
        Repository,
        model::{CommitLine, Comparison},
        problem::{GithubProblem, GithubResult},
    },
    store::StoreProblem,
    work::{Backoff, Failed, Hand, NextTurn, Worker},
};

/// How many pull requests are looked up one by one.
const LOOKED_UP: usize = 10;
/// Among how many releases those are looked for that only carried something, newest first.
const RELEASES: usize = 100;
/// The pause after the first try; it doubles up to the longest.
const PAUSE: Duration = Duration::from_secs(5);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);

/// Looks up whatever is sought, for as long as the bot lives.
pub(super) fn keep(context: &Context) {
    let owner = context.clone();
    let make = move || Seeker { context: owner.clone(), backoff: Backoff::new(PAUSE, LONGEST_PAUSE) };
    drop(context.keep("the search for suspects", &context.matters[0], context.quiet.busy(), make));
}

struct Seeker {
    context: Context,
    backoff: Backoff,
}

impl Worker for Seeker {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        if look(&self.context, hand).await? {
            self.backoff.reset();
            return Ok(NextTurn::Woken);
        }
        Ok(NextTurn::At(self.context.clock.now() + self.backoff.pause()))
    }
}

/// Looks once for everything that is sought; whether nothing is left.
async fn look(context: &Context, hand: &Hand) -> Result<bool, StoreProblem> {
    let mut done = true;
    for number in context.store.sought_matters()? {
        let row = Row::Suspects(number);
        hand.take(row.clone());
        if context.store.is_aside(&row)? {
            continue;
        }
        let Some(matter) = context.store.matter(number)? else { continue };
        let found = match suspects(context, &matter).await? {
            Ok(found) => found,
            Err(problem) => {
                tracing::warn!(matter = number, %problem, "what changed could not be looked up yet");
                done = false;
                continue;
            }
        };
        let write = move |writing: &mut crate::store::Writing| {
            let Some(mut matter) = writing.matter(number)? else { return Ok(()) };
            if matter.suspects == Suspects::Sought {
                matter.suspects = found;
                writing.put_matter(&matter)?;
                writing.refresh_matter(&matter)?;
            }
            Ok(())
        };
        context.write::<(), StoreProblem>(write).await?;
    }
    Ok(done)
}

/// What may have caused it; a problem when asking again may help.
async fn suspects(context: &Context, matter: &Incident) -> Result<Result<Suspects, GithubProblem>, StoreProblem> {
    let unknown = |why: &str| Ok(Ok(Suspects::Unknown(why.to_owned())));
    let (About::Deploy { deploy, changes }, Some(project)) = (&matter.about, &matter.project) else {
        return unknown("");
    };
    let began = changes.iter().find(|(_, status)| status.is_incident()).map_or(matter.at, |(at, _)| *at);
    if matter.release.is_none() && is_again(changes) {
        return Ok(Ok(no_difference(&deploy.version)));
    }
    let before = context.store.ledger(project, &deploy.environment)?.last_good_before(&deploy.version, began);
    // Nobody saw anything run there: what the release was built on is the version before.
    let Some(before) = before.map_or_else(|| good::built_on(context, matter), |before| Ok(Some(before)))? else {
        return unknown(&format!("No version is known to have been good in {} before.", deploy.environment));
    };
    if deploy.commit.as_deref().zip(before.git_ref().as_deref()).is_some_and(|(own, good)| is_same(own, good)) {
        return Ok(Ok(no_difference(&before.version)));
    }
    let Some((settings, repository)) = context.projects.get(project) else { return unknown("") };
    let release = matter.release.as_ref().map(|(id, _)| context.store.release(*id)).transpose()?.flatten();
    // What only brings a release where it belongs is no suspect, whichever release that is.
    let carriers = Carriers::of(context, &settings.repository)?;
    let own = deploy.commit.clone().or_else(|| release.map(|release| release.spec.tag));
    let merged = context.store.merged(project)?.changes;
    let merged: Vec<Merged> = merged.into_iter().filter(|one| one.at > before.at && one.at <= began).collect();
    Ok(match range(context, repository, &before, (own.as_deref(), &deploy.version), &carriers).await {
        Ok(Some(range)) => Ok(Suspects::Found(range)),
        Err(problem) if problem.may_pass() => Err(problem),
        _ if !merged.is_empty() => Ok(Suspects::Found(of_merged(&before, merged))),
        Ok(None) => Ok(Suspects::Unknown(format!(
            "The last good version there was {}; GitHub knows no commit or tag of it, or none of {}.",
            before.version, deploy.version
        ))),
        Err(problem) => Ok(Suspects::Unknown(format!(
            "The last good version there was {}; what changed since is not known: {problem}.",
            before.version
        ))),
    })
}

async fn range(
    context: &Context,
    repository: &Repository,
    before: &Movement,
    (own, version): (Option<&str>, &str),
    carriers: &Carriers,
) -> GithubResult<Option<Range>> {
    let base = found(repository, before.git_ref().as_deref(), &before.version).await?;
    let head = found(repository, own, version).await?;
    let (Some(base), Some(head)) = (base, head) else { return Ok(None) };
    let Comparison { url, commits, ahead, behind, .. } = repository.compare(&base, &head).await?;
    let mut range = Range { good: before.version.clone(), url, behind, ..Range::default() };
    let mut numbers: Vec<(u64, &CommitLine)> = vec![];
    for commit in &commits {
        let number = pull_of(&commit.message).filter(|_| !carriers.carries(commit));
        if let Some(number) = number.filter(|number| numbers.iter().all(|(known, _)| known != number)) {
            numbers.push((number, commit));
        }
    }
    let merges = |commit: &CommitLine| pull_of(&commit.message).is_some() && !carriers.carries(commit);
    for commit in direct(&commits, merges).into_iter().filter(|commit| pull_of(&commit.message).is_none()) {
        if !carriers.commits.contains(&title(&commit.message)) {
            range.commits.push(Suspect {
                name: commit.sha.chars().take(7).collect(),
                title: title(&commit.message),
                author: author(context, commit),
                url: String::new(),
            });
        }
    }
    for (number, commit) in numbers.iter().take(LOOKED_UP) {
        match repository.pull_request(*number).await {
            Ok(pull) => range.pulls.push(Suspect {
                name: format!("#{number}"),
                title: pull.title,
                author: context.people.name_of_login(&pull.author),
                url: pull.url,
            }),
            Err(problem) if problem.may_pass() => return Err(problem),
            // What the commit says has to do.
            Err(_) => range.pulls.push(Suspect {
                name: format!("#{number}"),
                title: title(&commit.message),
                author: author(context, commit),
                url: String::new(),
            }),
        }
    }
    range.more = numbers.len().saturating_sub(LOOKED_UP);
    if range.pulls.is_empty() {
        range.more += usize::try_from(ahead).unwrap_or_default().saturating_sub(commits.len());
    }
    Ok(Some(range))
}

/// What only brings releases where they belong: no suspect.
struct Carriers {
    /// Their pull requests.
    pulls: Vec<u64>,
    /// The titles of the commits that they made themselves.
    commits: Vec<String>,
}

impl Carriers {
    /// Those of all releases of a repository, which may be several projects'.
    fn of(context: &Context, repository: &str) -> Result<Self, StoreProblem> {
        let mut all = Self { pulls: vec![], commits: vec![] };
        for release in context.store.latest_releases(RELEASES)? {
            let of = context.projects.get(&release.spec.project);
            if !of.is_some_and(|(of, _)| of.repository.eq_ignore_ascii_case(repository)) {
                continue;
            }
            let made = release.spec.plan.steps.iter().flat_map(|planned| planned.step.commits());
            all.commits.extend(made.map(|commit| title(&commit.message)));
            all.pulls.extend(release.state.own_pulls());
        }
        Ok(all)
    }

    /// Whether a commit merges what others have changed, and nothing of its own. What was squashed is all there is to see.
    fn carries(&self, commit: &CommitLine) -> bool {
        commit.parents > 1 && pull_of(&commit.message).is_some_and(|number| self.pulls.contains(&number))
    }
}

/// Whether what failed had been there, and was deployed once more.
fn is_again(changes: &[(DateTime<Utc>, Status)]) -> bool {
    let failed = changes.iter().position(|(_, status)| status.is_incident()).unwrap_or(changes.len());
    let there = changes[..failed].iter().position(|(_, status)| *status == Status::Succeeded);
    there.is_some_and(|there| changes[there..failed].iter().any(|(_, status)| *status == Status::Started))
}

/// The same commit, deployed again.
fn no_difference(good: &str) -> Suspects {
    Suspects::Found(Range { good: good.to_owned(), ..Range::default() })
}

/// Where a version is in git: at the commit that was reported, or at its tag.
async fn found(repository: &Repository, git_ref: Option<&str>, version: &str) -> GithubResult<Option<String>> {
    if let Some(git_ref) = git_ref {
        return Ok(Some(git_ref.to_owned()));
    }
    let bare = bare(version);
    for name in [format!("v{bare}"), bare.to_owned()] {
        match repository.tag(&name).await {
            Ok(Some(tag)) => return Ok(Some(tag.commit)),
            Ok(None) | Err(GithubProblem::BadName(_)) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(None)
}

fn of_merged(before: &Movement, merged: Vec<Merged>) -> Range {
    let suspect = |Merged { name, title, author, url, .. }| Suspect { name, title, author, url };
    let pulls = merged.into_iter().map(suspect).collect();
    Range { good: before.version.clone(), pulls, ..Range::default() }
}

/// The pull request that a commit on a line comes from: of a merge, or named at the end of a squashed one's title.
fn pull_of(message: &str) -> Option<u64> {
    let title = message.lines().next()?;
    let merge = title.strip_prefix("Merge pull request #").and_then(|rest| rest.split(' ').next());
    let squashed = || title.strip_suffix(')').and_then(|rest| rest.rsplit_once("(#")).map(|(_, number)| number);
    merge.or_else(squashed)?.parse().ok()
}

/// What a commit that comes from a pull request is about.
fn title(message: &str) -> String {
    let mut lines = message.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let told = if first.starts_with("Merge pull request ") { lines.next().unwrap_or(first) } else { first };
    told.to_owned()
}

fn author(context: &Context, commit: &CommitLine) -> String {
    context.people.name_of_login(&commit.author)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_and_is_deployed_again_is_told_from_what_suffers() {
        let again = |text: &str| {
            let named = |name: &str| Status::NAMES.iter().find(|(known, _)| *known == name).map(|(_, status)| *status);
            let changes: Vec<_> =
                text.split(' ').filter_map(named).map(|status| (DateTime::default(), status)).collect();
            is_again(&changes)
        };
        assert!(again("started succeeded started failed"));
        assert!(again("succeeded started failed started succeeded"));
        assert!(!again("started succeeded failed"), "it suffers where it is");
        assert!(!again("started failed started failed"), "it was never there");
        assert!(!again("started failed started succeeded"), "it failed before it was there");
        assert!(!again(""));
    }

    #[test]
    fn the_pull_request_of_a_commit_is_found() {
        assert_eq!(pull_of("Merge pull request #7 from acme/colour\n\nfeat: find by colour"), Some(7));
        assert_eq!(pull_of("feat: find by colour (#12)\n\nlong story (#3)"), Some(12));
        assert_eq!(pull_of("fix: round (half) up"), None);
        assert_eq!(pull_of(""), None);
    }
}
