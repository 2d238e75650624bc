//! Statuses of our name that somebody else wrote: heard of, or found at a look; they are written again, and told once.

use std::collections::{BTreeSet, VecDeque};

use super::{
    scope::RepositoryScope,
    watch::{EnforcementError, Watch},
};
use crate::{
    context::Context,
    domain::{
        freeze::{
            closing::CheckSource,
            enforcement::{CONTEXT, PASS},
        },
        message::post::Target,
    },
    github::statuses::ShownStatus,
    messages::{
        self,
        enforcement::{ForeignEffect, Overwritten},
    },
    record::journal,
    store::{StoreProblem, enforcement::Written},
};

/// Where the list does not show them, so many statuses are read at each look at everything, each in its turn.
const AT_ONE_LOOK: usize = 20;

/// A status of our name on a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StatusNews {
    /// The commit.
    pub sha: String,
    /// Whether it is a success.
    pub good: bool,
    /// Its id; later ones have greater ones.
    pub id: u64,
    /// The login of whoever wrote it.
    pub by: String,
}

impl StatusNews {
    /// Whether it came after what we wrote, and is something else or somebody else's.
    pub(super) fn replaces(&self, row: &Written) -> bool {
        row.id.is_none_or(|own| self.id > own) && (self.good == row.red || self.is_by_another(row))
    }

    fn is_by_another(&self, row: &Written) -> bool {
        !self.by.is_empty() && row.by.as_ref().is_some_and(|own| *own != self.by)
    }
}

impl Watch {
    /// Hears of a status of our name, or of `leave`, that another may have written. What cannot be noted is found at a look.
    pub(super) async fn hear_other(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        news: StatusNews,
        leave: bool,
    ) {
        let noted = match leave {
            true => self.note_other_leave(context, scope, news).await,
            false => self.note_other(context, scope, news).await,
        };
        if let Err(problem) = noted {
            tracing::error!(%problem, "a status that somebody changed could not be noted");
        }
    }

    /// Notes a status of our name that is not what we wrote: it is written again, and whose it was is told once.
    async fn note_other(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        news: StatusNews,
    ) -> Result<(), StoreProblem> {
        let row = context.store.written_on(&scope.name, &news.sha)?;
        let Some(row) = row.filter(|row| news.replaces(row)) else { return Ok(()) };
        let pulls: Vec<u64> =
            self.pulls.values().filter(|pull| pull.head == news.sha).map(|pull| pull.number).collect();
        let (opened, counts) = (row.red && news.good, self.takes_from_anybody(&row.base));
        let effect = if counts { ForeignEffect::Counts } else { ForeignEffect::Nothing };
        let message = Overwritten { name: CONTEXT, pulls: &pulls, by: &news.by, opened, effect };
        let message = messages::enforcement::overwritten(&scope.name, &message);
        let tells = news.is_by_another(&row);
        let (writer, name, incidents) = (context.clone(), scope.name.clone(), scope.incidents.clone());
        context
            .write(move |writing| {
                writing.forget_written(&name, &news.sha);
                if tells {
                    let key = format!("status/{name}/{}/{}", news.sha, news.by);
                    journal::post_everywhere(&writer, writing, &key, &incidents, Target::Channel, &message)?;
                }
                Ok(())
            })
            .await
    }

    /// Notes leave of our name that another wrote, heard of: over ours, or where nobody had any.
    async fn note_other_leave(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        news: StatusNews,
    ) -> Result<(), StoreProblem> {
        let row = context.store.leaves(&scope.name)?.into_iter().find(|row| row.sha == news.sha);
        if row.as_ref().map_or(!news.good, |row| !news.replaces(row)) {
            return Ok(());
        }
        let status = ShownStatus { good: news.good, by: news.by };
        match own_login(context, scope)? {
            Some(own) => self.overrule(context, scope, (&news.sha, &status), row.as_ref(), &own).await,
            None => Ok(()),
        }
    }

    /// Has leave that another wrote on a commit put right, and tells whose it was once for each commit.
    async fn overrule(
        &self,
        context: &Context,
        scope: &RepositoryScope,
        (sha, status): (&str, &ShownStatus),
        row: Option<&Written>,
        own: &str,
    ) -> Result<(), StoreProblem> {
        let on: Vec<_> = self.pulls.values().filter(|pull| pull.head == sha).collect();
        let base = row.map(|row| row.base.clone()).or_else(|| on.first().map(|pull| pull.base.clone()));
        let Some(base) = base.filter(|base| self.shuts(scope, base)) else { return Ok(()) };
        if status.by == own || status.by.is_empty() {
            return Ok(());
        }
        let (pulls, opened): (Vec<u64>, _) =
            (on.iter().map(|pull| pull.number).collect(), status.good && row.is_none_or(|row| row.red));
        let effect = if opened { ForeignEffect::Nothing } else { ForeignEffect::Blocks };
        let message = Overwritten { name: PASS, pulls: &pulls, by: &status.by, opened, effect };
        let message = messages::enforcement::overwritten(&scope.name, &message);
        // What is green by another is taken back like leave of ours; anything else is given anew where it is due.
        let stands = Written { by: Some(own.to_owned()), ..Written::wish(sha, false, "another wrote it", &base) };
        let (writer, name, incidents) = (context.clone(), scope.name.clone(), scope.incidents.clone());
        let key = format!("leave/{name}/{sha}/{}", status.by);
        let sha = sha.to_owned();
        context
            .write(move |writing| {
                match opened {
                    true => writing.put_leave(&name, &stands)?,
                    false => writing.forget_leave(&name, &sha),
                }
                journal::post_everywhere(&writer, writing, &key, &incidents, Target::Channel, &message)
            })
            .await
    }

    /// Whether a branch takes the check from anybody, as far as was read.
    fn takes_from_anybody(&self, branch: &str) -> bool {
        let checks = self.rules.get(branch).map(|rules| rules.checks.as_deref().unwrap_or_default());
        checks.is_none_or(|checks| checks.iter().all(|rule| rule.source == CheckSource::Anybody))
    }

    /// Compares what the list shows of the bot's statuses with what was written. What differs is read by itself: the list may be
    /// older than what was written last.
    pub(super) async fn compare(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        rows: &[Written],
    ) -> Result<(), StoreProblem> {
        let leaves = context.store.leaves(&scope.name)?;
        let own = own_login(context, scope)?;
        let (mut found, mut lost, mut others) = (vec![], vec![], vec![]);
        let mut differs: BTreeSet<String> = BTreeSet::new();
        for pull in self.pulls.values() {
            let Some(shown) = &pull.shown else { continue };
            let is_row = |row: &&Written| row.sha == pull.head;
            let stands = |status: &ShownStatus, row: &Written| {
                status.good != row.red && row.by.as_ref().is_none_or(|own| status.by.is_empty() || *own == status.by)
            };
            let row = rows.iter().find(is_row);
            // What says that it may be merged is missing to nobody; that it says something else is.
            let differs_from = |row: &Written| shown.freeze.as_ref().map_or(row.red, |status| !stands(status, row));
            if row.is_some_and(differs_from) {
                differs.insert(pull.head.clone());
            }
            match (leaves.iter().find(is_row), &shown.pass) {
                (row, Some(status))
                    if own.as_ref().is_some_and(|own| !status.by.is_empty() && status.by != *own)
                        && row.map_or(status.good, |row| !row.red || status.good) =>
                {
                    others.push((pull.head.clone(), status.clone(), row.cloned()));
                }
                // What has leave that nobody remembers, such as one of a freeze that is long over.
                (None, Some(status)) if status.good => {
                    found.push(Written::wish(&pull.head, false, "it had leave before", &pull.base));
                }
                (Some(row), Some(status)) if !row.red && !stands(status, row) => lost.push(pull.head.clone()),
                (None | Some(_), None | Some(_)) => {}
            }
        }
        // What was read by itself meanwhile shows none: then some are read in turn as well.
        self.statuses_due &= self.pulls.values().any(|pull| pull.shown.is_none());
        self.to_read.extend(differs);
        for (sha, status, row) in others {
            let own = own.as_deref().unwrap_or_default();
            self.overrule(context, scope, (&sha, &status), row.as_ref(), own).await?;
        }
        if found.is_empty() && lost.is_empty() {
            return Ok(());
        }
        let name = scope.name.clone();
        context
            .write(move |writing| {
                lost.iter().for_each(|sha| writing.forget_leave(&name, sha));
                found.iter().try_for_each(|leave| writing.put_leave(&name, leave))
            })
            .await
    }

    /// Reads one of the red statuses back that are to be read at this look; whether there was one.
    pub(super) async fn read_a_status(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        rows: &[Written],
    ) -> Result<bool, EnforcementError> {
        if std::mem::take(&mut self.statuses_due) {
            let next = self.next_statuses(rows);
            self.to_read.extend(next);
        }
        let Some(sha) = self.to_read.pop_front() else { return Ok(false) };
        self.last_read = Some(sha.clone());
        let latest = match scope.repository.latest_status(&sha, CONTEXT).await {
            Ok(latest) => latest,
            Err(problem) if problem.may_pass() => return Err(problem.into()),
            Err(problem) => {
                tracing::debug!(repository = scope.name, sha, %problem, "a status cannot be read back");
                None
            }
        };
        let row = rows.iter().find(|row| row.sha == sha);
        // Whose it is takes another request, which most need not.
        let later = |id: u64| row.is_some_and(|row| row.id.is_none_or(|own| id > own));
        if let Some(latest) = latest.filter(|latest| later(latest.id)) {
            let by = match scope.repository.status_writer(&sha, latest.id).await {
                Err(problem) if problem.may_pass() => return Err(problem.into()),
                by => by.ok().flatten().unwrap_or_default(),
            };
            self.note_other(context, scope, StatusNews { sha, good: latest.good, id: latest.id, by }).await?;
        }
        Ok(true)
    }

    /// The red statuses on open heads whose turn it is to be read back.
    fn next_statuses(&self, rows: &[Written]) -> VecDeque<String> {
        let heads: BTreeSet<&String> = self.pulls.values().map(|pull| &pull.head).collect();
        let closing = rows.iter().filter(|row| row.red && self.closed.contains(&row.base) && heads.contains(&row.sha));
        let all: BTreeSet<&String> = closing.map(|row| &row.sha).collect();
        let (before, after): (Vec<&String>, Vec<&String>) =
            all.into_iter().partition(|sha| self.last_read.as_ref().is_some_and(|last| *sha <= last));
        after.into_iter().chain(before).take(AT_ONE_LOOK).cloned().collect()
    }
}

/// The bot's own login, as GitHub named it when it last took a status; nothing before it has taken one.
fn own_login(context: &Context, scope: &RepositoryScope) -> Result<Option<String>, StoreProblem> {
    let (rows, leaves) = (context.store.written(&scope.name)?, context.store.leaves(&scope.name)?);
    Ok(rows.into_iter().chain(leaves).filter(|row| row.id.is_some()).max_by_key(|row| row.id).and_then(|row| row.by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_came_later_and_is_another_replaces_ours() {
        let row = |red, id: Option<u64>, by: Option<&str>| Written {
            id,
            by: by.map(str::to_owned),
            ..Written::wish("a", red, "frozen", "main")
        };
        let ours = |red| row(red, Some(10), Some("shipmate"));
        let news = |good, id, by: &str| StatusNews { sha: "a".into(), good, id, by: by.into() };
        for (row, news, replaces, words) in [
            (ours(true), news(true, 11, "erin"), true, "turned green by another"),
            (ours(true), news(false, 11, "erin"), true, "red, but another's"),
            (ours(false), news(false, 11, "erin"), true, "turned red by another"),
            (ours(true), news(true, 11, "shipmate"), true, "turned green with our token"),
            (ours(true), news(false, 11, "shipmate"), false, "ours, of which the answer was lost"),
            (ours(true), news(false, 10, "shipmate"), false, "ours"),
            (ours(true), news(true, 9, "erin"), false, "heard late: ours came after it"),
            (row(true, None, None), news(true, 9, "erin"), true, "a row of before"),
            (row(true, None, None), news(false, 9, "erin"), false, "whose it is, a row of before does not say"),
            (ours(true), news(false, 11, ""), false, "nobody is named"),
        ] {
            assert_eq!(news.replaces(&row), replaces, "{words}");
        }
    }
}
