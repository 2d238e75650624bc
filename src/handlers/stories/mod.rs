//! `/release add` and `/release remove`: which stories a release takes in.

use std::sync::Arc;

use commands::{ProjectName, ReleaseAdd, ReleaseRef, ReleaseRemove};

use super::{Asked, Refusal, find::fresh};
use crate::{
    domain::{
        message::{Message, Tone},
        release::{
            Release,
            fact::Fact,
            plan::Step,
            stories::{Picking, Stands, Story, StoryFact},
        },
        team::people::Permission,
    },
    engine::steps::{self, StepError},
    github::Repository,
    messages::{either, stories as words},
    record::journal,
};

mod verdict;

impl Asked<'_> {
    pub(super) async fn add(&self, asked: ReleaseAdd) -> Result<Option<Message>, Refusal> {
        let release = self.picking_release(asked.project.as_ref(), asked.version.as_ref())?;
        let names: Vec<String> = asked.stories.names().map(str::to_owned).collect();
        self.may_pick(&release, picking(&release)?)?;
        let repository = self.repository(&release)?;
        let heads = names.iter().map(|name| async move { Ok::<_, Refusal>((name, repository.branch(name).await?)) });
        let heads = futures::future::try_join_all(heads).await?;
        let missing: Vec<String> =
            heads.iter().filter(|(_, head)| head.is_none()).map(|(name, _)| (*name).clone()).collect();
        if !missing.is_empty() {
            return Err(no_branch(repository, &missing, names.len() > 1).await);
        }
        // What is in already comes in again only if its branch has gone on.
        let same = |name: &String, story: &Story| {
            heads.iter().any(|(known, head)| *known == name && (head.is_none() || *head == story.head))
        };
        let same: Vec<String> = {
            let list = &release.state.stories;
            names.iter().filter(|name| list.named(name).is_some_and(|story| same(name, story))).cloned().collect()
        };
        let decide = move |release: &Release| to_add(release, &names, &same);
        if asked.dry_run {
            return Ok(Some(words::plan(&release, picking(&release)?, &decide(&release)?, &self.context.people)));
        }
        let (context, by, id) = (self.context.clone(), self.who()?, release.spec.id);
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let new = decide(&release)?;
            let message = words::added(&release, picking(&release)?, &new, &context.people);
            for story in new {
                let fact = Fact::Story { story, what: StoryFact::Added { by: by.clone() } };
                journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            }
            Ok((message, vec![id]))
        })
        .await
    }

    pub(super) async fn remove(&self, asked: ReleaseRemove) -> Result<Option<Message>, Refusal> {
        let release = self.picking_release(asked.project.as_ref(), asked.version.as_ref())?;
        let name = asked.story.as_str().to_owned();
        self.may_pick(&release, picking(&release)?)?;
        to_remove(&release, &name)?;
        if release.state.stories.named(&name).is_some_and(Story::is_in)
            && !release.state.stories.is_gone(&name)
            && let Some(other) = steps::pick::foreign(self.repository(&release)?, &release, picking(&release)?).await?
        {
            return Err(words::revert(&release, picking(&release)?, &name, Some(&other.sha)).into());
        }
        if asked.dry_run {
            return Ok(Some(words::removal(&release, picking(&release)?, &name, true)));
        }
        let (context, by, id) = (self.context.clone(), self.who()?, release.spec.id);
        let reason = asked.reason.as_str().to_owned();
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            to_remove(&release, &name)?;
            let message = words::removal(&release, picking(&release)?, &name, false);
            let fact = Fact::Story { story: name, what: StoryFact::Removed { by, reason } };
            journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            Ok((message, vec![id]))
        })
        .await
    }

    /// The release that takes stories in.
    fn picking_release(
        &self,
        project: Option<&ProjectName>,
        version: Option<&ReleaseRef>,
    ) -> Result<Arc<Release>, Refusal> {
        let takes = |release: &Release| release.spec.plan.picking().is_some() && release.state.tagged.is_none();
        self.release_that(takes, project, version)
    }

    fn repository(&self, release: &Release) -> Result<&Repository, Refusal> {
        let project = &release.spec.project;
        let found = self.context.projects.get(project).map(|(_, repository)| repository);
        found.ok_or_else(|| format!("bot.toml names no project {project} any more.").into())
    }

    /// Whoever moves releases on picks stories, and whoever says that these are all.
    fn may_pick(&self, release: &Release, picking: Picking<'_>) -> Result<(), Refusal> {
        let (known, people) = (self.known()?, &self.context.people);
        let own = picking.gate.roles.iter().any(|role| known.roles.contains(role));
        if own || people.may(&known.roles, Permission::Release) {
            return Ok(());
        }
        let mut roles = people.roles_with(Permission::Release);
        roles.extend(picking.gate.roles.iter().filter(|role| !roles.contains(role)).cloned().collect::<Vec<_>>());
        let who = either(&people.holding(&roles));
        Err(format!(
            "The stories of {} are picked by those with the role {}, which you do not hold. Ask {who}.",
            release.name(),
            either(&roles)
        )
        .into())
    }
}

impl From<StepError> for Refusal {
    fn from(trouble: StepError) -> Self {
        Self::Refused(format!("{}.", trouble.problem()))
    }
}

impl From<Message> for Refusal {
    fn from(message: Message) -> Self {
        Self::Answered(Box::new(message))
    }
}

/// The step that takes stories in, if it still does.
fn picking(release: &Release) -> Result<Picking<'_>, Refusal> {
    let name = release.name();
    let none = || Refusal::Refused(format!("{name} takes no stories in: its playbook has no such step."));
    let picking = release.spec.plan.picking().ok_or_else(none)?;
    let mut tags = release.spec.plan.steps.iter().zip(&release.state.steps);
    let tagging = tags.any(|(planned, state)| {
        matches!(planned.step, Step::Tag { .. }) && (state.started.is_some() || state.is_over())
    });
    if release.state.tagged.is_some() || tagging {
        return Err(format!(
            "Tag {} marks what is in {name}, so its stories do not change any more. What is missing goes into the next \
             release, what is wrong into a hotfix; /release cancel stops this one.",
            release.spec.tag
        )
        .into());
    }
    Ok(picking)
}

/// Which of the stories are new.
fn to_add(release: &Release, names: &[String], same: &[String]) -> Result<Vec<String>, Refusal> {
    let picking = picking(release)?;
    let list = &release.state.stories;
    // What was left out when the choice was complete comes in only once somebody says so.
    let complete = release.state.step(picking.step).is_over();
    let known = |name: &String| {
        list.named(name).is_some_and(|story| match story.is_in() {
            true => same.contains(name),
            false => !complete || !story.is_out(),
        })
    };
    let new: Vec<String> = names.iter().filter(|name| !known(name)).cloned().collect();
    if new.is_empty() {
        let verb = if names.len() == 1 { "is" } else { "are" };
        let names = names.join(", ");
        return Err(format!(
            "{names} {verb} picked for {} already; /release status shows how each stands.",
            release.name()
        )
        .into());
    }
    Ok(new)
}

/// Whether a story can be taken out.
fn to_remove(release: &Release, name: &str) -> Result<(), Refusal> {
    let picking = picking(release)?;
    let list = &release.state.stories;
    let story = list.named(name).ok_or_else(|| {
        let picked: Vec<String> = list.list.iter().map(|story| story.name.clone()).collect();
        match picked.as_slice() {
            [] => format!("{name} is not picked for {}; no story is.", release.name()),
            picked => format!("{name} is not picked for {}; picked are {}.", release.name(), picked.join(", ")),
        }
    })?;
    if picking.into == release.spec.branch || list.is_gone(name) {
        return Ok(());
    }
    if matches!(story.stands, Stands::In { .. }) {
        return Err(words::revert(release, picking, name, None).into());
    }
    match story.is_merging(picking) {
        true => Err(format!("{name} is just being merged: ask again in a moment.").into()),
        false => Ok(()),
    }
}

async fn no_branch(repository: &Repository, missing: &[String], several: bool) -> Refusal {
    let prefix = crate::domain::release::stories::PREFIX;
    let open: Vec<String> = match repository.branches_with_prefix(prefix).await {
        Ok(found) => found.into_iter().map(|(name, _)| name).take(20).collect(),
        Err(problem) => return problem.into(),
    };
    let (names, is) = (missing.join(", "), if missing.len() == 1 { "is no branch" } else { "are no branches" });
    let nothing = if several { " Nothing was picked." } else { "" };
    let there =
        if open.is_empty() { "There are no story branches.".into() } else { format!("There are {}.", open.join(", ")) };
    Message::new(Tone::Bad, format!("There {is} {names}"))
        .text(format!("A story's branch on {} has the story's name. {there}{nothing}", repository.full_name()))
        .into()
}
