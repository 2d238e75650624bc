//! Refuses a commit that lacks the fix of a hotfix that was tagged or has shipped.

use super::{
    context::{StepContext, StepError},
    present,
};
use crate::{
    domain::{
        message::short::short,
        release::{
            backport::{MissingBackport, needed},
            fact::Outcome,
        },
    },
    github::{Repository, model::CommitLine, problem::GithubProblem},
    messages::stops::Stop,
};

/// How many of the newest hotfixes are looked for; what is older has been looked for before.
const NEWEST: usize = 10;

pub(super) async fn act(context: &StepContext<'_>, git_ref: &str) -> Result<Outcome, StepError> {
    let mut lacks = vec![];
    for debt in needed(context.release, &context.surroundings.debts).take(NEWEST) {
        let missing = missing(context.repository, debt, git_ref).await?;
        if !missing.is_empty() {
            let commits: Vec<String> =
                missing.iter().map(|fix| format!("{} {}", short(&fix.sha), subject(fix))).collect();
            let description = &debt.description;
            let how = if debt.tagged_only { "tagged as" } else { "shipped with" };
            lacks.push(format!("\u{201c}{description}\u{201d} ({}), {how} {}", commits.join("; "), debt.tag));
        }
    }
    if lacks.is_empty() {
        return Ok(Outcome::Nothing);
    }
    let spec = &context.release.spec;
    let lacks = lacks.join(", and ");
    if git_ref == spec.tag {
        return Err(Stop::TagLacksFix { tag: git_ref, what: &lacks }.into());
    }
    let repeats = spec.repeats_on(spec.plan.steps[context.index].stage).as_deref() == Some(git_ref);
    Err(Stop::LacksFix { git_ref, what: &lacks, from: &spec.production, repeats }.into())
}

/// The commits of a fix that a branch, tag or commit lacks.
///
/// # Errors
/// What GitHub says against looking.
pub async fn missing(
    repository: &Repository,
    debt: &MissingBackport,
    line: &str,
) -> Result<Vec<CommitLine>, GithubProblem> {
    let fixes = match debt.fixes.is_empty() {
        true => repository.compare(&debt.since, &debt.commit).await?.commits,
        false => debt.fixes.iter().map(as_line).collect(),
    };
    let fixes: Vec<&CommitLine> = fixes.iter().filter(|fix| fix.parents < 2).collect();
    Ok(present::missing(repository, &fixes, &debt.commit, line).await?.into_iter().cloned().collect())
}

fn as_line(fix: &crate::domain::release::fact::NewCommit) -> CommitLine {
    let (sha, message, author) = (fix.sha.clone(), fix.subject.clone(), fix.author.clone());
    CommitLine { sha, message, author, parents: 1, ..CommitLine::default() }
}

fn subject(fix: &CommitLine) -> &str {
    fix.message.lines().next().unwrap_or_default()
}
