//! Crontab text as what the `cron` crate reads: explicit numbers only, so that nothing can mean two things.

use std::str::FromStr;

use chrono::{DateTime, Utc};

use super::field::{self, Field};

/// What a crontab text means: the union of what each part means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Crontab {
    pub parts: Vec<cron::Schedule>,
    /// Whether it counts time that passes rather than times on the clock.
    pub passes: bool,
}

/// Reads crontab text.
///
/// # Errors
/// A sentence that says what to write.
pub(super) fn read(text: &str) -> Result<Crontab, String> {
    let text = match text.trim() {
        word if word.starts_with('@') => named(word)?,
        text => text,
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let [second, minute, hour, day, month, weekday, year] = match words.as_slice() {
        [minute, hour, day, month, weekday] => ["0", minute, hour, day, month, weekday, "*"],
        [second, minute, hour, day, month, weekday] => [*second, minute, hour, day, month, weekday, "*"],
        [second, minute, hour, day, month, weekday, year] => [*second, minute, hour, day, month, weekday, year],
        _ => return Err(count(text, words.len())),
    };
    let (second, minute) = (field::read(second, &field::SECOND)?, field::read(minute, &field::MINUTE)?);
    let (hour, day) = (field::read(hour, &field::HOUR)?, field::read(day, &field::DAY)?);
    let (month, weekday) = (field::read(month, &field::MONTH)?, field::read(weekday, &field::WEEKDAY)?);
    let year = field::read(year, &field::YEAR)?;
    let part = |day: &str, weekday: &str| {
        let (time, date) = (format!("{second} {minute} {hour}"), format!("{day} {month} {weekday} {year}"));
        part(text, &format!("{time} {date}"))
    };
    // Crontab's rule: of two fields that both restrict the day, either is enough.
    let parts = match (day.starred, weekday.starred) {
        (false, false) => vec![part(&day.to_string(), "*")?, part("*", &weekday.to_string())?],
        _ => vec![part(&day.to_string(), &weekday.to_string())?],
    };
    Ok(Crontab { parts, passes: Field::passes(&hour) || Field::passes(&minute) })
}

fn part(text: &str, plain: &str) -> Result<cron::Schedule, String> {
    let schedule = cron::Schedule::from_str(plain)
        .map_err(|_| format!("`{text}` is not a schedule; write it like `0 17 * * 4`, Thursdays at 17:00"))?;
    match schedule.after(&DateTime::<Utc>::UNIX_EPOCH).next() {
        Some(_) => Ok(schedule),
        None => Err(format!("`{text}` names a day that never comes; write one that its months have, such as `28`")),
    }
}

fn named(word: &str) -> Result<&'static str, String> {
    match word {
        "@hourly" => Ok("0 * * * *"),
        "@daily" | "@midnight" => Ok("0 0 * * *"),
        "@weekly" => Ok("0 0 * * 0"),
        "@monthly" => Ok("0 0 1 * *"),
        "@yearly" | "@annually" => Ok("0 0 1 1 *"),
        "@reboot" => {
            Err("`@reboot` is no time of day; write when it is to be, such as `0 9 * * 1-5` or `@daily`".into())
        }
        _ => Err(format!(
            "`{word}` is unknown; write `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly` or five fields"
        )),
    }
}

fn count(text: &str, fields: usize) -> String {
    let fields = match fields {
        0 => "no field".to_owned(),
        1 => "one field".to_owned(),
        more => format!("{more} fields"),
    };
    format!(
        "`{text}` has {fields}; write five (minute, hour, day of month, month, day of week), such as `0 17 * * 4` for \
         Thursdays at 17:00, six with the seconds first, or seven with the year last"
    )
}
