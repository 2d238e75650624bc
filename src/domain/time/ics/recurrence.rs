//! The days on which an event begins: its own, and those of its series.

use chrono::{Datelike, NaiveDate, NaiveTime};
use icalendar::parser::Component;
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

use super::event_time::EventTime;
use crate::domain::time::far;

/// The days on which an event begins, by its rules, the days that are written beside them and the days that are taken out.
/// Days are midnights in UTC for the library, which has no zone to get wrong then.
///
/// # Errors
/// How it recurs, if that is not understood.
pub(super) fn starts(
    event: &Component<'_>,
    first: NaiveDate,
    day: impl Fn(EventTime) -> NaiveDate,
) -> Result<Vec<NaiveDate>, String> {
    let values = |name: &'static str| event.properties.iter().filter(move |property| property.name == name);
    if values("EXRULE").next().is_some() {
        return Err("leaves days out by a rule (`EXRULE`), which is not understood".into());
    }
    if !(1600..=*far::YEARS.end()).contains(&first.year()) {
        return Err(format!("begins in the year {}", first.year()));
    }
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc().with_timezone(&Tz::UTC);
    let listed = |name| {
        let texts = values(name).flat_map(|property| property.val.as_str().split(','));
        let read =
            |text: &str| EventTime::read(text).map(&day).ok_or_else(|| format!("has `{text}` as a day of `{name}`"));
        texts.map(read).map(|day| day.map(midnight)).collect::<Result<Vec<_>, String>>()
    };
    let mut set = RRuleSet::new(midnight(first)).set_rdates(listed("RDATE")?).set_exdates(listed("EXDATE")?);
    let rules: Vec<&str> = values("RRULE").map(|property| property.val.as_str().trim()).collect();
    if rules.is_empty() {
        set = set.rdate(midnight(first));
    }
    for rule in rules {
        let foreign = || format!("recurs as `{rule}`, which is not understood");
        let read: RRule<Unvalidated> = until_a_day(rule, &day).parse().map_err(|_| foreign())?;
        set = set.rrule(read.validate(midnight(first)).map_err(|_| foreign())?);
    }
    let last = NaiveDate::from_ymd_opt(*far::YEARS.end(), 12, 31).unwrap_or(first);
    let none_taken_out = set.get_exdate().is_empty();
    let found = set.before(midnight(last)).all(u16::MAX);
    if found.limited || found.dates.is_empty() && none_taken_out {
        return Err("recurs too often, or never, for days off".into());
    }
    Ok(found.dates.into_iter().map(|at| at.naive_utc().date()).collect())
}

/// A rule whose end is a day, as its beginning is.
fn until_a_day(rule: &str, day: impl Fn(EventTime) -> NaiveDate) -> String {
    let parts = rule.split(';').filter(|part| !part.is_empty()).map(|part| {
        let until = part.strip_prefix("UNTIL=").and_then(EventTime::read).map(&day);
        until.map_or_else(|| part.to_owned(), |day| day.format("UNTIL=%Y%m%dT000000Z").to_string())
    });
    parts.collect::<Vec<_>>().join(";")
}
