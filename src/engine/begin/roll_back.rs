//! Decides on a roll-back: a small release that deploys the last good tag of an environment again.

use std::collections::BTreeMap;

use super::CannotBegin;
use crate::{
    context::Context,
    domain::{
        deploy::ledger::{Bad, Ledger},
        message::short::is_same,
        playbook::Playbook,
        release::{
            ReleaseId, ReleaseKind, ReleaseSpec,
            plan::{By, OnFailure, Plan, PlannedStep, Stage, Step, TargetNudges, inputs_back},
            way_back::way_back,
        },
        time::dates::Dates,
    },
    github::Repository,
    messages,
    store::StoreProblem,
};

/// How long a roll-back should take, in minutes.
const TARGET: i64 = 15;
/// Among how many releases the one that made a tag is looked for, newest first.
const RELEASES: usize = 100;

/// What was asked for.
pub struct RollBackSpec<'a> {
    /// The project's name.
    pub project: &'a str,
    /// Its repository.
    pub repository: &'a Repository,
    /// Its playbook.
    pub playbook: &'a Playbook,
    /// The environment.
    pub environment: &'a str,
    /// How it stands.
    pub ledger: &'a Ledger,
    /// The tag to go back to, if it was named.
    pub to: Option<String>,
    /// What must not run there.
    pub bad: &'a [Bad],
    /// Why.
    pub reason: String,
    /// Who asked.
    pub requester: String,
}

/// Decides on everything that a roll-back will be.
///
/// # Errors
/// Why it cannot begin.
pub async fn roll_back(context: &Context, wanted: RollBackSpec<'_>) -> Result<ReleaseSpec, CannotBegin> {
    let RollBackSpec { project, playbook, environment, ledger, .. } = wanted;
    let from = ledger.to_be_rolled_back().map(str::to_owned);
    let (tag, commit) = target(context, &wanted, from.as_deref()).await?;
    let inputs = inputs(context, &wanted)?;
    let text = playbook.version_of_tag(&tag).unwrap_or(&tag);
    let version = playbook.scheme.read(text)?;
    let from = from.unwrap_or_else(|| "what ran there".to_owned());
    Ok(ReleaseSpec {
        adopted: None,
        id: ReleaseId(0),
        project: project.to_owned(),
        plan: Plan { said_to_be_production: context.production(project), ..plan(environment, &tag, inputs) },
        kind: ReleaseKind::RollBack { environment: environment.to_owned(), from: from.clone(), reason: wanted.reason },
        requester: wanted.requester,
        at: context.clock.now(),
        branch: tag.clone(),
        source: tag.clone(),
        source_commit: commit,
        production: playbook.production.clone(),
        previous_tag: Some(from),
        next_version: version.clone(),
        target_minutes: TARGET,
        dates: Dates::default(),
        tag,
        version,
    })
}

/// The tag to go back to, with its commit: the one named, else the newest that ran well before and lacks what is bad.
async fn target(
    context: &Context,
    wanted: &RollBackSpec<'_>,
    from: Option<&str>,
) -> Result<(String, String), CannotBegin> {
    let (environment, repository) = (wanted.environment, wanted.repository);
    if let Some(tag) = &wanted.to {
        let found = repository.tag(tag).await?;
        let found = found.ok_or_else(|| format!("There is no tag {tag} on GitHub; /deploys shows what ran before."))?;
        return Ok((tag.clone(), found.commit));
    }
    let mut tags: Vec<String> = wanted.ledger.roll_back_targets().into_iter().map(|one| one.tag.clone()).collect();
    if tags.is_empty() {
        let mut from = from.map(str::to_owned);
        // Releases are looked at newest first, so each tag comes after those that follow it.
        for release in context.store.latest_releases(RELEASES)?.into_iter().rev() {
            let made = release.spec.project == wanted.project && !release.is_roll_back();
            if made && Some(&release.spec.tag) == from.as_ref() {
                from.clone_from(&release.spec.previous_tag);
                tags.extend(from.clone().filter(|tag| !wanted.ledger.is_rejected(tag)));
            }
        }
    }
    let mut passed_over = vec![];
    for tag in tags {
        let Some(found) = repository.tag(&tag).await? else { continue };
        if let Some(ran) = wanted.ledger.commit_of(&tag).filter(|ran| !is_same(ran, &found.commit)) {
            return Err(messages::environment::moved_since(&tag, environment, ran, &found.commit).to_string().into());
        }
        let mut has_bad = false;
        for bad in wanted.bad {
            has_bad |= repository.compare(&bad.commit, &found.commit).await?.behind == 0;
        }
        if !has_bad {
            return Ok((tag, found.commit));
        }
        passed_over.push(tag);
    }
    let why = if passed_over.is_empty() {
        format!("I know of no version that ran well in {environment} before.")
    } else {
        format!("{} ran in {environment} before, and has what is bad, too.", passed_over.join(", "))
    };
    Err(format!("{why} Name the version to go back to with to=\u{2026}.").into())
}

/// What CD is told: what the release says that brought what runs there, or else what the playbook's releases say.
fn inputs(context: &Context, wanted: &RollBackSpec<'_>) -> Result<BTreeMap<String, String>, StoreProblem> {
    let RollBackSpec { project, playbook, environment, ledger, .. } = wanted;
    let tried = ledger.attempt().and_then(|attempt| attempt.release);
    let brought = tried.or_else(|| ledger.runs().and_then(|now| now.release));
    let release = brought.map(|id| context.store.release(id)).transpose()?.flatten();
    if let Some(inputs) = release.and_then(|release| way_back(&release, environment)) {
        return Ok(inputs);
    }
    let meanings = context.projects.get(*project).map(|(project, _)| project.words.clone()).unwrap_or_default();
    let Some(Step::Deploy { inputs, .. }) = playbook.deploy_to(environment, &meanings) else {
        return Ok(BTreeMap::new());
    };
    Ok(inputs_back(inputs))
}

/// Deploys the tag all at once, and waits for its end.
fn plan(environment: &str, tag: &str, inputs: BTreeMap<String, String>) -> Plan {
    let step = Step::Deploy {
        environment: environment.to_owned(),
        git_ref: tag.to_owned(),
        build: String::new(),
        // Nobody pushes a tag once more, so CD is asked.
        by: By::Dispatch,
        inputs,
        title: Some(format!("roll {environment} back to {tag}")),
        same_artifact: false,
        retries: 0,
        soak: None,
        watch: None,
        on_failure: OnFailure::Leave,
        number: None,
    };
    let stage = Stage {
        name: format!("Roll {environment} back"),
        short: None,
        timeline: false,
        repeats: false,
        of: None,
        keeps_deploys: false,
        background: false,
        joins: false,
    };
    let steps = vec![PlannedStep { stage: 0, step }];
    Plan {
        stages: vec![stage],
        steps,
        dates: vec![],
        zone: None,
        said_to_be_production: vec![],
        version_files: vec![],
        target: TargetNudges::default(),
    }
}
