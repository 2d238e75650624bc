//! What follows the first answer: `webhooks/{application}/{token}` with its original message and follow-ups.

use serde_json::Value;

use super::{problem::Problem, request::Body, state::State};

const EPHEMERAL: u64 = 64;

/// Which message of an interaction is meant.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which {
    Original,
    Followup(u64),
}

impl State {
    /// `POST webhooks/{application}/{token}`. The first one after "is thinking" takes that message's place.
    pub(super) fn follow_up(&mut self, application: u64, token: &str, body: &Body) -> Result<Value, Problem> {
        let at = self.answered(application, token)?;
        let object = body.object()?;
        self.check_body(object, body, "")?;
        let interaction = &mut self.interactions[at];
        let (id, channel, user) = (interaction.id, interaction.channel, interaction.user);
        if let (true, Some(original)) = (interaction.promised, interaction.original) {
            interaction.promised = false;
            self.fill(original, object, body);
            return self.shown(original);
        }
        let mut message = self.blank_message(channel, Some(id), None);
        let ephemeral = object.get("flags").and_then(Value::as_u64).is_some_and(|flags| flags & EPHEMERAL != 0);
        message.only_for = ephemeral.then_some(user);
        message.flags = if ephemeral { EPHEMERAL } else { 0 };
        let id = message.id;
        self.add(message);
        self.fill(id, object, body);
        self.shown(id)
    }

    /// `GET webhooks/{application}/{token}/messages/{which}`
    pub(super) fn read_answer(&mut self, application: u64, token: &str, which: Which) -> Result<Value, Problem> {
        let (_, id) = self.meant(application, token, which)?;
        self.shown(id)
    }

    /// `PATCH webhooks/{application}/{token}/messages/{which}`
    pub(super) fn change_answer(
        &mut self,
        application: u64,
        token: &str,
        which: Which,
        body: &Body,
    ) -> Result<Value, Problem> {
        let (at, id) = self.meant(application, token, which)?;
        let loading = self.messages.get(&id).is_some_and(|message| message.is_loading());
        if loading {
            let object = body.object()?;
            self.check_body(object, body, "")?;
            self.interactions[at].promised = false;
            self.fill(id, object, body);
        } else {
            self.change_message(id, body)?;
        }
        self.shown(id)
    }

    /// `DELETE webhooks/{application}/{token}/messages/{which}`
    pub(super) fn delete_answer(&mut self, application: u64, token: &str, which: Which) -> Result<(), Problem> {
        let (at, id) = self.meant(application, token, which)?;
        if matches!(which, Which::Original) {
            self.interactions[at].promised = false;
            self.interactions[at].original = None;
        }
        self.remove(id);
        Ok(())
    }

    /// The answered interaction that a token belongs to.
    fn answered(&self, application: u64, token: &str) -> Result<usize, Problem> {
        let fits = |known: &super::things::Interaction| known.token == token && known.response.is_some();
        let at = self.interactions.iter().position(fits).ok_or_else(|| Problem::unknown(10015))?;
        if application != self.settings.application {
            return Err(Problem::unknown(10015));
        }
        if self.interactions[at].token_expired(self.now()) {
            return Err(Problem::expired_token());
        }
        Ok(at)
    }

    fn meant(&self, application: u64, token: &str, which: Which) -> Result<(usize, u64), Problem> {
        let at = self.answered(application, token)?;
        let interaction = &self.interactions[at];
        let id = match which {
            Which::Original => interaction.original,
            Which::Followup(id) if interaction.original == Some(id) => Some(id),
            Which::Followup(id) => {
                self.messages.get(&id).filter(|m| m.interaction == Some(interaction.id)).map(|m| m.id)
            }
        };
        let id = id.filter(|id| self.messages.contains_key(id)).ok_or_else(|| Problem::unknown(10008))?;
        Ok((at, id))
    }
}
