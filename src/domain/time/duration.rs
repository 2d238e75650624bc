//! The one grammar of durations: `90s`, `15m`, `8h`, `2d`, or several in a row, the larger unit first: `1d12h`.

use std::fmt;

use chrono::TimeDelta;
use serde::Deserialize;

/// No duration is longer: ten years.
pub const LONGEST: TimeDelta = TimeDelta::days(3650);

/// The units with their seconds, the largest first.
const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// How much of a text is shown when it is refused, in letters.
const SHOWN: usize = 40;

/// A duration longer than nothing; its days have 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Lasting(TimeDelta);

impl Lasting {
    /// How long it is.
    pub fn length(self) -> TimeDelta {
        self.0
    }
}

impl TryFrom<String> for Lasting {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        read(&text).map(Self)
    }
}

/// As one would write it: `1d12h`.
impl fmt::Display for Lasting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.num_seconds();
        for (unit, seconds) in UNITS {
            if rest >= seconds {
                write!(f, "{}{unit}", rest / seconds)?;
            }
            rest %= seconds;
        }
        Ok(())
    }
}

/// Reads a duration longer than nothing; its days have 24 hours.
///
/// # Errors
/// A sentence that says what is wrong, and how to write it.
pub fn read(text: &str) -> Result<TimeDelta, String> {
    if text.starts_with('-') {
        return Err(format!("`{}` leads back; write it without `-`", shown(text)));
    }
    let (days, passing) = parts(text, text)?;
    match TimeDelta::days(days.into()) + passing {
        nothing if nothing.is_zero() => {
            Err(format!("`{}` is no time at all; write a duration longer than nothing, such as `15m`", shown(text)))
        }
        length => Ok(length),
    }
}

/// The whole days in a text and the rest, which together are no longer than `LONGEST`; perhaps nothing. What is refused is
/// called `whole`.
///
/// # Errors
/// A sentence that says what is wrong, and how to write it.
pub(super) fn parts(text: &str, whole: &str) -> Result<(u32, TimeDelta), String> {
    let whole = shown(whole);
    let (mut rest, mut larger) = (text, UNITS.as_slice());
    let (mut days, mut passing) = (0, TimeDelta::zero());
    loop {
        let after = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let (number, mut letters) = (rest.strip_suffix(after).unwrap_or_default(), after.chars());
        let unit = match letters.next() {
            _ if number.is_empty() => return Err(no_duration(&whole)),
            None => return Err(format!("`{whole}` ends without a unit; add `s`, `m`, `h` or `d`, as in `1d12h`")),
            Some(unit) => unit,
        };
        let Some((_, seconds)) = UNITS.into_iter().find(|(known, _)| *known == unit) else {
            return Err(match unit.is_alphabetic() {
                true => format!("`{whole}`: `{unit}` is no unit; write `s`, `m`, `h` or `d`, as in `1d12h`"),
                false => no_duration(&whole),
            });
        };
        larger = match larger.iter().position(|(left, _)| *left == unit) {
            Some(at) => larger.get(at + 1..).unwrap_or_default(),
            None => return Err(format!("`{whole}`: write each unit once; the larger one first, as in `1d12h`")),
        };
        let length = number.parse().ok().and_then(|number: i64| TimeDelta::try_seconds(number.checked_mul(seconds)?));
        let too_long = || format!("`{whole}` is longer than ten years; write `{}d` or less", LONGEST.num_days());
        let length = length.filter(|length| *length <= LONGEST).ok_or_else(too_long)?;
        if unit == 'd' {
            days = u32::try_from(length.num_days()).map_err(|_| too_long())?;
        } else {
            passing += length;
        }
        if TimeDelta::days(days.into()) + passing > LONGEST {
            return Err(too_long());
        }
        rest = letters.as_str();
        if rest.is_empty() {
            return Ok((days, passing));
        }
    }
}

fn no_duration(text: &str) -> String {
    format!("`{text}` is not a duration; write whole numbers with a unit, such as `90s`, `15m`, `8h`, `2d` or `1d12h`")
}

/// The beginning of a text.
fn shown(text: &str) -> String {
    let mut letters = text.chars();
    let start: String = letters.by_ref().take(SHOWN).collect();
    if letters.next().is_some() { start + "\u{2026}" } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units_are_a_duration() {
        for (text, seconds, written) in [
            ("90s", 90, "1m30s"),
            ("5m", 300, "5m"),
            ("8h", 28_800, "8h"),
            ("2d", 172_800, "2d"),
            ("1h30m", 5_400, "1h30m"),
            ("1d12h", 129_600, "1d12h"),
            ("36h", 129_600, "1d12h"),
            ("007m", 420, "7m"),
            ("1d1h1m1s", 90_061, "1d1h1m1s"),
            ("0d1s", 1, "1s"),
            ("3650d", 315_360_000, "3650d"),
        ] {
            assert_eq!(read(text), Ok(TimeDelta::seconds(seconds)), "{text}");
            assert_eq!(Lasting::try_from(text.to_owned()).unwrap().to_string(), written);
        }
    }

    #[test]
    fn anything_else_is_refused_with_the_way_out() {
        let nines = "9".repeat(100_000);
        for (text, told) in [
            ("", "`` is not a duration; write whole numbers"),
            ("soon", "`soon` is not a duration; write whole"),
            ("5 m", "`5 m` is not a duration; write"),
            (" 5m", "` 5m` is not a duration; write"),
            ("1.5h", "`1.5h` is not a duration; write"),
            ("+5m", "`+5m` is not a duration; write"),
            ("5m,", "`5m,` is not a duration; write"),
            ("\u{ff15}m", "`\u{ff15}m` is not a duration; write"),
            ("h", "`h` is not a duration; write"),
            ("60", "`60` ends without a unit; add"),
            ("1h30", "`1h30` ends without a unit; add"),
            ("5w", "`5w`: `w` is no unit; write"),
            ("5M", "`5M`: `M` is no unit; write"),
            ("5min", "`5min` is not a duration; write"),
            ("5\u{e9}", "`5\u{e9}`: `\u{e9}` is no unit; write"),
            ("1h1h", "`1h1h`: write each unit once; the larger"),
            ("30m1h", "`30m1h`: write each unit once; the larger"),
            ("-5m", "`-5m` leads back; write"),
            ("0s", "`0s` is no time at all; write"),
            ("0d0h0m0s", "`0d0h0m0s` is no time at all; write"),
            ("3651d", "`3651d` is longer than ten years; write `3650d`"),
            ("3650d1s", "`3650d1s` is longer than ten years; write"),
            ("9223372036854775807d", "`9223372036854775807d` is longer than ten years; write"),
            (
                &(nines.clone() + "s"),
                "`9999999999999999999999999999999999999999\u{2026}` is longer than ten years; write",
            ),
            (&nines, "`9999999999999999999999999999999999999999\u{2026}` ends without a unit; add"),
        ] {
            let refusal = read(text).unwrap_err();
            assert!(refusal.starts_with(told), "{text}: {refusal}");
        }
    }
}
