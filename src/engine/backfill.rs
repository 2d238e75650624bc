//! What stood in the environments before the bot came: read from GitHub's deployments wherever nothing is known yet.

use crate::{
    context::Context,
    domain::{
        aside::Row,
        deploy::{ledger::Running, report::bare},
        playbook::Playbook,
    },
    github::{Repository, model::LatestDeployment, problem::GithubProblem},
    store::StoreProblem,
    work::{Failed, Hand, NextTurn, Waker, Worker},
};

/// How many versions that ran before are asked for.
const FEW: usize = 3;

/// Looks once, when the bot starts. What GitHub does not tell now is asked for again when somebody wants to know it.
pub fn take(context: &Context) {
    let owner = context.clone();
    let make = move || FirstLook(owner.clone());
    drop(context.keep("the first look at what is deployed", &Waker::default(), context.quiet.busy(), make));
}

struct FirstLook(Context);

impl Worker for FirstLook {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        for (name, (_, repository)) in self.0.projects.iter() {
            let row = Row::Deployed(name.clone());
            hand.take(row.clone());
            if !self.0.store.is_aside(&row)? {
                of_project(&self.0, name, repository).await?;
            }
        }
        Ok(NextTurn::Over)
    }
}

/// Looks at the environments of a project of which nothing is known. What GitHub does not show stays unknown.
///
/// # Errors
/// What the store says.
pub async fn of_project(context: &Context, project: &str, repository: &Repository) -> Result<(), StoreProblem> {
    let Some((settings, _)) = context.projects.get(project) else { return Ok(()) };
    let Some(playbook) = context.playbooks.get(&settings.playbook) else { return Ok(()) };
    for environment in context.environments(project) {
        if context.store.ledger(project, &environment)?.is_known() {
            continue;
        }
        match look(repository, playbook, &environment).await {
            Ok(seen) => keep(context, project, environment, seen).await?,
            Err(problem) => tracing::debug!(project, environment, %problem, "could not see what is deployed"),
        }
    }
    Ok(())
}

/// What ran well there, newest first; the first of them stands there now.
async fn look(repository: &Repository, playbook: &Playbook, environment: &str) -> Result<Vec<Running>, GithubProblem> {
    let known = |tag: &String| playbook.version_of_tag(tag).is_some_and(|text| playbook.scheme.read(text).is_ok());
    let mut all: Vec<Running> = vec![];
    for LatestDeployment { git_ref, version, tag, deployment } in repository.deployed_to(environment, FEW).await? {
        let tag = Some(git_ref).filter(known).or(tag.filter(known));
        let of_tag = || tag.as_deref().and_then(|tag| playbook.version_of_tag(tag)).map(str::to_owned);
        let Some(version) = version.or_else(of_tag) else { continue };
        let tag = tag.unwrap_or_else(|| playbook.tag_of(bare(&version)));
        if all.iter().all(|one| one.tag != tag) {
            all.push(Running {
                tag,
                version: bare(&version).to_owned(),
                commit: Some(deployment.commit),
                digest: deployment.digest,
                config: deployment.config,
                since: deployment.updated_at,
                release: None,
                url: Some(deployment.url).filter(|url| !url.is_empty()),
                rejected: None,
                undecided: false,
            });
        }
    }
    Ok(all)
}

/// Keeps what was seen, unless something has become known meanwhile.
async fn keep(context: &Context, project: &str, environment: String, seen: Vec<Running>) -> Result<(), StoreProblem> {
    let project = project.to_owned();
    context
        .write(move |writing| {
            let mut ledger = writing.ledger(&project, &environment)?;
            if ledger.stood(seen) { writing.put_ledger(&project, &environment, &ledger) } else { Ok(()) }
        })
        .await
}
