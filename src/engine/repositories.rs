//! Looks after the repositories: one that is archived, renamed or gone is said to be so, and so is what an open release rests
//! on there, whatever is waited for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::{
    begin::ruled,
    by_hand::{self, LookedOver},
    missing,
    out_of_turn::{self, LookedAt},
    runner::Runner,
};
use crate::{
    context::Context,
    domain::{message::post::Target, platform::Outage, team::people::Permission},
    github::{model::Whereabouts, problem::GithubProblem, writer::Claim},
    messages::repository::{Astray, astray, seen_again},
    record::journal,
    store::{StoreProblem, Writing},
    work::{Failed, Hand, NextTurn, Worker},
};

/// How often they are looked at, unless a webhook says that something is gone.
const EVERY: TimeDelta = TimeDelta::minutes(5);
/// With many open releases they are looked at less often, so that GitHub is not asked more than it allows in an hour.
const FOR_EACH: TimeDelta = TimeDelta::seconds(10);

/// Looks after them for as long as the bot lives.
pub fn keep(context: &Context, runner: &Runner) {
    let (owner, driver) = (context.clone(), runner.clone());
    let make = move || Caretaker {
        context: owner.clone(),
        runner: driver.clone(),
        known: BTreeMap::new(),
        missing: BTreeSet::new(),
        merges: BTreeMap::new(),
        by_hand: BTreeMap::new(),
    };
    drop(context.keep("the look at the repositories", &context.gone, context.quiet.busy(), make));
}

struct Caretaker {
    context: Context,
    runner: Runner,
    /// What is wrong with each project's repository, as it was told.
    known: BTreeMap<String, Astray>,
    /// What is missing of each release, as it was told.
    missing: BTreeSet<String>,
    /// How far each project's production has been looked at.
    merges: BTreeMap<String, LookedAt>,
    /// How the branches stood that nobody leads.
    by_hand: BTreeMap<String, LookedOver>,
}

impl Worker for Caretaker {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        let context = self.context.clone();
        for (name, (settings, repository)) in context.projects.iter() {
            let trouble = match repository.whereabouts().await {
                Ok(found) => {
                    if let Some(found) = &found {
                        context.repository_ids.learn(found.id, &settings.repository);
                    }
                    of(found, &settings.repository).or(match repository.writer().await {
                        Claim::Another(mark) => Some(Astray::WrittenByAnother(mark.life.unwrap_or(mark.since))),
                        Claim::Ours | Claim::NotKnown => None,
                    })
                }
                Err(GithubProblem::Moved(_)) => Some(Astray::Gone),
                Err(GithubProblem::Forbidden(words)) => Some(Astray::Hidden(words)),
                // What is not answered says nothing.
                Err(_) => continue,
            };
            if !trouble.as_ref().is_some_and(Astray::is_out_of_sight) {
                tell_of_sight(&context, name).await?;
            }
            if self.known.get(name) != trouble.as_ref() {
                if let Some(trouble) = &trouble {
                    tell(&context, name, trouble).await?;
                }
                self.known.remove(name);
                self.known.extend(trouble.map(|trouble| (name.clone(), trouble)));
            }
        }
        let astray = |project: &str| self.known.contains_key(project);
        self.missing = missing::look(&context, &self.missing, astray).await?;
        out_of_turn::look_at_turns(&context, astray).await?;
        for (name, project) in context.projects.iter().filter(|(name, _)| !self.known.contains_key(*name)) {
            if let Some(next) = out_of_turn::look_at_production(&context, project, self.merges.get(name)).await? {
                self.merges.insert(name.clone(), next);
            }
            let known = self.by_hand.entry(name.clone()).or_default();
            by_hand::look(&context, &self.runner, project, known).await?;
        }
        let releases = context.store.open_releases()?;
        for release in releases.iter().filter(|release| !release.is_roll_back()) {
            let project = context.projects.get(&release.spec.project);
            if let Some((_, repository)) = project.filter(|(project, _)| !self.known.contains_key(&project.name)) {
                ruled::look_again(&context, repository, release.spec.id).await?;
            }
        }
        let open = i32::try_from(releases.len()).unwrap_or(i32::MAX);
        Ok(NextTurn::At(context.clock.now() + EVERY.max(FOR_EACH * open)))
    }
}

/// What is wrong with a repository that is called so in the configuration.
fn of(found: Option<Whereabouts>, called: &str) -> Option<Astray> {
    match found {
        None => Some(Astray::Gone),
        Some(Whereabouts { archived: true, .. }) => Some(Astray::Archived),
        Some(Whereabouts { name, .. }) if !name.eq_ignore_ascii_case(called) => Some(Astray::Renamed(name)),
        Some(_) => None,
    }
}

/// Tells it once a day at most: a restart is no news.
async fn tell(context: &Context, name: &str, wrong: &Astray) -> Result<(), StoreProblem> {
    let Some((settings, _)) = context.projects.get(name) else { return Ok(()) };
    let who = context.people.holding(&context.people.roles_with(Permission::Release));
    let message = astray(name, &settings.repository, wrong).ping(who);
    let now = context.clock.now();
    let key = format!("repository/{name}/{wrong:?}/{}", now.format("%Y-%m-%d"));
    let (teller, places, row) = (context.clone(), settings.incident_places().to_vec(), row(name));
    let outage = wrong.is_out_of_sight().then(|| Outage { since: now, why: message.title.clone() });
    let write = move |writing: &mut Writing| {
        if outage.is_some() && writing.away(&row)?.is_none() {
            writing.put_away(&row, outage.as_ref())?;
        }
        journal::post_everywhere(&teller, writing, &key, &places, Target::Channel, &message)
    };
    context.write(write).await
}

/// Tells that a repository is seen again, if it was told that it is not.
async fn tell_of_sight(context: &Context, name: &str) -> Result<(), StoreProblem> {
    let (Some((settings, _)), Some(outage)) = (context.projects.get(name), context.store.away(&row(name))?) else {
        return Ok(());
    };
    let message = seen_again(&settings.repository, &outage, context.clock.now());
    let key = format!("repository/{name}/seen/{}", outage.since.timestamp());
    let (teller, places, row) = (context.clone(), settings.incident_places().to_vec(), row(name));
    let write = move |writing: &mut Writing| {
        writing.put_away(&row, None)?;
        journal::post_everywhere(&teller, writing, &key, &places, Target::Channel, &message)
    };
    context.write(write).await
}

/// Where it is noted that a project's repository is out of sight.
pub fn row(project: &str) -> String {
    format!("repository/{project}")
}
