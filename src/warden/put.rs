//! Writes what should be: statuses, one at a time, and the ruleset.

use super::{
    ground::{Ground, Law},
    watch::{Then, Trouble, Watch},
    wishes::{Head, wishes},
};
use crate::{
    desk::Desk,
    domain::freeze::guard::{CONTEXT, Guard, RULESET},
    github::{problem::GithubProblem, rules::Restriction, statuses::NewStatus},
    store::{StoreProblem, warden::Written},
};

impl Watch {
    /// Writes one status, if one has to be written and may be now.
    pub(super) async fn put_one(
        &mut self,
        desk: &Desk,
        ground: &Ground,
        law: &Law<'_>,
        guards: &[Guard],
        rows: &[Written],
    ) -> Result<Then, Trouble> {
        let heads = self.heads(law, guards);
        let wishes = wishes(&heads, rows, |branch| law.is_closed(branch));
        let name = ground.name.clone();
        if !wishes.forget.is_empty() && !self.list_due {
            desk.write(move |writing| {
                wishes.forget.iter().for_each(|sha| writing.forget_written(&name, sha));
                Ok::<_, StoreProblem>(())
            })
            .await?;
            return Ok(Then::GoOn);
        }
        let Some(wish) = wishes.write.into_iter().find(|wish| !self.lost.contains(&wish.sha)) else {
            return Ok(Then::Rest);
        };
        if self.unwritten.is_some() {
            return Ok(Then::Rest);
        }
        if let Err(until) = self.pace.take(desk.clock.now()) {
            return Ok(Then::WaitUntil(until));
        }
        let status = NewStatus { context: CONTEXT, good: !wish.red, description: &wish.description, target_url: None };
        match ground.repository.set_status(&wish.sha, &status).await {
            Ok(()) => {}
            // The commit is gone: its branch was pushed to with force, or its fork was deleted.
            Err(GithubProblem::NotFound(_) | GithubProblem::Refused(_)) => {
                let (gone, base_is_closed) = (wish.sha.clone(), law.is_closed(&wish.base));
                self.lost.insert(gone.clone());
                if !base_is_closed {
                    desk.write(move |writing| {
                        writing.forget_written(&name, &gone);
                        Ok::<_, StoreProblem>(())
                    })
                    .await?;
                }
                return Ok(Then::GoOn);
            }
            Err(problem) if problem.may_pass() => return Err(problem.into()),
            Err(problem) => {
                tracing::warn!(repository = ground.name, %problem, "statuses cannot be written");
                self.unwritten = Some(problem.to_string());
                self.rules_due = true;
                return Ok(Then::GoOn);
            }
        }
        tracing::debug!(repository = ground.name, sha = wish.sha, red = wish.red, "a status was written");
        desk.write(move |writing| writing.put_written(&name, &wish)).await?;
        Ok(Then::GoOn)
    }

    /// All commits that want to be merged, and whether they may be.
    fn heads(&self, law: &Law<'_>, guards: &[Guard]) -> Vec<Head> {
        let required = |branch: &str| guards.iter().any(|guard| guard.branch == branch && guard.required == Some(true));
        let pulls = self.pulls.values().map(|pull| Head {
            sha: pull.head.clone(),
            base: pull.base.clone(),
            closed: law.against(pull),
            open: law.leave(pull),
            required: required(&pull.base),
        });
        let groups = self.groups.iter().map(|group| {
            // A group that stands on another group brings those pull requests along, so it closes as they do.
            let pull = self.pulls.get(&group.pull).filter(|pull| group.alone && pull.base == group.base);
            let closed = law.against_all(&group.base).filter(|_| pull.is_none_or(|pull| law.against(pull).is_some()));
            let open = pull.map_or_else(|| "no freeze is active".to_owned(), |pull| law.leave(pull));
            let (sha, base) = (group.head.clone(), group.base.clone());
            Head { sha, required: required(&base), base, closed, open }
        });
        pulls.chain(groups).collect()
    }

    /// Makes the ruleset what it should be: there while branches are closed that it is for, and gone otherwise.
    pub(super) async fn put_ruleset(&mut self, ground: &Ground) -> Result<(), Trouble> {
        self.ruleset_problem = None;
        match self.try_ruleset(ground).await {
            Ok(id) => self.ruleset = id,
            Err(problem) if problem.may_pass() => return Err(problem.into()),
            Err(problem) => {
                tracing::warn!(repository = ground.name, %problem, "the ruleset could not be put right");
                self.ruleset_problem = Some(problem.to_string());
            }
        }
        Ok(())
    }

    async fn try_ruleset(&self, ground: &Ground) -> Result<Option<u64>, GithubProblem> {
        let (repository, settings) = (&ground.repository, &ground.settings);
        let branches: Vec<String> = self.closed.iter().filter(|branch| ground.restricts(branch)).cloned().collect();
        let wanted =
            Restriction { name: RULESET.into(), branches, team: settings.bypass_team, app: settings.bypass_app };
        match (repository.restriction(RULESET).await?, wanted.branches.is_empty()) {
            (None, true) => Ok(None),
            (None, false) => repository.put_restriction(None, &wanted).await.map(Some),
            (Some((_, None)), true) => Ok(None),
            (Some((_, None)), false) => Err(GithubProblem::Refused(format!(
                "a ruleset named {RULESET} is there and does something else; rename it"
            ))),
            (Some((id, Some(_))), true) => repository.delete_ruleset(id).await.map(|()| None),
            (Some((id, Some(found))), false) if found == wanted => Ok(Some(id)),
            (Some((id, Some(_))), false) => repository.put_restriction(Some(id), &wanted).await.map(Some),
        }
    }
}
