//! From what was read of a branch on GitHub to how well it is guarded.

use chrono::{DateTime, Utc};

use super::{
    closing::{CheckSource, ClosingRule, Gap, Passing},
    enforcement::{Enforcement, KeptBy},
    extent::Extent,
};

/// What was found and tried for one branch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The rules that require the check, or why they could not be read.
    pub checks: Option<Result<Vec<ClosingRule>, String>>,
    /// The ruleset of the bot's that closes it; `None` where none is wanted, or GitHub takes none that need not be.
    pub ruleset: Option<RulesetReading>,
    /// Why no ruleset closes it at once, if GitHub took none.
    pub slow: Option<String>,
    /// How many heads have leave from earlier that the ruleset lets in, and must not get in, and of how many.
    pub let_in: (usize, usize),
    /// Why statuses could not be written, if they could not.
    pub unwritten: Option<String>,
    /// How far what is open has been made red.
    pub extent: Extent,
    /// When all of it will be, if GitHub's limits hold that up.
    pub held_up_until: Option<DateTime<Utc>>,
}

/// What was read of a ruleset of the bot's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesetReading {
    /// Its name.
    pub name: &'static str,
    /// Who may pass it; nothing if it does not hold for the branch, or does not do there what it is for, or why it could not be
    /// set.
    pub passing: Result<Option<Passing>, String>,
}

impl Reading {
    /// How well the branch is guarded.
    pub fn standing(&self, branch: &str) -> Enforcement {
        let refused = match &self.extent {
            Extent::Refused(why) => Some(why.clone()),
            Extent::Whole | Extent::Part { .. } => None,
        };
        let ours: Vec<&ClosingRule> =
            self.rules().filter(|rule| !matches!(rule.source, CheckSource::Other(_))).collect();
        let by_check = self.unwritten.is_none() && refused.is_none() && !ours.is_empty();
        let closing = |passing: &Passing| ClosingRule { source: CheckSource::Ours, passing: passing.clone() };
        let there = self.ruleset.as_ref().and_then(|read| read.passing.as_ref().ok()?.as_ref().map(closing));
        let (let_in, all) = self.let_in;
        let ruleset = there.clone().filter(|_| let_in == 0);
        // What the check closes is closed commit by commit, what a ruleset closes at once.
        match (by_check, &ruleset, &self.extent) {
            (true, Some(ruleset), Extent::Whole) => {
                return kept(KeptBy::Both, &ours.into_iter().chain([ruleset]).collect::<Vec<_>>());
            }
            (_, Some(ruleset), _) => return kept(KeptBy::Ruleset, &[ruleset]),
            (true, None, extent) if !matches!(self.ruleset, Some(RulesetReading { passing: Err(_), .. })) => {
                return match extent {
                    Extent::Part { red, all } => {
                        let (until, slow) = (self.held_up_until, self.slow.clone());
                        Enforcement::Closing { red: *red, all: *all, until, slow }
                    }
                    Extent::Whole | Extent::Refused(_) => kept(KeptBy::Check, &ours),
                };
            }
            (true | false, None, Extent::Whole | Extent::Part { .. } | Extent::Refused(_)) => {}
        }
        if there.is_some() && self.unwritten.is_none() {
            return Enforcement::Closing { red: all - let_in.min(all), all, until: None, slow: None };
        }
        let reasons = [
            self.unwritten.clone(),
            refused,
            self.ruleset.clone().and_then(|read| read.passing.err()),
            self.checks.clone().and_then(Result::err),
            self.taken_from_others(branch),
        ];
        if let Some(why) = reasons.into_iter().flatten().next() {
            return Enforcement::Failed(why);
        }
        if let Some(RulesetReading { name, passing: Ok(None) }) = &self.ruleset {
            return Enforcement::Failed(format!("the ruleset {name} does not hold for {branch}"));
        }
        let slow = self.slow.as_ref().map(|why| format!(", and no ruleset of the bot's closes it: {why}"));
        Enforcement::Advisory(format!("the check is not required on {branch}{}", slow.unwrap_or_default()))
    }

    /// Whether the branch requires the check of the bot; nothing if that could not be read.
    pub fn requires(&self) -> Option<bool> {
        let read = self.checks.as_ref()?.as_ref().ok()?;
        Some(read.iter().any(|rule| !matches!(rule.source, CheckSource::Other(_))))
    }

    fn rules(&self) -> impl Iterator<Item = &ClosingRule> {
        self.checks.iter().flatten().flatten()
    }

    /// Why nothing that the bot writes counts on the branch, if the check is taken from others only.
    fn taken_from_others(&self, branch: &str) -> Option<String> {
        let other = self.rules().find_map(|rule| match rule.source {
            CheckSource::Other(app) => Some(app),
            CheckSource::Anybody | CheckSource::Ours => None,
        });
        let words = |app| format!("{branch} accepts the check only from app {app}: let it come from the bot instead");
        other.filter(|_| self.requires() == Some(false)).map(words)
    }
}

/// That a branch is kept closed by these rules.
fn kept(by: KeptBy, rules: &[&ClosingRule]) -> Enforcement {
    Gap::of(by, rules).map_or(Enforcement::Enforced(by), Enforcement::EnforcedBut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(source: CheckSource, names: &[&str]) -> ClosingRule {
        ClosingRule { source, passing: passing(names) }
    }

    fn passing(names: &[&str]) -> Passing {
        Passing::Known(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Whether the bot's own check is required.
    fn required(required: bool) -> Option<Result<Vec<ClosingRule>, String>> {
        Some(Ok(required.then(|| rule(CheckSource::Ours, &[])).into_iter().collect()))
    }

    fn read(passing: Result<Option<Passing>, String>) -> RulesetReading {
        RulesetReading { name: "shipmate-freeze", passing }
    }

    fn restricts(restricts: bool) -> Option<RulesetReading> {
        Some(read(Ok(restricts.then(|| passing(&[])))))
    }

    #[test]
    fn only_what_was_read_back_counts() {
        let standing = |checks, ruleset, unwritten: Option<&str>| {
            let unwritten = unwritten.map(str::to_owned);
            Reading { checks, ruleset, unwritten, ..Reading::default() }.standing("main").to_string()
        };
        fn refused<T>() -> Option<Result<T, String>> {
            Some(Err("GitHub forbids this".to_owned()))
        }
        assert_eq!(standing(required(true), None, None), "ENFORCED");
        assert_eq!(standing(required(false), restricts(true), None), "ENFORCED");
        assert_eq!(standing(required(false), None, None), "ADVISORY (the check is not required on main)");
        assert_eq!(standing(required(true), None, Some("no permission")), "FAILED (no permission)");
        let no_ruleset = || refused().map(read);
        assert_eq!(standing(required(true), no_ruleset(), None), "FAILED (GitHub forbids this)");
        assert_eq!(standing(refused(), None, None), "FAILED (GitHub forbids this)");
        assert_eq!(
            standing(required(false), restricts(false), None),
            "FAILED (the ruleset shipmate-freeze does not hold for main)"
        );
    }

    #[test]
    fn whose_check_is_required_and_who_may_pass_counts() {
        use CheckSource::{Anybody, Other, Ours};
        let other = "FAILED (main accepts the check only from app 5: let it come from the bot instead)";
        let green = "anybody who may write can turn it green";
        for (rules, ruleset, words) in [
            (vec![rule(Ours, &[])], None, "ENFORCED".to_owned()),
            (vec![rule(Ours, &["administrators"])], None, "ENFORCED, but administrators may pass".to_owned()),
            (vec![rule(Anybody, &[])], None, format!("ENFORCED, but {green}")),
            (vec![rule(Other(5), &[])], None, other.to_owned()),
            // Another App's check is in the way of every merge, but does not close what it has made green itself.
            (vec![rule(Other(5), &[]), rule(Ours, &[])], None, "ENFORCED".to_owned()),
            (vec![rule(Other(5), &[]), rule(Anybody, &[])], None, format!("ENFORCED, but {green}")),
            // The ruleset restricts whoever turns the check green.
            (vec![rule(Anybody, &[])], Some(passing(&[])), "ENFORCED".to_owned()),
            (vec![rule(Other(5), &[])], Some(passing(&[])), "ENFORCED".to_owned()),
            (vec![rule(Anybody, &[])], Some(passing(&["team a"])), "ENFORCED, but team a may pass".to_owned()),
            (vec![], Some(Passing::Hidden), "ENFORCED, but GitHub does not show the bot who may pass".to_owned()),
        ] {
            let ruleset = ruleset.map(|passing| read(Ok(Some(passing))));
            let reading = Reading { checks: Some(Ok(rules)), ruleset, ..Reading::default() };
            assert_eq!(reading.standing("main").to_string(), words, "{reading:?}");
        }
    }

    #[test]
    fn a_branch_is_enforced_once_all_that_is_open_is_red() {
        let refused = || Extent::Refused("no red status on #7: GitHub refuses: too many".to_owned());
        for (check, ruleset, extent, words) in [
            (true, None, Extent::Whole, "ENFORCED"),
            (true, None, Extent::Part { red: 20, all: 500 }, "CLOSING 20 of 500"),
            (true, None, Extent::Part { red: 0, all: 0 }, "CLOSING"),
            (true, None, refused(), "FAILED (no red status on #7: GitHub refuses: too many)"),
            (true, restricts(false), Extent::Part { red: 1, all: 2 }, "CLOSING 1 of 2"),
            // A ruleset closes at once.
            (true, restricts(true), Extent::Part { red: 1, all: 2 }, "ENFORCED"),
            (false, restricts(true), refused(), "ENFORCED"),
            // Where nothing requires the status, no count makes it better.
            (false, None, Extent::Part { red: 1, all: 2 }, "ADVISORY (the check is not required on main)"),
            (false, None, refused(), "FAILED (no red status on #7: GitHub refuses: too many)"),
        ] {
            let reading = Reading { checks: required(check), ruleset, extent, ..Reading::default() };
            assert_eq!(reading.standing("main").to_string(), words, "{reading:?}");
        }
    }

    #[test]
    fn a_ruleset_that_lets_in_what_had_leave_before_does_not_close_yet() {
        let part = || Extent::Part { red: 20, all: 500 };
        for (check, let_in, extent, words) in [
            (false, (0, 500), part(), "ENFORCED"),
            (false, (2, 500), part(), "CLOSING 498 of 500"),
            // By the other status each is closed for itself.
            (true, (2, 500), part(), "CLOSING 20 of 500"),
            (true, (2, 500), Extent::Whole, "ENFORCED"),
        ] {
            let reading =
                Reading { checks: required(check), ruleset: restricts(true), let_in, extent, ..Reading::default() };
            assert_eq!(reading.standing("main").to_string(), words, "{reading:?}");
        }
    }

    #[test]
    fn why_nothing_closes_at_once_is_said() {
        let slow = || Some("GitHub refuses: upgrade".to_owned());
        let reading = Reading { checks: required(false), slow: slow(), ..Reading::default() };
        let words = "ADVISORY (the check is not required on main, and no ruleset of the bot's closes it: GitHub refuses: upgrade)";
        assert_eq!(reading.standing("main").to_string(), words);
        let extent = Extent::Part { red: 1, all: 2 };
        let reading = Reading { checks: required(true), slow: slow(), extent, ..Reading::default() };
        assert!(matches!(reading.standing("main"), Enforcement::Closing { slow: Some(_), .. }));
    }
}
