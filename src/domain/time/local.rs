//! Local times as instants: what a clock on the wall means when it is put forward or back.

use chrono::{DateTime, Duration, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

/// The first instant at which a clock in the zone shows this time or a later one: a time that exists twice means the
/// first, one that does not exist the first instant after the gap.
pub fn first(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => after_gap(zone, local),
    }
}

/// The second instant at which a clock in the zone shows this time, if it shows it twice.
pub fn second(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Ambiguous(_, at) => Some(at.to_utc()),
        LocalResult::Single(_) | LocalResult::None => None,
    }
}

/// What a clock in the zone shows.
pub fn shown(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
    let at = at.naive_utc();
    // At the ends of time there is nothing beyond that it could show.
    at.checked_add_offset(zone.offset_from_utc_datetime(&at).fix()).unwrap_or(at)
}

/// How far a clock in the zone is put back between two instants; nothing when it is not.
pub(super) fn put_back(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
    let ahead = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
    Duration::seconds(i64::from(ahead(from) - ahead(to))).max(Duration::zero())
}

fn after_gap(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let end = GapInfo::new(&local, &zone).and_then(|gap| gap.end);
    // Every gap ends; a clock that has none cannot be asked.
    end.map_or_else(|| local.and_utc(), |end| end.to_utc())
}
