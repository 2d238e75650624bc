//! Durations as people write them: `60s`, `5m`, `8h`, `2d`, or several in a row: `1h30m`.

use chrono::TimeDelta;

/// Reads a duration longer than nothing.
///
/// # Errors
/// A sentence that says how to write one.
pub fn duration(text: &str) -> Result<TimeDelta, String> {
    total(text).filter(|sum| *sum > TimeDelta::zero()).ok_or_else(|| {
        format!("`{text}` is not a duration; write a number and a unit, such as `60s`, `5m`, `8h` or `2d`")
    })
}

fn total(text: &str) -> Option<TimeDelta> {
    let (mut rest, mut sum) = (text, TimeDelta::zero());
    while !rest.is_empty() {
        let unit_at = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let number: i64 = rest[..unit_at].parse().ok()?;
        let (unit, after) = rest[unit_at..].split_at_checked(1)?;
        let part = match unit {
            "s" => TimeDelta::try_seconds(number),
            "m" => TimeDelta::try_minutes(number),
            "h" => TimeDelta::try_hours(number),
            "d" => TimeDelta::try_days(number),
            _ => None,
        };
        sum = sum.checked_add(&part?)?;
        rest = after;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::duration;

    #[test]
    fn a_number_and_a_unit_is_a_duration() {
        let read = |text| duration(text).map(|span| span.num_seconds());
        assert_eq!(read("60s"), Ok(60));
        assert_eq!(read("5m"), Ok(300));
        assert_eq!(read("8h"), Ok(28_800));
        assert_eq!(read("2d"), Ok(172_800));
        assert_eq!(read("1h30m"), Ok(5_400));
        assert_eq!(duration("1m"), Ok(TimeDelta::minutes(1)));
    }

    #[test]
    fn anything_else_is_refused_with_an_example() {
        for text in
            ["", "60", "s", "-5m", "5 m", "1.5h", "0s", "5é", "5w", "99999999999999999999s", "9223372036854775807d"]
        {
            let refusal = duration(text);
            assert!(refusal.as_ref().is_err_and(|why| why.contains("such as `60s`")), "{text}: {refusal:?}");
        }
    }
}
