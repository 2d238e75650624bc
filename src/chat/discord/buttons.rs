//! Shows buttons the way Discord does.

use serenity::builder::{CreateActionRow, CreateButton};
use serenity::model::application::ButtonStyle;

use super::{
    escape::link,
    limits::{BUTTON_URL, CARRIED, LABEL, ROW, shortened, units},
    question,
};
use crate::domain::message::{Action, Button, Look, Message};

/// All buttons of a message, row by row: its own, then one that opens its question.
pub(super) fn button_rows(message: &Message) -> Vec<Vec<Button>> {
    let own = message.buttons.iter().flat_map(|row| row.chunks(ROW)).map(<[Button]>::to_vec);
    own.chain(message.question.as_ref().and_then(question::button).map(|button| vec![button])).collect()
}

/// The rows that Discord shows.
pub(super) fn rows(message: &Message) -> Vec<CreateActionRow> {
    // Discord refuses a message that has the same command on two buttons.
    let mut said: Vec<String> = Vec::new();
    let rows = button_rows(message).into_iter().map(|row| {
        let new = row.into_iter().filter(|button| match &button.action {
            Action::Open(_) => true,
            Action::Say(words) if said.contains(words) => false,
            Action::Say(words) => {
                said.push(words.clone());
                true
            }
        });
        new.filter_map(|fresh| create_button(&fresh)).collect::<Vec<_>>()
    });
    rows.filter(|row| !row.is_empty()).map(CreateActionRow::Buttons).collect()
}

fn create_button(button: &Button) -> Option<CreateButton> {
    let made = match &button.action {
        Action::Open(url) if opens(url) => CreateButton::new_link(url),
        Action::Say(words) if !words.is_empty() && units(words) <= CARRIED => CreateButton::new(words),
        Action::Open(_) | Action::Say(_) => return None,
    };
    let style = match button.look {
        Look::Primary => ButtonStyle::Primary,
        Look::Plain => ButtonStyle::Secondary,
        Look::Good => ButtonStyle::Success,
        Look::Danger => ButtonStyle::Danger,
    };
    let label = if button.label.trim().is_empty() { "…" } else { &button.label };
    Some(made.style(style).label(shortened(label, LABEL)))
}

fn opens(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && units(url) <= BUTTON_URL
}

/// A page that no button can open is told in the text.
pub(super) fn address_of_unfit(button: &Button) -> Option<String> {
    match &button.action {
        Action::Open(url) if !opens(url) => Some(link(&button.label, url)),
        Action::Open(_) | Action::Say(_) => None,
    }
}
