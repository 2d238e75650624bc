//! Merges into closed branches: heard of, or found at a look. One that nobody gave leave for is an alarm.

use chrono::TimeDelta;

use super::{
    scope::{EffectiveFreezes, RepositoryScope},
    watch::{EnforcementError, Watch},
};
use crate::{
    context::Context,
    domain::{freeze::merged::MergedWhileClosed, message::post::Target},
    github::{
        model::{MergedBy, PullRequest},
        problem::GithubResult,
        statuses::OpenPull,
    },
    messages,
    record::journal,
    store::StoreProblem,
};

/// How far it is looked back for merges into a branch that was opened just now.
const LOOK_BACK: TimeDelta = TimeDelta::hours(1);
/// Who merges what has come through a merge queue.
const QUEUE: &str = "github-merge-queue[bot]";

impl Watch {
    /// Looks at one pull request that is gone, or for such ones in one closed branch; whether there was any.
    pub(super) async fn look_at_merges(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        effective: &EffectiveFreezes<'_>,
    ) -> Result<bool, EnforcementError> {
        if let Some(number) = self.gone.first().copied() {
            self.look_at_gone(context, scope, number).await?;
            self.gone.remove(&number);
            return Ok(true);
        }
        let Some(base) = self.merges_due.first().cloned() else { return Ok(false) };
        // What a branch that has just been opened was closed to is seen to as well.
        let began = effective.closing(&base).iter().map(|freeze| freeze.from).min();
        let since = began.unwrap_or(context.clock.now() - LOOK_BACK);
        let merged = hidden_is_none(scope, scope.repository.merged_since(&base, since).await)?.unwrap_or_default();
        for pull in merged.into_iter().filter(|pull| !self.judged.contains(&pull.number)) {
            if EffectiveFreezes::then(context, scope, pull.at)?.is_closed(&base) {
                self.gone.insert(pull.number);
            }
        }
        self.merges_due.remove(&base);
        Ok(true)
    }

    async fn look_at_gone(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        number: u64,
    ) -> Result<(), EnforcementError> {
        let found = hidden_is_none(scope, scope.repository.pull_request(number).await)?;
        let Some((pull, merged)) = found.and_then(|pull| Some((pull.clone(), pull.merged?))) else { return Ok(()) };
        self.judged.insert(number);
        let then = EffectiveFreezes::then(context, scope, merged.at)?;
        if then.against(&as_open(&pull, &merged)).is_none() || self.may_pass(scope, &pull.base, &merged.login).await? {
            return Ok(());
        }
        let Some(freeze) = then.closing(&pull.base).into_iter().next() else { return Ok(()) };
        let right = scope.repository.update_right(&pull.base, &merged.commit).await;
        let runs = scope.repository.runs_on(&merged.commit).await;
        if let Some(passing) =
            [right.as_ref().err(), runs.as_ref().err()].into_iter().flatten().find(|one| one.may_pass())
        {
            return Err(passing.clone().into());
        }
        let guard = context.store.readings(&scope.name)?.into_iter().find(|guard| guard.branch == pull.base);
        let merged = MergedWhileClosed {
            number,
            title: pull.title,
            url: pull.url,
            base: pull.base,
            by: merged.login,
            freeze,
            right,
            standing: guard.map(|guard| guard.told.unwrap_or(guard.standing)),
            runs: runs.map(|runs| runs.into_iter().map(|run| (run.name, run.url)).collect()),
        };
        let message = messages::merged::while_closed(&scope.name, &merged, context.zone);
        let (writer, places) = (context.clone(), scope.incidents.clone());
        let key = format!("merged/{}/{number}", scope.name);
        let post = move |writing: &mut _| {
            journal::post_everywhere(&writer, writing, &key, &places, Target::Channel, &message)?;
            Ok::<_, StoreProblem>(())
        };
        Ok(context.write(post).await?)
    }

    /// Whether `bot.toml` lets somebody pass the ruleset of a branch.
    async fn may_pass(&self, scope: &RepositoryScope, base: &str, login: &str) -> Result<bool, EnforcementError> {
        let restricts = scope.restricts(base);
        if !restricts && !scope.shuts_at_once(base) || login.is_empty() {
            return Ok(false);
        }
        // Which App an account belongs to GitHub does not say.
        if restricts && scope.settings.bypass_app.is_some() && login.ends_with("[bot]") && login != QUEUE {
            return Ok(true);
        }
        match scope.settings.bypass_team {
            Some(team) => Ok(hidden_is_none(scope, scope.repository.is_in_team(team, login).await)?.unwrap_or(false)),
            None => Ok(false),
        }
    }
}

/// A pull request as it was when it was merged.
fn as_open(pull: &PullRequest, merged: &MergedBy) -> OpenPull {
    OpenPull {
        number: pull.number,
        head: pull.head_sha.clone(),
        base: pull.base.clone(),
        author: pull.author.clone(),
        title: pull.title.clone(),
        url: pull.url.clone(),
        created: merged.at,
        updated: merged.at,
        draft: false,
        auto_merge: false,
        mergeable: false,
        shown: None,
    }
}

/// What GitHub does not show is nothing, and goes to the log.
fn hidden_is_none<T>(scope: &RepositoryScope, found: GithubResult<T>) -> Result<Option<T>, EnforcementError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(problem) if problem.may_pass() => Err(problem.into()),
        Err(problem) => {
            tracing::warn!(repository = scope.name, %problem, "what was merged cannot be seen");
            Ok(None)
        }
    }
}
