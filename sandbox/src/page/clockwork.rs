//! What the buttons of the clock do: run, jump, and pass time up to a goal.

use std::sync::Arc;

use axum::{Form, Json, extract::State};
use chrono::{DateTime, Datelike, Days, Duration, NaiveTime, TimeZone, Utc, Weekday};
use serde_json::json;
use tokio::task::AbortHandle;

use super::{
    Handle,
    actions::{Pairs, Told, number, sent},
    locked,
};
use crate::world::ZONE;

/// A moment that the clock is on its way to.
pub(super) struct Goal {
    pub moment: DateTime<Utc>,
    task: AbortHandle,
}

impl Goal {
    /// Whether the clock is still on its way.
    pub(super) fn runs(&self) -> bool {
        !self.task.is_finished()
    }
}

pub(super) async fn clock(State(page): State<Handle>, Form(pairs): Pairs) -> Told {
    if let Some(goal) = locked(&page.goal).take() {
        goal.task.abort();
    }
    let clock = page.world.clock();
    if let Ok(rate) = number::<f64>(&pairs, "rate") {
        clock.run_at(rate.clamp(0.0, 3600.0));
    }
    if let Ok(minutes) = number::<i64>(&pairs, "minutes") {
        clock.advance(Duration::minutes(minutes.clamp(0, 60 * 24 * 31)));
    }
    let moment = match sent(&pairs, "to") {
        "day" => Some(clock.now() + Duration::days(1)),
        "monday" => next_monday(clock.now()),
        _ => None,
    };
    if let Some(moment) = moment {
        // Whoever goes somewhere wants to be there, not an hour further after a second.
        if clock.reading().rate > 1.0 {
            clock.run_at(1.0);
        }
        let world = Arc::clone(&page.world);
        let task = tokio::spawn(async move { world.pass_to(moment).await }).abort_handle();
        *locked(&page.goal) = Some(Goal { moment, task });
    }
    Json(json!({}))
}

/// The next Monday, 09:45 where the team is.
fn next_monday(now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let today = now.with_timezone(&ZONE).date_naive();
    let ahead = (7 - today.weekday().days_since(Weekday::Mon)) % 7;
    let at = |days: u64| {
        let local = today.checked_add_days(Days::new(days))?.and_time(NaiveTime::from_hms_opt(9, 45, 0)?);
        ZONE.from_local_datetime(&local).earliest().map(|there| there.to_utc())
    };
    [u64::from(ahead), u64::from(ahead) + 7].into_iter().filter_map(at).find(|moment| *moment > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mondays_are_found_over_the_change_of_the_clocks() {
        let monday = |text: &str| next_monday(text.parse().unwrap_or_default()).map(|at| at.to_rfc3339());
        assert_eq!(monday("2026-03-02T14:44:00Z").as_deref(), Some("2026-03-02T14:45:00+00:00"));
        assert_eq!(monday("2026-03-02T14:45:00Z").as_deref(), Some("2026-03-09T13:45:00+00:00"));
        assert_eq!(monday("2026-03-09T02:00:00Z").as_deref(), Some("2026-03-09T13:45:00+00:00"));
    }
}
