//! Moments as people write them; what one means depends on the present, and on the team's zone.

use super::names::shown;

newtype! {
    /// A day or a moment, such as `2026-03-10`, `Tue 10:00` or `3h`.
    When is Text, asked "When?", read by when, phrase
}

const LONGEST: usize = 40;

fn when(text: &str) -> Result<String, String> {
    let fits = |letter: char| letter.is_alphanumeric() || " :-+.".contains(letter);
    if text.is_empty() || text.chars().count() > LONGEST || !text.chars().all(fits) {
        return Err(format!("“{}” is not a time; write one such as Tue 10:00, 2026-03-10 10:00 or 3h", shown(text)));
    }
    Ok(text.to_owned())
}
