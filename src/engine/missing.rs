//! What an open release rests on, and is not there any more: told when it goes, not when its turn comes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures::{StreamExt, stream};

use crate::{
    context::Context,
    domain::{
        message::{Message, post::Target},
        release::{
            Release,
            fact::Outcome,
            plan::{PullRequestName, Step},
            state::StepState,
        },
        team::people::Permission,
    },
    github::{Repository, problem::GithubResult},
    messages::missing::{Foundation, missing},
    record::journal,
    store::{StoreProblem, Writing},
};

/// How many looks are under way at once: those at one repository are made together.
const AT_ONCE: usize = 500;

/// Looks at what every open release rests on, but for those whose repository is `astray`, and tells what is missing and was
/// not `known` to be; gives what is missing now.
pub(super) async fn look(
    context: &Context,
    known: &BTreeSet<String>,
    astray: impl Fn(&str) -> bool,
) -> Result<BTreeSet<String>, StoreProblem> {
    let mut looks = vec![];
    for release in context.store.open_releases()?.into_iter().filter(|release| !release.is_roll_back()) {
        let project = context.projects.get(&release.spec.project).filter(|(project, _)| !astray(&project.name));
        let Some((_, repository)) = project else { continue };
        for rest in rests(&release) {
            looks.push(look_at(repository.clone(), release.clone(), rest));
        }
    }
    // All are made before anything is done about one: they wait for one another.
    let looks: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
    let mut found = BTreeSet::new();
    for (release, rest, is_missing) in looks {
        let name = format!("{}/{rest:?}", release.spec.id.0);
        match is_missing {
            Ok(false) => {}
            // What the bot did meanwhile was written down before it was done.
            Ok(true) if !still_rests(context, &release, &rest)? => {}
            Ok(true) => {
                if !known.contains(&name) {
                    tell(context, &release, &name, missing(&release, &rest)).await?;
                }
                found.insert(name);
            }
            // What cannot be seen says nothing, and what was said stays so.
            Err(_) if known.contains(&name) => drop(found.insert(name)),
            Err(_) => {}
        }
    }
    Ok(found)
}

/// What a release rests on and nobody looks at now: whatever waits for it says so itself.
fn rests(release: &Release) -> Vec<Foundation> {
    let (spec, state) = (&release.spec, &release.state);
    let mut rests = vec![];
    // A person puts right what stopped it, and may have to delete something for that.
    if state.steps.iter().any(StepState::is_stuck) {
        return rests;
    }
    if let Some(commit) = &state.tagged {
        rests.push(Foundation::Tag { name: spec.tag.clone(), commit: commit.clone() });
    }
    let deletes =
        |step: &usize| matches!(&spec.plan.steps[*step].step, Step::DeleteBranch { name } if *name == spec.branch);
    let deleted = (0..state.steps.len()).filter(deletes).any(|step| {
        // The bot itself deletes it.
        state.steps[step].is_over() || state.steps[step].started.is_some()
    });
    let own = state.head.as_ref().filter(|_| state.merged.is_none() && !deleted && spec.branch != spec.source);
    rests.extend(own.map(|head| Foundation::Branch { name: spec.branch.clone(), commit: head.clone() }));
    rests.extend(watched(release));
    // What is in stays in, and one that is stopped says why.
    let awaited = state.stories.list.iter().filter(|story| !story.is_in() && !story.is_stopped());
    rests.extend(awaited.filter_map(|story| {
        let (name, commit) = (story.name.clone(), story.head.clone()?);
        Some(Foundation::Branch { name, commit })
    }));
    for (name, (number, _)) in &state.pull_requests {
        let waited = |step: &usize| match name {
            PullRequestName::Release => matches!(spec.plan.steps[*step].step, Step::AwaitMerge { .. }),
            PullRequestName::Backport => matches!(spec.plan.steps[*step].step, Step::MergeWhenGreen),
        };
        let open = (0..state.steps.len()).filter(waited).any(|step| !state.steps[step].is_over());
        // What is waited for just now says so itself.
        let looked_at = |step: usize| {
            let step = &state.steps[step];
            step.seen.is_some() || step.failed.is_some() || step.started.is_some()
        };
        if open && !(0..state.steps.len()).filter(waited).any(looked_at) {
            rests.push(Foundation::PullRequest { number: *number });
        }
    }
    rests
}

/// Other branches on which people decide, or that are still to be passed on.
fn watched(release: &Release) -> impl Iterator<Item = Foundation> {
    let (plan, state) = (&release.spec.plan, &release.state);
    let needs = |name: &str| {
        plan.steps.iter().zip(&state.steps).any(|(planned, step)| {
            let of = plan.stages[planned.stage].of.as_deref() == Some(name);
            let passes = matches!(&planned.step, Step::Merge { from, .. } if from == name);
            let picks = matches!(&planned.step, Step::Pick { into, .. } if into == name);
            !step.is_over() && (of || passes || picks)
        })
    };
    let begun = plan.steps.iter().zip(&state.steps).filter_map(|(planned, step)| {
        let Step::Branch { name, .. } = &planned.step else { return None };
        let (Outcome::Branch { commit, .. }, _) = step.done.as_ref()? else { return None };
        Some((name, commit))
    });
    let mut known: BTreeMap<&String, &String> = begun.filter(|(name, _)| **name != release.spec.branch).collect();
    known.extend(state.heads.iter());
    let needed = known.into_iter().filter(move |(name, _)| needs(name));
    let needed = needed.map(|(name, commit)| Foundation::Branch { name: name.clone(), commit: commit.clone() });
    needed.collect::<Vec<_>>().into_iter()
}

/// Whether it rests on that as it is written now.
fn still_rests(context: &Context, release: &Release, rest: &Foundation) -> Result<bool, StoreProblem> {
    let found = context.store.release(release.spec.id)?.filter(Release::is_open);
    Ok(found.is_some_and(|found| rests(&found).contains(rest)))
}

async fn look_at(
    repository: Repository,
    release: Arc<Release>,
    rest: Foundation,
) -> (Arc<Release>, Foundation, GithubResult<bool>) {
    let is_missing = is_missing(&repository, &release, &rest).await;
    (release, rest, is_missing)
}

async fn is_missing(repository: &Repository, release: &Release, rest: &Foundation) -> GithubResult<bool> {
    Ok(match rest {
        Foundation::Tag { name, .. } => !repository.has_tag(name).await?,
        Foundation::Branch { name, .. } if *name != release.spec.branch => {
            repository.branch_or_gone(name).await?.is_none()
        }
        Foundation::Branch { name, .. } => {
            let gone = repository.branch_or_gone(name).await?.is_none();
            match release.state.pull_requests.get(&PullRequestName::Release) {
                // A branch that is merged is often deleted with that.
                Some((number, _)) if gone => repository.pull_request(*number).await?.merged.is_none(),
                _ => gone,
            }
        }
        Foundation::PullRequest { number } => {
            !repository.pull_head(*number).await?.is_open && repository.pull_request(*number).await?.merged.is_none()
        }
    })
}

/// Tells it once a day at most: a restart is no news.
async fn tell(context: &Context, release: &Release, name: &str, message: Message) -> Result<(), StoreProblem> {
    let Some((project, _)) = context.projects.get(&release.spec.project) else { return Ok(()) };
    let who = context.people.holding(&context.people.roles_with(Permission::Release));
    let message = message.ping(who);
    let key = format!("missing/{name}/{}", context.clock.now().format("%Y-%m-%d"));
    let (teller, places, id) = (context.clone(), project.releases.clone(), release.spec.id);
    let thread = move |place| Target::Thread { place, release: id };
    context
        .write(move |writing: &mut Writing| journal::post_everywhere(&teller, writing, &key, &places, thread, &message))
        .await
}
