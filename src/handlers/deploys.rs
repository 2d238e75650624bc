//! `/deploys`: what runs where, and where a pull request is live.

use std::sync::Arc;

use commands::{Deploys, PullNumber};

use super::{Asked, Refusal};
use crate::{
    domain::{
        deploy::{drift::is_reverted, ledger::Ledger},
        message::Message,
        release::ReleaseId,
        time::agenda::{Does, Entry},
    },
    engine::{backfill, begin},
    github::{Repository, problem::GithubProblem},
    messages::board::{self, BoardPlace, ComesWith, Live},
};

impl Asked<'_> {
    pub(super) async fn deploys(&self, asked: Deploys) -> Result<Message, Refusal> {
        let (project, repository, _) = self.project(asked.project.as_ref())?;
        let repository = &repository.for_a_question();
        backfill::of_project(self.context, &project.name, repository).await?;
        let places = self.ledgers(&project.name)?;
        if let Some(PullNumber(number)) = asked.pr {
            let pull = repository.pull_request(number).await?;
            let mut live = vec![];
            if let Some(merged) = &pull.merged {
                for (name, ledger) in &places {
                    live.push((
                        name.as_str(),
                        where_is(repository, ledger, [&merged.commit, &pull.head_sha], number).await?,
                    ));
                }
            }
            let told = board::is_live(&pull.title, number, &pull.url, pull.merged.is_some(), &live);
            let production = self.context.production(&project.name);
            let waits = |(name, live): &(&str, Live)| {
                production.iter().any(|production| production == name) && matches!(live, Live::NotIn(_) | Live::Unknown)
            };
            let Some(merged) = pull.merged.as_ref().filter(|_| live.iter().any(waits)) else { return Ok(told) };
            return Ok(board::will_be(told, &self.comes_with(&asked, &merged.commit).await?));
        }
        let open = self.context.store.open_releases()?;
        let all = |id: ReleaseId| self.context.store.shared(id).ok().flatten().map(|release| release.name());
        let places: Vec<BoardPlace<'_>> = places
            .iter()
            .map(|(name, ledger)| BoardPlace {
                name,
                ledger,
                release: ledger.runs().and_then(|now| now.release).and_then(all),
                coming: open
                    .iter()
                    .map(Arc::as_ref)
                    .find(|one| one.spec.project == project.name && one.is_bringing_to(name)),
            })
            .collect();
        Ok(board::board(&project.name, &places))
    }

    /// Which version brings a commit to production, as far as that can be told now.
    async fn comes_with(&self, asked: &Deploys, commit: &str) -> Result<ComesWith, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let repository = &repository.for_a_question();
        let now = self.context.clock.now();
        let has = async |head: &str| match repository.compare(commit, head).await {
            Ok(since) => Ok(since.behind == 0),
            Err(GithubProblem::NotFound(_)) => Ok(false),
            Err(problem) => Err(Refusal::from(problem)),
        };
        for release in self.context.store.open_releases()? {
            let is_it = release.spec.project == project.name && !release.is_roll_back() && !release.head().is_empty();
            if is_it && has(release.head()).await? {
                let date = release.dates_ahead(now).last().map(|(at, title)| (*at, (*title).to_owned()));
                return Ok(ComesWith::Under {
                    version: release.spec.version.to_string(),
                    date,
                    target: release.target(),
                });
            }
        }
        let (_, next, range) = begin::coming(self.context, &self.wanted(project, repository, playbook)).await?;
        if !has(&range.to).await? {
            return Ok(ComesWith::Nowhere { source: playbook.release.source.clone() });
        }
        let exceptions = self.context.store.exceptions()?;
        let begins = |entry: &&Entry| entry.project == project.name && matches!(entry.does, Does::Begins);
        let entry = self.context.agenda.iter().find(begins);
        let begins = entry.and_then(|entry| entry.occurrences(now, &self.context.holidays, &exceptions).next());
        Ok(ComesWith::Next { version: next.to_string(), begins: begins.map(|occurrence| occurrence.at) })
    }

    /// How a project's environments stand, in the order in which releases come to them.
    pub(super) fn ledgers(&self, project: &str) -> Result<Vec<(String, Ledger)>, Refusal> {
        let mut seen = self.context.store.ledgers(project)?;
        let mut places = vec![];
        for name in self.context.environments(project) {
            let at = seen.iter().position(|(known, _)| *known == name);
            places.push(at.map(|at| seen.remove(at)).unwrap_or((name, Ledger::default())));
        }
        // Others report what the configuration does not name.
        seen.append(&mut places);
        Ok(seen)
    }
}

/// Whether what runs in an environment has a pull request: its merge commit, or, where the branch itself was deployed, its
/// last one.
async fn where_is(
    repository: &Repository,
    ledger: &Ledger,
    commits: [&String; 2],
    number: u64,
) -> Result<Live, Refusal> {
    let Some(now) = ledger.runs() else { return Ok(Live::Unknown) };
    let runs = now.commit.as_ref().unwrap_or(&now.tag);
    for commit in commits {
        let since = match repository.compare(commit, runs).await {
            Ok(since) => since,
            Err(GithubProblem::NotFound(_)) => return Ok(Live::Unknown),
            Err(problem) => return Err(problem.into()),
        };
        if since.behind == 0 {
            let after: Vec<(&str, &str)> =
                since.commits.iter().map(|commit| (commit.sha.as_str(), commit.message.as_str())).collect();
            let reverted = is_reverted(&commits.map(String::as_str), Some(number), &after);
            return Ok(if reverted { Live::Reverted(now.clone()) } else { Live::In(now.clone()) });
        }
    }
    Ok(Live::NotIn(now.clone()))
}
