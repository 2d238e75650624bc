//! Writes what should be: statuses, one at a time, and the ruleset.

use super::{
    ground::{Ground, Law},
    watch::{Then, Trouble, Watch},
    wishes::{Head, Wishes, wishes},
};
use crate::{
    desk::Desk,
    domain::freeze::guard::{CONTEXT, Guard, RULESET},
    github::{problem::GithubProblem, rules::Restriction, statuses::NewStatus},
    store::{StoreProblem, warden::Written},
};

impl Watch {
    /// What has to be written, and what needs no remembering.
    pub(super) fn wishes(&self, law: &Law<'_>, guards: &[Guard], rows: &[Written]) -> Wishes {
        wishes(&self.heads(law, guards), rows, |branch| law.is_closed(branch))
    }

    /// Writes as many statuses as have to be written and may be now; stops when something new has been heard.
    pub(super) async fn put_some(
        &mut self,
        desk: &Desk,
        ground: &Ground,
        wishes: Wishes,
        heard: impl Fn() -> bool,
    ) -> Result<Then, Trouble> {
        if !wishes.forget.is_empty() && !self.list_due {
            forget(desk, ground, wishes.forget).await?;
            return Ok(Then::GoOn);
        }
        for wish in wishes.write {
            if self.unwritten.is_some() {
                break;
            }
            if self.lost.contains(&wish.sha) {
                continue;
            }
            if let Err(until) = self.pace.take(desk.clock.now()) {
                return Ok(Then::WaitUntil(until));
            }
            self.put_one(desk, ground, wish).await?;
            if heard() {
                return Ok(Then::GoOn);
            }
        }
        Ok(Then::Rest)
    }

    async fn put_one(&mut self, desk: &Desk, ground: &Ground, wish: Written) -> Result<(), Trouble> {
        let status = NewStatus { context: CONTEXT, good: !wish.red, description: &wish.description, target_url: None };
        match ground.repository.set_status(&wish.sha, &status).await {
            Ok(()) => {}
            // The commit is gone: its branch was pushed to with force, or its fork was deleted.
            Err(GithubProblem::NotFound(_) | GithubProblem::Refused(_)) => {
                self.lost.insert(wish.sha.clone());
                if !wish.red {
                    forget(desk, ground, vec![wish.sha]).await?;
                }
                return Ok(());
            }
            Err(problem) if problem.may_pass() => return Err(problem.into()),
            Err(problem) => {
                tracing::warn!(repository = ground.name, %problem, "statuses cannot be written");
                self.unwritten = Some(problem.to_string());
                self.rules_due = true;
                return Ok(());
            }
        }
        tracing::debug!(repository = ground.name, sha = wish.sha, red = wish.red, "a status was written");
        let name = ground.name.clone();
        Ok(desk.write(move |writing| writing.put_written(&name, &wish)).await?)
    }

    /// All commits that want to be merged, and whether they may be.
    fn heads(&self, law: &Law<'_>, guards: &[Guard]) -> Vec<Head> {
        let required = |branch: &str| guards.iter().any(|guard| guard.branch == branch && guard.required == Some(true));
        let pulls = self.pulls.values().filter(|pull| !law.may_be_own(pull)).map(|pull| Head {
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

async fn forget(desk: &Desk, ground: &Ground, commits: Vec<String>) -> Result<(), StoreProblem> {
    let name = ground.name.clone();
    desk.write(move |writing| {
        commits.iter().for_each(|sha| writing.forget_written(&name, sha));
        Ok(())
    })
    .await
}
