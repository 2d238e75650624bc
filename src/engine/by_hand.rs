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
            ReleaseSpec,
            fact::THE_BOT,
            plan::{Plan, Step},
        },
        team::project::Project,
        version::Version,
    },
    github::{
        Repository,
        model::{CommitLine, Comparison},
        problem::GithubResult,
    },
    messages::by_hand,
    record::journal,
    store::{StoreProblem, Writing},
};

/// How each such branch of a project stood when it was looked at last.
pub(super) type LookedOver = BTreeMap<String, (String, bool)>;

/// A branch that no release made.
struct Stray<'a> {
    branch: String,
    head: String,
    found: HandMade<'a>,
    tagged: bool,
}

/// Where is looked.
struct Scout<'a> {
    context: &'a Context,
    runner: &'a Runner,
    project: &'a Project,
    repository: &'a Repository,
    playbook: &'a Playbook,
}

/// Looks at the branches of a project that nobody leads, and tells of those that are new. What cannot be seen, and what could not
/// be adopted yet, is looked at again.
pub(super) async fn look(
    context: &Context,
    runner: &Runner,
    (project, repository): &(Project, Repository),
    known: &mut LookedOver,
) -> Result<(), StoreProblem> {
    let Some(playbook) = context.playbooks.get(&project.playbook) else { return Ok(()) };
    let scout = Scout { context, runner, project, repository, playbook };
    let Ok(branches) = called_so(repository, playbook).await else { return Ok(()) };
    let mut alone = vec![];
    for (branch, head) in branches {
        let Some(found) = playbook.hand_made(&branch) else { continue };
        if !scout.is_led(&branch, &found.version)? {
            alone.push(Stray { branch, head, found, tagged: false });
        }
    }
    let Ok(strays) = strays(repository, playbook, alone).await else { return Ok(()) };
    for stray in strays {
        let (before, stands) = (known.get(&stray.branch), (stray.head.clone(), stray.tagged));
        if before == Some(&stands) {
            continue;
        }
        let fresh = before.is_some_and(|(_, tagged)| !tagged);
        let Ok(came) = repository.compare(&playbook.production, &stray.head).await else { continue };
        if Box::pin(scout.tend(&stray, &came, fresh)).await? {
            known.insert(stray.branch, stands);
        }
    }
    Ok(())
}

/// The branches that are called as one of the paths calls its own, with their heads.
async fn called_so(repository: &Repository, playbook: &Playbook) -> GithubResult<Vec<(String, String)>> {
    let mut branches = vec![];
    for path in [&playbook.release, &playbook.hotfix] {
        let Some((prefix, _)) = path.fixed_prefix() else { continue };
        branches.extend(repository.branches_with_prefix(prefix).await?);
    }
    branches.sort_unstable();
    branches.dedup();
    Ok(branches)
}

/// Those of versions that no tag has overtaken, and whether theirs is tagged.
async fn strays<'a>(
    repository: &Repository,
    playbook: &Playbook,
    alone: Vec<Stray<'a>>,
) -> GithubResult<Vec<Stray<'a>>> {
    if alone.is_empty() {
        return Ok(vec![]);
    }
    let tags = repository.tag_names().await?;
    let versions: Vec<Version> = tags.iter().filter_map(|tag| begin::version_of(playbook, tag)).collect();
    let strays = alone.into_iter().filter_map(|stray| {
        let tagged = versions.contains(&stray.found.version);
        let overtaken = versions.iter().any(|other| *other > stray.found.version);
        (!overtaken).then_some(Stray { tagged, ..stray })
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

impl Scout<'_> {
    /// Whether a release of this repository made the branch, or adopted it; whether that goes on or is over.
    fn is_led(&self, branch: &str, version: &Version) -> Result<bool, StoreProblem> {
        let (repository, version) = (&self.project.repository, version.to_string());
        let beside = self.context.projects.iter().filter(|(_, (project, _))| project.repository == *repository);
        for (project, _) in beside {
            let releases = self.context.store.releases_of_version(project, &version)?;
            if releases.iter().any(|release| release.spec.branch == branch) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Does for a branch what is to be done; whether that is all there is to do as long as it stands so. `fresh` if its tag came
    /// before the bot's eyes.
    async fn tend(&self, stray: &Stray<'_>, came: &Comparison, fresh: bool) -> Result<bool, StoreProblem> {
        let back = comes_back(self.playbook, &stray.found);
        let mut adopts = false;
        if stray.tagged {
            let runs = begin::runs_now(self.context, &self.project.name, self.playbook, self.repository).await?;
            let runs = runs.and_then(|tag| begin::version_of(self.playbook, &tag));
            // What is tagged and in production is over. A squash leaves its commits behind; then the version tells.
            if came.ahead == 0 || runs.as_ref().is_some_and(|runs| *runs >= stray.found.version) {
                return Ok(true);
            }
            // Where nobody knows what production runs, a tag that was there before may have been released long ago.
            if runs.is_none() && !fresh && !back {
                return Ok(true);
            }
            adopts = back && (runs.is_some() || fresh);
        }
        if self.is_led(&stray.branch, &stray.found.version)? {
            return Ok(true);
        }
        let last = came.commits.last();
        if adopts {
            return self.come_back(stray, last).await;
        }
        let by = last.map(|commit| self.context.people.name_of_login(&commit.author));
        self.tell(&self.key(stray, ""), self.offer(stray, by.as_deref())).await?;
        Ok(true)
    }

    /// Goes on with the branch, as nobody has to be asked for that. Where it cannot, that is told with why, and tried again: what
    /// is in the way may pass.
    async fn come_back(&self, stray: &Stray<'_>, last: Option<&CommitLine>) -> Result<bool, StoreProblem> {
        let begun = match self.begin(stray, last).await {
            Ok(spec) => self.create(stray, spec, last).await,
            Err(why) => Err(why),
        };
        match begun {
            Ok(()) => Ok(true),
            Err(CannotBegin::Store(problem)) => Err(problem),
            // Somebody was quicker.
            Err(CannotBegin::Refused(_)) if self.is_led(&stray.branch, &stray.found.version)? => Ok(true),
            Err(CannotBegin::Refused(why)) => {
                let message = by_hand::not_adopted(&self.project.name, &stray.branch, &why);
                // What stands in brackets there may change with the minute, and is the same reason.
                let reason = why.split_once(" (").map_or(why.as_str(), |(reason, _)| reason);
                self.tell(&self.key(stray, &format!("/not/{reason}")), message).await?;
                Ok(false)
            }
            Err(CannotBegin::GitHub(problem)) => {
                tracing::warn!(project = self.project.name, branch = stray.branch, %problem, "could not adopt a branch yet");
                Ok(false)
            }
        }
    }

    async fn begin(&self, stray: &Stray<'_>, last: Option<&CommitLine>) -> Result<ReleaseSpec, CannotBegin> {
        let now = self.context.clock.now();
        let of = (self.project.name.as_str(), self.repository, self.playbook);
        let asked = self.stands_for_it(stray, last).await?;
        let wanted = adopt::wanted(of, (&stray.branch, &stray.found), asked, now);
        Ok(Box::pin(begin::begin(self.context, &wanted)).await?.spec)
    }

    async fn create(&self, stray: &Stray<'_>, spec: ReleaseSpec, last: Option<&CommitLine>) -> Result<(), CannotBegin> {
        let ruling = begin::ruled::look(self.repository, &spec).await;
        let by = last.map(|commit| self.context.people.name_of_login(&commit.author));
        let message = by_hand::adopted(&self.project.name, &stray.branch, &spec.tag, by.as_deref());
        let (writer, places, key) = (self.context.clone(), self.project.releases.clone(), self.key(stray, "/tagged"));
        let create = move |writing: &mut Writing| {
            let spec = begin::create(&writer, writing, spec, None, ruling)?;
            journal::post_everywhere(&writer, writing, &key, &places, Target::Channel, &message)?;
            Ok::<_, CannotBegin>(spec.id)
        };
        self.runner.wake(self.context.write(create).await?);
        Ok(())
    }

    /// Who stands for a fix that nobody asked for: whoever tagged it, else whoever committed to it last, if they are of the team.
    async fn stands_for_it(&self, stray: &Stray<'_>, last: Option<&CommitLine>) -> GithubResult<String> {
        let people = &self.context.people;
        let tag = self.repository.tag(&self.playbook.tag_of(&stray.found.version.to_string())).await?;
        let tagger = tag.and_then(|tag| people.author(None, &tag.tagger?));
        let committer = last.and_then(|commit| people.author(commit.login.as_deref(), &commit.email));
        let names = [tagger, committer].into_iter().flatten();
        Ok(names.into_iter().find(|name| people.named(name).is_some()).unwrap_or_else(|| THE_BOT.to_owned()))
    }

    fn offer(&self, stray: &Stray<'_>, by: Option<&str>) -> Message {
        let plan = self.playbook.sample_of(stray.found.path);
        let stages: Vec<String> = plan.into_iter().flat_map(|plan| plan.stages).map(|stage| stage.name).collect();
        let tag = self.playbook.tag_of(&stray.found.version.to_string());
        by_hand::offered(&self.project.name, (&stray.branch, &tag), by, &stages)
    }

    fn key(&self, stray: &Stray<'_>, what: &str) -> String {
        format!("branch/{}/{}{what}", self.project.name, stray.branch)
    }

    /// Told once by its key, whenever it was.
    async fn tell(&self, key: &str, message: Message) -> Result<(), StoreProblem> {
        let (teller, places, key) = (self.context.clone(), self.project.releases.clone(), key.to_owned());
        self.context
            .write(move |writing| journal::post_everywhere(&teller, writing, &key, &places, Target::Channel, &message))
            .await
    }
}
