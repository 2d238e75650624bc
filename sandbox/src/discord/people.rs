//! What people do on Discord: type commands, press buttons, fill in forms.

use serde_json::{Value, json};

use super::{
    Discord,
    acts::{Doing, buttons, menus},
    records::InteractionId,
    state::State,
    things::Message,
};
use crate::chat::Refused;

impl Discord {
    /// Types a command such as `release prepare` with its options, and sends it.
    ///
    /// # Errors
    /// If the command, a subcommand or an option is not registered, or a required option is missing or does not fit.
    pub fn command(
        &self,
        user: &str,
        channel: &str,
        path: &str,
        options: &[(&str, &str)],
    ) -> Result<InteractionId, Refused> {
        self.0.shared.change(|state| {
            let person = state.person(user)?;
            let place = state.place_of(person, channel)?;
            let (channel, (data, _)) = (place.id, state.command_data(place, path, options, None)?);
            let mut what = format!("{user}: /{}", path.trim_start_matches('/'));
            for (name, value) in options {
                what.push_str(&format!(" {name}:{value}"));
            }
            Ok(state.act(person, Doing { kind: 2, channel, what, source: None, data, focused: None }))
        })
    }

    /// Types into an option and waits for the suggestions: names and values.
    ///
    /// # Errors
    /// If the option offers no suggestions, or the bot does not send any.
    pub async fn autocomplete(
        &self,
        user: &str,
        channel: &str,
        path: &str,
        options: &[(&str, &str)],
        focused: (&str, &str),
    ) -> Result<Vec<(String, Value)>, Refused> {
        let id = self.0.shared.change(|state| {
            let person = state.person(user)?;
            let place = state.place_of(person, channel)?;
            let (channel, (data, kind)) = (place.id, state.command_data(place, path, options, Some(focused))?);
            let what = format!("{user} types /{path} {}:{}", focused.0, focused.1);
            Ok(state.act(person, Doing { kind: 4, channel, what, source: None, data, focused: kind }))
        })?;
        let suggestions = |state: &State| {
            let interaction = state.interaction(id.0)?;
            interaction.response.map(|_| interaction.choices.clone())
        };
        self.0.shared.until("the bot sent no suggestions", suggestions).await
    }

    /// Presses the newest button with this label that the person can see in a channel or thread.
    ///
    /// # Errors
    /// If there is none, it is disabled, or it is a link.
    pub fn press(&self, user: &str, place: &str, label: &str) -> Result<InteractionId, Refused> {
        self.0.shared.change(|state| {
            let person = state.person(user)?;
            let (message, button) = state.find_button(person, place, label)?;
            state.press(person, message, &button)
        })
    }

    /// Presses the button with this `custom_id` on this message.
    ///
    /// # Errors
    /// If there is none, or it is disabled.
    pub fn press_exactly(&self, user: &str, message: u64, custom_id: &str) -> Result<InteractionId, Refused> {
        self.0.shared.change(|state| {
            let person = state.person(user)?;
            let seen = state.messages.get(&message).filter(|m| m.only_for.is_none_or(|only| only == person.discord));
            let button = seen.and_then(|m| buttons(m).find(|b| b["custom_id"] == custom_id).cloned());
            let Some(button) = button.filter(|button| button["disabled"] != true) else {
                return Refused::because(format!("{user} sees no such button on Discord"));
            };
            state.press(person, message, &button)
        })
    }

    /// Chooses from the newest select menu that offers an option with this label.
    ///
    /// # Errors
    /// If there is none.
    pub fn choose(&self, user: &str, place: &str, label: &str) -> Result<InteractionId, Refused> {
        self.0.shared.change(|state| {
            let person = state.person(user)?;
            for id in state.visible_messages(person, place)? {
                let menus = state.messages.get(&id).into_iter().flat_map(menus);
                let chosen = menus.flat_map(|menu| {
                    let options = menu["options"].as_array().map(Vec::as_slice).unwrap_or_default();
                    options.iter().map(move |option| (menu, option))
                });
                let found = chosen.filter(|(menu, option)| option["label"] == label && menu["disabled"] != true).last();
                if let Some((menu, option)) = found {
                    let data =
                        json!({"custom_id": menu["custom_id"], "component_type": 3, "values": [option["value"]]});
                    let what = format!("{user} chooses “{label}”");
                    let channel = state.messages[&id].channel;
                    return Ok(
                        state.act(person, Doing { kind: 3, channel, what, source: Some(id), data, focused: None })
                    );
                }
            }
            Refused::because(format!("{user} sees no menu with the option “{label}” in {place} on Discord"))
        })
    }

    /// Waits for the form that the bot opens in answer to `interaction`, fills it in and sends it.
    /// Fields are named by `custom_id` or label; the others keep what the form holds.
    ///
    /// # Errors
    /// If the form does not open, a field is not in it, or a text does not fit its field.
    pub async fn submit_modal(
        &self,
        user: &str,
        interaction: InteractionId,
        fields: &[(&str, &str)],
    ) -> Result<InteractionId, Refused> {
        let opened = |state: &State| state.interaction(interaction.0).and_then(|known| known.modal.clone());
        let modal = self.0.shared.until("the bot opened no form", opened).await?;
        self.0.shared.change(|state| {
            let person = state.person(user)?;
            let (data, what) = filled_in(user, &modal, fields)?;
            let Some(origin) = state.interactions.iter_mut().find(|known| known.id == interaction.0) else {
                return Refused::because("there is no such interaction on Discord");
            };
            origin.modal = None;
            let (channel, source) = (origin.channel, origin.source);
            Ok(state.act(person, Doing { kind: 5, channel, what, source, data, focused: None }))
        })
    }

    /// Writes a message. The bot does not hear of it: it asks for interactions only.
    ///
    /// # Errors
    /// If there is no such person, channel or thread.
    pub fn say(&self, user: &str, place: &str, text: &str) -> Result<u64, Refused> {
        self.0.shared.change(|state| {
            let person = state.person(user)?;
            let (author, channel) = (person.discord, state.place_of(person, place)?.id);
            let message = Message { author, content: text.to_owned(), ..state.blank_message(channel, None, None) };
            let id = message.id;
            state.add(message);
            Ok(id)
        })
    }
}

/// The data of a sent form, and what the transcript says about it.
fn filled_in(user: &str, modal: &Value, fields: &[(&str, &str)]) -> Result<(Value, String), Refused> {
    let rows = modal["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let inputs: Vec<&Value> = rows.iter().filter_map(|row| row["components"].get(0)).collect();
    let title = modal["title"].as_str().unwrap_or_default();
    let named = |input: &Value, name: &str| input["custom_id"] == name || input["label"] == name;
    if let Some((name, _)) = fields.iter().find(|(name, _)| !inputs.iter().any(|input| named(input, name))) {
        return Refused::because(format!("the form “{title}” has no field {name}"));
    }
    let mut what = format!("{user} sends the form “{title}”");
    let mut sent = Vec::new();
    for input in inputs {
        let given = fields.iter().find(|(name, _)| named(input, name)).map(|(_, text)| *text);
        let text = given.or(input["value"].as_str()).unwrap_or_default();
        let label = input["label"].as_str().unwrap_or_default();
        let length = text.chars().count() as u64;
        let least = input["min_length"].as_u64().unwrap_or_default();
        let most = input["max_length"].as_u64().unwrap_or(4000);
        if length == 0 && input["required"] != false {
            return Refused::because(format!("the form “{title}” wants an answer to “{label}”"));
        }
        if length > most || (length > 0 && length < least) {
            return Refused::because(format!("“{label}” takes {least} to {most} characters"));
        }
        what.push_str(&format!("\n  {label}: {text}"));
        let value = json!({"type": 4, "custom_id": input["custom_id"], "value": text});
        sent.push(json!({"type": 1, "components": [value]}));
    }
    Ok((json!({"custom_id": modal["custom_id"], "components": sent}), what))
}
