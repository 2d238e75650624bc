//! Open or closed, by which rules, reopens when, closes next when: all of it follows from the set of closings.

mod forecast;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Freeze,
    rule::{Recurring, Rules, Window},
};
use crate::domain::{ids::ReleaseId, time::holidays::Holidays};

/// How many moments are tried at most before it is said that nothing is known.
const MOST_CHANGES: usize = 400;

/// Everything that may close.
#[derive(Debug, Clone, Copy)]
pub struct Closings<'a> {
    /// Every stored freeze, over or to come.
    pub freezes: &'a [Freeze],
    /// The rules by which freezes recur.
    pub recurring: &'a [Recurring],
    /// The allowed times.
    pub windows: &'a [Window],
    /// The days that the holiday list names.
    pub holidays: &'a Holidays,
}

/// What somebody would do.
#[derive(Debug, Clone, Copy)]
pub enum Act<'a> {
    /// Merge into a branch.
    Merge {
        /// The branch.
        branch: &'a str,
    },
    /// Deploy.
    Deploy {
        /// The environment.
        environment: &'a str,
        /// Whether that is production.
        production: bool,
    },
}

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The project.
    pub project: &'a str,
    /// The branches that its playbook works on, the one that production runs first.
    pub lines: &'a [String],
    /// What would be done.
    pub act: Act<'a>,
    /// The release that would do it: its own freeze does not close for it.
    pub release: Option<ReleaseId>,
    /// Whether that is a hotfix.
    pub hotfix: bool,
}

/// One thing that closes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClosedBy {
    /// A freeze, stored or about to be.
    Freeze(Box<Freeze>),
    /// It is outside this window.
    Window {
        /// The window's name.
        name: String,
        /// When it opens.
        opens: Option<DateTime<Utc>>,
    },
}

/// What closes, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// All that closes.
    pub by: Vec<ClosedBy>,
    /// When it opens, if that is known.
    pub reopens: Option<DateTime<Utc>>,
}

/// The answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What closes now; empty means open.
    pub by: Vec<ClosedBy>,
    /// When it opens, if it is closed and that is known.
    pub reopens: Option<DateTime<Utc>>,
    /// When it closes next, and by what: the first time after it is open.
    pub closes_next: Option<(DateTime<Utc>, Vec<ClosedBy>)>,
}

impl Rules {
    /// These rules together with the stored freezes.
    pub fn with<'a>(&'a self, freezes: &'a [Freeze]) -> Closings<'a> {
        Closings { freezes, recurring: &self.recurring, windows: &self.windows, holidays: &self.holidays }
    }
}

impl Verdict {
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.by.is_empty()
    }

    /// What closes, if anything does.
    pub fn closed(self) -> Option<Closed> {
        (!self.is_open()).then_some(Closed { by: self.by, reopens: self.reopens })
    }

    /// The freezes among what closes.
    pub fn freezes(&self) -> impl Iterator<Item = &Freeze> {
        self.by.iter().filter_map(ClosedBy::freeze)
    }
}

impl ClosedBy {
    /// The freeze, if it is one.
    pub fn freeze(&self) -> Option<&Freeze> {
        match self {
            Self::Freeze(freeze) => Some(freeze),
            Self::Window { .. } => None,
        }
    }
}

/// Whether what is asked about is open at a moment, and how that changes.
pub fn verdict(closings: &Closings<'_>, asking: &Asking<'_>, now: DateTime<Utc>) -> Verdict {
    let by = closings.closing(asking, now);
    let reopens = if by.is_empty() { None } else { closings.opens(asking, now) };
    let open_since = if by.is_empty() { Some(now) } else { reopens };
    let closes = open_since.and_then(|open| closings.closes(asking, open));
    let closes_next = closes.map(|at| (at, closings.closing(asking, at)));
    Verdict { by, reopens, closes_next }
}

impl Closings<'_> {
    /// All that closes at a moment, always in the same order.
    pub fn closing(&self, asking: &Asking<'_>, at: DateTime<Utc>) -> Vec<ClosedBy> {
        let stored = self.freezes.iter().filter(|freeze| freeze.is_active(at)).cloned();
        let mut freezes: Vec<Freeze> =
            stored.chain(self.due(at)).filter(|freeze| asking.is_closed_by(freeze)).collect();
        freezes.sort_by(|one, other| (one.id, &one.rule).cmp(&(other.id, &other.rule)));
        let mut windows: Vec<ClosedBy> =
            self.windows.iter().filter_map(|window| self.outside(window, asking, at)).collect();
        windows.sort_by_key(|by| match by {
            ClosedBy::Window { name, .. } => name.clone(),
            ClosedBy::Freeze(_) => String::new(),
        });
        freezes.into_iter().map(|freeze| ClosedBy::Freeze(Box::new(freeze))).chain(windows).collect()
    }

    /// Occurrences that a rule names for a moment and that nobody has stored yet: they close all the same.
    pub fn due(&self, at: DateTime<Utc>) -> impl Iterator<Item = Freeze> {
        self.recurring.iter().flat_map(move |rule| {
            let spans = rule.times.iter().filter_map(move |times| times.at(at, self.holidays));
            spans.map(|span| rule.occurrence(span)).filter(|freeze| !self.is_stored(freeze))
        })
    }

    /// The next moment after this one at which anything may begin or end.
    pub fn next_change(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let stored = self.freezes.iter().filter(|freeze| freeze.lifted.is_none());
        let stored = stored.flat_map(|freeze| [Some(freeze.from), freeze.until]).flatten().filter(|at| *at > after);
        let times =
            self.recurring.iter().map(|rule| &rule.times).chain(self.windows.iter().map(|window| &window.times));
        let recurring = times.flatten().filter_map(|times| times.next_change(after, self.holidays));
        stored.chain(recurring).min()
    }

    /// The first moment, not before `at`, at which it is open.
    fn opens(&self, asking: &Asking<'_>, mut at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        for _ in 0..MOST_CHANGES {
            let by = self.closing(asking, at);
            if by.is_empty() {
                return Some(at);
            }
            // Each of them closes until its own end at least.
            let end = |by: &ClosedBy| match by {
                ClosedBy::Freeze(freeze) => freeze.until,
                ClosedBy::Window { opens, .. } => *opens,
            };
            at = by.iter().map(end).collect::<Option<Vec<_>>>()?.into_iter().max()?;
        }
        None
    }

    /// The first moment after `at`, at which it is open, at which it is closed.
    fn closes(&self, asking: &Asking<'_>, mut at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        for _ in 0..MOST_CHANGES {
            let stored = self.freezes.iter().filter(|freeze| freeze.lifted.is_none() && asking.is_closed_by(freeze));
            let stored = stored.map(|freeze| freeze.from).filter(|from| *from > at);
            let rules = self.recurring.iter().filter(|rule| asking.is_closed_by(&rule.like)).map(|rule| &rule.times);
            let windows = self.windows.iter().filter(|window| asking.is_bound_to(window)).map(|window| &window.times);
            let recurring = rules.chain(windows).flatten().filter_map(|times| times.next_change(at, self.holidays));
            at = stored.chain(recurring).min()?;
            if !self.closing(asking, at).is_empty() {
                return Some(at);
            }
        }
        None
    }

    fn is_stored(&self, occurrence: &Freeze) -> bool {
        self.freezes.iter().any(|freeze| freeze.rule.is_some() && freeze.rule == occurrence.rule)
    }

    fn outside(&self, window: &Window, asking: &Asking<'_>, at: DateTime<Utc>) -> Option<ClosedBy> {
        if !asking.is_bound_to(window) {
            return None;
        }
        let next = window.times.iter().filter_map(|times| times.first_after(at, self.holidays)).min();
        let opens = next.map(|span| span.from);
        (!next.is_some_and(|span| span.holds(at))).then(|| ClosedBy::Window { name: window.name.clone(), opens })
    }
}

impl Asking<'_> {
    /// Whether this is allowed only while a window is open.
    fn is_bound_to(&self, window: &Window) -> bool {
        let Act::Deploy { environment, production } = self.act else { return false };
        let free = self.hotfix && window.hotfixes_pass;
        !free && window.concerns(self.project, environment, production)
    }

    /// Whether a freeze closes this while it is active.
    fn is_closed_by(&self, freeze: &Freeze) -> bool {
        let passes = self.hotfix && freeze.hotfixes_pass || self.release.is_some() && self.release == freeze.release;
        let covers = match self.act {
            Act::Merge { branch } => freeze.covers(branch, self.lines),
            Act::Deploy { production: true, .. } => {
                freeze.branches.is_empty() || self.lines.first().is_some_and(|line| freeze.covers(line, self.lines))
            }
            Act::Deploy { production: false, .. } => false,
        };
        !passes && covers && freeze.concerns(self.project)
    }
}

#[cfg(test)]
mod tests;
