//! Where both chats bring what they hear: stored first, then handled in the order in which each person spoke.

mod doubles;
mod limits;
mod moved;
mod queues;

use commands::{Invocation, Permission};
use tokio::task::JoinHandle;

pub use self::limits::Heed;
use self::{
    limits::{Limits, Noise},
    queues::{Queues, number},
};
use super::{incoming::Incoming, rights::with_rights, telegram::Admins};
use crate::{
    context::Context,
    domain::{
        aside::Row,
        message::{
            asking::{Heeded, Utterance, heeded},
            kept,
            post::{Place, Post, ReplyTo, Target},
        },
        platform::{Contact, Platform},
        team::{here::Within, people::Speaker},
    },
    engine::runner::Runner,
    handlers, messages,
    store::{StoreProblem, Writing},
    work::{Busy, Failed, Hand, NextTurn, Quiet, Waker, Worker},
};

/// One suggestion for an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What the person reads, at most 100 characters.
    pub label: String,
    /// What is filled in.
    pub value: String,
}

/// The way into the bot from the chats. Cloning gives another handle.
#[derive(Clone)]
pub struct Inbox {
    context: Context,
    runner: Runner,
    admins: Option<Admins>,
    /// One queue a person: what they say is handled in order, and nobody waits for somebody else.
    queues: Queues,
    /// How much of it is heard.
    limits: Limits,
}

/// What was heard and stored, and is handled once this is dropped: after the platform has been told that it arrived, so
/// that no answer overtakes the acknowledgement.
#[must_use]
pub struct Receipt {
    inbox: Inbox,
    job: Option<(Vec<u8>, String, Busy)>,
}

impl Drop for Receipt {
    fn drop(&mut self) {
        if let Some((key, speaker, busy)) = self.job.take() {
            self.inbox.hand_on(key, speaker, busy);
        }
    }
}

impl Inbox {
    /// A reception that hands on to the handlers, and asks `admins` for what only Telegram knows.
    pub fn new(context: Context, runner: Runner, admins: Option<Admins>) -> Self {
        Self { context, runner, admins, queues: Queues::default(), limits: Limits::default() }
    }

    /// Tells where incidents are told that another process hears a chat with the bot's token; once a day, whatever is heard.
    pub async fn tell_of_another(&self, chat: &'static str, why: &str) {
        let context = self.context.clone();
        let places = context.incident_places();
        let message = messages::another::listens(chat, why);
        let key = format!("another/{chat}/{}", context.clock.now().format("%Y-%m-%d"));
        let told = context.write::<(), StoreProblem>(move |writing| {
            places.iter().try_for_each(|place| {
                let post =
                    Post { key: format!("{key}/{place}"), target: Target::Channel(*place), message: message.clone() };
                writing.post(post)
            })
        });
        if let Err(problem) = told.await {
            tracing::warn!(chat, %problem, "that another process hears it could not be told");
        }
    }

    /// Notes whether a chat answers, in some way.
    pub fn note(&self, platform: Platform, way: Contact, outcome: Result<(), String>) {
        self.context.services.note(platform, way, outcome);
    }

    /// Whether the bot is at home where somebody speaks. Elsewhere it suggests nothing and asks for nothing.
    pub fn is_home(&self, speaker: &Speaker, place: Place, within: Within) -> bool {
        self.context.here.is_home(place, within, self.context.people.find(&speaker.account).is_some())
    }

    /// Whether what somebody says there is heard, so that nobody's noise costs more than it may. Ask before it is taken in.
    pub fn heeds(&self, speaker: &Speaker, place: Place, said: Result<&Invocation, &String>) -> Heed {
        let decides = |said: &Invocation| {
            let whole = self.whole(said.clone()).ok();
            whole.and_then(|said| commands::spec(&said.path)).is_some_and(|spec| spec.needs != Permission::Anyone)
        };
        let noise = match self.context.people.find(&speaker.account) {
            None => Noise::Strange(speaker.account.clone()),
            Some(person) if said.is_ok_and(decides) => Noise::Deciding(person.name.clone()),
            Some(person) => Noise::Asking(person.name.clone()),
        };
        self.limits.heed(&noise, place, self.context.clock.now())
    }

    /// The whole command of a button that carries only the number under which it is kept.
    ///
    /// # Errors
    /// What to answer when it is not kept any more.
    pub fn whole(&self, said: Invocation) -> Result<Invocation, String> {
        let Some(number) = kept::number(&said) else { return Ok(said) };
        let found = self.context.store.kept_command(number).map_err(|problem| problem.to_string())?;
        found
            .and_then(|words| kept::whole(&said, &words))
            .ok_or_else(|| "I do not know this button any more; say the command in words.".to_owned())
    }

    /// For which question words are meant.
    ///
    /// # Errors
    /// That it could not be read.
    pub fn heeded(&self, words: &Utterance) -> Result<Option<Heeded>, String> {
        let open = self.context.store.questions().map_err(|problem| problem.to_string())?;
        let now = self.context.clock.now();
        Ok(heeded(words, open.into_iter().filter(|question| question.asker.until > now)))
    }

    /// Takes in what was said. When this returns `Ok`, it is on disk and will be handled exactly once, even if the
    /// process dies: acknowledge it, then drop the ticket.
    ///
    /// # Errors
    /// That it could not be stored: tell the person to try again.
    pub async fn heard(&self, heard: Incoming) -> Result<Receipt, String> {
        let busy = self.context.quiet.busy();
        let heard = Incoming { said: heard.said.and_then(|said| self.whole(said)), ..heard };
        let (stored, speaker, queues) = (heard.clone(), queues::speaker(&heard), self.queues.clone());
        let home = self.is_home(&heard.speaker, heard.place, heard.within);
        let known = self.context.people.find(&heard.speaker.account).filter(|_| home).map(|person| person.name.clone());
        let take_in = move |writing: &mut Writing| {
            if let (Some(question), ReplyTo::TelegramMessage { message, .. }) = (&stored.answers, &stored.reply)
                && !writing.answer(question, (stored.place, u64::try_from(*message).unwrap_or_default()))?
            {
                return Ok(None);
            }
            if let Some(name) = &known {
                writing.spoke(name, stored.place.chat())?;
            }
            let key = writing.take_in(&stored.id, &stored)?;
            key.iter().for_each(|key| queues.hold(key));
            Ok(key)
        };
        let key = self.context.store.write(take_in).await;
        let key = key.map_err(|problem: StoreProblem| {
            tracing::error!(%problem, "what somebody said could not be stored");
            "I could not write that down, so nothing was done. Please try again in a moment.".to_owned()
        })?;
        Ok(Receipt { inbox: self.clone(), job: key.map(|key| (key, speaker, busy)) })
    }

    /// Handles what was stored before the process last ended.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn resume(&self) -> Result<(), StoreProblem> {
        for key in self.context.store.inbox()? {
            let speaker = queues::speaker_of(&self.context.store, &key)?;
            self.hand_on(key, speaker, self.context.quiet.busy());
        }
        Ok(())
    }

    /// Starts what listens to a platform, under supervision.
    pub fn keep<W: Worker + 'static>(&self, name: &str, make: impl FnMut() -> W + Send + 'static) -> JoinHandle<()> {
        // Listening is no work of its own: it is over with the bot only.
        let own = Quiet::default();
        self.context.keep_in(&own, name, &Waker::default(), own.busy(), make)
    }

    /// Suggests values for the argument that somebody is typing. Reads only; quick.
    pub async fn suggest(
        &self,
        (speaker, place, within): (&Speaker, Place, Within),
        so_far: &Invocation,
        argument: &str,
        typed: &str,
    ) -> Vec<Suggestion> {
        let typing = Noise::Typing(self.context.people.find(&speaker.account).map(|person| person.name.clone()));
        if !self.is_home(speaker, place, within)
            || self.limits.heed(&typing, place, self.context.clock.now()) != Heed::Heard
        {
            return vec![];
        }
        let mut so_far = so_far.clone();
        if argument != "project"
            && so_far.arg("project").is_none()
            && let Some(project) = handlers::project_here(&self.context, place)
        {
            so_far = so_far.with("project", project);
        }
        let choices = handlers::suggested(&self.context, &so_far, argument, typed).await;
        choices.into_iter().take(25).map(|(label, value)| Suggestion { label, value }).collect()
    }

    /// Puts a row into its speaker's queue, and starts that if nobody works on it.
    fn hand_on(&self, key: Vec<u8>, speaker: String, busy: Busy) {
        if self.queues.put(key, &speaker) {
            return;
        }
        let (inbox, name) = (self.clone(), format!("what {speaker} says"));
        let make = move || Listener { inbox: inbox.clone(), speaker: speaker.clone() };
        // What comes meanwhile is found in the queue: nobody has to wake it.
        drop(self.context.keep(name, &Waker::default(), busy, make));
    }
}

/// Handles what one person says, in order.
struct Listener {
    inbox: Inbox,
    speaker: String,
}

impl Worker for Listener {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        let Inbox { context, runner, admins, queues, limits: _ } = &self.inbox;
        let Some(key) = queues.first(&self.speaker, &context.store)? else { return Ok(NextTurn::Over) };
        let row = Row::Incoming(number(&key));
        hand.take(row.clone());
        if !context.store.is_aside(&row)?
            && let Some(heard) = context.store.waits::<Incoming>(&key)?
        {
            let heard = with_rights(context, admins.as_ref(), heard).await;
            handlers::handle(context, runner, &key, &heard).await?;
        }
        queues.handled(&self.speaker);
        Ok(NextTurn::Now)
    }
}
