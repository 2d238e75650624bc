//! Reads `[quiet]` and `[projects.NAME.quiet]`: when nobody is reminded of anything.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::{
    section::Section,
    values::{chat_place, time_zone},
};
use crate::domain::time::quiet::QuietHours;

/// The hours of every project that has none of its own, and those of single places, by place.
pub(super) fn quiet(mut section: Section<'_>, zone: Tz) -> (Option<QuietHours>, BTreeMap<String, QuietHours>) {
    let source = section.source;
    let zone = section.read("zone", time_zone).map_or(zone, |zone| zone.value);
    let hours = section.read("hours", |text| QuietHours::read(text, zone)).map(|hours| hours.value);
    let mut places = BTreeMap::new();
    for (place, text) in section.texts("places") {
        match chat_place(&place).and_then(|place| Ok((place.to_string(), QuietHours::read(&text.value, zone)?))) {
            Ok((place, hours)) => {
                places.insert(place, hours);
            }
            Err(sentence) => source.problem(text.at, sentence),
        }
    }
    section.finish();
    (hours, places)
}

/// The hours of one project.
pub(super) fn hours(mut section: Section<'_>, zone: Tz) -> Option<QuietHours> {
    section.require("hours", "hours = \"20:00-08:00\"");
    let zone = section.read("zone", time_zone).map_or(zone, |zone| zone.value);
    let hours = section.read("hours", |text| QuietHours::read(text, zone));
    section.finish();
    Some(hours?.value)
}
