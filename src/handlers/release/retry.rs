//! `/release retry`: try a failed step again.

use chrono::{DateTime, Utc};
use commands::{ReleaseRef, ReleaseRetry};

use crate::{
    domain::{
        aside::Row,
        message::{Message, Tone},
        release::{
            Release, ReleaseSpec,
            fact::Fact,
            next::{Next, Surroundings, Wait, next},
            rollout::Phase,
            stories::StoryFact,
            undone::later_in_production,
        },
    },
    handlers::{Asked, Refusal, find::fresh},
    messages,
    record::journal,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn retry(&self, asked: ReleaseRetry) -> Result<Option<Message>, Refusal> {
        if let Some(spec) = self.set_aside(&asked)? {
            return self
                .decide(move |writing| {
                    writing.take_up(&Row::Release(spec.id))?;
                    let trying = format!("Trying again: {} {}", spec.project, spec.tag);
                    Ok((Message::new(Tone::Working, trying), vec![spec.id]))
                })
                .await;
        }
        let stopped = |release: &Release| {
            let surroundings = self.context.surroundings(release);
            broken(release).next().is_some()
                || surroundings
                    .is_ok_and(|surroundings| failed(release, &surroundings, self.context.clock.now()).is_some())
        };
        let release = self.release_that(stopped, asked.project.as_ref(), asked.version.as_ref())?;
        let (context, by, id) = (self.context.clone(), self.who()?, release.spec.id);
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let stories: Vec<String> = broken(&release).collect();
            if !stories.is_empty() {
                for story in &stories {
                    let what = StoryFact::RetryAsked { by: by.clone() };
                    let fact = Fact::Story { story: story.clone(), what };
                    journal::record(&context, writing, &mut release, fact, context.clock.now())?;
                }
                return Ok((Message::new(Tone::Working, format!("Trying again: {}", stories.join(", "))), vec![id]));
            }
            let surroundings = context.surroundings_in(writing, &release, context.clock.now())?;
            let failed = failed(&release, &surroundings, context.clock.now());
            let nothing =
                || Refusal::Refused(format!("Nothing has failed in {}; /why shows what it waits for.", release.name()));
            let step = failed.ok_or_else(nothing)?;
            let what = release.name_of(step);
            if let Some(environment) = asks_again(&release, step) {
                if let Some(hold) = surroundings.holds.get(environment) {
                    let refused =
                        messages::environment::refused(&release.spec.project, environment, &what, hold, context.zone);
                    return Err(Refusal::Answered(Box::new(refused)));
                }
                if let Some(later) = later_in_production(&release, environment, &surroundings.ledgers) {
                    return Err(messages::environment::runs_later(&release, environment, later).to_string().into());
                }
            }
            journal::record(&context, writing, &mut release, Fact::RetryAsked { step, by }, context.clock.now())?;
            Ok((Message::new(Tone::Working, format!("Trying again: {what}")), vec![id]))
        })
        .await
    }
}

impl Asked<'_> {
    /// The release that is meant, if it was set aside and can be read.
    fn set_aside(&self, asked: &ReleaseRetry) -> Result<Option<ReleaseSpec>, Refusal> {
        let store = &self.context.store;
        for aside in store.all_aside()?.into_iter().filter(|aside| !aside.unreadable) {
            let Row::Release(id) = aside.row else { continue };
            let Some(spec) = store.spec(id)? else { continue };
            let meant = match &asked.version {
                Some(ReleaseRef::Number(number)) => *number == id.0,
                Some(ReleaseRef::Version(version)) => spec.version.to_string() == *version,
                None => true,
            };
            if meant && asked.project.as_ref().is_none_or(|project| spec.project == project.as_str()) {
                return Ok(Some(spec));
            }
        }
        Ok(None)
    }
}

/// The environment to which a retry deploys: whoever tries only the roll-back again is let in.
fn asks_again(release: &Release, step: usize) -> Option<&str> {
    let rolls_back = matches!(release.phase(step), Phase::Failed | Phase::RollingBack);
    release.spec.plan.environment_of(step).filter(|_| !rolls_back)
}

/// Stories with which something went wrong.
fn broken(release: &Release) -> impl Iterator<Item = String> {
    release.state.stories.list.iter().filter(|story| story.failed.is_some()).map(|story| story.name.clone())
}

/// The step whose failure is waited for: of a deploy and its roll-back, the one that is stopped.
fn failed(release: &Release, surroundings: &Surroundings, now: DateTime<Utc>) -> Option<usize> {
    let Next::Wait(waits) = next(release, surroundings, now) else { return None };
    waits.into_iter().find_map(|(step, wait)| match wait {
        Wait::Undone { deploy, .. } => Some(deploy),
        Wait::Person { .. } | Wait::Retry { .. } | Wait::RolledBack { .. } | Wait::Unseen { .. } => Some(step),
        // A deploy that nothing makes any more: somebody cancelled it. One that goes on is adopted, and not begun twice.
        Wait::Outside { asks: true, .. } if release.state.steps[step].rollout.is_asked() => Some(step),
        Wait::Decision { .. }
        | Wait::Until { .. }
        | Wait::Missed { .. }
        | Wait::Rejected { .. }
        | Wait::Outside { .. }
        | Wait::Around(_) => None,
    })
}
