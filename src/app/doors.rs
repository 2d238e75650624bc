//! The web server under supervision, and what stands behind each of its addresses.

use std::{net::TcpListener as StdListener, sync::Arc};

use axum::http::HeaderMap;
use chrono::TimeDelta;
use futures::FutureExt;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    chat::{delivery::Chats, discord, telegram},
    config::Config,
    context::Context,
    domain::platform::{Outage, Platform},
    enforcer::Enforcer,
    engine::{repositories, runner::Runner},
    messages,
    reports::{self, Intake},
    web,
    work::{Failed, Hand, NextTurn, Quiet, Waker, Worker},
};

/// How long a service may not answer before that is said: a moment is nothing.
const UNSAID: TimeDelta = TimeDelta::seconds(10);

/// Everything that the web server's addresses lead to.
pub(super) struct WebDoors {
    pub config: Config,
    pub context: Context,
    pub runner: Runner,
    pub enforcer: Enforcer,
    pub intake: Intake,
    pub chats: Chats,
    /// How many connections there may be at once.
    pub connections: usize,
}

impl WebDoors {
    /// Serves on a listener until the sender says that it is to stop.
    pub(super) fn open(self, listener: TcpListener) -> std::io::Result<(watch::Sender<bool>, JoinHandle<()>)> {
        let (stop, context) = (watch::Sender::new(false), self.context.clone());
        let (doors, listener, stopped) = (Arc::new(self), Arc::new(listener.into_std()?), stop.subscribe());
        let make = move || Server { doors: doors.clone(), listener: listener.clone(), stopped: stopped.clone() };
        // Serving is no work of its own: it is over with the bot only.
        let own = Quiet::default();
        Ok((stop, context.keep_in(&own, "the web server", &Waker::default(), own.busy(), make)))
    }
}

struct Server {
    doors: Arc<WebDoors>,
    listener: Arc<StdListener>,
    stopped: watch::Receiver<bool>,
}

impl Worker for Server {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        let broken = |problem: std::io::Error| Failed::Why(problem.to_string());
        let listener = self.listener.try_clone().and_then(TcpListener::from_std).map_err(broken)?;
        web::serve(listener, routes(&self.doors, self.stopped.clone())).await.map_err(broken)?;
        Ok(NextTurn::Over)
    }
}

fn routes(doors: &WebDoors, mut stopped: watch::Receiver<bool>) -> web::Web {
    let WebDoors { config, context, runner, enforcer, intake, chats, .. } = doors;
    let room = reports::BodyRoom::default();
    let (quiet, saying) = (context.quiet.clone(), context.saying.clone());
    let (ready_chats, ready_desk) = (chats.clone(), context.clone());
    let github = config.github.webhook_secret.clone().map(|secret| {
        let (context, runner, enforcer, intake) = (context.clone(), runner.clone(), enforcer.clone(), intake.clone());
        let take: web::TakeWebhook = Box::new(move |headers, body| {
            let (context, runner, enforcer, secret) =
                (context.clone(), runner.clone(), enforcer.clone(), secret.clone());
            let intake = intake.clone();
            async move {
                web::github::take(&context, &runner, &enforcer, &intake, &secret, &headers, body.bytes()).await
            }
            .boxed()
        });
        web::Hook { may_be: Box::new(web::github::is_signed), take }
    });
    let telegram = chats.telegram.clone().map(|telegram| {
        let secret =
            |headers: &HeaderMap| Some(headers.get("x-telegram-bot-api-secret-token")?.to_str().ok()?.to_owned());
        let asked = telegram.clone();
        let take: web::TakeWebhook = Box::new(move |headers, body| {
            let telegram = telegram.clone();
            async move {
                telegram.take_update(secret(&headers).as_deref(), body.bytes()).await.map_err(|refusal| match refusal {
                    telegram::WebhookRefusal::WrongSecret => web::HookRefusal::Unproven,
                    telegram::WebhookRefusal::Unreadable(why) => web::HookRefusal::Unreadable(why),
                    telegram::WebhookRefusal::NotStored(why) => web::HookRefusal::NotStored(why),
                })
            }
            .boxed()
        });
        web::Hook { may_be: Box::new(move |headers| asked.is_telegrams(secret(headers).as_deref())), take }
    });
    let calendar = config.calendar.token.clone().map(|token| {
        let context = context.clone();
        let calendar: web::GiveCalendar =
            Box::new(move |project, given| web::calendar::calendar(&context, &token, project, given));
        calendar
    });
    web::Web {
        ready: Box::new(move || std::future::ready(readiness(&ready_desk, &ready_chats)).boxed()),
        settled: Box::new(move || {
            let quiet = quiet.clone();
            async move { quiet.settled().await }.boxed()
        }),
        delivered: Box::new(move || {
            let saying = saying.clone();
            async move { saying.settled().await }.boxed()
        }),
        github,
        telegram,
        calendar,
        hooks: config.hooks.clone().map(|hooks| reports::doors(intake.clone(), hooks, room.clone())),
        room,
        connections: doors.connections,
        // When the bot is gone, there is nobody left to serve.
        stop: async move { drop(stopped.wait_for(|stop| *stop).await) }.boxed(),
    }
}

/// What is said about the bot: that it is ready and what was set aside, or which part of it is down.
fn readiness(context: &Context, chats: &Chats) -> Result<String, String> {
    listens(chats)?;
    let long = |outage: &Outage| context.clock.now() - outage.since >= UNSAID;
    let mut outages =
        Platform::ALL.into_iter().filter_map(|platform| Some((platform, context.services.outage(platform)?)));
    if let Some((platform, outage)) = outages.find(|(_, outage)| long(outage)) {
        return Err(messages::away::sentence(platform, &outage));
    }
    let down = context.health.down();
    if !down.is_empty() {
        return Err(down.join("\n"));
    }
    let aside = context.store.all_aside().map_err(|problem| problem.to_string())?;
    let failed = context.store.failed_backup().map_err(|problem| problem.to_string())?;
    let backup = failed.map(|failed| messages::backup::sentence(failed.since, &failed.why));
    let hidden = context.projects.iter().filter_map(|(name, (settings, _))| {
        let outage = context.store.away(&repositories::row(name)).ok().flatten()?;
        Some(messages::repository::sentence(&settings.repository, &outage))
    });
    let shut = context.store.all_shut().map_err(|problem| problem.to_string())?;
    let moved = context.store.moved_groups().map_err(|problem| problem.to_string())?;
    let named = |chat: i64| context.here.places.iter().any(|place| place.is_in_telegram(chat));
    let moved = moved.iter().filter(|moved| named(moved.from) && !named(moved.to));
    let places = shut.iter().map(messages::place::shut_sentence).chain(moved.map(messages::place::moved_sentence));
    let sentences = aside.iter().map(messages::aside::sentence).chain(places).chain(backup).chain(hidden);
    Ok(std::iter::once("ready".to_owned()).chain(sentences).collect::<Vec<_>>().join("\n"))
}

/// Whether both chats listen.
fn listens(chats: &Chats) -> Result<(), String> {
    match chats.discord.as_ref().map(discord::Link::state) {
        Some(discord::GatewayState::Broken(why) | discord::GatewayState::Lost(why)) => {
            return Err(format!("Discord: {why}"));
        }
        Some(discord::GatewayState::Connecting) => return Err("Discord: still connecting".into()),
        Some(discord::GatewayState::Ready) | None => {}
    }
    match chats.telegram.as_ref().map(telegram::Telegram::state) {
        Some(telegram::TelegramState::Broken(why) | telegram::TelegramState::Waiting(why)) => {
            Err(format!("Telegram: {why}"))
        }
        Some(telegram::TelegramState::Connecting) => Err("Telegram: still connecting".into()),
        Some(telegram::TelegramState::Working) | None => Ok(()),
    }
}
