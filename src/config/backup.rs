//! Reads `[backup]`: the backups that the bot makes by itself.

use chrono::TimeDelta;

use super::{section::Section, settings::BackupSettings, values::words};
use crate::domain::time::duration;

/// How many backups there may be at most.
const MOST: usize = 1000;

/// Reads `[backup]`.
pub(super) fn backup(mut section: Section<'_>) -> BackupSettings {
    let source = section.source;
    let every = section.read("every", often_enough).map_or(TimeDelta::days(1), |every| every.value);
    let keep = section.number("keep", 1..=MOST).unwrap_or(7);
    let folder = section.read("folder", words);
    section.finish();
    let folder = folder.map_or_else(|| source.path("backups"), |folder| source.path(&folder.value));
    BackupSettings { every, keep, folder }
}

fn often_enough(text: &str) -> Result<TimeDelta, String> {
    let every = duration::read(text)?;
    let shortest = TimeDelta::minutes(1);
    (every >= shortest).then_some(every).ok_or_else(|| format!("`{text}` is too often; write `1m` or longer"))
}
