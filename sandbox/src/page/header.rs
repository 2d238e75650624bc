//! The clock, and who in the team is looking.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{Page, locked};
use crate::{cast::Person, world::ZONE};

const RATES: [(f64, &str, &str); 5] = [
    (0.0, "❚❚", "Stop the clock"),
    (1.0, "1×", "Run the clock as fast as real time"),
    (60.0, "60×", "A minute in every second"),
    (600.0, "600×", "Ten minutes in every second"),
    (3600.0, "3600×", "An hour in every second"),
];

/// What the clock shows.
pub(super) fn time(page: &Page) -> Markup {
    let now = page.world.clock().now();
    let there = now.with_timezone(&ZONE);
    html! {
        b { (there.format("%H:%M:%S")) }
        span { (there.format("%a %-d %b %Y")) " · " (ZONE.name().rsplit('/').next().unwrap_or_default().replace('_', " ")) }
        span.utc { (now.format("%H:%M")) " UTC" }
    }
}

/// The buttons of the clock.
pub(super) fn clock(page: &Page) -> Markup {
    let reading = page.world.clock().reading();
    let goal = locked(&page.goal).as_ref().filter(|goal| goal.runs()).map(|goal| goal.moment);
    html! {
        div.segments role="group" aria-label="Speed of the clock" {
            @for (rate, label, what) in RATES {
                button data-post="/clock" data-rate=(rate) title=(what) aria-label=(what)
                    aria-pressed=(goal.is_none() && reading.rate == rate) { (label) }
            }
        }
        div.segments role="group" aria-label="Move the clock forward" {
            @if let Some(goal) = goal {
                button.going data-post="/clock" data-stop="yes" title="Stop here" { (going(goal)) " ✕" }
            } @else {
                button data-post="/clock" data-minutes="10" title="Ten minutes later, at once" { "+10 min" }
                button data-post="/clock" data-minutes="60" title="An hour later, at once" { "+1 h" }
                button data-post="/clock" data-to="day" title="A day later, quarter by quarter" { "+1 day" }
                button data-post="/clock" data-to="monday" title="To next Monday 09:45, quarter by quarter" { "Mon 09:45" }
            }
        }
    }
}

fn going(goal: DateTime<Utc>) -> String {
    goal.with_timezone(&ZONE).format("to %a %-d %b, %H:%M").to_string()
}

/// Who looks at the page.
pub(super) fn people(people: &[Person], me: &str) -> Markup {
    html! {
        label.me {
            span { "You are" }
            select id="me" aria-label="Who you are" {
                @for person in people {
                    option value=(person.name) selected[person.name == me] {
                        (person.name) " — " (person.duties.join(", "))
                    }
                }
            }
        }
    }
}
