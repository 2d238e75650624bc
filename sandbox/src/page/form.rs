//! The form that the bot opens on somebody's Discord.

use maud::{Markup, html};
use serde_json::Value;

use super::{Page, Screen, locked};
use crate::discord::InteractionId;

/// The newest form that is open for a person, unless they have closed it.
pub(super) fn of(page: &Page, me: &str) -> Option<(InteractionId, Value)> {
    let done = locked(&page.forms_done).get(me).copied().unwrap_or_default();
    page.world.discord().open_form(me).filter(|(id, _)| id.0 > done)
}

/// The form as a window over the pane; nothing if there is none.
pub(super) fn open(page: &Page, screen: &Screen) -> Markup {
    let Some((id, form)) = of(page, &screen.me) else { return html! {} };
    let rows = form["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        div.window role="dialog" aria-modal="true" aria-label=(words(&form["title"])) {
            form data-post="/discord/form" autocomplete="off" {
                h3 { (words(&form["title"])) }
                input type="hidden" name="interaction" value=(id.0);
                @for (at, row) in rows.iter().enumerate() { (field(&row["components"][0], at == 0)) }
                div.ends {
                    button.button.plain type="button" data-post="/discord/form" data-interaction=(id.0)
                        data-close="1" { "Cancel" }
                    button.button.primary type="submit" { "Submit" }
                }
            }
        }
    }
}

fn field(input: &Value, first: bool) -> Markup {
    let name = format!("o.{}", words(&input["custom_id"]));
    let id = format!("form-{}", words(&input["custom_id"]));
    let most = input["max_length"].as_u64().unwrap_or(4000);
    let required = input["required"] != false;
    html! {
        label {
            span { (words(&input["label"])) @if required { b.needed title="required" { " *" } } }
            @if input["style"] == 2 {
                textarea name=(name) id=(id) rows="4" maxlength=(most) required[required] autofocus[first]
                    placeholder=(words(&input["placeholder"])) { (words(&input["value"])) }
            } @else {
                input type="text" name=(name) id=(id) maxlength=(most) required[required] autofocus[first]
                    placeholder=(words(&input["placeholder"])) value=(words(&input["value"]));
            }
        }
    }
}

fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
