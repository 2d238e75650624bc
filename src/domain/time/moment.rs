//! Reads moments as people write them: `Mon 11:00`, `17:00`, `2026-03-09 11:00`, `3h`.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;

use super::local;

/// The next moment after `now` that a text means in a zone.
///
/// # Errors
/// A sentence that shows the forms that are understood, or that the moment is over.
pub fn read(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<DateTime<Utc>, String> {
    let problem = || {
        format!(
            "\u{201c}{text}\u{201d} is not a time I can read: write it as `Mon 11:00`, `17:00`, `2026-03-09 11:00`, `90m`, `3h` or `2d`."
        )
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let shown = local::shown(zone, now);
    let moment = match words.as_slice() {
        [one] if one.contains(':') => next_at(shown, None, time(one).ok_or_else(problem)?),
        [one] => return span(one).map(|span| now + span).ok_or_else(problem),
        [day, at] => {
            let at = time(at).ok_or_else(problem)?;
            match day.parse::<NaiveDate>() {
                Ok(day) => day.and_time(at),
                Err(_) => next_at(shown, Some(day.parse::<Weekday>().map_err(|_| problem())?), at),
            }
        }
        _ => return Err(problem()),
    };
    let moment = local::first(zone, moment);
    if moment <= now {
        return Err(format!("\u{201c}{text}\u{201d} is over already; give a time to come."));
    }
    Ok(moment)
}

fn next_at(local: NaiveDateTime, day: Option<Weekday>, at: NaiveTime) -> NaiveDateTime {
    let days = (0..=7).map(|ahead| local.date() + Duration::days(ahead));
    let fits = |date: &NaiveDate| day.is_none_or(|day| date.weekday() == day) && date.and_time(at) > local;
    days.filter(fits).map(|date| date.and_time(at)).next().unwrap_or(local)
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

fn span(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let count: i64 = text[..text.len() - unit.len_utf8()].parse().ok().filter(|count| (1..100_000).contains(count))?;
    match unit {
        'm' => Some(Duration::minutes(count)),
        'h' => Some(Duration::hours(count)),
        'd' => Some(Duration::days(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_at(text: &str, now: &str) -> Result<String, String> {
        let now = now.parse().expect("a moment");
        read(text, now, chrono_tz::America::Toronto).map(|at| at.to_rfc3339())
    }

    #[test]
    fn moments_are_read_in_the_teams_zone() {
        let thursday = "2026-03-05T22:00:00Z";
        assert_eq!(
            read_at("Mon 11:00", thursday),
            Ok("2026-03-09T15:00:00+00:00".into()),
            "summer time has begun by then"
        );
        assert_eq!(read_at("17:30", thursday), Ok("2026-03-05T22:30:00+00:00".into()));
        assert_eq!(
            read_at("16:00", thursday),
            Ok("2026-03-06T21:00:00+00:00".into()),
            "today's is over, so tomorrow's"
        );
        assert_eq!(read_at("2026-03-08 02:30", thursday), Ok("2026-03-08T07:00:00+00:00".into()), "the gap's end");
        assert_eq!(read_at("3h", thursday), Ok("2026-03-06T01:00:00+00:00".into()));
        for wrong in ["", "soon", "25:00", "Foo 11:00", "2026-02-30 11:00", "3w", "2020-01-01 10:00", "-1h"] {
            assert!(read_at(wrong, thursday).is_err(), "{wrong}");
        }
    }
}
