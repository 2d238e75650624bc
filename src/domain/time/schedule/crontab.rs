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
    if let Some((zone, rest)) = words.split_first().and_then(|(word, rest)| Some((zone(word)?, rest))) {
        return Err(zone_beside(zone, &rest.join(" ")));
    }
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
    // Crontab's rule: of two fields that both restrict the day, either is enough, also where the other one never comes.
    let parts = match (day.starred, weekday.starred) {
        (false, false) => vec![part(&day.to_string(), "*")?, part("*", &weekday.to_string())?],
        _ => vec![part(&day.to_string(), &weekday.to_string())?],
    };
    let parts: Vec<cron::Schedule> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return Err(format!("`{text}` names a day that never comes; write one that its months have, such as `28`"));
    }
    Ok(Crontab { parts, passes: Field::passes(&hour) || Field::passes(&minute) })
}

/// What the crate makes of it; nothing if that never comes.
fn part(text: &str, plain: &str) -> Result<Option<cron::Schedule>, String> {
    let schedule = cron::Schedule::from_str(plain)
        .map_err(|_| format!("`{text}` is not a schedule; write it like `0 17 * * 4`, Thursdays at 17:00"))?;
    let comes = schedule.after(&DateTime::<Utc>::UNIX_EPOCH).next().is_some();
    Ok(comes.then_some(schedule))
}

/// The zone in `TZ=Europe/Berlin` and `CRON_TZ=Europe/Berlin`, which some crons take before the fields.
fn zone(word: &str) -> Option<&str> {
    let (key, zone) = word.split_once('=')?;
    ["TZ", "CRON_TZ"].iter().any(|known| key.eq_ignore_ascii_case(known)).then_some(zone)
}

fn zone_beside(zone: &str, rest: &str) -> String {
    let zone = zone.trim_matches(['"', '\'']);
    format!(
        "a zone does not stand in the times; write `{rest}` alone, and `zone = \"{zone}\"` beside it in bot.toml, or once at \
         the top of a playbook for all its dates"
    )
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
