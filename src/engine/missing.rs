//! What an open release rests on, and is not there any more: told when it goes, not when its turn comes.

use std::collections::BTreeSet;

use crate::{
    context::Context,
    domain::{
        message::post::Target,
        release::{
            Release,
            next::{Next, next},
            plan::{PullRequestName, Step},
        },
        team::people::Permission,
    },
    github::{Repository, problem::GithubResult},
    messages::missing::{Foundation, missing},
    record::journal,
    store::{StoreProblem, Writing},
};

/// Looks at what every open release rests on, but for those whose repository is `astray`, and tells what is missing and was
/// not `known` to be; gives what is missing now.
pub(super) async fn look(
    context: &Context,
    known: &BTreeSet<String>,
    astray: impl Fn(&str) -> bool,
) -> Result<BTreeSet<String>, StoreProblem> {
    let mut found = BTreeSet::new();
    for release in context.store.open_releases()? {
        let project = context.projects.get(&release.spec.project).filter(|(project, _)| !astray(&project.name));
        let Some((_, repository)) = project.filter(|_| !release.is_roll_back()) else { continue };
        for rest in rests(context, &release)? {
            let name = format!("{}/{rest:?}", release.spec.id.0);
            match is_missing(repository, &rest).await {
                Ok(false) => {}
                Ok(true) => {
                    if !known.contains(&name) {
                        tell(context, &release, &name, &rest).await?;
                    }
                    found.insert(name);
                }
                // What cannot be seen says nothing, and what was said stays so.
                Err(_) if known.contains(&name) => drop(found.insert(name)),
                Err(_) => {}
            }
        }
    }
    Ok(found)
}

/// What a release rests on and nobody looks at now: whatever waits for it says so itself.
fn rests(context: &Context, release: &Release) -> Result<Vec<Foundation>, StoreProblem> {
    let (spec, state) = (&release.spec, &release.state);
    let surroundings = context.surroundings(release)?;
    let waits = match next(release, &surroundings, context.clock.now()) {
        Next::Wait(waits) => waits.into_iter().map(|(step, _)| step).collect(),
        Next::Run(step) => vec![step],
        Next::Finished(_) => vec![],
    };
    let mut rests = vec![];
    if let Some(commit) = &state.tagged {
        rests.push(Foundation::Tag { name: spec.tag.clone(), commit: commit.clone() });
    }
    let deletes =
        |step: &usize| matches!(&spec.plan.steps[*step].step, Step::DeleteBranch { name } if *name == spec.branch);
    let deleted = (0..state.steps.len()).filter(deletes).any(|step| state.steps[step].is_over());
    let own = state.head.as_ref().filter(|_| state.merged.is_none() && !deleted && spec.branch != spec.source);
    rests.extend(own.map(|head| Foundation::Branch { name: spec.branch.clone(), commit: head.clone() }));
    for (name, (number, _)) in &state.pull_requests {
        let waited = |step: &usize| match name {
            PullRequestName::Release => matches!(spec.plan.steps[*step].step, Step::AwaitMerge { .. }),
            PullRequestName::Backport => matches!(spec.plan.steps[*step].step, Step::MergeWhenGreen),
        };
        let open = (0..state.steps.len()).filter(waited).any(|step| !state.steps[step].is_over());
        if open && !waits.iter().any(waited) {
            rests.push(Foundation::PullRequest { number: *number });
        }
    }
    Ok(rests)
}

async fn is_missing(repository: &Repository, rest: &Foundation) -> GithubResult<bool> {
    Ok(match rest {
        Foundation::Tag { name, .. } => repository.tag(name).await?.is_none(),
        Foundation::Branch { name, .. } => repository.branch(name).await?.is_none(),
        Foundation::PullRequest { number } => {
            let found = repository.pull_request(*number).await?;
            !found.open && found.merged.is_none()
        }
    })
}

/// Tells it once a day at most: a restart is no news.
async fn tell(context: &Context, release: &Release, name: &str, rest: &Foundation) -> Result<(), StoreProblem> {
    let Some((project, _)) = context.projects.get(&release.spec.project) else { return Ok(()) };
    let who = context.people.holding(&context.people.roles_with(Permission::Release));
    let message = missing(release, rest).ping(who);
    let key = format!("missing/{name}/{}", context.clock.now().format("%Y-%m-%d"));
    let (teller, places, id) = (context.clone(), project.releases.clone(), release.spec.id);
    let thread = move |place| Target::Thread { place, release: id };
    context
        .write(move |writing: &mut Writing| journal::post_everywhere(&teller, writing, &key, &places, thread, &message))
        .await
}
