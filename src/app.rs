//! The only place where the parts are connected: start, addresses, drain.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use futures::FutureExt;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use crate::{
    chat::{
        delivery::{self, Chats},
        discord,
        reception::Reception,
        telegram,
    },
    clock::Clock,
    config::{Config, GitHubIdentity, TelegramMode},
    debts,
    desk::{Desk, Things},
    domain::{agenda::Entry, freeze::rule::Rules, playbook::Playbook},
    first_look,
    flags::{Flags, Provider, Unleash},
    github::{Credentials, GitHub},
    hooks::{self, Intake},
    playbooks,
    quiet::Quiet,
    runner::Runner,
    store::{Store, StoreProblem},
    switches, timekeeper,
    warden::Warden,
    web,
};

/// How long what is under way may take to end once the bot has been asked to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// The running bot.
pub struct App {
    desk: Desk,
    chats: Chats,
    address: SocketAddr,
    stop_web: oneshot::Sender<()>,
    web: JoinHandle<()>,
    delivery: JoinHandle<()>,
    timekeeper: JoinHandle<()>,
}

impl App {
    /// Starts the bot: opens the store, connects, takes up whatever was under way.
    ///
    /// # Errors
    /// A sentence for each thing that keeps it from starting.
    pub async fn start(config: Config) -> Result<Self, Vec<String>> {
        let one = |problem: String| vec![problem];
        let playbooks = playbooks::load(config.playbooks.as_deref())?;
        config.check_playbooks(playbooks.keys().map(String::as_str)).map_err(|problems| one(problems.to_string()))?;
        config.check_schedules(&playbooks).map_err(|problems| one(problems.to_string()))?;
        let clock = match &config.clock {
            Some(url) => Clock::following(url).await.map_err(one)?,
            None => Clock::of_this_machine(),
        };
        let folder = config.store.path.clone();
        let opened = tokio::task::spawn_blocking(move || Store::open(&folder)).await;
        let store = opened.map_err(|stopped| one(stopped.to_string()))?.map_err(|problem| one(problem.to_string()))?;
        store.forget(clock.now()).await.map_err(|problem| one(problem.to_string()))?;
        let (outbox, wakes) = mpsc::unbounded_channel();
        let (freezes, changes) = mpsc::unbounded_channel();
        let (agenda_changed, agenda_wakes) = mpsc::unbounded_channel();
        let (switches, switch_wakes) = mpsc::unbounded_channel();
        let (suspects, suspects_wakes) = mpsc::unbounded_channel();
        let (escalate, escalate_wakes) = mpsc::unbounded_channel();
        let agenda = agenda(&config, &playbooks).map_err(one)?;
        let rules = rules(&config, &playbooks).map_err(one)?;
        let quiet = Quiet::default();
        // Nobody finds it at rest before everything has been taken up.
        let _starting = quiet.busy();
        let desk = Desk::new(Things {
            store,
            clock: clock.clone(),
            people: Arc::new(config.people.clone()),
            here: config.here(),
            projects: projects(&config, &clock)?,
            playbooks,
            rules,
            zone: config.time_zone,
            agenda,
            holidays: config.calendar.holidays.clone(),
            poll: config.github.poll,
            saying: quiet.part(),
            quiet,
            outbox,
            freezes,
            agenda_changed,
            routes: config.routes.clone(),
            escalate_roles: config.hooks.as_ref().map(|hooks| hooks.escalate_roles.clone()).unwrap_or_default(),
            matters: [suspects, escalate],
            flags: flags(&config).map_err(one)?,
            switches,
        });
        let runner = Runner::new(desk.clone());
        let warden = Warden::start(&desk, &runner, changes);
        let telegram_settings = telegram_settings(&config).map_err(one)?;
        let admins = telegram_settings.as_ref().map(telegram::Admins::new).transpose();
        let admins = admins.map_err(|problem| one(format!("Telegram: {problem}")))?;
        let reception = Reception::new(desk.clone(), runner.clone(), admins);
        // Before anything new is heard: what one person says is handled in the order in which it was said.
        reception.resume().map_err(|problem| one(problem.to_string()))?;
        let (discord, telegram) =
            futures::try_join!(discord(&config, &reception, &desk), telegram(telegram_settings, &reception, &desk))
                .map_err(one)?;
        let chats = Chats { discord, telegram };
        let listener = TcpListener::bind(config.web.listen).await;
        let listener = listener.map_err(|problem| one(format!("cannot listen on {}: {problem}", config.web.listen)))?;
        let address = listener.local_addr().map_err(|problem| one(problem.to_string()))?;
        let (stop_web, stopped) = oneshot::channel();
        let intake = Intake::start(&desk, &runner, &config, [suspects_wakes, escalate_wakes]);
        let routes = routes(&config, &desk, (&runner, &warden, &intake), &chats, stopped);
        let web = tokio::spawn(async move {
            if let Err(problem) = web::serve(listener, routes).await {
                tracing::error!(%problem, "the web server ended");
            }
        });
        let delivery = tokio::spawn(delivery::deliver(desk.clone(), chats.clone(), wakes));
        tokio::spawn(forget_daily(desk.clone()));
        tokio::spawn(debts::keep(desk.clone(), desk.quiet.busy()));
        tokio::spawn(first_look::take(desk.clone(), desk.quiet.busy()));
        runner.wake_all().map_err(|problem| one(problem.to_string()))?;
        tokio::spawn(switches::keep(desk.clone(), switch_wakes, desk.quiet.busy()));
        let timekeeper = timekeeper::keep(desk.clone(), runner, agenda_wakes, desk.quiet.busy());
        let timekeeper = tokio::spawn(timekeeper);
        tracing::info!(%address, projects = desk.projects.len(), "Shipmate is up");
        Ok(Self { desk, chats, address, stop_web, web, delivery, timekeeper })
    }

    /// Where the web server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the store can no longer be trusted: then the process has to end.
    pub async fn broken(&self) -> StoreProblem {
        self.desk.store.broken().await
    }

    /// Hears nothing new, finishes what is under way, and closes the store.
    ///
    /// # Errors
    /// What the store says.
    pub async fn drain(self) -> Result<(), StoreProblem> {
        let _ = self.stop_web.send(());
        // What is due from now on is due when the bot starts again.
        self.timekeeper.abort();
        if let Some(telegram) = &self.chats.telegram {
            telegram.shutdown().await;
        }
        if let Some(discord) = &self.chats.discord {
            discord.shutdown().await;
        }
        if tokio::time::timeout(DRAIN, self.desk.quiet.settled()).await.is_err() {
            tracing::warn!(
                seconds = DRAIN.as_secs(),
                "not everything came to an end in time; the next start takes it up"
            );
        }
        self.delivery.abort();
        self.web.abort();
        self.desk.store.clone().close().await
    }
}

/// Whoever keeps the feature flags.
fn flags(config: &Config) -> Result<Option<Flags>, String> {
    let Some(wanted) = &config.flags else { return Ok(None) };
    let unleash = Unleash::new(&wanted.url, wanted.token.clone(), &wanted.project, &wanted.environment)?;
    Ok(Some(Flags::new(Provider::Unleash(unleash))))
}

/// What recurs: the dates of each project's playbook, then the schedules.
fn agenda(config: &Config, playbooks: &BTreeMap<String, Playbook>) -> Result<Vec<Entry>, String> {
    let mut agenda = vec![];
    for project in &config.projects {
        let Some(playbook) = playbooks.get(&project.playbook) else { continue };
        let zone = playbook.zone_or(config.time_zone)?;
        agenda.extend(playbook.dates.iter().filter_map(|spec| Entry::of_date(&project.name, spec, zone)));
    }
    agenda.extend(config.schedules.iter().cloned());
    Ok(agenda)
}

/// What closes by the calendar: the configuration's rules, and those of each project's playbook.
fn rules(config: &Config, playbooks: &BTreeMap<String, Playbook>) -> Result<Rules, String> {
    let mut rules = config.rules.clone();
    for project in &config.projects {
        let Some(playbook) = playbooks.get(&project.playbook) else { continue };
        let own = playbook.rules(&project.name, config.time_zone)?;
        rules.recurring.extend(own.recurring);
        rules.windows.extend(own.windows);
    }
    Ok(rules)
}

/// Lets the store forget what is too old, day by day.
async fn forget_daily(desk: Desk) {
    loop {
        let reached = desk.clock.pass(chrono::Duration::hours(6)).await;
        let _busy = desk.quiet.busy();
        drop(reached);
        if let Err(problem) = desk.store.forget(desk.clock.now()).await {
            tracing::error!(%problem, "what is too old could not be forgotten");
        }
    }
}

fn projects(
    config: &Config,
    clock: &Clock,
) -> Result<BTreeMap<String, (crate::domain::project::Project, crate::github::Repository)>, Vec<String>> {
    let credentials = match &config.github.identity {
        GitHubIdentity::Token(token) => Credentials::Token(token.clone()),
        GitHubIdentity::App { app_id, installation_id, private_key } => Credentials::App {
            app_id: *app_id,
            installation_id: *installation_id,
            private_key_pem: private_key.clone(),
        },
    };
    let url = config.github.api_url.as_deref().unwrap_or("https://api.github.com");
    let github = GitHub::connect(url, credentials, clock.clone()).map_err(|problem| vec![problem.to_string()])?;
    let mut projects = BTreeMap::new();
    for project in &config.projects {
        let repository = github.repository(&project.repository).map_err(|problem| vec![problem.to_string()])?;
        projects.insert(project.name.clone(), (project.clone(), repository));
    }
    Ok(projects)
}

async fn discord(config: &Config, reception: &Reception, desk: &Desk) -> Result<Option<discord::Link>, String> {
    let Some(wanted) = &config.discord else { return Ok(None) };
    let settings = discord::Settings {
        token: wanted.token.reveal().to_owned(),
        api_url: wanted.api_url.clone(),
        guild: wanted.guild,
    };
    let link = discord::Link::start(settings, reception.clone(), desk.people.clone(), desk.clock.clone()).await;
    Ok(Some(link.map_err(|problem| format!("Discord: {problem}"))?))
}

/// How to reach Telegram, if the configuration has it.
fn telegram_settings(config: &Config) -> Result<Option<telegram::Settings>, String> {
    let Some(wanted) = &config.telegram else { return Ok(None) };
    let url = |text: &str| url::Url::parse(text).map_err(|problem| format!("{text}: {problem}"));
    let mode = match &wanted.mode {
        TelegramMode::Polling => telegram::Mode::Polling,
        TelegramMode::Webhook { public_url, secret } => telegram::Mode::Webhook {
            public_url: url(&format!("{public_url}/hooks/telegram"))?,
            secret: secret.reveal().to_owned(),
        },
    };
    Ok(Some(telegram::Settings {
        token: wanted.token.reveal().to_owned(),
        api_url: wanted.api_url.as_deref().map(url).transpose()?,
        mode,
        zone: config.time_zone,
    }))
}

async fn telegram(
    settings: Option<telegram::Settings>,
    reception: &Reception,
    desk: &Desk,
) -> Result<Option<telegram::Telegram>, String> {
    let Some(settings) = settings else { return Ok(None) };
    let connected = telegram::connect(settings, reception.clone(), desk.people.clone(), desk.clock.clone()).await;
    Ok(Some(connected.map_err(|problem| format!("Telegram: {problem}"))?))
}

fn routes(
    config: &Config,
    desk: &Desk,
    (runner, warden, intake): (&Runner, &Warden, &Intake),
    chats: &Chats,
    stopped: oneshot::Receiver<()>,
) -> web::Web {
    let (quiet, saying) = (desk.quiet.clone(), desk.saying.clone());
    let ready_chats = chats.clone();
    let github = config.github.webhook_secret.clone().map(|secret| {
        let (desk, runner, warden, intake) = (desk.clone(), runner.clone(), warden.clone(), intake.clone());
        let hook: web::Hook = Box::new(move |headers, body| {
            let (desk, runner, warden, secret) = (desk.clone(), runner.clone(), warden.clone(), secret.clone());
            let intake = intake.clone();
            async move { web::github::take(&desk, &runner, &warden, &intake, &secret, &headers, &body).await }.boxed()
        });
        hook
    });
    let telegram = chats.telegram.clone().map(|telegram| {
        let hook: web::Hook = Box::new(move |headers, body| {
            let telegram = telegram.clone();
            async move {
                let secret = headers.get("x-telegram-bot-api-secret-token").and_then(|value| value.to_str().ok());
                telegram.take_update(secret, &body).await.map_err(|refusal| match refusal {
                    telegram::WebhookRefusal::WrongSecret => web::Refusal::Unproven,
                    telegram::WebhookRefusal::Unreadable(why) => web::Refusal::Unreadable(why),
                    telegram::WebhookRefusal::NotStored(why) => web::Refusal::NotStored(why),
                })
            }
            .boxed()
        });
        hook
    });
    let calendar = config.calendar.token.clone().map(|token| {
        let desk = desk.clone();
        let calendar: web::Calendar =
            Box::new(move |project, given| web::calendar::calendar(&desk, &token, project, given));
        calendar
    });
    web::Web {
        ready: Box::new(move || std::future::ready(readiness(&ready_chats)).boxed()),
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
        hooks: config.hooks.clone().map(|hooks| hooks::doors(intake.clone(), hooks)),
        stop: stopped.map(drop).boxed(),
    }
}

/// Whether both chats listen.
fn readiness(chats: &Chats) -> Result<(), String> {
    match chats.discord.as_ref().map(discord::Link::state) {
        Some(discord::State::Broken(why)) => return Err(format!("Discord: {why}")),
        Some(discord::State::Connecting) => return Err("Discord: still connecting".into()),
        Some(discord::State::Ready) | None => {}
    }
    match chats.telegram.as_ref().map(telegram::Telegram::state) {
        Some(telegram::State::Broken(why) | telegram::State::Waiting(why)) => Err(format!("Telegram: {why}")),
        Some(telegram::State::Connecting) => Err("Telegram: still connecting".into()),
        Some(telegram::State::Working) | None => Ok(()),
    }
}
