//! Freezes that recur, and the times at which deploys are allowed, as people write them in `bot.toml` and in playbooks.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::{Freeze, RuleSlot, stretch::Stretch, times::Times, week};
use crate::domain::time::{far, holidays::Holidays, schedule::Schedule};

/// A freeze that recurs, as it is written: `[[freezes]]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FreezeRule {
    /// Its name; unique.
    pub name: String,
    /// Why.
    pub reason: String,
    /// Who is named as its owner; "the calendar" otherwise.
    pub owner: Option<String>,
    /// Crontab text: when it begins. With `until`, or else `days`.
    pub from: Option<String>,
    /// Crontab text: when it ends.
    pub until: Option<String>,
    /// Days such as `2026-12-24`, ranges such as `2026-12-24..2027-01-02`, and the word `holidays` for the holiday list.
    #[serde(default)]
    pub days: Vec<String>,
    /// The zone of all this; the team's otherwise.
    pub zone: Option<String>,
    /// The projects it closes; empty means all.
    #[serde(default)]
    pub projects: Vec<String>,
    /// The branches it closes; empty means all lines of the playbook.
    #[serde(default)]
    pub branches: Vec<String>,
    /// Whether hotfixes pass; they do unless this says no.
    pub hotfixes_pass: Option<bool>,
}

/// Times at which deploys are allowed, as they are written: `[[windows]]`. Outside them deploys are closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WindowRule {
    /// Its name; unique.
    pub name: String,
    /// Times of the week, such as `Mon-Thu 09:00-16:00`. Or `days` and `hours`, or `opens` and `closes`.
    #[serde(default)]
    pub times: Vec<String>,
    /// Days of the week, such as `Mon-Thu`.
    pub days: Option<String>,
    /// Hours, such as `09:00-16:00`.
    pub hours: Option<String>,
    /// Crontab text: when deploys open.
    pub opens: Option<String>,
    /// Crontab text: when they close.
    pub closes: Option<String>,
    /// The zone of all this; the team's otherwise.
    pub zone: Option<String>,
    /// The projects it holds for; empty means all.
    #[serde(default)]
    pub projects: Vec<String>,
    /// The environments it holds for; empty means production.
    #[serde(default)]
    pub environments: Vec<String>,
    /// Whether hotfixes may be deployed at any time; they may unless this says no.
    pub hotfixes_pass: Option<bool>,
}

/// A freeze that recurs, ready to be asked when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurring {
    /// What every occurrence is like.
    pub like: Freeze,
    /// The rule's name.
    pub name: String,
    /// When.
    pub times: Vec<Times>,
}

/// Allowed times, ready to be asked when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Its name.
    pub name: String,
    /// When deploys are allowed.
    pub times: Vec<Times>,
    /// The projects it holds for; empty means all.
    pub projects: Vec<String>,
    /// The environments it holds for; empty means production.
    pub environments: Vec<String>,
    /// Whether hotfixes pass.
    pub hotfixes_pass: bool,
}

/// Everything that closes by the calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// The freezes that recur.
    pub recurring: Vec<Recurring>,
    /// The allowed times.
    pub windows: Vec<Window>,
    /// The holiday list.
    pub holidays: Holidays,
}

/// A mistake in a rule: the key, and a sentence with the way out.
pub type Mistake = (&'static str, String);

impl FreezeRule {
    /// The rule, ready to be asked when.
    ///
    /// # Errors
    /// The key that is wrong, and a sentence that says what to write.
    pub fn ready(&self, zone: Tz) -> Result<Recurring, Mistake> {
        let zone = zone_of(self.zone.as_deref(), zone)?;
        let times = match (&self.from, &self.until, self.days.is_empty()) {
            (Some(from), Some(until), true) => vec![between(("from", from), ("until", until), zone)?],
            (None, None, false) => days(&self.days, zone)?,
            (Some(_), None, true) => {
                return Err(("from", "`from` needs its end; write `until = \"0 9 * * mon\"`".into()));
            }
            (None, Some(_), true) => {
                return Err(("until", "`until` needs its beginning; write `from = \"0 17 * * fri\"`".into()));
            }
            (_, _, false) => {
                return Err(("days", "give either `days`, or `from` and `until`; write two rules to have both".into()));
            }
            (None, None, true) => {
                let sentence = "nothing says when; write `from = \"0 17 * * fri\"` and `until = \"0 9 * * mon\"`, or `days = [\"2026-12-24\"]`";
                return Err(("name", sentence.into()));
            }
        };
        let owner = self.owner.clone().unwrap_or_else(|| "the calendar".into());
        let like = Freeze {
            projects: self.projects.clone(),
            branches: self.branches.clone(),
            hotfixes_pass: self.hotfixes_pass.unwrap_or(true),
            ..Freeze::new(&self.reason, owner, DateTime::<Utc>::MIN_UTC)
        };
        Ok(Recurring { like, name: self.name.clone(), times })
    }
}

impl WindowRule {
    /// The window, ready to be asked when.
    ///
    /// # Errors
    /// The key that is wrong, and a sentence that says what to write.
    pub fn ready(&self, zone: Tz) -> Result<Window, Mistake> {
        let zone = zone_of(self.zone.as_deref(), zone)?;
        let weekly = |key, texts: &[String]| -> Result<Vec<Times>, Mistake> {
            let read = texts.iter().map(|text| week::read(text)).collect::<Result<Vec<_>, _>>();
            let week = read.map_err(|sentence| (key, sentence))?.concat();
            Ok(vec![Times::Weekly { zone, week }])
        };
        let times = match (self.times.as_slice(), &self.days, &self.hours, &self.opens, &self.closes) {
            ([], Some(days), Some(hours), None, None) => {
                weekly("days", &[format!("{} {}", days.trim(), hours.replace(' ', ""))])?
            }
            ([], None, None, Some(opens), Some(closes)) => vec![between(("opens", opens), ("closes", closes), zone)?],
            (times @ [_, ..], None, None, None, None) => weekly("times", times)?,
            _ => {
                let sentence = "a window needs either `days = \"Mon-Thu\"` and `hours = \"09:00-16:00\"`, or `times = [\"Mon-Thu 09:00-16:00\"]`, or `opens` and `closes` as crontab text";
                return Err(("name", sentence.into()));
            }
        };
        Ok(Window {
            name: self.name.clone(),
            times,
            projects: self.projects.clone(),
            environments: self.environments.clone(),
            hotfixes_pass: self.hotfixes_pass.unwrap_or(true),
        })
    }
}

impl Recurring {
    /// The freeze that one span of its times is; it is not stored yet.
    pub fn occurrence(&self, span: Stretch) -> Freeze {
        let rule = Some(RuleSlot { rule: self.name.clone(), slot: span.from });
        Freeze { from: span.from, until: Some(span.until), rule, ..self.like.clone() }
    }
}

impl Window {
    /// Whether it holds for deploys of a project to an environment.
    pub fn concerns(&self, project: &str, environment: &str, production: bool) -> bool {
        let named = self.environments.iter().any(|name| name == environment);
        (self.projects.is_empty() || self.projects.iter().any(|name| name == project))
            && (named || self.environments.is_empty() && production)
    }
}

fn zone_of(named: Option<&str>, otherwise: Tz) -> Result<Tz, Mistake> {
    let Some(name) = named else { return Ok(otherwise) };
    let sentence = || format!("`{name}` is not a time zone; write an IANA name such as `America/Toronto` or `UTC`");
    name.parse().map_err(|_| ("zone", sentence()))
}

fn between(from: (&'static str, &str), until: (&'static str, &str), zone: Tz) -> Result<Times, Mistake> {
    let read = |(key, text): (&'static str, &str)| Schedule::read(text, zone).map_err(|sentence| (key, sentence));
    let (begins, ends) = (read(from)?, read(until)?);
    let firsts = |schedule: &Schedule| schedule.following(DateTime::UNIX_EPOCH).take(3).collect::<Vec<_>>();
    if firsts(&begins) == firsts(&ends) {
        let ((from, _), (until, text)) = (from, until);
        let always = if until == "closes" { "it is always open" } else { "it never ends" };
        let sentence = format!("`{text}` is when `{from}` is, too, so {always}; write in `{until}` when that is over");
        return Err((until, sentence));
    }
    Ok(Times::Between { from: begins, until: ends })
}

fn days(written: &[String], zone: Tz) -> Result<Vec<Times>, Mistake> {
    let mut days = BTreeSet::new();
    let mut times = vec![];
    for text in written {
        if text.trim() == "holidays" {
            times.push(Times::Holidays { zone });
            continue;
        }
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        match far::day(first).zip(far::day(last)) {
            Some((first, last)) if first <= last && (last - first).num_days() < 400 => {
                days.extend(first.iter_days().take_while(|day| *day <= last));
            }
            _ => {
                let sentence = format!(
                    "`{text}` is not a day; write `2026-12-24`, a range such as `2026-12-24..2027-01-02`, or `holidays`"
                );
                return Err(("days", sentence));
            }
        }
    }
    if !days.is_empty() {
        times.push(Times::Days { zone, days });
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rules_are_read_from_toml() {
        let rule: FreezeRule = toml::from_str(
            "name = \"weekend\"\nreason = \"nobody is there\"\nfrom = \"0 17 * * fri\"\nuntil = \"0 9 * * mon\"\nhotfixes-pass = false",
        )
        .unwrap();
        let ready = rule.ready(Tz::UTC).unwrap();
        assert!(!ready.like.hotfixes_pass && ready.like.owner == "the calendar");
        let window: WindowRule =
            toml::from_str("name = \"hours\"\ndays = \"Mon-Thu\"\nhours = \"09:00 - 16:00\"").unwrap();
        assert!(window.ready(Tz::UTC).unwrap().concerns("api", "production", true));
    }

    #[test]
    fn a_mistake_names_its_key_and_the_way_out() {
        let rule = |change: fn(&mut FreezeRule)| {
            let mut rule = FreezeRule { name: "x".into(), reason: "y".into(), ..FreezeRule::default() };
            change(&mut rule);
            rule.ready(Tz::UTC).unwrap_err().0
        };
        assert_eq!(rule(|_| {}), "name");
        assert_eq!(rule(|rule| rule.from = Some("0 17 * * fri".into())), "from");
        assert_eq!(rule(|rule| rule.days = vec!["Christmas".into()]), "days");
        assert_eq!(rule(|rule| rule.days = vec!["2026-12-24..2026-12-01".into()]), "days");
        assert_eq!(rule(|rule| rule.zone = Some("Berlin".into())), "zone");
        let window = WindowRule { name: "x".into(), days: Some("Mon-Thu".into()), ..WindowRule::default() };
        assert_eq!(window.ready(Tz::UTC).unwrap_err().0, "name");
    }
}
