//! Reads moments as people write them: `Mon 11:00`, `17:00`, `2026-03-09 11:00`, `3h`.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use super::{
    duration::{self, LONGEST},
    local,
    offset::Offset,
};

/// The next moment after `now` that a text means in a zone.
///
/// # Errors
/// A sentence that shows the forms that are understood, or that the moment is over.
pub fn read(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<DateTime<Utc>, String> {
    let problem = || {
        format!(
            "\u{201c}{text}\u{201d} is not a time I can read: write it as `Mon 11:00`, `17:00`, `2026-03-09 11:00`, `90m`, `3h` or `1d12h`."
        )
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let shown = local::shown(zone, now);
    let moment = match words.as_slice() {
        [one] if one.contains(':') => next_at(shown, None, time(one).ok_or_else(problem)?),
        [one] if looks_like_duration(one) => {
            duration::read(one).map_err(|mistake| format!("{mistake}."))?;
            return Ok(Offset::read(one)?.from(now, zone));
        }
        [day, at] => {
            let at = time(at).ok_or_else(problem)?;
            match day.parse::<NaiveDate>() {
                Ok(day) => day.and_time(at),
                Err(_) => next_at(shown, Some(day.parse::<Weekday>().map_err(|_| problem())?), at),
            }
        }
        _ => return Err(problem()),
    };
    if moment - shown > LONGEST {
        return Err(format!("\u{201c}{text}\u{201d} is more than ten years ahead; give a time that is nearer."));
    }
    let over = || format!("\u{201c}{text}\u{201d} is over already; give a time to come.");
    // However a zone puts its clocks, it is never by a week.
    if moment - shown < -TimeDelta::days(7) {
        return Err(over());
    }
    Some(local::first(zone, moment)).filter(|moment| *moment > now).ok_or_else(over)
}

/// Whether a word is meant as a duration: a number, perhaps with a sign, and letters.
fn looks_like_duration(word: &str) -> bool {
    let bare = word.strip_prefix('-').unwrap_or(word);
    bare.starts_with(|letter: char| letter.is_ascii_digit()) && bare.chars().all(char::is_alphanumeric)
}

/// The next time at which a clock shows a time of day.
fn next_at(local: NaiveDateTime, day: Option<Weekday>, at: NaiveTime) -> NaiveDateTime {
    let days = local.date().iter_days().take(8);
    let fits = |date: &NaiveDate| day.is_none_or(|day| date.weekday() == day) && date.and_time(at) > local;
    days.filter(fits).map(|date| date.and_time(at)).next().unwrap_or(local)
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
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
        assert_eq!(read_at("1h30m", thursday), Ok("2026-03-05T23:30:00+00:00".into()));
        assert_eq!(read_at("1d12h", thursday), Ok("2026-03-07T10:00:00+00:00".into()));
        assert_eq!(read_at("90s", thursday), Ok("2026-03-05T22:01:30+00:00".into()));
        for wrong in ["", "soon", "25:00", "Foo 11:00", "2026-02-30 11:00", "3w", "2020-01-01 10:00", "-1h"] {
            assert!(read_at(wrong, thursday).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_nobody_can_mean_is_refused_and_nothing_panics() {
        for (wrong, why) in [
            ("99999d", "ten years"),
            ("+262142-12-31 23:59", "ten years"),
            ("+99999-12-31 11:00", "ten years"),
            ("9999-12-31 11:00", "ten years"),
            ("-262143-01-01 00:00", "over already"),
            ("31.12.99999", "not a time I can read"),
            ("31.12.99999 11:00", "not a time I can read"),
            ("99999999999999999999h", "ten years"),
            ("0h", "no time at all"),
            ("-3h", "leads back"),
            ("3w", "`w`"),
            ("1h30", "without a unit"),
            ("1h1h", "once"),
        ] {
            for now in ["2026-03-05T22:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
                for zone in [chrono_tz::America::Toronto, chrono_tz::Asia::Tokyo, chrono_tz::UTC] {
                    let told = std::panic::catch_unwind(|| read(wrong, now.parse().unwrap(), zone));
                    let told = told.unwrap_or_else(|_| panic!("`{wrong}` panics at {now} in {zone}"));
                    if now.starts_with("2026") {
                        assert!(told.as_ref().is_err_and(|told| told.contains(why)), "{wrong}: {told:?}");
                    }
                }
            }
        }
    }
}
