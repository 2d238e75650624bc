//! Branches that are called like a release's and that somebody made by hand: offered to be adopted, once; and what a tag says
//! there is adopted at once, where a fix must come back to its line.

use std::collections::BTreeMap;

use super::{
    begin::{self, CannotBegin, adopt},
    runner::Runner,
};
use crate::{
    context::Context,
    domain::{
        message::{Message, post::Target},
        playbook::{HandMade, Playbook},
        release::{
            fact::THE_BOT,
            plan::{Plan, Step},
        },
        team::project::Project,
        version::Version,
    },
    github::{Repository, problem::GithubResult},
    messages::by_hand,
    record::journal,
    store::{StoreProblem, Writing},
};

/// So many of the newest releases are asked for their branches.
const REMEMBERED: usize = 50;

/// How each such branch of a project stood when it was looked at last.
pub(super) type LookedOver = BTreeMap<String, (String, bool)>;

/// A branch that no release made.
struct Stray<'a> {
    branch: String,
    head: String,
    found: HandMade<'a>,
    tagged: bool,
}

/// Looks at the branches of a project that nobody leads, and tells of those that are new. What cannot be seen is looked at again.
pub(super) async fn look(
    context: &Context,
    runner: &Runner,
    (project, repository): &(Project, Repository),
    known: &mut LookedOver,
) -> Result<(), StoreProblem> {
    let Some(playbook) = context.playbooks.get(&project.playbook) else { return Ok(()) };
    let led = led(context, &project.name)?;
    let Ok(strays) = strays(repository, playbook, &led).await else { return Ok(()) };
    for stray in strays {
        let stands = (stray.head.clone(), stray.tagged);
        if known.get(&stray.branch) == Some(&stands) {
            continue;
        }
        let Ok(came) = repository.compare(&playbook.production, &stray.head).await else { continue };
        known.insert(stray.branch.clone(), stands);
        // What is tagged and in production is over.
        if stray.tagged && came.ahead == 0 {
            continue;
        }
        let by = came.commits.last().map(|commit| context.people.name_of_login(&commit.author));
        let of = (project, repository, playbook);
        match stray.tagged && comes_back(playbook, &stray.found) {
            true => come_back(context, runner, of, &stray, by.as_deref()).await?,
            false => tell(context, project, &stray.branch, offer(playbook, project, &stray, by.as_deref())).await?,
        }
    }
    Ok(())
}

/// The branches of the releases that the bot made.
fn led(context: &Context, project: &str) -> Result<Vec<String>, StoreProblem> {
    let (latest, open) = (context.store.latest_releases(REMEMBERED)?, context.store.open_releases()?);
    let own = latest.into_iter().chain(open).filter(|release| release.spec.project == project);
    Ok(own.map(|release| release.spec.branch.clone()).collect())
}

/// The branches that no release made, of versions that were not overtaken.
async fn strays<'a>(repository: &Repository, playbook: &'a Playbook, led: &[String]) -> GithubResult<Vec<Stray<'a>>> {
    let mut branches = vec![];
    for path in [&playbook.release, &playbook.hotfix] {
        let Some((prefix, _)) = path.fixed_prefix() else { continue };
        branches.extend(repository.branches_with_prefix(prefix).await?);
    }
    branches.sort_unstable();
    branches.dedup();
    branches.retain(|(branch, _)| !led.contains(branch) && playbook.hand_made(branch).is_some());
    if branches.is_empty() {
        return Ok(vec![]);
    }
    let tags = repository.tag_names().await?;
    let version = |tag: &String| playbook.scheme.read(playbook.version_of_tag(tag)?).ok().filter(Version::is_final);
    let versions: Vec<Version> = tags.iter().filter_map(version).collect();
    let strays = branches.into_iter().filter_map(|(branch, head)| {
        let found = playbook.hand_made(&branch)?;
        let tagged = versions.contains(&found.version);
        let overtaken = versions.iter().any(|other| *other > found.version);
        (!overtaken).then_some(Stray { branch, head, found, tagged })
    });
    Ok(strays.collect())
}

/// Whether a fix has to come back to its line as soon as its tag is there.
fn comes_back(playbook: &Playbook, found: &HandMade<'_>) -> bool {
    let awaits = |plan: &Plan| {
        let tag = plan.find(|step| matches!(step, Step::AwaitTag { .. }));
        let pick = plan.find(|step| matches!(step, Step::CherryPick { .. }));
        tag.is_some() && pick > tag
    };
    found.is_hotfix && playbook.sample_of(found.path).as_ref().is_some_and(awaits)
}

/// Goes on with the branch, as nobody has to be asked for that; where it cannot, that is told with why.
async fn come_back(
    context: &Context,
    runner: &Runner,
    (project, repository, playbook): (&Project, &Repository, &Playbook),
    stray: &Stray<'_>,
    by: Option<&str>,
) -> Result<(), StoreProblem> {
    let now = context.clock.now();
    let of = (project.name.as_str(), repository, playbook);
    let wanted = adopt::wanted(of, (&stray.branch, &stray.found), THE_BOT.to_owned(), now);
    let begun = match Box::pin(begin::begin(context, &wanted)).await {
        Ok(spec) => {
            let ruling = begin::ruled::look(repository, &spec).await;
            let (writer, places, branch) = (context.clone(), project.releases.clone(), stray.branch.clone());
            let message = by_hand::adopted(&project.name, &branch, &spec.tag, by);
            let key = key(&project.name, &branch, true);
            let create = move |writing: &mut Writing| {
                let spec = begin::create(&writer, writing, spec, None, ruling)?;
                journal::post_everywhere(&writer, writing, &key, &places, Target::Channel, &message)?;
                Ok::<_, CannotBegin>(spec.id)
            };
            context.write(create).await
        }
        Err(why) => Err(why),
    };
    match begun {
        Ok(id) => {
            runner.wake(id);
            Ok(())
        }
        Err(CannotBegin::Store(problem)) => Err(problem),
        Err(CannotBegin::Refused(why)) => {
            let message = by_hand::not_adopted(&project.name, &stray.branch, &why);
            tell(context, project, &stray.branch, message).await
        }
        Err(CannotBegin::GitHub(problem)) => {
            let message = by_hand::not_adopted(&project.name, &stray.branch, &format!("{problem}."));
            tell(context, project, &stray.branch, message).await
        }
    }
}

fn offer(playbook: &Playbook, project: &Project, stray: &Stray<'_>, by: Option<&str>) -> Message {
    let plan = playbook.sample_of(stray.found.path);
    let stages: Vec<String> = plan.into_iter().flat_map(|plan| plan.stages).map(|stage| stage.name).collect();
    let tag = playbook.tag_of(&stray.found.version.to_string());
    by_hand::offered(&project.name, (&stray.branch, &tag), by, &stages)
}

fn key(project: &str, branch: &str, tagged: bool) -> String {
    format!("branch/{project}/{branch}{}", if tagged { "/tagged" } else { "" })
}

/// Told once, whenever it was.
async fn tell(context: &Context, project: &Project, branch: &str, message: Message) -> Result<(), StoreProblem> {
    let (teller, places, key) = (context.clone(), project.releases.clone(), key(&project.name, branch, false));
    context
        .write(move |writing| journal::post_everywhere(&teller, writing, &key, &places, Target::Channel, &message))
        .await
}
