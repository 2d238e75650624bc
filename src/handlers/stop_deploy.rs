//! A roll-back of something that is just being deployed or watched: the release takes it back itself, as after a failure.

use commands::{Argument, ProjectName};

use super::{Asked, Refusal, find::fresh};
use crate::{
    context::Context,
    domain::{
        deploy::ledger::{Bad, Hold, HoldCause, Ledger},
        message::{Message, asked_back::AskedBack},
        release::{
            Release, ReleaseId,
            fact::Fact,
            next::{Next, next},
            plan::OnFailure,
            rollout::Phase,
            setback::DeploySetback,
        },
    },
    messages::{self, confirm::Replaces},
    record::{incidents::own, journal},
    store::View,
};

/// What is stopped, and why.
pub(super) struct Stopped {
    /// The release.
    pub id: ReleaseId,
    /// Its step that deploys or watches.
    pub step: usize,
    /// The environment.
    pub environment: String,
    /// The tag to go back to, if somebody named one.
    pub to: Option<String>,
    /// Commits that are marked as bad from now on.
    pub bad: Vec<Bad>,
    /// The one of them that was named just now.
    pub marked: Option<Bad>,
    /// Why.
    pub reason: String,
    /// Whether nothing is done.
    pub dry_run: bool,
}

impl Asked<'_> {
    pub(super) async fn stop_deploy(&self, stopped: Stopped) -> Result<Option<Message>, Refusal> {
        let Stopped { id, step, environment, to, bad, marked, reason, dry_run } = stopped;
        let (context, by) = (self.context.clone(), self.who()?);
        let release = self.context.store.release(id)?.ok_or_else(|| "It is gone meanwhile.".to_owned())?;
        let ledger = self.context.store.ledger(&release.spec.project, &environment)?;
        let goes_to = back(&release, &ledger);
        if goes_to.is_empty() {
            return Err(format!(
                "No earlier version is known to have run well in {}, so there is nothing to go back to. /release cancel ends {}.",
                messages::place(&environment),
                release.name()
            )
            .into());
        }
        if dry_run {
            return Ok(Some(messages::environment::takes_back(&release, &environment, &goes_to, true)));
        }
        let (_, _, playbook) = self.project(ProjectName::parse(&release.spec.project).ok().as_ref())?;
        let replaces = Replaces {
            from: release.spec.version.to_string(),
            on_its_way: true,
            to: playbook.version_of_tag(&goes_to).unwrap_or(&goes_to).to_owned(),
            tag: goes_to.clone(),
            environment: environment.clone(),
        };
        let meant = replaces.in_words();
        if to.as_ref().is_none_or(|to| *to == goes_to) && !self.agreed_to(&meant) {
            let ask = move |before: Option<&AskedBack>, number| {
                messages::confirm::roll_back(&replaces, &reason, marked.as_ref(), before, number)
            };
            return self.ask_back(meant, ask).await;
        }
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let mut ledger = writing.ledger(&release.spec.project, &environment)?;
            let back = back(&release, &ledger);
            if back != goes_to {
                let place = messages::place(&environment);
                return Err(format!("{place} has changed this very moment; nothing was done. Say it once more.").into());
            }
            if to.is_some_and(|to| to != back) {
                return Err(format!(
                    "{} is on its way to {environment} and goes back to {back}; once it has, you can go further back.",
                    release.name()
                )
                .into());
            }
            if at_work((&context, writing), &release, &environment) != Some(step) {
                return Err(format!("{} has gone on meanwhile. Say it once more.", release.name()).into());
            }
            let at = context.clock.now();
            let from = release.spec.tag.clone();
            ledger.held(Hold { at, from, cause: HoldCause::Person { by: by.clone(), reason: reason.clone() } });
            ledger.marked(bad);
            writing.put_ledger(&release.spec.project, &environment, &ledger)?;
            let problem = DeploySetback::TakenBack { by: by.clone(), reason: reason.clone() }.into();
            journal::record(
                &context,
                writing,
                &mut release,
                Fact::Failed { step, problem, retry_at: None, conflict: None, instead: None },
                at,
            )?;
            own::looks(&context, writing, &release, &environment, &by)?;
            Ok((messages::environment::takes_back(&release, &environment, &back, false), vec![id]))
        })
        .await
    }
}

/// The tag that it most likely goes back to; empty if none is known.
fn back(release: &Release, ledger: &Ledger) -> String {
    let spec = &release.spec;
    ledger.ways_back(&spec.tag, spec.previous_tag.as_deref()).into_iter().next().unwrap_or_default()
}

/// The step at which a release deploys to an environment or watches it now, if it rolls back by itself when that fails.
pub(super) fn at_work((context, view): (&Context, &dyn View), release: &Release, environment: &str) -> Option<usize> {
    let surroundings = context.surroundings_in(view, release, context.clock.now()).ok()?;
    let Next::Wait(waits) = next(release, &surroundings, context.clock.now()) else { return None };
    release.spec.previous_tag.as_ref()?;
    let here = |step: &usize| {
        let settling = release.spec.plan.settling(*step).filter(|settling| settling.environment == environment);
        let answered = settling.is_some_and(|settling| matches!(settling.on_failure, OnFailure::RollBack { .. }));
        answered && matches!(release.phase(*step), Phase::Deploying | Phase::Soaking | Phase::Watching)
    };
    let fails = |step: &usize| release.state.steps[*step].is_failed();
    waits.into_iter().map(|(step, _)| step).find(|step| here(step) && !fails(step))
}
