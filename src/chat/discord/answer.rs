//! Answers every interaction within Discord's three seconds: stored first, then acknowledged.

use std::{pin::pin, sync::Arc, time::Duration};

use commands::Invocation;
use serenity::{
    all::{
        ApplicationId, AutocompleteChoice, ConnectionStage, Context, CreateAllowedMentions, CreateAutocompleteResponse,
        CreateInteractionResponse, CreateInteractionResponseMessage, EditInteractionResponse, EventHandler,
        Interaction, Ready, ResumedEvent, ShardStageUpdateEvent,
    },
    async_trait,
    http::{LightMethod, Request, Route},
};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, watch},
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{
    call::{DiscordFailure, Rest, json},
    escape::escaped,
    limits::{shortened, units},
    problem::ALREADY_ANSWERED,
    question::MissingArgument,
    read::{Did, did, heard, scene},
    state::GatewayState,
};
use crate::{
    chat::inbox::{Heed, Inbox, Suggestion},
    clock::Clock,
    domain::platform::{Contact, Platform},
};

/// How long storing may take before the person is told to wait; suggestions are dropped then.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How long answering is tried from when it was heard on, a little less than Discord's three seconds; and the pause after a failure.
const ANSWERING: Duration = Duration::from_millis(2900);
const PAUSE: Duration = Duration::from_millis(150);
/// Discord's limits for suggestions.
const SUGGESTIONS: usize = 25;
const SUGGESTION: usize = 100;

const SLOW: &str =
    "This takes unusually long to be noted. If no answer follows here within a minute, please say it again.";

/// Hears what people do, and tells how the connection stands. Cloning gives the same ear.
#[derive(Clone)]
pub(super) struct Ear {
    rest: Arc<Rest>,
    application_id: ApplicationId,
    /// Where the bot works; what is heard is heard elsewhere.
    runtime: Handle,
    inbox: Inbox,
    clock: Clock,
    state: watch::Sender<GatewayState>,
    /// One permit is held while somebody is being answered; closed when nobody is answered any more.
    under_way: Arc<Semaphore>,
}

#[async_trait]
impl EventHandler for Ear {
    async fn ready(&self, _: Context, _: Ready) {
        self.inbox.note(Platform::Discord, Contact::Hearing, Ok(()));
        self.tell(GatewayState::Ready);
    }

    async fn resume(&self, _: Context, _: ResumedEvent) {
        self.inbox.note(Platform::Discord, Contact::Hearing, Ok(()));
        self.tell(GatewayState::Ready);
    }

    async fn shard_stage_update(&self, _: Context, event: ShardStageUpdateEvent) {
        // Between a lost connection and the greeting over the next there is no session, whatever is tried meanwhile.
        if event.new != ConnectionStage::Connected {
            self.lost();
        }
    }

    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        let heed = self.heed(&interaction);
        if heed == Heed::PassedOver {
            return;
        }
        let (ear, until) = (self.clone(), Instant::now() + ANSWERING);
        self.runtime.spawn(async move {
            let Ok(_under_way) = ear.under_way.acquire().await else { return };
            match heed {
                Heed::Told(sentence) => respond(&ear.rest, &interaction, &told(sentence), until).await,
                Heed::Heard | Heed::PassedOver => ear.answer(&interaction, until).await,
            }
        });
    }
}

impl Ear {
    /// An ear of the runtime in which this is called.
    pub(super) fn new(
        (rest, application_id): (Arc<Rest>, ApplicationId),
        inbox: Inbox,
        clock: Clock,
        state: watch::Sender<GatewayState>,
        under_way: Arc<Semaphore>,
    ) -> Self {
        Self { rest, application_id, runtime: Handle::current(), inbox, clock, state, under_way }
    }

    /// The connection is gone, and is made anew.
    pub(super) fn lost(&self) {
        let why = "the connection over which it tells what people do is gone, and is made anew";
        self.inbox.note(Platform::Discord, Contact::Hearing, Err(why.to_owned()));
        self.tell(GatewayState::Connecting);
    }

    /// News of the connection; after its end there is none.
    fn tell(&self, news: GatewayState) {
        self.state.send_if_modified(|state| {
            let changes = *state != news && !matches!(state, GatewayState::Broken(_) | GatewayState::Lost(_));
            if changes {
                *state = news;
            }
            changes
        });
    }

    /// Whether somebody is heard. What is passed over is not answered at all: Discord says so to them.
    fn heed(&self, interaction: &Interaction) -> Heed {
        let (Some((speaker, place, _)), Some(did)) = (scene(interaction), did(interaction)) else { return Heed::Heard };
        match &did {
            // Whoever types gets suggestions or none.
            Did::Typing { .. } => Heed::Heard,
            Did::AskedFor(asked) => self.inbox.heeds(&speaker, place, Ok(&asked.so_far)),
            Did::Said(said) | Did::Answered(said) => self.inbox.heeds(&speaker, place, said.as_ref()),
        }
    }

    async fn answer(&self, interaction: &Interaction, until: Instant) {
        let home =
            scene(interaction).is_some_and(|(speaker, place, within)| self.inbox.is_home(&speaker, place, within));
        let response = match did(interaction) {
            None => return,
            Some(Did::Typing { so_far, argument, typed }) => {
                self.suggestions(interaction, &so_far, &argument, &typed).await
            }
            Some(Did::AskedFor(asked)) => match asked.form().filter(|_| home) {
                Some(form) => CreateInteractionResponse::Modal(form),
                None => return self.take_in(interaction, Ok(asked.so_far), until).await,
            },
            Some(Did::Said(said)) => {
                let said = said.and_then(|said| self.inbox.whole(said));
                let form = said.as_ref().ok().and_then(MissingArgument::missing_in).and_then(|asked| asked.form());
                match form.filter(|_| home) {
                    Some(form) => CreateInteractionResponse::Modal(form),
                    None => return self.take_in(interaction, said, until).await,
                }
            }
            // Discord opens no form in answer to a form.
            Some(Did::Answered(said)) => return self.take_in(interaction, said, until).await,
        };
        respond(&self.rest, interaction, &response, until).await;
    }

    /// Stores what was said, then promises an answer that only the person sees; it comes through the outbox.
    async fn take_in(&self, interaction: &Interaction, said: Result<Invocation, String>, until: Instant) {
        let rest = &*self.rest;
        let Some(heard) = heard(interaction, said, self.clock.now()) else { return };
        let mut storing = pin!(self.inbox.heard(heard));
        match timeout(PATIENCE, &mut storing).await {
            Ok(Ok(receipt)) => {
                let promise = CreateInteractionResponseMessage::new().ephemeral(true);
                respond(rest, interaction, &CreateInteractionResponse::Defer(promise), until).await;
                drop(receipt);
            }
            Ok(Err(sentence)) => respond(rest, interaction, &told(&sentence), until).await,
            Err(_) => {
                respond(rest, interaction, &told(SLOW), until).await;
                match storing.await {
                    Ok(receipt) => drop(receipt),
                    Err(sentence) => self.correct(interaction, &sentence).await,
                }
            }
        }
    }

    /// Replaces an answer that was given.
    async fn correct(&self, interaction: &Interaction, sentence: &str) {
        let edit = EditInteractionResponse::new().content(escaped(sentence, true));
        let route = Route::WebhookOriginalInteractionResponse {
            application_id: self.application_id,
            token: interaction.token(),
        };
        let replacing = async {
            let request = Request::new(route, LightMethod::Patch).body(Some(json(&edit)?.into_bytes()));
            self.rest.send(request).await
        };
        if let Err(error) = replacing.await {
            tracing::warn!(interaction = interaction.id().get(), %error, "Discord did not take a correction");
        }
    }

    async fn suggestions(
        &self,
        interaction: &Interaction,
        so_far: &Invocation,
        argument: &str,
        typed: &str,
    ) -> CreateInteractionResponse {
        let found = match scene(interaction) {
            Some((speaker, place, within)) => {
                let suggesting = self.inbox.suggest((&speaker, place, within), so_far, argument, typed);
                timeout(PATIENCE, suggesting).await.unwrap_or_default()
            }
            None => vec![],
        };
        let choices = choices(found);
        CreateInteractionResponse::Autocomplete(CreateAutocompleteResponse::new().set_choices(choices))
    }
}

/// The suggestions that Discord takes. A value that is too long cannot be shortened, so it is not suggested.
fn choices(found: Vec<Suggestion>) -> Vec<AutocompleteChoice> {
    let usable = found.into_iter().filter(|one| !one.value.is_empty() && units(&one.value) <= SUGGESTION);
    let choices = usable.map(|one| {
        let label = if one.label.trim().is_empty() { &one.value } else { &one.label };
        AutocompleteChoice::new(shortened(label, SUGGESTION), one.value)
    });
    choices.take(SUGGESTIONS).collect()
}

/// A sentence that only the person sees.
fn told(sentence: &str) -> CreateInteractionResponse {
    let message = CreateInteractionResponseMessage::new()
        .ephemeral(true)
        .content(escaped(sentence, true))
        .allowed_mentions(CreateAllowedMentions::new());
    CreateInteractionResponse::Message(message)
}

/// Answers an interaction, trying again while that helps. A failure is only logged: after three seconds Discord itself
/// tells the person that the bot did not answer. What was stored is answered all the same, in private.
async fn respond(rest: &Rest, interaction: &Interaction, response: &CreateInteractionResponse, until: Instant) {
    let trying = async {
        loop {
            match send(rest, interaction, response).await {
                Ok(()) => return Ok(()),
                Err(error) if error.code() == Some(ALREADY_ANSWERED) => return Ok(()),
                Err(error) if !error.helps_again() => return Err(error.to_string()),
                Err(error) => tracing::debug!(%error, "answering an interaction failed, trying again"),
            }
            sleep(PAUSE).await;
        }
    };
    let interaction = interaction.id().get();
    match timeout_at(until, trying).await {
        Ok(Ok(())) => {}
        Ok(Err(problem)) => tracing::warn!(interaction, problem, "Discord refuses the answer to an interaction"),
        Err(_) => tracing::warn!(interaction, "Discord did not take the answer to an interaction in time"),
    }
}

async fn send(
    rest: &Rest,
    interaction: &Interaction,
    response: &CreateInteractionResponse,
) -> Result<(), DiscordFailure> {
    let body = json(response)?.into_bytes();
    let route = Route::InteractionResponse { interaction_id: interaction.id(), token: interaction.token() };
    rest.send(Request::new(route, LightMethod::Post).body(Some(body))).await.map(drop)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn suggestion(label: &str, value: &str) -> Suggestion {
        Suggestion { label: label.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn suggestions_keep_discords_limits() {
        let long = "x".repeat(150);
        let found = [suggestion(&long, "a"), suggestion("b", &long), suggestion("", "c"), suggestion("d", "")];
        let choices = serde_json::to_value(choices(found.to_vec())).unwrap_or_default();
        let cut = format!("{}…", "x".repeat(99));
        assert_eq!(choices[0]["name"], cut.as_str());
        assert_eq!((&choices[1]["name"], choices.as_array().map(Vec::len)), (&json!("c"), Some(2)));
        let many = vec![suggestion("a", "a"); 40];
        assert_eq!(super::choices(many).len(), 25);
    }

    #[test]
    fn a_told_sentence_is_private_and_plain() {
        let told = serde_json::to_value(told("**no** @everyone")).unwrap_or_default();
        assert_eq!((&told["type"], &told["data"]["flags"]), (&json!(4), &json!(64)));
        assert_eq!(told["data"]["content"], "\\*\\*no\\*\\* @\u{200b}everyone");
        assert_eq!(told["data"]["allowed_mentions"]["parse"], json!([]));
    }
}
