//! Tells how well the branches are kept: from the rules that were read and the statuses that GitHub took.

use std::collections::BTreeSet;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use super::{
    desired::Head,
    pass::let_in,
    scope::{EffectiveFreezes, RepositoryScope},
    watch::{EnforcementError, Watch},
};
use crate::{
    context::Context,
    domain::{
        freeze::{
            closing::CheckSource,
            enforcement::{Enforcement, EnforcementReading, EnforcementShift},
            extent::{Extent, Light, extent, late},
            reading::Reading,
        },
        message::post::Target,
    },
    messages::{self, enforcement::RuleChange},
    record::{freezes, journal},
    store::{StoreProblem, enforcement::Written},
};

/// What was found of one branch.
#[derive(Clone)]
struct FoundBranch {
    branch: String,
    required: Option<bool>,
    standing: Enforcement,
    closed: bool,
}

impl Watch {
    /// Stores how well each branch is kept whose rules have been read, and tells what is new about that: in the
    /// announcements, and where it matters by itself. Gives when there may be something to tell next. Asks GitHub nothing.
    pub(super) async fn tell(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
    ) -> Result<Option<DateTime<Utc>>, EnforcementError> {
        let (effective, now) = (EffectiveFreezes::now(context, scope)?, context.clock.now());
        let (readings, rows) = (context.store.readings(&scope.name)?, context.store.written(&scope.name)?);
        let red: BTreeSet<&str> = rows.iter().filter(|row| row.red).map(|row| row.sha.as_str()).collect();
        let heads = self.heads(&effective, &readings);
        self.note_waiting(&heads, &red, now);
        let known = |sha: &String| heads.iter().any(|head| head.sha == *sha) || rows.iter().any(|row| row.sha == *sha);
        self.refused.retain(|sha, _| known(sha));
        let held_up_until = self.held_up_until(now);
        let leaves = context.store.leaves(&scope.name)?;
        let found: Vec<FoundBranch> = self
            .rules
            .clone()
            .into_iter()
            .map(|(branch, rules)| {
                let closed = self.closed.contains(&branch);
                let extent = if closed { self.extent(&branch, &heads, &red, now) } else { Extent::Whole };
                if closed && extent == Extent::Whole {
                    self.reached.insert(branch.clone());
                }
                let unwritten = self.unwritten.clone().or_else(|| self.let_in_for_good(&branch, &heads, &leaves));
                let unwritten = unwritten.filter(|_| closed);
                let slow = self.passing.problem.clone().filter(|_| closed && scope.shuts_at_once(&branch));
                let let_in = if closed { let_in(&branch, &heads, &leaves) } else { (0, 0) };
                let (checks, ruleset) = (Some(rules.checks), rules.ruleset);
                let reading = Reading { checks, ruleset, slow, let_in, unwritten, extent, held_up_until };
                FoundBranch { standing: reading.standing(&branch), required: reading.requires(), branch, closed }
            })
            .collect();
        let next = self.waiting.values().map(|since| late(*since)).filter(|late| *late > now).min();
        let again = self.store_found(context, scope, &readings, found).await?;
        Ok(next.into_iter().chain(again).min())
    }

    /// Why a leave that must not be there cannot be taken back, where nothing but the leave closes a branch.
    fn let_in_for_good(&self, branch: &str, heads: &[Head], leaves: &[Written]) -> Option<String> {
        let checks = self.rules.get(branch).and_then(|rules| rules.checks.as_ref().ok());
        if checks.is_some_and(|checks| checks.iter().any(|rule| !matches!(rule.source, CheckSource::Other(_)))) {
            return None;
        }
        let given = |head: &&Head| leaves.iter().any(|leave| leave.sha == head.sha && !leave.red);
        let mut inside = heads.iter().filter(|head| head.base == branch && head.closed.is_some()).filter(given);
        inside.find_map(|head| {
            let why = self.no_leave.get(&head.sha)?;
            Some(format!("#{} may be merged, and that cannot be taken back: {why}", head.pull))
        })
    }

    /// When all that waits to be red will be, if GitHub's limits hold that up: to the minute.
    fn held_up_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let writes = self.waiting.len();
        let limited = self.limited_until.filter(|until| *until > now && writes > 0);
        let until = self.pace.held_up_until(limited.unwrap_or(now), writes).or(limited)?;
        (until + TimeDelta::seconds(59)).duration_trunc(TimeDelta::minutes(1)).ok()
    }

    /// Notes since when each commit waits that is to be red and is not.
    fn note_waiting(&mut self, heads: &[Head], red: &BTreeSet<&str>, now: DateTime<Utc>) {
        let open = heads.iter().filter(|head| head.closed.is_some() && !red.contains(head.sha.as_str()));
        let open: BTreeSet<&String> = open.map(|head| &head.sha).collect();
        self.waiting.retain(|sha, _| open.contains(sha));
        for sha in open {
            self.waiting.entry(sha.clone()).or_insert(now);
        }
    }

    /// How far a closed branch has been closed.
    fn extent(&self, branch: &str, heads: &[Head], red: &BTreeSet<&str>, now: DateTime<Utc>) -> Extent {
        let mut seen = BTreeSet::new();
        let inside = heads.iter().filter(|head| head.base == branch && head.closed.is_some());
        let lights: Vec<Light> = inside
            .filter(|head| seen.insert(&head.sha))
            .map(|head| Light {
                pull: head.pull,
                red: red.contains(head.sha.as_str()),
                since: self.waiting.get(&head.sha).copied().unwrap_or(now),
                refused: self.refused.get(&head.sha).map(|refused| refused.why.clone()),
            })
            .collect();
        extent(&lights, self.has_listed(branch), self.reached.contains(branch), now)
    }

    async fn store_found(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        readings: &[EnforcementReading],
        found: Vec<FoundBranch>,
    ) -> Result<Option<DateTime<Utc>>, EnforcementError> {
        let now = context.clock.now();
        let freezes = context.store.freezes()?;
        let untold = freezes.iter().any(|freeze| freeze.untold_since.is_some());
        // What was found before a freeze began says nothing of that.
        let newest = freezes.iter().filter(|freeze| freeze.is_active(now)).map(|freeze| freeze.from).max();
        let edits = self.edit_at.is_some_and(|at| at <= now);
        let known = |found: &FoundBranch| {
            let old = readings.iter().find(|guard| guard.branch == found.branch);
            old.is_some_and(|guard| {
                guard.standing == found.standing
                    && guard.required == found.required
                    && guard.told.is_some() == found.closed
                    && (!found.closed || newest.is_none_or(|from| guard.at >= from))
            })
        };
        if !untold && !edits && found.iter().all(known) {
            return Ok(self.edit_at);
        }
        let (writer, name) = (context.clone(), scope.name.clone());
        let (releases, incidents) = (scope.releases.clone(), scope.incidents.clone());
        self.edit_at = context
            .write(move |writing| {
                let (mut first, mut worse, mut better) = (vec![], vec![], vec![]);
                let old = writing.readings(&name)?;
                for found in found {
                    let told =
                        old.iter().find(|guard| guard.branch == found.branch).and_then(|guard| guard.told.clone());
                    // A freeze may have begun, and told what was known, while GitHub was being read.
                    let begun = !found.closed && freezes::closes(&writer, writing, &name, &found.branch)?;
                    let standing = if begun { found.standing.before_closing() } else { found.standing };
                    let branch = found.branch;
                    match told.clone().filter(|_| found.closed) {
                        // The announcement of the freeze tells it, now or once it comes.
                        None if !found.closed || standing.is_kept() || standing.is_closing() => {}
                        None if freezes::will_tell(&writer, writing, &name, &branch)? => {}
                        None => first.push((branch.clone(), standing.clone())),
                        Some(before) => {
                            let change =
                                || RuleChange { branch: branch.clone(), before: before.clone(), now: standing.clone() };
                            match standing.turn(&before) {
                                EnforcementShift::None => {}
                                EnforcementShift::Better => better.push(change()),
                                EnforcementShift::Worse => worse.push(change()),
                            }
                        }
                    }
                    let told = match told {
                        told if begun => told,
                        _ if !found.closed => None,
                        Some(told) => Some(standing.told_after(&told)),
                        None => Some(standing.clone()),
                    };
                    let guard =
                        EnforcementReading { branch, required: found.required, standing, at: writer.clock.now(), told };
                    writing.put_guard(&name, &guard)?;
                }
                freezes::announce(&writer, writing)?;
                let edit_at = freezes::edit_announcements(&writer, writing)?;
                let told = [
                    (!first.is_empty(), &releases, messages::enforcement::report(&name, &first)),
                    (!worse.is_empty(), &incidents, messages::enforcement::drift(&name, &worse)),
                    (!better.is_empty(), &incidents, messages::enforcement::repaired(&name, &better)),
                ];
                for (_, places, message) in told.into_iter().filter(|(any, ..)| *any) {
                    let key = format!("guard/{name}/{}", writing.next_number("guard")?);
                    journal::post_everywhere(&writer, writing, &key, places, Target::Channel, &message)?;
                }
                Ok::<_, StoreProblem>(edit_at)
            })
            .await?;
        Ok(self.edit_at)
    }
}
