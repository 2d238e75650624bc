//! Connects to Telegram, and ends the connection.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono_tz::Tz;
use teloxide::{Bot, types::AllowedUpdate};
use tokio::{
    sync::{Mutex, watch},
    task::JoinHandle,
};
use url::Url;

use super::{read::Me, render::Reader, state::TelegramState};
use crate::{
    chat::{inbox::Inbox, problem::ChatProblem},
    clock::Clock,
    domain::team::people::People,
    work::{Failed, Hand, NextTurn, Worker},
};

/// How long an ordinary request may take.
const REQUEST: Duration = Duration::from_secs(15);
/// How long a poll may take: 30 seconds of waiting, and the way there and back.
const POLL: Duration = Duration::from_secs(40);
/// What is heard: nothing else is sent to us.
pub(super) const HEARD: [AllowedUpdate; 2] = [AllowedUpdate::Message, AllowedUpdate::CallbackQuery];

/// How to reach Telegram.
pub struct TelegramAccess {
    /// The bot's token, from @BotFather.
    pub token: String,
    /// Where the Bot API is; Telegram's own when `None`.
    pub api_url: Option<Url>,
    /// How updates come in.
    pub mode: Mode,
    /// Whether cards are to be pinned.
    pub pin: bool,
    /// The team's zone, in which moments are shown.
    pub zone: Tz,
}

/// How updates come in.
#[derive(Clone)]
pub enum Mode {
    /// The bot asks for them.
    Polling,
    /// Telegram brings them to [`Telegram::take_update`].
    Webhook {
        /// The whole address to which Telegram posts.
        public_url: Url,
        /// What Telegram sends along to prove itself: 1 to 256 of `A-Z`, `a-z`, `0-9`, `_` and `-`.
        secret: String,
    },
}

/// The connection to Telegram. Cloning gives another handle.
#[derive(Clone)]
pub struct Telegram(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub bot: Bot,
    pub polling_bot: Bot,
    pub mode: Mode,
    pub pin: bool,
    /// Whether the server knows moments; taken for granted until it says that it does not.
    pub knows_moments: AtomicBool,
    pub me: OnceLock<Me>,
    pub zone: Tz,
    pub people: Arc<People>,
    pub inbox: Inbox,
    pub clock: Clock,
    pub state: watch::Sender<TelegramState>,
    stop: watch::Sender<bool>,
    listener: Mutex<Option<JoinHandle<()>>>,
    /// The update that was tried last, and how often.
    pub tried: std::sync::Mutex<(u32, u32)>,
}

/// Connects. Telegram need not answer yet: what fails is tried again in the background, and [`Telegram::state`] says so.
///
/// # Errors
/// `Refused` when the settings can never work.
pub async fn connect(
    settings: TelegramAccess,
    inbox: Inbox,
    people: Arc<People>,
    clock: Clock,
) -> Result<Telegram, ChatProblem> {
    check(&settings)?;
    let telegram = Telegram(Arc::new(Inner {
        bot: bot(&settings, REQUEST)?,
        polling_bot: bot(&settings, POLL)?,
        mode: settings.mode.clone(),
        pin: settings.pin,
        knows_moments: AtomicBool::new(true),
        me: OnceLock::new(),
        zone: settings.zone,
        people,
        inbox,
        clock,
        state: watch::Sender::new(TelegramState::Connecting),
        stop: watch::Sender::new(false),
        listener: Mutex::default(),
        tried: std::sync::Mutex::default(),
    }));
    let ear = telegram.clone();
    let listener = telegram.0.inbox.keep("Telegram's ear", move || UpdateListener(ear.clone()));
    *telegram.0.listener.lock().await = Some(listener);
    Ok(telegram)
}

/// Connects and listens until the connection is to end.
struct UpdateListener(Telegram);

impl Worker for UpdateListener {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        self.0.clone().listen().await;
        Ok(NextTurn::Over)
    }
}

impl Telegram {
    /// Stops listening. What is being stored is stored first; a webhook stays registered for the next process.
    pub async fn shutdown(&self) {
        self.0.stop.send_replace(true);
        if let Some(mut listener) = self.0.listener.lock().await.take() {
            // Whoever is about to be started again need not be waited for.
            let _ = tokio::time::timeout(REQUEST, &mut listener).await;
            listener.abort();
        }
    }

    pub(super) fn reader(&self) -> Reader<'_> {
        let knows_moments = self.0.knows_moments.load(Ordering::Relaxed);
        Reader { zone: self.0.zone, people: &self.0.people, knows_moments }
    }

    /// Done when the connection is to end.
    pub(super) async fn stopped(&self) {
        let _ = self.0.stop.subscribe().wait_for(|stop| *stop).await;
    }
}

/// A client of Telegram whose requests may take so long.
pub(super) fn bot(settings: &TelegramAccess, timeout: Duration) -> Result<Bot, ChatProblem> {
    let client = reqwest::Client::builder().connect_timeout(timeout.min(REQUEST)).timeout(timeout).build();
    let client = client.map_err(|problem| ChatProblem::Refused(format!("no HTTP client can be made: {problem}")))?;
    let bot = Bot::with_client(&settings.token, client);
    Ok(match &settings.api_url {
        Some(url) => bot.set_api_url(url.clone()),
        None => bot,
    })
}

fn check(settings: &TelegramAccess) -> Result<(), ChatProblem> {
    let refused = |why: &str| Err(ChatProblem::Refused(why.to_owned()));
    if settings.token.is_empty() {
        return refused("Telegram's token is empty: get one from @BotFather.");
    }
    if settings.api_url.as_ref().is_some_and(Url::cannot_be_a_base) {
        return refused("Telegram's api_url is no web address: write one such as https://api.telegram.org.");
    }
    if let Mode::Webhook { secret, .. } = &settings.mode {
        let allowed = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'-';
        if !(1..=256).contains(&secret.len()) || !secret.bytes().all(allowed) {
            return refused("Telegram's webhook secret must be 1 to 256 of the characters A-Z, a-z, 0-9, _ and -.");
        }
    }
    Ok(())
}
