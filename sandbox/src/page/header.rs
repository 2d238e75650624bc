//! The clock, and who in the team is looking.

use maud::{Markup, html};

use super::Page;
use crate::cast::Person;

const RATES: [(f64, &str, &str); 4] = [
    (0.0, "❚❚", "Stop the clock"),
    (1.0, "1×", "Run the clock as fast as real time"),
    (60.0, "60×", "Run the clock sixty times as fast"),
    (600.0, "600×", "Run the clock six hundred times as fast"),
];

/// What the clock shows.
pub(super) fn time(page: &Page) -> Markup {
    let now = page.world.clock().now();
    html! { b { (now.format("%H:%M:%S")) } span { (now.format("%a %-d %b %Y, UTC")) } }
}

/// The buttons of the clock.
pub(super) fn clock(page: &Page) -> Markup {
    let reading = page.world.clock().reading();
    html! {
        div.segments role="group" aria-label="Speed of the clock" {
            @for (rate, label, what) in RATES {
                button data-post="/clock" data-rate=(rate) title=(what) aria-label=(what)
                    aria-pressed=(reading.rate == rate) { (label) }
            }
        }
        div.segments role="group" aria-label="Move the clock forward" {
            button data-post="/clock" data-minutes="10" title="Ten minutes later" { "+10 min" }
            button data-post="/clock" data-minutes="60" title="An hour later" { "+1 h" }
        }
    }
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
