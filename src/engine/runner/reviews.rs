//! Takes in what reviews on GitHub say at the gates that count them.

use crate::{
    context::Context,
    domain::release::{
        Release,
        next::{Next, Wait, next},
        plan::{PullRequestName, Step},
        reviews::{news, rests_on_reviews},
    },
    record::{journal, ledger},
    store::StoreProblem,
};

/// Reads the reviews of the release's pull request where a gate counts them; whether anything was learnt. What cannot be read is
/// looked at again.
pub(super) async fn learn(context: &Context, release: &Release, waits: &[(usize, Wait)]) -> Result<bool, StoreProblem> {
    let steps = counting(release, waits);
    let pull_request = release.state.pull_requests.get(&PullRequestName::Release);
    let (Some((number, _)), false) = (pull_request, steps.is_empty()) else { return Ok(false) };
    let Some((_, repository)) = context.projects.get(&release.spec.project) else { return Ok(false) };
    let reviews = match repository.reviews(*number).await {
        Ok(reviews) => reviews,
        Err(problem) => {
            tracing::warn!(release = release.spec.id.0, %problem, "reviews could not be read");
            return Ok(false);
        }
    };
    for step in steps {
        let (writer, reviews, id) = (context.clone(), reviews.clone(), release.spec.id);
        let learnt = context.write(move |writing| {
            let Some(mut release) = writing.release(id)? else { return Ok(false) };
            let now = writer.clock.now();
            let surroundings = writer.surroundings_in(writing, &release, now)?;
            // Somebody may have decided in a chat meanwhile.
            let open = match next(&release, &surroundings, now) {
                Next::Wait(waits) => is_open(step, &waits),
                Next::Run(_) | Next::Finished(_) => false,
            };
            let Some(fact) = news(&release, step, open, &reviews, &writer.people) else { return Ok(false) };
            ledger::note(writing, &release, &fact, now)?;
            journal::record(&writer, writing, &mut release, fact, now)?;
            Ok(true)
        });
        if learnt.await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The gates that count reviews and are decided on now, or rest on reviews and may be opened again.
fn counting(release: &Release, waits: &[(usize, Wait)]) -> Vec<usize> {
    let counts =
        |step: &usize| release.spec.plan.step(*step).and_then(Step::gate).is_some_and(|gate| gate.github_review);
    let gates = (0..release.spec.plan.steps.len()).filter(counts);
    gates.filter(|step| is_open(*step, waits) || rests_on_reviews(release, *step)).collect()
}

fn is_open(step: usize, waits: &[(usize, Wait)]) -> bool {
    waits.iter().any(|(at, wait)| *at == step && matches!(wait, Wait::Decision { .. } | Wait::Rejected { .. }))
}
