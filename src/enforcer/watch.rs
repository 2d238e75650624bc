//! The loop of one repository: hear, look, put right, read back, wait.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Wake,
    mail::Mail,
    rate_limiter::RateLimiter,
    rulesets::{OwnRuleset, Which},
    scope::{EffectiveFreezes, RepositoryScope},
    seen::{QueueGroup, ReadRules},
};
use crate::{
    context::Context,
    domain::{aside::Row, freeze::enforcement::EnforcementReading},
    github::{problem::GithubProblem, statuses::OpenPull},
    store::StoreProblem,
    work::{Failed, Hand, NextTurn, Worker},
};

/// How often everything is looked at while something is closed, or something red is left.
const WHILE_CLOSED: TimeDelta = TimeDelta::minutes(3);
/// How often while a branch requires the status, so that no pull request waits for it in vain.
const WHILE_REQUIRED: TimeDelta = TimeDelta::minutes(10);
/// How often otherwise.
const IDLE: TimeDelta = TimeDelta::hours(1);
/// The pause after the first failure that may pass; it doubles up to the time between two looks.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

/// What a task knows of its repository between two looks.
#[derive(Default)]
pub(super) struct Watch {
    /// The open pull requests, by number.
    pub pulls: BTreeMap<u64, OpenPull>,
    /// The groups in merge queues.
    pub groups: Vec<QueueGroup>,
    /// Pull requests that have changed since.
    pub touched: BTreeSet<u64>,
    /// The bot's own pull requests that were not found open.
    pub absent: BTreeSet<u64>,
    /// Whether the list of pull requests is to be read.
    pub list_due: bool,
    /// Whether the groups are to be read.
    pub groups_due: bool,
    /// Whether it is to be seen how the rulesets were left, before they are put right.
    pub left_due: bool,
    /// Whether the rulesets are to be put right.
    pub ruleset_due: bool,
    /// Whether the rules of the branches are to be read.
    pub rules_due: bool,
    /// Pull requests that are not open any more, and may have been merged into a closed branch.
    pub gone: BTreeSet<u64>,
    /// Merged pull requests of which it is known whether they might.
    pub judged: BTreeSet<u64>,
    /// Branches that are closed, or were just now, in which merges are to be looked for.
    pub merges_due: BTreeSet<String>,
    /// Whether what the list shows of statuses is to be compared with what was written.
    pub shown_due: bool,
    /// Whether some statuses are to be read back.
    pub statuses_due: bool,
    /// The commits whose status is to be read back at this look.
    pub to_read: VecDeque<String>,
    /// The commit whose status was read back last.
    pub last_read: Option<String>,
    /// The branches that were closed when it was last looked.
    pub closed: BTreeSet<String>,
    /// The ruleset that requires the bot's leave.
    pub passing: OwnRuleset,
    /// The ruleset that restricts updates.
    pub restricting: OwnRuleset,
    /// Commits on which GitHub takes no leave; it is tried again with the next look at everything.
    pub no_leave: BTreeMap<String, String>,
    /// Why statuses could not be written; nothing is written any more until the next look at everything.
    pub unwritten: Option<String>,
    /// Commits on which GitHub takes no status, and why.
    pub refused: BTreeMap<String, Refused>,
    /// The rules of the branches, as they were read last.
    pub rules: BTreeMap<String, ReadRules>,
    /// Closed branches into which nothing could be merged any more at some moment since they were closed.
    pub reached: BTreeSet<String>,
    /// The branches for which something was made red after what is open was listed.
    pub unlisted: BTreeSet<String>,
    /// Since when commits wait that are to be red.
    pub waiting: BTreeMap<String, DateTime<Utc>>,
    /// When announcements have a count to show.
    pub edit_at: Option<DateTime<Utc>>,
    /// How fast may be written.
    pub pace: RateLimiter,
    /// Until when GitHub's limit forbids to ask anything.
    pub limited_until: Option<DateTime<Utc>>,
    /// Failures in a row that may pass.
    failures: u32,
    /// When everything is looked at again.
    next_look: Option<DateTime<Utc>>,
}

/// That GitHub does not take a status on a commit: why, and whether it is tried again.
pub(super) struct Refused {
    pub why: String,
    pub again: bool,
}

/// What comes after one thing has been done.
pub(super) enum Then {
    /// There is more to do.
    GoOn,
    /// Nothing more can be done before this time.
    WaitUntil(DateTime<Utc>),
    /// There is nothing more to do.
    Rest,
}

/// Why one thing could not be done.
#[derive(Debug)]
pub(super) enum EnforcementError {
    /// GitHub says no, or nothing.
    GitHub(GithubProblem),
    /// The store says no.
    Store(StoreProblem),
}

impl From<GithubProblem> for EnforcementError {
    fn from(problem: GithubProblem) -> Self {
        Self::GitHub(problem)
    }
}

impl From<StoreProblem> for EnforcementError {
    fn from(problem: StoreProblem) -> Self {
        Self::Store(problem)
    }
}

/// Watches over one repository until the bot ends.
pub(super) fn watch(context: &Context, scope: RepositoryScope, mail: &Mail, pace: &RateLimiter) {
    let (owner, scope, waker, mail) = (context.clone(), Arc::new(scope), mail.waker.clone(), mail.clone());
    let pace = pace.clone();
    let name = format!("the keeping of freezes in {}", scope.name);
    let make = move || {
        // What the last one had heard is seen again.
        let mut watch = Watch { pace: pace.clone(), ..Watch::default() };
        watch.look_at_everything();
        Watcher { context: owner.clone(), scope: scope.clone(), mail: mail.clone(), watch }
    };
    drop(context.keep(name, &waker, context.quiet.busy(), make));
}

/// The task of one repository.
struct Watcher {
    context: Context,
    scope: Arc<RepositoryScope>,
    mail: Mail,
    watch: Watch,
}

impl Worker for Watcher {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        let Self { context, scope, mail, watch } = self;
        let row = Row::Freezes(scope.name.clone());
        if context.store.is_aside(&row)? {
            mail.take();
            return Ok(NextTurn::Woken);
        }
        hand.take(row);
        for wake in mail.take() {
            watch.hear(context, scope, wake).await;
        }
        let now = context.clock.now();
        if watch.next_look.is_some_and(|next| next <= now) {
            watch.look_at_everything();
        }
        let mut until = match watch.one_thing(context, scope, mail).await {
            Ok(Then::GoOn) => {
                watch.failures = 0;
                return Ok(NextTurn::Now);
            }
            // What may be written next may be an hour off; it is looked at everything meanwhile.
            Ok(Then::WaitUntil(until)) => until.min(watch.rest(context, scope, now)?),
            Ok(Then::Rest) => watch.rest(context, scope, now)?,
            Err(EnforcementError::GitHub(GithubProblem::RateLimited { until })) => {
                tracing::info!(repository = scope.name, %until, "GitHub's limit is used up; freezes wait for it");
                watch.limited_until = Some(until);
                until
            }
            Err(EnforcementError::GitHub(problem)) => {
                tracing::warn!(repository = scope.name, %problem, "freezes could not be kept; trying again");
                watch.failures += 1;
                now + (PAUSE * 2_i32.pow(watch.failures.min(8) - 1)).min(WHILE_CLOSED)
            }
            Err(EnforcementError::Store(problem)) => return Err(problem.into()),
        };
        // However little GitHub lets itself be asked: what has become late meanwhile is told.
        match watch.tell(context, scope).await {
            Ok(again) => until = again.map_or(until, |again| again.min(until)),
            Err(EnforcementError::Store(problem)) => return Err(problem.into()),
            Err(EnforcementError::GitHub(problem)) => {
                tracing::warn!(repository = scope.name, %problem, "how far a freeze has come could not be told yet");
            }
        };
        Ok(NextTurn::At(until))
    }
}

impl Watch {
    /// Notes what has to be looked at.
    async fn hear(&mut self, context: &Context, scope: &RepositoryScope, wake: Wake) {
        match wake {
            // What is closed follows from the store; whether that has changed is seen there.
            Wake::Freezes => {}
            Wake::All => self.look_at_everything(),
            Wake::Pull(number) => drop(self.touched.insert(number)),
            Wake::Queue => self.groups_due = true,
            Wake::Rules => (self.left_due, self.rules_due) = (true, true),
            Wake::Status(news) => self.hear_other(context, scope, news, false).await,
            Wake::Leave(news) => self.hear_other(context, scope, news, true).await,
        }
    }

    fn look_at_everything(&mut self) {
        (self.list_due, self.groups_due, self.left_due, self.rules_due) = (true, true, true, true);
        self.statuses_due = true;
        self.merges_due.clone_from(&self.closed);
        self.unwritten = None;
        self.refused.values_mut().for_each(|refused| refused.again = true);
        self.no_leave.clear();
        self.absent.clear();
        self.next_look = None;
    }

    /// Does the most urgent thing: first what closes everything at once, then the statuses, then reading back.
    async fn one_thing(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        mail: &Mail,
    ) -> Result<Then, EnforcementError> {
        // Who asks on is kept out for longer.
        if let Some(until) = self.limited_until.filter(|until| *until > context.clock.now()) {
            return Ok(Then::WaitUntil(until));
        }
        let effective = EffectiveFreezes::now(context, scope)?;
        let readings = context.store.readings(&scope.name)?;
        let rows = context.store.written(&scope.name)?;
        let closed = self.closed_branches(scope, &effective, &readings);
        if closed != self.closed {
            self.turn_over(&closed);
            (self.ruleset_due, self.rules_due, self.groups_due) = (true, true, true);
            return Ok(Then::GoOn);
        }
        let has_rulesets = Which::BOTH.iter().any(|which| which.is_possible(scope));
        if self.left_due && has_rulesets {
            self.read_what_was_left(context, scope, &readings).await?;
            (self.left_due, self.ruleset_due, self.rules_due) = (false, true, true);
            return Ok(Then::GoOn);
        }
        if self.ruleset_due && has_rulesets {
            self.put_rulesets(scope).await?;
            (self.ruleset_due, self.rules_due) = (false, true);
            return Ok(Then::GoOn);
        }
        if self.is_needed(&effective, &readings, &rows) || context.store.leaves(&scope.name)?.iter().any(|row| row.red)
        {
            self.touch_own(&effective);
            if self.read_one(scope, &effective, &readings).await? {
                return Ok(Then::GoOn);
            }
            if std::mem::take(&mut self.shown_due) {
                self.compare(context, scope, &rows).await?;
                return Ok(Then::GoOn);
            }
            self.lapse(context, scope, &effective).await?;
        } else {
            self.touched.clear();
        }
        // Green is written only where it is required, so that has to be known first.
        if self.rules_due && scope.lines().iter().any(|line| readings.iter().all(|guard| guard.branch != *line)) {
            return self.read_rules(context, scope, &readings).await;
        }
        let waits = match self.put_a_leave(context, scope, &effective, &readings).await? {
            Some(Then::WaitUntil(until)) => Some(until),
            Some(then) => return Ok(then),
            None => None,
        };
        let desired = self.desired(&effective, &readings, &rows);
        let blocked = match self.put_some(context, scope, desired, || !mail.is_empty()).await? {
            Then::GoOn => return Ok(Then::GoOn),
            Then::WaitUntil(until) => Some(until),
            Then::Rest => None,
        };
        if self.is_to_list(context, scope, &effective, &readings)? {
            self.list();
            return Ok(Then::GoOn);
        }
        if self.rules_due {
            return self.read_rules(context, scope, &readings).await;
        }
        if self.look_at_merges(context, scope, &effective).await? {
            return Ok(Then::GoOn);
        }
        if self.read_a_status(context, scope, &rows).await? {
            return Ok(Then::GoOn);
        }
        Ok(blocked.into_iter().chain(waits).min().map_or(Then::Rest, Then::WaitUntil))
    }

    /// Notes which branches are closed now. What was read of those that were not before says nothing any more.
    fn turn_over(&mut self, closed: &BTreeSet<String>) {
        let changed: Vec<String> = self.closed.symmetric_difference(closed).cloned().collect();
        for branch in &changed {
            self.rules.remove(branch);
            self.reached.remove(branch);
        }
        if changed.iter().any(|branch| closed.contains(branch)) {
            self.list();
        }
        self.merges_due.extend(changed);
        if closed.is_empty() {
            self.judged.clear();
        }
        self.closed.clone_from(closed);
    }

    /// Has what is open read once more.
    fn list(&mut self) {
        (self.list_due, self.groups_due) = (true, true);
        self.unlisted.clear();
    }

    /// Whether what is open has been read since a branch was closed and the last commit was made red for it.
    pub(super) fn has_listed(&self, branch: &str) -> bool {
        let read = !self.list_due && !self.groups_due && self.touched.is_empty() && self.to_read.is_empty();
        read && !self.unlisted.contains(branch)
    }

    /// Whether what is open is to be read once more: a branch is closed only when nothing has come while the last commit
    /// was made red.
    fn is_to_list(
        &self,
        context: &Context,
        scope: &RepositoryScope,
        effective: &EffectiveFreezes<'_>,
        readings: &[EnforcementReading],
    ) -> Result<bool, StoreProblem> {
        let open = |branch: &&String| self.closed.contains(*branch) && !self.reached.contains(*branch);
        let branches: Vec<&String> = self.unlisted.iter().filter(open).collect();
        if branches.is_empty() {
            return Ok(false);
        }
        let (rows, heads) = (context.store.written(&scope.name)?, self.heads(effective, readings));
        let red: BTreeSet<&str> = rows.iter().filter(|row| row.red).map(|row| row.sha.as_str()).collect();
        let done = |branch: &String| {
            let inside = heads.iter().filter(|head| head.base == *branch && head.closed.is_some());
            inside.into_iter().all(|head| red.contains(head.sha.as_str()))
        };
        Ok(branches.into_iter().any(done))
    }

    /// Whether pull requests matter at all now.
    fn is_needed(
        &self,
        effective: &EffectiveFreezes<'_>,
        readings: &[EnforcementReading],
        rows: &[crate::store::enforcement::Written],
    ) -> bool {
        effective.closes_anything()
            || effective.early().next().is_some()
            || !effective.exemptions.is_empty()
            || !rows.is_empty()
            || readings.iter().any(|guard| guard.required == Some(true))
    }

    /// When everything is looked at again.
    fn rest(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, StoreProblem> {
        let effective = EffectiveFreezes::now(context, scope)?;
        let required = context.store.readings(&scope.name)?.iter().any(|guard| guard.required == Some(true));
        let red = context.store.written(&scope.name)?.iter().any(|row| row.red && !self.is_early(&effective, &row.sha));
        let span = match (effective.closes_anything() || red, required) {
            (true, _) => WHILE_CLOSED,
            (false, true) => WHILE_REQUIRED,
            (false, false) => IDLE,
        };
        // A wake-up in between does not put it off, and what has begun since brings it nearer.
        let next = self.next_look.unwrap_or(now + span).min(now + span);
        self.next_look = Some(next);
        Ok(next)
    }
}
