//! What people do on Discord: type commands, press buttons, fill in forms.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{
    Discord, Response,
    forms::{buttons, filled_in, label, menus},
    gateway::Frame,
    state::{Act, Denied, Entry, Interaction, Message, State},
};
use crate::{
    cast::Person,
    chat::{self, Refused, Seen},
};

/// One interaction: something that a person did and that the bot must answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct InteractionId(pub u64);

/// What became of an interaction.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Record {
    /// Which one.
    pub id: InteractionId,
    /// Who did it.
    pub person: String,
    /// What they did, as in the transcript.
    pub what: String,
    /// Whether the bot was connected to hear of it.
    pub delivered: bool,
    /// How long the bot took to acknowledge it, in real time.
    pub acknowledged_after: Option<Duration>,
    /// The first answer.
    pub response: Option<Response>,
    /// Whether only this person sees the answer.
    pub ephemeral: bool,
    /// What the answer's message shows now, if there is one.
    pub shows: Option<String>,
    /// The bot still has to answer.
    pub outstanding: bool,
    /// The bot did not answer in time, and the person was told so.
    pub failed: bool,
}

/// What a new interaction is about.
struct Doing {
    kind: u8,
    channel: u64,
    what: String,
    source: Option<u64>,
    data: Value,
    focused: Option<u64>,
}

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
            let (data, _) = state.command_data(path, options, None)?;
            let mut what = format!("{user}: /{}", path.trim_start_matches('/'));
            for (name, value) in options {
                what.push_str(&format!(" {name}:{value}"));
            }
            let channel = state.place(channel)?.id;
            let person = state.person(user)?;
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
            let (data, kind) = state.command_data(path, options, Some(focused))?;
            let channel = state.place(channel)?.id;
            let person = state.person(user)?;
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
            let author = state.person(user)?.discord;
            let channel = state.place(place)?.id;
            let message = Message { author, content: text.to_owned(), ..state.blank_message(channel, None, None) };
            let id = message.id;
            state.add(message);
            Ok(id)
        })
    }

    /// What became of every interaction, in order.
    pub fn interactions(&self) -> Vec<Record> {
        self.0.shared.look(|state| state.interactions.iter().map(|known| state.record(known)).collect())
    }

    /// What became of one interaction.
    pub fn record(&self, id: InteractionId) -> Option<Record> {
        self.0.shared.look(|state| state.interaction(id.0).map(|known| state.record(known)))
    }

    /// How many interactions the bot still has to answer.
    pub fn outstanding(&self) -> usize {
        self.0.shared.look(|state| state.interactions.iter().filter(|known| known.outstanding(state.now())).count())
    }

    /// Waits until the bot has answered: acknowledged, and if it deferred, with the message it promised.
    ///
    /// # Errors
    /// If that does not happen within [`chat::PATIENCE`].
    pub async fn answered(&self, id: InteractionId) -> Result<Record, Refused> {
        let answered = |state: &State| {
            let known = state.interaction(id.0)?;
            (known.response.is_some() && !known.promised).then(|| state.record(known))
        };
        self.0.shared.until("the bot did not answer", answered).await
    }

    /// The messages of a channel and its threads as everybody together sees them, for a page that shows them.
    pub fn messages(&self, channel: &str) -> Vec<Seen> {
        self.0.shared.look(|state| state.place(channel).map(|channel| state.seen(channel.id)).unwrap_or_default())
    }

    /// Takes permissions from the bot in a channel, or gives them back.
    ///
    /// # Errors
    /// If there is no such channel.
    pub fn deny(&self, channel: &str, denied: Option<Denied>) -> Result<(), Refused> {
        self.0.shared.change(|state| {
            let id = state.place(channel)?.id;
            state.channels.iter_mut().filter(|channel| channel.id == id).for_each(|channel| channel.denied = denied);
            Ok(())
        })
    }

    /// Whether a bot is connected to the gateway and ready.
    pub fn connected(&self) -> bool {
        self.0.shared.look(|state| !state.sessions.is_empty())
    }

    /// Waits until a bot is connected to the gateway and ready.
    ///
    /// # Errors
    /// If that does not happen within [`chat::PATIENCE`].
    pub async fn wait_until_connected(&self) -> Result<(), Refused> {
        let connected = |state: &State| (!state.sessions.is_empty()).then_some(());
        self.0.shared.until("the bot did not connect to Discord's gateway", connected).await
    }

    /// Asks every connected bot to connect again (op 7).
    pub fn ask_to_reconnect(&self) {
        self.0.shared.change(|state| state.broadcast(&Frame::Reconnect));
    }

    /// Declares every session invalid (op 9); whether the bot may resume it or must identify again.
    pub fn invalidate_sessions(&self, resumable: bool) {
        self.0.shared.change(|state| {
            if !resumable {
                state.resumable.clear();
            }
            state.broadcast(&Frame::Invalid(resumable));
        });
    }

    /// Closes every gateway connection with a close code.
    pub fn close_gateway(&self, code: u16) {
        self.0.shared.change(|state| state.broadcast(&Frame::Close(code)));
    }

    /// Cuts every gateway connection without a word.
    pub fn cut_gateway(&self) {
        self.0.shared.change(|state| state.broadcast(&Frame::Drop));
    }
}

impl State {
    fn broadcast(&self, frame: &Frame) -> bool {
        // All of them, also after one took it.
        self.sessions.iter().filter(|session| session.frames.send(frame.clone()).is_ok()).count() > 0
    }

    /// Lets a person do something, and tells the bot if it is there to hear.
    fn act(&mut self, person: Person, doing: Doing) -> InteractionId {
        let id = self.id();
        let mut interaction = Interaction {
            id,
            token: format!("interaction-token-{id}"),
            kind: doing.kind,
            user: person.discord,
            channel: doing.channel,
            what: doing.what.clone(),
            source: doing.source,
            sent: Instant::now(),
            sent_at: self.now(),
            delivered: false,
            response: None,
            ephemeral: false,
            original: None,
            promised: false,
            choices: Vec::new(),
            focused: doing.focused,
            modal: None,
            modal_title: None,
        };
        let event = self.interaction_json(&interaction, person, &doing.data);
        interaction.delivered = self.broadcast(&Frame::Event("INTERACTION_CREATE", event));
        self.interactions.push(interaction);
        if let (2 | 3 | 5, Some(channel)) = (doing.kind, self.channels.iter_mut().find(|c| c.id == doing.channel)) {
            channel.log.push(Entry::Act(Act { text: doing.what, interaction: id }));
        }
        InteractionId(id)
    }

    fn press(&mut self, person: Person, message: u64, button: &Value) -> Result<InteractionId, Refused> {
        let source = self.messages.get(&message).ok_or_else(|| Refused("the message is gone".to_owned()))?;
        let what = format!("{} presses [{}] on “{}”", person.name, label(button), self.headline(source));
        let data = json!({"custom_id": button["custom_id"], "component_type": 2});
        let channel = source.channel;
        Ok(self.act(person, Doing { kind: 3, channel, what, source: Some(message), data, focused: None }))
    }

    /// The messages a person sees there, newest first; for a thread also the message it hangs on.
    fn visible_messages(&self, person: Person, place: &str) -> Result<Vec<u64>, Refused> {
        let place = self.place(place)?;
        let ids = place.log.iter().rev().filter_map(|entry| match entry {
            Entry::Message(id) => Some(*id),
            Entry::Act(_) => None,
        });
        let seen =
            |id: &u64| self.messages.get(id).is_some_and(|m| m.only_for.is_none_or(|only| only == person.discord));
        let starter = place.parent.map(|_| place.id);
        Ok(ids.chain(starter).filter(seen).collect())
    }

    fn find_button(&self, person: Person, place: &str, wanted: &str) -> Result<(u64, Value), Refused> {
        let ids = self.visible_messages(person, place)?;
        let all = || ids.iter().filter_map(|id| self.messages.get(id)).flat_map(|m| buttons(m).map(|b| (m.id, b)));
        let exact = |button: &Value| button["label"] == wanted || label(button) == wanted;
        let fits = |button: &Value| label(button).contains(wanted);
        let usable = |button: &Value| button["disabled"] != true && button["style"] != 5;
        let found = all().find(|(_, b)| exact(b) && usable(b)).or_else(|| all().find(|(_, b)| fits(b) && usable(b)));
        if let Some((id, button)) = found {
            return Ok((id, button.clone()));
        }
        let who = person.name;
        Refused::because(match all().find(|(_, b)| fits(b)) {
            Some((_, button)) if button["style"] == 5 => format!("[{wanted}] is a link, {who} cannot press it"),
            Some(_) => format!("[{wanted}] in {place} is disabled, {who} cannot press it"),
            None => format!("{who} sees no button [{wanted}] in {place} on Discord"),
        })
    }

    fn record(&self, known: &Interaction) -> Record {
        let original = known.original.and_then(|id| self.messages.get(&id));
        Record {
            id: InteractionId(known.id),
            person: self.name_of(known.user),
            what: known.what.clone(),
            delivered: known.delivered,
            acknowledged_after: known.response.map(|response| response.1),
            response: known.response.map(|response| response.0),
            ephemeral: known.ephemeral,
            shows: original.filter(|message| !message.is_loading()).map(|message| self.text_of(message).join("\n")),
            outstanding: known.outstanding(self.now()),
            failed: known.failed(self.now()),
        }
    }

    /// What a message is called when somebody presses a button on it.
    fn headline(&self, message: &Message) -> String {
        let title = message.embeds.iter().find_map(|embed| embed["title"].as_str().or(embed["description"].as_str()));
        let text = if message.content.is_empty() { title.unwrap_or_default() } else { &message.content };
        chat::excerpt(&self.readable(text))
    }
}
