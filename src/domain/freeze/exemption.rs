//! Exemptions: leave for one pull request, at one commit, to pass the freezes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Freeze;
use crate::domain::ids::ReleaseId;

/// Leave for one pull request, asked for, and given or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    /// Its number.
    pub id: u64,
    /// The project.
    pub project: String,
    /// The pull request.
    pub pull_request: u64,
    /// Its title when it was asked for.
    pub title: String,
    /// Its page.
    pub url: String,
    /// The commit that it holds for.
    pub head: String,
    /// The branch that the pull request goes to; another one is another request.
    pub base: String,
    /// The GitHub login of the pull request's author.
    pub author: String,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// Until when it is good at most.
    pub until: Option<DateTime<Utc>>,
    /// What was decided.
    #[serde(default)]
    pub decided: Option<Decided>,
    /// The release in whose own freeze somebody let it in by themselves, because it mends what was rejected there; it passes no
    /// other freeze.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix_of: Option<ReleaseId>,
    /// Why it is not good any more, and since when.
    #[serde(default)]
    pub lapsed: Option<(Lapse, DateTime<Utc>)>,
}

/// What was decided on an exemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// By whom.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why not; `None` grants it.
    pub refusal: Option<String>,
}

/// Why an exemption is not good any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lapse {
    /// Its time is over.
    Expired,
    /// The pull request has another commit now.
    Pushed {
        /// That commit.
        head: String,
    },
    /// The pull request goes to another branch now.
    Retargeted {
        /// That branch.
        base: String,
    },
    /// The pull request is merged or closed: it has served.
    Closed,
    /// It was let in as a fix, and a freeze that is not its release's closes the branch by now.
    FrozenToo {
        /// Why that closes it.
        reason: String,
    },
    /// It was let in as a fix, and nothing of its release is rejected any more.
    NotRejected,
}

impl Lapse {
    /// Whether it is to be looked first whether the pull request is still open: what is known of it may be old, and of one that
    /// was merged nothing is told.
    pub fn is_of_open_pulls(&self) -> bool {
        match self {
            Self::Closed | Self::FrozenToo { .. } | Self::NotRejected => true,
            Self::Expired | Self::Pushed { .. } | Self::Retargeted { .. } => false,
        }
    }
}

impl Exemption {
    /// Whether it waits for a decision.
    pub fn waits(&self) -> bool {
        self.decided.is_none() && self.lapsed.is_none()
    }

    /// Whether it was granted and has not lapsed; its time may be over all the same.
    pub fn is_granted(&self) -> bool {
        self.lapsed.is_none() && self.decided.as_ref().is_some_and(|decided| decided.refusal.is_none())
    }

    /// Whether it lets a pull request pass at a moment: granted, this very commit, this branch, in time, and as a fix only what
    /// its release's own freeze closes. `closing` gives the freezes that close the branch.
    pub fn lets_pass(
        &self,
        number: u64,
        head: &str,
        base: &str,
        now: DateTime<Utc>,
        closing: impl FnOnce() -> Vec<Freeze>,
    ) -> bool {
        self.is_granted()
            && (self.pull_request, self.head.as_str(), self.base.as_str()) == (number, head, base)
            && self.until.is_none_or(|until| now < until)
            && (self.fix_of.is_none() || closing().iter().all(|freeze| self.is_from(freeze)))
    }

    /// Whether it may be one from this freeze: a fix is from its release's own only.
    pub fn is_from(&self, freeze: &Freeze) -> bool {
        self.fix_of.is_none() || self.fix_of == freeze.release
    }

    /// Why it lapses, as far as its pull request and the time tell; nothing if it stays as it is.
    pub fn lapse(&self, found: Option<(&str, &str)>, now: DateTime<Utc>) -> Option<Lapse> {
        let lives = self.lapsed.is_none() && self.decided.as_ref().is_none_or(|decided| decided.refusal.is_none());
        match found {
            _ if !lives => None,
            Some((head, _)) if head != self.head => Some(Lapse::Pushed { head: head.to_owned() }),
            Some((_, base)) if base != self.base => Some(Lapse::Retargeted { base: base.to_owned() }),
            Some(_) if self.until.is_some_and(|until| until <= now) => Some(Lapse::Expired),
            Some(_) => None,
            None => Some(Lapse::Closed),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn exemption() -> Exemption {
        let at: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
        Exemption {
            id: 1,
            project: "api".into(),
            pull_request: 12,
            title: "Fix".into(),
            url: String::new(),
            head: "aaa".into(),
            base: "main".into(),
            author: "ben".into(),
            reason: "customers".into(),
            asked_by: "Ben".into(),
            asked_at: at,
            until: Some(at + chrono::TimeDelta::hours(2)),
            decided: None,
            fix_of: None,
            lapsed: None,
        }
    }

    #[test]
    fn it_is_good_for_one_commit_one_branch_and_in_time() {
        let (mut exemption, at) = (exemption(), exemption().asked_at);
        assert!(!exemption.lets_pass(12, "aaa", "main", at, Vec::new));
        exemption.decided = Some(Decided { by: "Ann".into(), at, refusal: None });
        assert!(exemption.lets_pass(12, "aaa", "main", at, Vec::new));
        assert!(!exemption.lets_pass(13, "aaa", "main", at, Vec::new));
        assert!(!exemption.lets_pass(12, "bbb", "main", at, Vec::new));
        assert!(!exemption.lets_pass(12, "aaa", "develop", at, Vec::new));
        assert!(!exemption.lets_pass(12, "aaa", "main", exemption.until.unwrap(), Vec::new));
        assert_eq!(exemption.lapse(Some(("aaa", "main")), at), None);
        assert_eq!(exemption.lapse(Some(("bbb", "main")), at), Some(Lapse::Pushed { head: "bbb".into() }));
        assert_eq!(exemption.lapse(Some(("aaa", "main")), exemption.until.unwrap()), Some(Lapse::Expired));
        exemption.decided = Some(Decided { by: "Ann".into(), at, refusal: Some("no".into()) });
        assert!(!exemption.lets_pass(12, "aaa", "main", at, Vec::new));
        assert_eq!(exemption.lapse(Some(("bbb", "main")), at), None);
    }

    #[test]
    fn a_fix_passes_its_releases_own_freeze_only() {
        let at = exemption().asked_at;
        let frozen = |by: &[Option<u64>]| -> Vec<Freeze> {
            let of = |release: &Option<u64>| Freeze { release: release.map(ReleaseId), ..Freeze::new("x", "Ann", at) };
            by.iter().map(of).collect()
        };
        for (fix_of, closing, passes) in [
            (None, vec![], true),
            (None, vec![Some(7), None], true),
            (Some(7), vec![], true),
            (Some(7), vec![Some(7)], true),
            (Some(7), vec![Some(7), Some(7)], true),
            (Some(7), vec![None], false),
            (Some(7), vec![Some(7), None], false),
            (Some(7), vec![Some(8)], false),
            (Some(7), vec![Some(8), Some(7)], false),
        ] {
            let decided = Some(Decided { by: "Ben".into(), at, refusal: None });
            let exemption = Exemption { decided, fix_of: fix_of.map(ReleaseId), ..exemption() };
            let found = exemption.lets_pass(12, "aaa", "main", at, || frozen(&closing));
            assert_eq!(found, passes, "of {fix_of:?}, closed by {closing:?}");
        }
    }

    #[test]
    fn what_an_older_program_stored_is_no_fix() {
        let row = serde_json::to_string(&exemption()).unwrap();
        assert!(!row.contains("fix_of"), "{row}");
        let read: Exemption = serde_json::from_str(&row).unwrap();
        assert_eq!(read.fix_of, None);
    }
}
