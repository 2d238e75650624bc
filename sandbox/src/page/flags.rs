//! The feature flags, if there is an Unleash.

use maud::{Markup, html};

use super::Page;

/// A line for each flag, with a button for each environment.
pub(super) fn list(page: &Page) -> Markup {
    let Some(unleash) = page.world.unleash() else { return html! {} };
    let flags = unleash.flags();
    let turned = unleash.turned();
    html! {
        section.list.flags aria-label="Feature flags" {
            h3 { "Feature flags" span.count { (flags.len()) @if !turned.is_empty() { ", turned " (turned.len()) "×" } } }
            @for flag in &flags {
                div.row {
                    code.name title=(flag.description) { (flag.name) }
                    span.subject { (flag.kind) }
                    @for (environment, _) in &unleash.settings().environments {
                        @let on = flag.on_in.contains(environment);
                        button.flag data-post="/code/flag" data-flag=(flag.name) data-environment=(environment)
                            aria-pressed=(on) title={ "Turn it " @if on { "off" } @else { "on" } " in " (environment) } {
                            (environment) " " @if on { "on" } @else { "off" }
                        }
                    }
                }
            }
        }
    }
}
