//! Delivers the outbox: each queue in order, cards edited in place, every post until it has been taken.

mod announcements;
mod asking;
mod below;
mod cards;
mod fitted;
mod in_parts;
mod incidents;
mod pins;
mod reach;
mod refused;
mod replies;
mod shut;
mod told;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::task::JoinHandle;

use self::{asking::asked_by, refused::After};
use super::{
    discord::{self, Discord},
    problem::ChatProblem,
    telegram::Telegram,
};
use crate::{
    context::Context,
    domain::{
        aside::Row,
        hex,
        message::{
            Message,
            post::{Place, Post, Target},
        },
        platform::{Contact, Platform},
    },
    messages,
    store::{StoreProblem, outbox::Waiting},
    work::{Failed, Hand, NextTurn, Waker, Worker},
};

/// The pause after the first failure; it doubles up to the longest.
const PAUSE: Duration = Duration::from_secs(2);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(64);

/// The two chats, as far as they are configured.
#[derive(Clone)]
pub struct Chats {
    /// Discord.
    pub discord: Option<discord::Link>,
    /// Telegram.
    pub telegram: Option<Telegram>,
}

impl Chats {
    fn discord(&self) -> Result<Arc<Discord>, ChatProblem> {
        self.discord.as_ref().ok_or_else(|| not_configured("Discord"))?.get()
    }

    fn telegram(&self) -> Result<&Telegram, ChatProblem> {
        self.telegram.as_ref().ok_or_else(|| not_configured("Telegram"))
    }
}

#[derive(Clone)]
struct Delivery {
    context: Context,
    chats: Chats,
    at_work: Arc<Mutex<HashSet<String>>>,
    /// The row of the outbox that is said.
    row: Option<Vec<u8>>,
}

/// Delivers for as long as the bot lives: now what is left from before, then at each wake-up.
pub fn deliver(context: &Context, chats: Chats) -> JoinHandle<()> {
    let delivery = Delivery { context: context.clone(), chats, at_work: Arc::default(), row: None };
    let make = move || Outbox(delivery.clone());
    context.keep_in(&context.saying, "the outbox", &context.outbox, context.saying.busy(), make)
}

/// Sees to it that every queue in which something waits is worked on. There are as many as places and people who are
/// answered; what waits in them is in the store.
struct Outbox(Delivery);

impl Worker for Outbox {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        self.0.context.store.queues()?.into_iter().for_each(|queue| self.0.work_on(queue));
        Ok(NextTurn::Woken)
    }
}

/// Empties one queue of the outbox.
struct DeliveryQueue {
    delivery: Delivery,
    name: String,
    /// How often its first row was tried.
    tries: u32,
    /// How often of these the platform refused what it says.
    refused: u32,
}

impl Worker for DeliveryQueue {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        let context = &self.delivery.context;
        let Some(key) = self.delivery.first(&self.name)? else { return Ok(NextTurn::Over) };
        hand.take(Row::Post(hex::encoded(&key)));
        let Some(row) = context.store.waiting(&key)? else { return Ok(NextTurn::Now) };
        let delivery = Delivery { row: Some(key.clone()), ..self.delivery.clone() };
        let said = match refused::is_said_plainly(&row, self.refused) {
            true => delivery.plainly(&row).await?,
            false => delivery.say(&row).await?,
        };
        self.note(&row, said.as_ref().err());
        let queue = &self.name;
        match &said {
            Ok(()) => self.delivery.is_open(queue, &key, &row).await?,
            Err(problem) => {
                match self.delivery.after(problem, (self.tries, self.refused), (queue, &key), &row).await? {
                    After::Again(pause) => {
                        tracing::warn!(queue, %problem, seconds = pause.as_secs(), "not delivered yet");
                        self.tries += 1;
                        self.refused += u32::from(matches!(problem, ChatProblem::Refused(_)));
                        return Ok(NextTurn::At(context.clock.now() + pause));
                    }
                    After::Aside => {
                        (self.tries, self.refused) = (0, 0);
                        context.set_aside(Row::Post(hex::encoded(&key)), problem.to_string(), false).await?;
                        return Ok(NextTurn::Now);
                    }
                    After::Over => tracing::warn!(queue, %problem, "not said: there is nobody any more to say it to"),
                }
            }
        }
        (self.tries, self.refused) = (0, 0);
        context.store.write::<_, StoreProblem>(move |writing| writing.delivered(&key, &row)).await?;
        Ok(NextTurn::Now)
    }
}

impl DeliveryQueue {
    /// Notes whether the chat takes what is said. Of what is only brought up to date, perhaps nothing was sent.
    fn note(&self, row: &Waiting, problem: Option<&ChatProblem>) {
        let platform = if self.name.starts_with("discord") { Platform::Discord } else { Platform::Telegram };
        let outcome = match problem {
            Some(ChatProblem::Later { why, .. }) => Err(why.clone()),
            // It answers, and that is why.
            Some(ChatProblem::Gone(_) | ChatProblem::NoThread(_) | ChatProblem::Shut(_) | ChatProblem::Refused(_)) => {
                Ok(())
            }
            // What was not taken before is sent now.
            None if matches!(row, Waiting::Post(_)) || self.tries > 0 => Ok(()),
            None => return,
        };
        self.delivery.context.services.note(platform, Contact::Speaking, outcome);
    }
}

impl Delivery {
    /// Starts a worker for a queue, unless one is at work; that one takes what has come meanwhile.
    fn work_on(&self, queue: String) {
        if !self.at_work().insert(queue.clone()) {
            return;
        }
        let (delivery, saying) = (self.clone(), &self.context.saying);
        let make = {
            let queue = queue.clone();
            move || DeliveryQueue { delivery: delivery.clone(), name: queue.clone(), tries: 0, refused: 0 }
        };
        // What comes meanwhile is found in the store: nobody has to wake it.
        let never = Waker::default();
        drop(self.context.keep_in(saying, format!("the outbox's queue {queue}"), &never, saying.busy(), make));
    }

    /// The first row of a queue; when there is none, the worker is gone in the same breath, so that nothing is missed.
    fn first(&self, queue: &str) -> Result<Option<Vec<u8>>, StoreProblem> {
        let mut at_work = self.at_work();
        let first = self.context.store.first_waiting(queue)?;
        if first.is_none() {
            at_work.remove(queue);
        }
        Ok(first)
    }

    fn at_work(&self) -> MutexGuard<'_, HashSet<String>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn say(&self, row: &Waiting) -> Result<Result<(), ChatProblem>, StoreProblem> {
        match row {
            Waiting::Card { place, release, .. } => self.card(*place, *release).await,
            Waiting::Incident { place, under, matter, .. } => self.matter(*place, *under, *matter).await,
            Waiting::Announcement { place, freeze, .. } => self.edit_announcement(*place, *freeze).await,
            Waiting::Told { place, release, of, .. } => self.edit_told(*place, *release, *of).await,
            Waiting::Double { place, message } => Ok(self.take_away(*place, *message).await),
            Waiting::Ended { place, message } => Ok(self.end_question(*place, *message).await),
            Waiting::Heard { place, message } => Ok(self.show_heard(*place, *message).await),
            Waiting::Post(waits) => self.post(&waits.post).await,
        }
    }

    /// Deletes a card's double. One that is too old for that only says where the card is.
    async fn take_away(&self, place: Place, message_id: u64) -> Result<(), ChatProblem> {
        let Place::Telegram { chat, .. } = place else { return Ok(()) };
        match self.chats.telegram()?.delete(chat, i32::try_from(message_id).unwrap_or_default()).await {
            Err(ChatProblem::Refused(_)) => self.edit(place, message_id, &messages::card::double()).await,
            done => done,
        }
    }

    async fn post(&self, post: &Post) -> Result<Result<(), ChatProblem>, StoreProblem> {
        Ok(match &post.target {
            Target::Channel(place) => self.send(*place, None, &post.message, &post.key).await.map(drop),
            Target::Told { place, release, fact, below } => {
                return self.tell(*place, (*release, *fact), *below, post).await;
            }
            Target::Thread { place, release } => return self.in_thread(*place, *release, post).await,
            Target::Incident { place, matter, under } => return self.about_matter(*place, *under, *matter, post).await,
            Target::Announcement { place, freeze } => return self.announce(*place, *freeze, post).await,
            Target::Reply(reply) => match asked_by(post) {
                Some((asker, place)) => return self.ask(reply, (asker, place), post).await,
                None => self.reply(reply, post).await,
            },
        })
    }

    /// Sends a message, in parts if it is long; the first part's id.
    async fn send(
        &self,
        place: Place,
        reply_to: Option<u64>,
        message: &Message,
        key: &str,
    ) -> Result<u64, ChatProblem> {
        let (mut first, message) = (None, &self.fitted(message).await?);
        match place {
            Place::Discord { channel } => {
                let discord = self.chats.discord()?;
                for (part, message) in discord::parts(message).iter().enumerate() {
                    let sent = discord.send(channel, reply_to, message, &format!("{key}/{part}")).await?;
                    first.get_or_insert(sent);
                }
            }
            Place::Telegram { chat, topic } => {
                let reply_to = reply_to.and_then(|id| i32::try_from(id).ok());
                first = self.send_on_telegram((chat, topic), reply_to, message, key).await?;
            }
        }
        Ok(first.unwrap_or_default())
    }

    async fn edit(&self, place: Place, message_id: u64, message: &Message) -> Result<(), ChatProblem> {
        let message = &self.fitted(message).await?;
        match place {
            Place::Discord { channel } => {
                let discord = self.chats.discord()?;
                discord.edit(channel, message_id, message).await
            }
            Place::Telegram { chat, .. } => {
                let telegram = self.chats.telegram()?;
                telegram.edit(chat, i32::try_from(message_id).unwrap_or_default(), message).await
            }
        }
    }
}

fn not_configured(chat: &str) -> ChatProblem {
    ChatProblem::Shut(format!("bot.toml has no section for {chat}"))
}

fn fingerprint(message: &Message) -> String {
    let text = serde_json::to_string(message).unwrap_or_default();
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    hex::encoded(digest.as_ref().get(..12).unwrap_or_default())
}
