//! The leave that a ruleset of ours requires: given to what may be merged while that ruleset is there, and taken from what had
//! it before and may not be merged now.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    desired::{Head, Urgency, by_commit},
    put::forget_leaves,
    scope::{EffectiveFreezes, RepositoryScope},
    watch::{EnforcementError, Then, Watch},
};
use crate::{
    context::Context,
    domain::freeze::enforcement::{EnforcementReading, PASS},
    github::{
        problem::GithubProblem,
        statuses::{NewStatus, Wrote},
    },
    store::enforcement::Written,
};

impl Watch {
    /// Whether the ruleset that requires the bot's leave closes a branch now, as far as is known.
    pub(super) fn shuts(&self, scope: &RepositoryScope, branch: &str) -> bool {
        let there = self.passing.id.is_some() && self.passing.problem.is_none();
        there && self.closed.contains(branch) && scope.shuts_at_once(branch)
    }

    /// Gives or takes one leave, or forgets some; what comes after that, if there was any.
    pub(super) async fn put_a_leave(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        effective: &EffectiveFreezes<'_>,
        readings: &[EnforcementReading],
    ) -> Result<Option<Then>, EnforcementError> {
        if scope.repository.own_app().is_none() || self.unwritten.is_some() || self.list_due {
            return Ok(None);
        }
        let rows = context.store.leaves(&scope.name)?;
        let desired = leaves(&self.heads(effective, readings), &rows, |branch| self.shuts(scope, branch));
        let Some(wish) = desired.into_iter().find(|wish| !self.no_leave.contains_key(&wish.sha)) else {
            return Ok(None);
        };
        if let Err(until) = self.pace.take(context.clock.now(), 0) {
            return Ok(Some(Then::WaitUntil(until)));
        }
        let status = NewStatus { context: PASS, good: !wish.red, description: &wish.description, target_url: None };
        let name = scope.name.clone();
        let wish = match scope.repository.set_status(&wish.sha, &status).await {
            Ok(Wrote::There { id, by }) => Written { id: Some(id), by: Some(by), ..wish },
            Ok(Wrote::NoCommit) => {
                forget_leaves(context, scope, vec![wish.sha.clone()]).await?;
                self.no_leave.insert(wish.sha, "GitHub knows no such commit".to_owned());
                return Ok(Some(Then::GoOn));
            }
            Err(problem @ GithubProblem::Refused(_)) => {
                tracing::warn!(repository = name, sha = wish.sha, %problem, "a leave is not taken");
                self.no_leave.insert(wish.sha, problem.to_string());
                return Ok(Some(Then::GoOn));
            }
            Err(problem) if problem.may_pass() => return Err(problem.into()),
            Err(problem) => {
                tracing::warn!(repository = name, %problem, "leave cannot be given");
                self.unwritten = Some(problem.to_string());
                self.rules_due = true;
                return Ok(Some(Then::GoOn));
            }
        };
        tracing::debug!(repository = name, sha = wish.sha, given = !wish.red, "a leave was written");
        context.write(move |writing| writing.put_leave(&name, &wish)).await?;
        Ok(Some(Then::GoOn))
    }
}

/// Which leaves are to be given and taken: those that are taken first. `shuts` tells whether the ruleset closes a branch now. What
/// has leave is never forgotten: it has it on GitHub for good, may come back in the next freeze, and must be known then.
fn leaves(heads: &[Head], rows: &[Written], shuts: impl Fn(&str) -> bool) -> Vec<Written> {
    let mut desired = vec![];
    let before: BTreeMap<&str, &Written> = rows.iter().map(|row| (row.sha.as_str(), row)).collect();
    let commits = by_commit(heads);
    for (sha, same) in &commits {
        // If it must not get into one branch, it has no leave.
        let Some(head) = same.first() else { continue };
        let red = before.get(sha).map(|was| was.red);
        let wish = |red, words: &str| Written::wish(&head.sha, red, words, &head.base);
        if !same.iter().any(|head| shuts(&head.base)) {
            // Nothing of a freeze is left behind.
            desired.extend((red == Some(true)).then(|| wish(false, "no freeze is active")));
            continue;
        }
        match same.iter().find_map(|head| head.closed.as_ref()) {
            None if red != Some(false) => desired.push(wish(false, &head.open)),
            // What has never had leave needs none taken; a merge queue lets a group go that has been refused it.
            Some(why) if red == Some(false) || head.urgency == Urgency::Queued && red.is_none() => {
                desired.push(wish(true, why));
            }
            None | Some(_) => {}
        }
    }
    let open: BTreeSet<&str> = commits.iter().map(|(sha, _)| *sha).collect();
    let gone = rows.iter().filter(|row| row.red && !open.contains(row.sha.as_str()) && !shuts(&row.base));
    // Should it come back, nothing of a freeze may be left on it.
    desired.extend(gone.map(|row| Written::wish(&row.sha, false, "no freeze is active", &row.base)));
    // First what was let in and must not be.
    desired.sort_by_key(|wish| !wish.red);
    desired
}

/// How many heads have leave to get into a branch and must not, and how many must not.
pub(super) fn let_in(branch: &str, heads: &[Head], rows: &[Written]) -> (usize, usize) {
    let green: BTreeSet<&str> = rows.iter().filter(|row| !row.red).map(|row| row.sha.as_str()).collect();
    let inside = || heads.iter().filter(|head| head.base == branch && head.closed.is_some());
    (inside().filter(|head| green.contains(head.sha.as_str())).count(), inside().count())
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use super::*;

    fn head(sha: &str, base: &str, closed: bool, group: bool) -> Head {
        let closed = closed.then(|| "frozen".to_owned());
        let urgency = if group { Urgency::Queued } else { Urgency::Ready(Reverse(Default::default())) };
        Head {
            sha: sha.into(),
            base: base.into(),
            closed,
            open: "exempted".into(),
            required: false,
            pull: 1,
            urgency,
            brief: false,
        }
    }

    fn row(red: bool) -> Vec<Written> {
        vec![Written::wish("a", red, "before", "main")]
    }

    #[test]
    fn leave_is_given_to_what_passes_and_taken_from_nothing_else_than_what_had_it() {
        let (pull, group) =
            (|closed| vec![head("a", "main", closed, false)], |closed| vec![head("a", "main", closed, true)]);
        let two = vec![head("a", "develop", false, false), head("a", "main", true, false)];
        for (heads, rows, shut, expected) in [
            (pull(false), vec![], true, vec!["a green"]),
            (pull(false), row(false), true, vec![]),
            (pull(false), row(true), true, vec!["a green"]),
            (pull(true), vec![], true, vec![]),
            (pull(true), row(false), true, vec!["a red"]),
            (pull(true), row(true), true, vec![]),
            (group(false), vec![], true, vec!["a green"]),
            (group(true), vec![], true, vec!["a red"]),
            (two.clone(), vec![], true, vec![]),
            (two, row(false), true, vec!["a red"]),
            // Without the ruleset nobody needs leave.
            (pull(false), vec![], false, vec![]),
            (pull(true), vec![], false, vec![]),
            (pull(false), row(true), false, vec!["a green"]),
            (pull(false), row(false), false, vec![]),
            // What is not open any more may come back.
            (vec![], row(true), true, vec![]),
            (vec![], row(true), false, vec!["a green"]),
            // It has leave there for good, and is known by that.
            (vec![], row(false), false, vec![]),
        ] {
            let desired = leaves(&heads, &rows, |base| base == "main" && shut);
            let colour = |wish: &Written| format!("{} {}", wish.sha, if wish.red { "red" } else { "green" });
            let found: Vec<String> = desired.iter().map(colour).collect();
            assert_eq!(found, expected, "{heads:?} {rows:?} {shut}");
        }
    }

    #[test]
    fn what_has_leave_from_earlier_is_counted() {
        let heads = [head("a", "main", true, false), head("b", "main", true, false), head("c", "main", false, false)];
        assert_eq!(let_in("main", &heads, &row(false)), (1, 2));
        assert_eq!(let_in("main", &heads, &row(true)), (0, 2));
        assert_eq!(let_in("develop", &heads, &row(false)), (0, 0));
    }
}
