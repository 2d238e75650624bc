//! Delivers what is told of releases: sent once in its turn, edited until something came of it, and one line ever after.

use chrono::TimeDelta;
use commands::Invocation;

use super::{Delivery, below::SaidBelow, fingerprint};
use crate::{
    chat::problem::ChatProblem,
    domain::{
        message::{
            Action, Button, Message,
            post::{Place, Post},
        },
        release::ReleaseId,
    },
    messages::notifications::{ByNow, by_now},
    store::{
        StoreProblem,
        told::{ToldOf, ToldRow},
    },
};

/// How many buttons stand side by side before the card's begins a row of its own.
const IN_A_ROW: usize = 3;
/// How long an answer can be changed that one person alone sees: a little less than the 15 minutes that its token is good for.
const ANSWERED: TimeDelta = TimeDelta::minutes(14);
/// Telegram's supergroups are named by what is above this, negative.
const SUPERGROUPS: i64 = 1_000_000_000_000;

/// Where a message is found in a chat: on Telegram, of supergroups only.
fn address(place: Place, server: Option<u64>, message: u64) -> Option<String> {
    match place {
        Place::Discord { channel } => Some(format!("https://discord.com/channels/{}/{channel}/{message}", server?)),
        Place::Telegram { chat, topic } => {
            let group = chat.checked_neg().and_then(|chat| chat.checked_sub(SUPERGROUPS)).filter(|group| *group > 0)?;
            let topic = topic.map(|topic| format!("/{topic}")).unwrap_or_default();
            Some(format!("https://t.me/c/{group}{topic}/{message}"))
        }
    }
}

/// The release that the buttons of a message are about.
fn pressed_about(message: &Message) -> Option<ReleaseId> {
    message.buttons.iter().flatten().find_map(|button| {
        let Action::Say(words) = &button.action else { return None };
        Invocation::decode(words)?.arg("version")?.strip_prefix('#')?.parse().ok().map(ReleaseId)
    })
}

impl Delivery {
    /// Sends what tells a fact of a release, as it is by now.
    pub(super) async fn tell(
        &self,
        place: Place,
        (id, fact): (ReleaseId, usize),
        below: bool,
        post: &Post,
    ) -> Result<Result<(), ChatProblem>, StoreProblem> {
        // It stands already, and what was to say so was killed.
        if self.context.store.told(place, id, ToldOf::Fact(fact))?.is_some_and(|told| told.stands.is_some()) {
            return Ok(Ok(()));
        }
        if below
            && self.context.store.card(place, id)?.message.is_none()
            && let Err(problem) = self.card(place, id).await?
        {
            return Ok(Err(problem));
        }
        let now = self.told_by_now((place, below), (id, fact), &post.message)?;
        let (key, message) = (post.key.as_str(), &now.message);
        let said = if below {
            self.below_card(place, id, &SaidBelow { message, key, one: true }).await?
        } else {
            self.send_one(place, None, message, key).await.map(|sent| (place, sent))
        };
        let stands = match said {
            Ok(stands) => stands,
            Err(problem) => return Ok(Err(problem)),
        };
        let told = ToldRow {
            stands: Some(stands),
            shown: Some(fingerprint(message)),
            ..ToldRow::new(post.message.clone(), below)
        };
        self.remember_told(place, (id, ToldOf::Fact(fact)), (!now.over).then_some(told)).await.map(Ok)
    }

    /// Edits it, if it says something else by now. What is still to be sent, or what somebody deleted, is left so.
    pub(super) async fn edit_told(
        &self,
        place: Place,
        id: ReleaseId,
        of: ToldOf,
    ) -> Result<Result<(), ChatProblem>, StoreProblem> {
        let Some(told) = self.context.store.told(place, id, of)? else { return Ok(Ok(())) };
        let now = match of {
            ToldOf::Fact(fact) => self.told_by_now((place, told.below), (id, fact), &told.said)?,
            ToldOf::Answer(_) => self.answer_by_now(id, &told)?,
        };
        let shown = Some(fingerprint(&now.message));
        let changed = told.shown != shown;
        if let (Some((there, message)), true) = (told.stands, changed) {
            let edited = match &told.token {
                Some((_, until)) if *until < self.context.clock.now() => {
                    return self.remember_told(place, (id, of), None).await.map(Ok);
                }
                Some((token, _)) => self.answer_anew(token, &now.message).await,
                None => self.edit(there, message, &now.message).await,
            };
            match edited {
                Ok(()) => {}
                Err(ChatProblem::Gone(_) | ChatProblem::NoThread(_)) => {
                    return self.remember_told(place, (id, of), None).await.map(Ok);
                }
                // Its thread is gone, or it cannot be edited any more: nothing else waits for that.
                Err(problem @ (ChatProblem::Shut(_) | ChatProblem::Refused(_)))
                    if there != place || matches!(problem, ChatProblem::Refused(_)) =>
                {
                    tracing::warn!(%place, message, %problem, "left as it is");
                    return self.remember_told(place, (id, of), None).await.map(Ok);
                }
                Err(problem) => return Ok(Err(problem)),
            }
        }
        if now.over {
            return self.remember_told(place, (id, of), None).await.map(Ok);
        }
        match changed && told.stands.is_some() {
            true => self.remember_told(place, (id, of), Some(ToldRow { shown, ..told })).await.map(Ok),
            false => Ok(Ok(())),
        }
    }

    /// Replaces what an answer says that one person alone sees.
    async fn answer_anew(&self, token: &str, message: &Message) -> Result<(), ChatProblem> {
        let message = self.fitted(message).await?;
        self.chats.discord()?.reply(token, &message, None).await.map(drop)
    }

    fn told_by_now(
        &self,
        (place, below): (Place, bool),
        (id, fact): (ReleaseId, usize),
        said: &Message,
    ) -> Result<ByNow, StoreProblem> {
        let Some(release) = self.context.store.shared(id)? else {
            return Ok(ByNow { message: said.clone(), over: true });
        };
        let (people, now) = (&self.context.people, self.context.clock.now());
        let mut told = by_now(&release, (fact, said, below), &self.context.surroundings(&release)?, people, now);
        if below && !told.over {
            let card = self.context.store.card(place, id)?.message;
            let url = card.and_then(|card| address(place, self.context.here.server, card));
            let open = url.map(|url| Button::open("Open the card", url));
            match told.message.buttons.last_mut().filter(|row| row.len() < IN_A_ROW) {
                Some(row) => row.extend(open),
                None => told.message = told.message.row(open.into_iter().collect()),
            }
        }
        Ok(told)
    }

    /// An answer says how it stood: what could be pressed below it goes with the next change. What one person alone sees keeps what
    /// is still of use.
    fn answer_by_now(&self, id: ReleaseId, told: &ToldRow) -> Result<ByNow, StoreProblem> {
        let release = self.context.store.shared(id)?;
        let mut message = told.said.clone();
        if let (Some(_), Some(release)) = (&told.token, &release) {
            let useful = |button: &Button| match &button.action {
                Action::Say(words) => Invocation::decode(words).is_none_or(|said| release.has_use_of(&said)),
                Action::Open(_) => true,
            };
            message.buttons.iter_mut().for_each(|row| row.retain(useful));
            message.buttons.retain(|row| !row.is_empty());
            return Ok(ByNow { message, over: !release.is_open() });
        }
        let facts = release.map(|release| release.facts.len());
        let over = facts.is_none() || facts != told.since;
        if over {
            message.buttons.iter_mut().for_each(|row| row.retain(|button| matches!(button.action, Action::Open(_))));
            message.buttons.retain(|row| !row.is_empty());
        }
        Ok(ByNow { message, over })
    }

    /// Remembers an answer that has something to press about one open release.
    pub(super) async fn note_answer(
        &self,
        place: Place,
        sent: u64,
        message: &Message,
        token: Option<&str>,
    ) -> Result<(), StoreProblem> {
        let Some(id) = pressed_about(message) else { return Ok(()) };
        let Some(release) = self.context.store.shared(id)?.filter(|release| release.is_open()) else { return Ok(()) };
        let told = ToldRow {
            since: Some(release.facts.len()),
            stands: Some((place, sent)),
            token: token.map(|token| (token.to_owned(), self.context.clock.now() + ANSWERED)),
            shown: Some(fingerprint(message)),
            ..ToldRow::new(message.clone(), false)
        };
        let of = ToldOf::Answer(sent);
        let write = self.context.write::<(), StoreProblem>(move |writing| {
            writing.put_told(place, id, of, &told)?;
            // It may have been decided on a while ago, or be said once more.
            writing.refresh_told(place, id, of)
        });
        write.await
    }

    async fn remember_told(
        &self,
        place: Place,
        (id, of): (ReleaseId, ToldOf),
        told: Option<ToldRow>,
    ) -> Result<(), StoreProblem> {
        let write = self.context.store.write(move |writing| match &told {
            Some(told) => writing.put_told(place, id, of, told),
            None => {
                writing.forget_told(place, id, of);
                Ok(())
            }
        });
        write.await
    }
}
