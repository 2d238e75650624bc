//! Looks after what shipped hotfixes owe: finds what has arrived by other ways, reminds of the rest once a day, and stands
//! in the way of the next release.

use chrono::{DateTime, Days, Utc};

use crate::{
    context::Context,
    domain::{
        aside::Row,
        message::post::Target,
        release::{ReleaseId, backport::MissingBackport},
    },
    engine::{reviews, steps},
    github::problem::GithubProblem,
    messages,
    record::journal,
    store::{StoreProblem, Writing},
    work::{Failed, Hand, NextTurn, Waker, Worker},
};

/// The hour at which people are reminded, by the team's clock.
const MORNING: u32 = 9;

/// Why it is not known what is owed.
#[derive(Debug)]
pub enum NotKnown {
    /// GitHub does not answer as it should.
    GitHub(GithubProblem),
    /// The store does not.
    Store(StoreProblem),
}

impl From<GithubProblem> for NotKnown {
    fn from(problem: GithubProblem) -> Self {
        Self::GitHub(problem)
    }
}

impl From<StoreProblem> for NotKnown {
    fn from(problem: StoreProblem) -> Self {
        Self::Store(problem)
    }
}

/// Reminds of open debts each morning until the bot ends.
pub fn keep(context: &Context) {
    let owner = context.clone();
    let make = move || Reminder(owner.clone());
    drop(context.keep("the reminding of what is owed", &Waker::default(), context.quiet.busy(), make));
}

struct Reminder(Context);

impl Worker for Reminder {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        let now = self.0.clock.now();
        remind(&self.0, now, hand).await?;
        if let Some(morning) = morning(&self.0, now, 0).filter(|morning| *morning <= now) {
            reviews::remind(&self.0, morning).await?;
        }
        Ok(morning(&self.0, now, 1).map_or(NextTurn::Over, NextTurn::At))
    }
}

/// What a project still owes, after a look at GitHub for what has arrived there by other ways.
///
/// # Errors
/// Why it is not known.
pub async fn owed(context: &Context, project: &str) -> Result<Vec<MissingBackport>, NotKnown> {
    for debt in context.store.debts(project)?.iter().filter(|debt| !debt.is_settled()) {
        look(context, debt).await?;
    }
    let debts = context.store.debts(project)?;
    Ok(debts.into_iter().filter(|debt| !debt.is_settled()).collect())
}

/// Settles what has arrived, whoever brought it.
async fn look(context: &Context, debt: &MissingBackport) -> Result<(), NotKnown> {
    let Some((_, repository)) = context.projects.get(&debt.project) else { return Ok(()) };
    for owed in debt.open() {
        match steps::missing_fixes(repository, debt, &owed.line).await {
            Ok(missing) if missing.is_empty() => {
                let (writer, id, line) = (context.clone(), debt.release, owed.line.clone());
                context.write(move |writing| settle(&writer, writing, id, &line)).await?;
            }
            // A branch that is gone has nothing.
            Ok(_) | Err(GithubProblem::NotFound(_)) => {}
            Err(problem) => return Err(problem.into()),
        }
    }
    Ok(())
}

fn settle(context: &Context, writing: &mut Writing, id: ReleaseId, line: &str) -> Result<(), StoreProblem> {
    let Some(mut debt) = writing.debt(id)? else { return Ok(()) };
    let Some(owed) = debt.lines.iter_mut().find(|owed| owed.line == line && owed.settled.is_none()) else {
        return Ok(());
    };
    owed.settled = Some(context.clock.now());
    writing.put_debt(&debt)?;
    let Some(release) = writing.release(id)? else { return Ok(()) };
    journal::refresh_cards(context, writing, &release.spec)?;
    let Some((project, _)) = context.projects.get(&debt.project) else { return Ok(()) };
    let target = |place| Target::Thread { place, release: id };
    let message = messages::backport::arrived(&debt, line);
    journal::post_everywhere(context, writing, &format!("debt/{id}/{line}"), &project.releases, target, &message)
}

/// Reminds of every debt that is older than this morning, unless somebody was reminded since.
async fn remind(context: &Context, now: DateTime<Utc>, hand: &Hand) -> Result<(), StoreProblem> {
    let Some(morning) = morning(context, now, 0) else { return Ok(()) };
    let due = |debt: &MissingBackport| debt.shipped < morning && debt.reminded.is_none_or(|at| at < morning);
    for debt in context.store.open_debts()?.into_iter().filter(due) {
        let row = Row::MissingBackport(debt.release);
        hand.take(row.clone());
        if context.store.is_aside(&row)? {
            continue;
        }
        match look(context, &debt).await {
            Ok(()) => {}
            Err(NotKnown::Store(problem)) => return Err(problem),
            Err(NotKnown::GitHub(problem)) => tracing::warn!(tag = debt.tag, %problem, "could not look for a fix"),
        }
        let writer = context.clone();
        context
            .write(move |writing| {
                let Some(mut debt) = writing.debt(debt.release)?.filter(|debt| !debt.is_settled()) else {
                    return Ok(());
                };
                debt.reminded = Some(now);
                writing.put_debt(&debt)?;
                let Some((project, _)) = writer.projects.get(&debt.project) else { return Ok(()) };
                let message = messages::backport::reminder(&debt, &writer.people);
                let key = format!("debt/{}/reminder/{}", debt.release, morning.timestamp());
                journal::post_everywhere(&writer, writing, &key, &project.releases, Target::Channel, &message)
            })
            .await?;
    }
    Ok(())
}

/// The last morning until now, or the one so many days after it.
fn morning(context: &Context, now: DateTime<Utc>, days: u64) -> Option<DateTime<Utc>> {
    let today = now.with_timezone(&context.zone).date_naive();
    let at = |date: chrono::NaiveDate| {
        Some(date.and_hms_opt(MORNING, 0, 0)?.and_local_timezone(context.zone).earliest()?.to_utc())
    };
    let last = match at(today)? <= now {
        true => today,
        false => today.checked_sub_days(Days::new(1))?,
    };
    at(last.checked_add_days(Days::new(days))?)
}
