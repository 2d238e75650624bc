//! Asks for the reviews that a rule wants.

use super::context::{StepContext, StepError};
use crate::{
    domain::{
        release::hindrance::{Hindered, Hindrance},
        team::people::Permission,
    },
    github::{
        model::PullRequest,
        problem::{GithubProblem, GithubResult},
    },
};

/// Where a rule wants reviews, those who may release are asked for them; whom GitHub does not ask is no reason to stop.
pub(super) async fn ask(context: &StepContext<'_>, pull_request: &PullRequest) -> Result<(), StepError> {
    let wants = |found: &Hindrance| found.name == pull_request.base && matches!(found.what, Hindered::Reviewed { .. });
    if !context.release.state.ruling.hindrances.iter().any(wants) {
        return Ok(());
    }
    let logins = logins(context, pull_request);
    if logins.is_empty() {
        return Ok(());
    }
    match asked(context, pull_request, &logins).await {
        // One of them is no collaborator: the others are asked all the same.
        Err(GithubProblem::Refused(_)) if logins.len() > 1 => {
            for login in logins {
                noted(pull_request, asked(context, pull_request, &[login]).await)?;
            }
            Ok(())
        }
        asked => noted(pull_request, asked),
    }
}

/// The GitHub logins of those who may release, but for whoever opened the pull request.
pub(super) fn logins(context: &StepContext<'_>, pull_request: &PullRequest) -> Vec<String> {
    let names = context.people.holding(&context.people.roles_with(Permission::Release));
    let logins = names.iter().filter_map(|name| context.people.named(name)?.github.first().cloned());
    logins.filter(|login| *login != pull_request.author).collect()
}

async fn asked(context: &StepContext<'_>, pull_request: &PullRequest, logins: &[String]) -> GithubResult<()> {
    context.repository.request_reviews(pull_request.number, logins).await
}

fn noted(pull_request: &PullRequest, asked: GithubResult<()>) -> Result<(), StepError> {
    match asked {
        Err(problem) if !problem.may_pass() => {
            tracing::warn!(number = pull_request.number, %problem, "nobody is asked for a review");
            Ok(())
        }
        asked => Ok(asked?),
    }
}
