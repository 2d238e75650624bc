//! The backups that the bot makes, if it makes any.

use chrono::{DateTime, NaiveDateTime, Utc};
use maud::{Markup, html};

use super::{Page, text::relative};

/// When the last backup was made, by the names of the files in the folder.
pub(super) fn last(page: &Page) -> Markup {
    let Some(folder) = page.world.backups() else { return html! {} };
    let now = page.world.clock().now();
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.file_name());
    let made = names.filter_map(|name| made(name.to_str()?)).filter(|made| *made <= now).max();
    html! {
        p.backup title="The bot writes all it knows into a file once a day; shipmate restore makes a store out of it" {
            @match made {
                Some(made) => { "The bot backed itself up " b { (relative(made, now)) } },
                None => "The bot has not backed itself up yet",
            }
        }
    }
}

/// When a backup of this name was made.
fn made(name: &str) -> Option<DateTime<Utc>> {
    let moment = name.strip_prefix("shipmate-")?.strip_suffix(".jsonl")?;
    NaiveDateTime::parse_from_str(moment, "%Y%m%dT%H%M%SZ").ok().map(|moment| moment.and_utc())
}

#[cfg(test)]
mod tests {
    use super::made;

    #[test]
    fn only_a_whole_backup_counts() {
        let shown = |name: &str| made(name).map(|made| made.to_rfc3339());
        assert_eq!(shown("shipmate-20260302T090000Z.jsonl").as_deref(), Some("2026-03-02T09:00:00+00:00"));
        for other in ["shipmate-20260302T090000Z.jsonl.unfinished", "monday.jsonl", "shipmate-20261302T090000Z.jsonl"] {
            assert_eq!(shown(other), None, "{other}");
        }
    }
}
