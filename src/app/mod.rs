//! The only place where the parts are connected: start, addresses, drain.

mod descriptors;
mod doors;

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use self::doors::WebDoors;

use crate::{
    chat::{
        delivery::{self, Chats},
        discord,
        inbox::Inbox,
        questions, telegram,
    },
    check::CheckedConfig,
    clock::Clock,
    config::{Config, GitHubIdentity, TelegramMode},
    context::{Context, Handles, RepositoryIds},
    domain::{
        freeze::rule::Rules,
        platform::{Contact, Platform},
        playbook::Playbook,
        time::{agenda::Entry, quiet::QuietTimes},
    },
    enforcer::Enforcer,
    engine::{backfill, backports, left, repositories, runner::Runner},
    flags::{Flags, Provider, Unleash, switcher},
    github::{Credentials, GitHub, problem::GithubProblem, writer::WriterMark},
    playbooks,
    reports::Intake,
    scheduler,
    store::{Store, StoreIdentity, StoreProblem},
    upkeep,
    work::{Failed, Hand, Health, NextTurn, Quiet, Services, Waker, Worker},
};

/// How long what is under way may take to end once the bot has been asked to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// What a start is asked to do besides.
#[derive(Debug, Clone, Copy, Default)]
pub struct Launch {
    /// Tries again what was set aside because it failed again and again.
    pub try_again: bool,
    /// Makes this bot the one that writes to its repositories, whoever was before.
    pub take_over: bool,
}

/// The running bot.
pub struct App {
    context: Context,
    chats: Chats,
    address: SocketAddr,
    stop_web: watch::Sender<bool>,
    web: JoinHandle<()>,
    delivery: JoinHandle<()>,
    timekeeper: JoinHandle<()>,
}

impl App {
    /// Starts the bot: opens the store, connects, takes up whatever was under way, as it is asked to.
    ///
    /// # Errors
    /// A sentence for each thing that keeps it from starting.
    pub async fn start(checked: CheckedConfig, launch: Launch) -> Result<Self, Vec<String>> {
        let one = |problem: String| vec![problem];
        let CheckedConfig { mut config, mut playbooks, .. } = checked;
        playbooks::with_tags(&mut playbooks, config.projects.iter_mut());
        let clock = match &config.clock {
            Some(url) => Clock::following(url).await.map_err(one)?,
            None => Clock::of_this_machine(),
        };
        let (folder, keep) = (config.store.path.clone(), config.store.keep);
        let opened = tokio::task::spawn_blocking({
            let folder = folder.clone();
            move || Store::open(&folder)
        });
        let opened = opened.await;
        let store = opened.map_err(|stopped| one(stopped.to_string()))?.map_err(|problem| one(problem.to_string()))?;
        store.note_day(clock.now()).await.map_err(|problem| one(problem.to_string()))?;
        let identity = match launch.take_over {
            true => store.live_anew(clock.now()).await,
            false => store.identity(clock.now()).await,
        };
        let identity = identity.map_err(|problem| one(problem.to_string()))?;
        let agenda = agenda(&config, &playbooks).map_err(one)?;
        let rules = rules(&config, &playbooks).map_err(one)?;
        let quiet = Quiet::default();
        let services = Services::new(clock.clone(), quiet.clone());
        // Nobody finds it at rest before everything has been taken up.
        let _starting = quiet.busy();
        let context = Context::new(Handles {
            store,
            clock: clock.clone(),
            people: Arc::new(config.people.clone()),
            here: config.here(),
            projects: projects(&config, &clock, identity)?,
            playbooks,
            rules,
            zone: config.time_zone,
            agenda,
            holidays: Arc::new(config.calendar.holidays.clone()),
            poll: config.github.poll,
            saying: quiet.part(),
            quiet,
            outbox: Waker::default(),
            freezes: Waker::default(),
            questions: Waker::default(),
            agenda_changed: Waker::default(),
            gone: Waker::default(),
            repository_ids: RepositoryIds::default(),
            health: Health::default(),
            services,
            routes: config.routes.clone(),
            escalate_roles: config.hooks.as_ref().map(|hooks| hooks.escalate_roles.clone()).unwrap_or_default(),
            matters: [Waker::default(), Waker::default()],
            flags: flags(&config).map_err(one)?,
            switches: Waker::default(),
        });
        // Before anything is read that somebody may fail over.
        context.take_up(launch.try_again).await.map_err(|problem| one(problem.to_string()))?;
        context.set_unreadable_aside().await.map_err(|problem| one(problem.to_string()))?;
        if launch.take_over {
            take_over(&context).await?;
        }
        let runner = Runner::new(context.clone());
        let enforcer = Enforcer::start(&context, &runner);
        let telegram_settings = telegram_settings(&config).map_err(one)?;
        let admins = telegram_settings.as_ref().map(telegram::Admins::new).transpose();
        let admins = admins.map_err(|problem| one(format!("Telegram: {problem}")))?;
        let inbox = Inbox::new(context.clone(), runner.clone(), admins);
        // Before anything new is heard: what one person says is handled in the order in which it was said.
        inbox.resume().map_err(|problem| one(problem.to_string()))?;
        // A token that is refused is said at once, whosever it is; what is away is tried again.
        let (discord, telegram, github) = futures::join!(
            discord(&config, &inbox, &context),
            telegram(telegram_settings, &inbox, &context),
            takes_the_token(&context),
        );
        let (discord, telegram) = match (discord, telegram, github) {
            (Ok(discord), Ok(telegram), Ok(())) => (discord, telegram),
            (discord, telegram, github) => {
                return Err([discord.err(), telegram.err(), github.err()].into_iter().flatten().collect());
            }
        };
        let chats = Chats { discord, telegram };
        let listener = TcpListener::bind(config.web.listen).await;
        let listener = listener.map_err(|problem| one(format!("cannot listen on {}: {problem}", config.web.listen)))?;
        let address = listener.local_addr().map_err(|problem| one(problem.to_string()))?;
        let intake = Intake::start(&context, &runner, &config);
        upkeep::keep(&context, &folder);
        upkeep::watch_the_clock(&context);
        upkeep::watch_the_services(&context);
        config.backup.iter().for_each(|backups| upkeep::keep_backups(&context, backups));
        let doors = WebDoors {
            connections: descriptors::connections(config.web.connections),
            config,
            context: context.clone(),
            runner: runner.clone(),
            enforcer,
            intake,
            chats: chats.clone(),
        };
        let (stop_web, web) = doors.open(listener).map_err(|problem| one(problem.to_string()))?;
        let delivery = delivery::deliver(&context, chats.clone());
        questions::keep(&context);
        let forgetful = context.clone();
        let forgetting = move || Forgetting(forgetful.clone(), keep);
        drop(context.keep("the forgetting of what is old", &Waker::default(), context.quiet.busy(), forgetting));
        upkeep::fold_what_is_over(&context);
        backports::keep(&context);
        backfill::take(&context);
        left::tell(&context).await.map_err(|problem| one(problem.to_string()))?;
        repositories::keep(&context, &runner);
        runner.wake_all().map_err(|problem| one(problem.to_string()))?;
        switcher::keep(&context);
        let timekeeper = scheduler::keep(&context, &runner);
        tracing::info!(%address, projects = context.projects.len(), "Shipmate is up");
        Ok(Self { context, chats, address, stop_web, web, delivery, timekeeper })
    }

    /// Where the web server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the store can no longer be trusted: then the process has to end.
    pub async fn broken(&self) -> StoreProblem {
        self.context.store.broken().await
    }

    /// Hears nothing new, finishes what is under way, and closes the store.
    ///
    /// # Errors
    /// What the store says.
    pub async fn drain(self) -> Result<(), StoreProblem> {
        self.stop_web.send_replace(true);
        // What is due from now on is due when the bot starts again.
        self.timekeeper.abort();
        if let Some(telegram) = &self.chats.telegram {
            telegram.shutdown().await;
        }
        if let Some(discord) = &self.chats.discord {
            discord.shutdown().await;
        }
        if tokio::time::timeout(DRAIN, self.context.quiet.settled()).await.is_err() {
            tracing::warn!(
                seconds = DRAIN.as_secs(),
                "not everything came to an end in time; the next start takes it up"
            );
        }
        self.delivery.abort();
        self.web.abort();
        self.context.store.clone().close().await
    }
}

/// Makes this bot the one that writes.
async fn take_over(context: &Context) -> Result<(), Vec<String>> {
    for (settings, repository) in context.projects.values() {
        let taken = repository.take_over().await;
        taken.map_err(|problem| vec![format!("{} cannot be taken over: {problem}", settings.repository)])?;
    }
    Ok(())
}

/// Whoever keeps the feature flags.
fn flags(config: &Config) -> Result<Option<Flags>, String> {
    let Some(wanted) = &config.flags else { return Ok(None) };
    let unleash = Unleash::new(&wanted.url, wanted.token.clone(), &wanted.project, &wanted.environment)?;
    Ok(Some(Flags::new(Provider::Unleash(unleash))))
}

/// What recurs: the dates of each project's playbook, then the schedules.
fn agenda(config: &Config, playbooks: &BTreeMap<String, Playbook>) -> Result<Vec<Entry>, String> {
    let (mut agenda, holidays) = (vec![], Arc::new(config.calendar.holidays.clone()));
    for project in &config.projects {
        let Some(playbook) = playbooks.get(&project.playbook) else { continue };
        let zone = playbook.zone_or(config.time_zone)?;
        let days_off = Some((holidays.clone(), zone));
        let quiet = QuietTimes { hours: project.quiet.clone(), days_off };
        agenda.extend(playbook.dates.iter().filter_map(|spec| {
            Some(Entry { quiet: spec.quiet(quiet.clone()), ..Entry::of_date(&project.name, spec, zone)? })
        }));
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
struct Forgetting(Context, TimeDelta);

impl Worker for Forgetting {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        let now = self.0.clock.now();
        self.0.store.forget(now, self.1).await?;
        Ok(NextTurn::At(now + TimeDelta::hours(6)))
    }
}

fn projects(
    config: &Config,
    clock: &Clock,
    identity: StoreIdentity,
) -> Result<BTreeMap<String, (crate::domain::team::project::Project, crate::github::Repository)>, Vec<String>> {
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
    github.write_as(WriterMark { store: identity.id, since: identity.since, life: identity.life });
    let mut projects = BTreeMap::new();
    for project in &config.projects {
        let repository = github.repository(&project.repository).map_err(|problem| vec![problem.to_string()])?;
        projects.insert(project.name.clone(), (project.clone(), repository));
    }
    Ok(projects)
}

async fn discord(config: &Config, inbox: &Inbox, context: &Context) -> Result<Option<discord::Link>, String> {
    let Some(wanted) = &config.discord else { return Ok(None) };
    let settings = discord::DiscordAccess {
        token: wanted.token.reveal().to_owned(),
        api_url: wanted.api_url.clone(),
        guild: wanted.guild,
    };
    let link = discord::Link::start(settings, inbox.clone(), context.people.clone(), context.clock.clone()).await;
    Ok(Some(link.map_err(|problem| format!("Discord: {problem}"))?))
}

/// Whether GitHub takes the token, as far as it says so now.
async fn takes_the_token(context: &Context) -> Result<(), String> {
    let Some((_, repository)) = context.projects.values().next() else { return Ok(()) };
    let services = context.services.clone();
    repository.service().tell_reach(move |outcome| services.note(Platform::GitHub, Contact::Speaking, outcome));
    match repository.service().answers().await {
        Err(problem @ GithubProblem::Unauthorized(_)) => Err(format!("GitHub: {problem}")),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// How to reach Telegram, if the configuration has it.
fn telegram_settings(config: &Config) -> Result<Option<telegram::TelegramAccess>, String> {
    let Some(wanted) = &config.telegram else { return Ok(None) };
    let url = |text: &str| url::Url::parse(text).map_err(|problem| format!("{text}: {problem}"));
    let mode = match &wanted.mode {
        TelegramMode::Polling => telegram::Mode::Polling,
        TelegramMode::Webhook { public_url, secret } => telegram::Mode::Webhook {
            public_url: url(&format!("{public_url}/hooks/telegram"))?,
            secret: secret.reveal().to_owned(),
        },
    };
    Ok(Some(telegram::TelegramAccess {
        token: wanted.token.reveal().to_owned(),
        api_url: wanted.api_url.as_deref().map(url).transpose()?,
        mode,
        pin: wanted.pin,
        zone: config.time_zone,
    }))
}

async fn telegram(
    settings: Option<telegram::TelegramAccess>,
    inbox: &Inbox,
    context: &Context,
) -> Result<Option<telegram::Telegram>, String> {
    let Some(settings) = settings else { return Ok(None) };
    telegram::takes_the_token(&settings).await.map_err(|problem| format!("Telegram: {problem}"))?;
    let connected = telegram::connect(settings, inbox.clone(), context.people.clone(), context.clock.clone()).await;
    Ok(Some(connected.map_err(|problem| format!("Telegram: {problem}"))?))
}
