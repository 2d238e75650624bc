//! The first answer to an interaction: `POST interactions/{id}/{token}/callback`.

use serde_json::{Value, json};

use super::{
    check_commands, check_components,
    problem::{Form, Problem},
    request::Body,
    state::State,
    things::{ACKNOWLEDGE, Interaction, Response},
};

const EPHEMERAL: u64 = 64;
const LOADING: u64 = 128;

impl State {
    /// Takes the bot's first answer. Returns the answer's message, if there is one.
    pub(super) fn answer(&mut self, id: u64, token: &str, body: &Body) -> Result<Value, Problem> {
        let known = self.interactions.iter().position(|known| known.id == id && known.token == token);
        let at = known.ok_or_else(|| Problem::unknown(10062))?;
        let interaction = &self.interactions[at];
        let after = interaction.sent.elapsed();
        if interaction.response.is_some() {
            return Err(Problem::bad(40060));
        }
        if after > ACKNOWLEDGE {
            return Err(Problem::unknown(10062));
        }
        let answer = body.object()?;
        let response = kind(interaction, answer.get("type").unwrap_or(&Value::Null))?;
        let null = Value::Null;
        let data = answer.get("data").unwrap_or(&null);
        self.check_answer(response, at, data, body)?;
        let interaction = &mut self.interactions[at];
        interaction.response = Some((response, after));
        interaction.ephemeral = data["flags"].as_u64().is_some_and(|flags| flags & EPHEMERAL != 0);
        interaction.promised = response == Response::DeferredMessage;
        self.apply(response, at, data, body)?;
        let original = self.interactions[at].original.filter(|_| response != Response::DeferredUpdate);
        let message = original.map(|id| self.shown(id)).transpose()?;
        Ok(json!({
            "interaction": {"id": id.to_string(), "type": self.interactions[at].kind},
            "resource": {"type": answer.get("type"), "message": message},
        }))
    }

    fn check_answer(&self, response: Response, at: usize, data: &Value, body: &Body) -> Result<(), Problem> {
        match response {
            Response::Message => {
                let object = data.as_object().ok_or_else(|| Problem::bad(50006))?;
                self.check_body(object, body, "data")
            }
            Response::Modal => check_components::check_modal(data),
            Response::Suggestions => {
                let mut form = Form::default();
                let path = "data.choices";
                let kind = self.interactions[at].focused;
                for (position, choice) in form.list(path, &data["choices"], 0, 25).iter().enumerate() {
                    check_commands::choice_fits(&mut form, &format!("{path}.{position}"), choice, kind);
                }
                form.finish()
            }
            Response::Update => match data.as_object() {
                Some(object) => super::check_message::check(object, "data"),
                None => Ok(()),
            },
            Response::DeferredMessage | Response::DeferredUpdate => Ok(()),
        }
    }

    fn apply(&mut self, response: Response, at: usize, data: &Value, body: &Body) -> Result<(), Problem> {
        let interaction = &mut self.interactions[at];
        let (id, channel, user, source) = (interaction.id, interaction.channel, interaction.user, interaction.source);
        match response {
            Response::DeferredUpdate => interaction.original = source,
            Response::Modal => {
                interaction.modal = Some(data.clone());
                interaction.modal_title = data["title"].as_str().map(str::to_owned);
            }
            Response::Suggestions => {
                let choices = data["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
                let read =
                    |choice: &Value| (choice["name"].as_str().unwrap_or_default().to_owned(), choice["value"].clone());
                interaction.choices = choices.iter().map(read).collect();
            }
            Response::Update => {
                interaction.original = source;
                let change = Body { json: data.clone(), files: body.files.clone() };
                if let (Some(source), true) = (source, data.is_object()) {
                    self.change_message(source, &change)?;
                }
            }
            Response::Message | Response::DeferredMessage => {
                let ephemeral = interaction.ephemeral;
                let mut message = self.blank_message(channel, Some(id), None);
                message.only_for = ephemeral.then_some(user);
                message.flags = if ephemeral { EPHEMERAL | LOADING } else { LOADING };
                let original = message.id;
                self.interactions[at].original = Some(original);
                self.add(message);
                if let (Response::Message, Some(object)) = (response, data.as_object()) {
                    self.fill(original, object, body);
                }
            }
        }
        Ok(())
    }
}

/// Which answer this is, if the interaction may be answered so.
fn kind(interaction: &Interaction, value: &Value) -> Result<Response, Problem> {
    let component = interaction.source.is_some();
    let (response, fits) = match (value.as_u64(), interaction.kind) {
        (Some(4), 2 | 3 | 5) => (Response::Message, true),
        (Some(5), 2 | 3 | 5) => (Response::DeferredMessage, true),
        (Some(6), 3 | 5) => (Response::DeferredUpdate, component),
        (Some(7), 3 | 5) => (Response::Update, component),
        (Some(8), 4) => (Response::Suggestions, true),
        (Some(9), 2 | 3) => (Response::Modal, true),
        _ => (Response::Message, false),
    };
    if !fits {
        let mut form = Form::default();
        let message = "Value of field \"type\" does not fit this interaction.";
        form.wrong("type", "UNION_TYPE_CHOICES", message);
        form.finish()?;
    }
    Ok(response)
}
