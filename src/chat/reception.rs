//! Where both chats bring what they hear: stored first, then handled in the order in which each person spoke.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use commands::Invocation;
use tokio::sync::mpsc;

use super::{heard::Heard, rights::with_rights, telegram::Admins};
use crate::{
    desk::Desk,
    domain::{here::Within, people::Speaker, post::Place},
    handlers,
    quiet::Busy,
    runner::Runner,
    store::{StoreProblem, Writing},
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
pub struct Reception {
    desk: Desk,
    runner: Runner,
    admins: Option<Admins>,
    /// One queue a person: what they say is handled in order, and nobody waits for somebody else.
    queues: Arc<Mutex<HashMap<String, mpsc::UnboundedSender<Job>>>>,
}

type Job = (Vec<u8>, Heard, Busy);

/// What was heard and stored, and is handled once this is dropped: after the platform has been told that it arrived, so
/// that no answer overtakes the acknowledgement.
#[must_use]
pub struct Ticket {
    reception: Reception,
    job: Option<Job>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some((key, heard, busy)) = self.job.take() {
            self.reception.hand_on(key, heard, busy);
        }
    }
}

impl Reception {
    /// A reception that hands on to the handlers, and asks `admins` for what only Telegram knows.
    pub fn new(desk: Desk, runner: Runner, admins: Option<Admins>) -> Self {
        Self { desk, runner, admins, queues: Arc::default() }
    }

    /// Whether the bot is at home where somebody speaks. Elsewhere it suggests nothing and asks for nothing.
    pub fn is_home(&self, speaker: &Speaker, place: Place, within: Within) -> bool {
        self.desk.here.is_home(place, within, self.desk.people.find(&speaker.account).is_some())
    }

    /// Takes in what was said. When this returns `Ok`, it is on disk and will be handled exactly once, even if the
    /// process dies: acknowledge it, then drop the ticket.
    ///
    /// # Errors
    /// That it could not be stored: tell the person to try again.
    pub async fn heard(&self, heard: Heard) -> Result<Ticket, String> {
        let busy = self.desk.quiet.busy();
        let stored = heard.clone();
        let home = self.is_home(&heard.speaker, heard.place, heard.within);
        let known = self.desk.people.find(&heard.speaker.account).filter(|_| home).map(|person| person.name.clone());
        let take_in = move |writing: &mut Writing| {
            if let Some(name) = &known {
                writing.spoke(name, stored.place.chat())?;
            }
            writing.take_in(&stored.id, &stored)
        };
        let key = self.desk.store.write(take_in).await;
        let key = key.map_err(|problem: StoreProblem| {
            tracing::error!(%problem, "what somebody said could not be stored");
            "I could not write that down, so nothing was done. Please try again in a moment.".to_owned()
        })?;
        Ok(Ticket { reception: self.clone(), job: key.map(|key| (key, heard, busy)) })
    }

    /// Handles what was stored before the process last ended.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn resume(&self) -> Result<(), StoreProblem> {
        for (key, heard) in self.desk.store.inbox()? {
            self.hand_on(key, heard, self.desk.quiet.busy());
        }
        Ok(())
    }

    /// Suggests values for the argument that somebody is typing. Reads only; quick.
    pub async fn suggest(
        &self,
        (speaker, place, within): (&Speaker, Place, Within),
        so_far: &Invocation,
        argument: &str,
        typed: &str,
    ) -> Vec<Suggestion> {
        if !self.is_home(speaker, place, within) {
            return vec![];
        }
        let mut so_far = so_far.clone();
        if argument != "project"
            && so_far.arg("project").is_none()
            && let Some(project) = handlers::project_here(&self.desk, place)
        {
            so_far = so_far.with("project", project);
        }
        let choices = handlers::suggested(&self.desk, &so_far, argument, typed).await;
        choices.into_iter().take(25).map(|(label, value)| Suggestion { label, value }).collect()
    }

    fn hand_on(&self, key: Vec<u8>, heard: Heard, busy: Busy) {
        let speaker = format!("{:?}", heard.speaker.account);
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.entry(speaker).or_insert_with(|| self.new_queue());
        // The queue's task lives as long as the bot.
        let _ = queue.send((key, heard, busy));
    }

    fn new_queue(&self) -> mpsc::UnboundedSender<Job> {
        let (sender, mut jobs) = mpsc::unbounded_channel::<Job>();
        let (desk, runner, admins) = (self.desk.clone(), self.runner.clone(), self.admins.clone());
        tokio::spawn(async move {
            while let Some((key, heard, busy)) = jobs.recv().await {
                let heard = with_rights(&desk, admins.as_ref(), heard).await;
                handlers::handle(&desk, &runner, &key, &heard).await;
                drop(busy);
            }
        });
        sender
    }
}
