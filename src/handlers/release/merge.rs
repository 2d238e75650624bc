//! `/release merge`: a person's decision to merge; the step does it.

use commands::ReleaseMerge;

use crate::{
    context::Context,
    domain::{
        message::{Message, Tone},
        release::{
            Release,
            barrier::Barrier,
            conflict::{named, paths},
            fact::Fact,
            next::{Next, Wait, hold, next},
            plan::{PullRequestName, Step},
        },
    },
    engine::steps,
    handlers::{Asked, Refusal, find::fresh},
    messages::{self, buttons, wait},
    record::journal,
    store::View,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn merge(&self, asked: ReleaseMerge) -> Result<Option<Message>, Refusal> {
        let unmerged = |release: &Release| release.state.merged.is_none() && !release.state.pull_requests.is_empty();
        let release = self.release_that(unmerged, asked.project.as_ref(), asked.version.as_ref())?;
        may_merge((self.context, &self.context.store), &release)?;
        let (project, repository) = self
            .context
            .projects
            .get(&release.spec.project)
            .ok_or_else(|| format!("bot.toml names no project {} any more.", release.spec.project))?;
        let (number, url) = release
            .state
            .pull_requests
            .get(&PullRequestName::Release)
            .cloned()
            .ok_or_else(|| format!("{} has no pull request yet.", release.name()))?;
        if let Some(obstacle) = steps::merge_obstacle(repository, number, project.checks).await? {
            let conflict = release.state.steps.iter().find_map(|step| step.conflict.as_ref());
            let files = conflict.map(|conflict| format!(" ({})", named(&paths(&conflict.files)))).unwrap_or_default();
            return Err(format!("#{number} cannot be merged yet: {obstacle}{files}.").into());
        }
        if asked.dry_run {
            let text = format!("#{number} would be merged into {} as a merge commit: {url}", release.spec.production);
            return Ok(Some(Message::new(Tone::Plain, "Plan (nothing has been done)").text(text)));
        }
        if asked.ask {
            if let Some(first) = &release.state.merge_asked {
                return Err(format!("{first} was first; it is being merged.").into());
            }
            return Ok(Some(messages::confirm::merge(&release, number)));
        }
        let (context, by, id) = (self.context.clone(), self.who()?, release.spec.id);
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            if let Some(merged) = &release.state.merged {
                return Err(format!("{} has merged it already.", merged.by).into());
            }
            if let Some(first) = &release.state.merge_asked {
                return Err(format!("{first} was first; it is being merged.").into());
            }
            // Somebody may have closed it in the same breath.
            may_merge((&context, writing), &release)?;
            journal::record(&context, writing, &mut release, Fact::MergeAsked { by }, context.clock.now())?;
            let title = match release.merged_otherwise() {
                Some(_) => format!("Going on with #{number} as it was merged"),
                None => format!("Merging #{number}"),
            };
            Ok((Message::new(Tone::Good, title), vec![id]))
        })
        .await
    }
}

/// Whether the release has come to its merge, and nothing around holds it back.
fn may_merge((context, view): (&Context, &dyn View), release: &Release) -> Result<(), Refusal> {
    if let Some(merged) = &release.state.merged {
        return Err(format!("{} has merged {} already.", merged.by, release.name()).into());
    }
    let surroundings = context.surroundings_in(view, release, context.clock.now())?;
    let waits = match next(release, &surroundings, context.clock.now()) {
        Next::Wait(waits) => waits,
        Next::Run(step) => vec![(step, Wait::Outside { seen: None, asks: false })],
        Next::Finished(_) => return Err(format!("{} is over.", release.name()).into()),
    };
    let at_merge = waits.iter().any(|(step, _)| matches!(release.spec.plan.steps[*step].step, Step::AwaitMerge { .. }));
    if !at_merge {
        let missing = messages::releases::why(release, &surroundings, &context.people, context.clock.now());
        return Err(Refusal::Answered(Box::new(Message {
            title: "Not ready to merge yet".into(),
            tone: Tone::Bad,
            ..missing
        })));
    }
    if let Some(held) = hold(release, &surroundings) {
        let frozen = matches!(held, Barrier::Frozen(_));
        let words = wait::in_words(release, waits[0].0, &Wait::Around(held), &context.people);
        let helps = if frozen { buttons::exemption_button(release) } else { None };
        let message = Message::new(Tone::Bad, "Not now").text(words).row(helps.into_iter().collect());
        return Err(Refusal::Answered(Box::new(message)));
    }
    Ok(())
}
