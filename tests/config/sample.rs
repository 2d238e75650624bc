//! The sample: it loads, every key that it leaves out may be written, and what is left out has the stated value.

use std::path::Path;

use chrono::TimeDelta;
use shipmate::{
    config::{Config, GitHubIdentity, Secret, TelegramMode},
    domain::{
        message::route::Kind,
        team::people::Permission,
        time::{agenda::Does, dates::Missed, holidays::Roll},
    },
};

use super::{SMALL, parse};

const SAMPLE: &str = include_str!("../../bot.toml");

fn variables(name: &str) -> Option<String> {
    Some(format!("{name}-value"))
}

#[test]
fn the_sample_loads_and_yields_what_it_says() {
    let config = Config::parse(SAMPLE, "/etc/shipmate/bot.toml", &variables).unwrap();
    assert_eq!(config.warnings, []);
    assert_eq!(config.time_zone, chrono_tz::America::Toronto);
    assert_eq!(config.store.path, Path::new("/etc/shipmate/data"));
    assert_eq!(config.store.keep, chrono::TimeDelta::days(365));
    let backup = config.backup.as_ref().unwrap();
    assert_eq!((backup.every, backup.keep), (chrono::TimeDelta::days(1), 7));
    assert_eq!(backup.folder, Path::new("/etc/shipmate/backups"));
    assert_eq!(config.playbooks, None, "a copy of the sample must not name a folder that is not there");
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.web.public_url.as_deref(), Some("https://shipmate.example.com"));
    assert_eq!(config.clock, None);
    let discord = config.discord.unwrap();
    assert_eq!((discord.token.reveal(), discord.guild), ("DISCORD_TOKEN-value", Some(300_000_000_000_000_001)));
    let telegram = config.telegram.unwrap();
    assert_eq!((telegram.token.reveal(), telegram.mode), ("TELEGRAM_TOKEN-value", TelegramMode::Polling));
    assert_eq!(config.github.identity, GitHubIdentity::Token(Secret::new("GITHUB_TOKEN-value")));
    assert_eq!(config.github.poll, TimeDelta::seconds(60));
    assert!(config.people.permissions[&Permission::Hotfix].contains("on-call"));
    let names: Vec<&str> = config.people.people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Ann", "Ben", "Cleo"]);
    let project = &config.projects[0];
    assert_eq!((project.name.as_str(), project.repository.as_str(), project.checks), ("api", "acme/api", true));
    let places: Vec<String> = project.releases.iter().map(ToString::to_string).collect();
    assert_eq!(places, ["discord:300000000000000031", "telegram:-1001000000001/5"]);
    assert_eq!(config.people.people[0].time_zone, Some(chrono_tz::Europe::Berlin));
    let victoria = "2026-05-18".parse().unwrap();
    assert_eq!(config.calendar.holidays.name_of(victoria), Some("Victoria Day"));
    assert_eq!(config.hooks, None, "nobody may report until there is a token");
    let schedule = &config.schedules[0];
    assert_eq!((schedule.key().as_str(), schedule.schedule.text()), ("api/triage", "30 9 * * 1-5"));
    assert_eq!((schedule.roll, schedule.missed), (Roll::NextWorkingDay, Missed::Skip));
    assert!(matches!(&schedule.does, Does::Says { to, .. } if to.is_empty()));
    let environments: Vec<(&str, &str)> = project
        .environments
        .iter()
        .map(|(name, environment)| (name.as_str(), environment.workflow.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(environments, [("production", "deploy-production.yml"), ("staging", "deploy-staging.yml")]);
    let (weekend, window) = (&config.rules.recurring[0], &config.rules.windows[0]);
    assert_eq!((weekend.name.as_str(), weekend.like.owner.as_str()), ("weekend", "the release managers"));
    assert!(weekend.like.hotfixes_pass && weekend.like.branches == ["main"]);
    assert!(window.name == "deploy hours" && window.concerns("api", "production", true));
}

#[test]
fn every_key_that_the_sample_leaves_out_may_be_written() {
    let written: Vec<String> = SAMPLE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(key)
                if (key.starts_with(['a', 'w', 'f'])
                    || key.starts_with("to =")
                    || key.contains("CALENDAR")
                    || key.contains("HOOKS_")
                    || key.contains("UNLEASH_")
                    || key.contains("unleash")
                    || key == "project = \"default\""
                    || key == "environment = \"production\""
                    || key.starts_with("places")
                    || key.starts_with("routes")
                    || key.starts_with("escalate")
                    || key == "name = \"argo\""
                    || ["kinds = ", "projects = ", "environments = "].iter().any(|start| key.starts_with(start)))
                    && key.contains(" = ")
                    || key == "[clock]"
                    || key == "[hooks]"
                    || key == "[[hooks.senders]]"
                    || key == "[flags]"
                    || key == "[projects.api.sprint]"
                    || key == "[projects.api.tickets]"
                    || key.starts_with("pattern = ")
                    || key == "[projects.api.freeze]"
                    || key.starts_with("number = ") =>
            {
                key.to_owned()
            }
            Some(_) | None => line.replace("mode = \"polling\"", "mode = \"webhook\""),
        })
        .filter(|line| !line.starts_with("app_id"))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let calendar =
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261225\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    std::fs::write(folder.path().join("holidays.ics"), calendar).unwrap();
    let file = folder.path().join("bot.toml").display().to_string();
    let config = Config::parse(&written.join("\n"), &file, &variables).unwrap();
    assert_eq!(config.calendar.holidays.off.len(), 3);
    assert_eq!(config.calendar.token, Some(Secret::new("CALENDAR_TOKEN-value")));
    let flags = config.flags.unwrap();
    assert_eq!((flags.url.as_str(), flags.token.reveal()), ("https://unleash.example.com", "UNLEASH_TOKEN-value"));
    assert_eq!((flags.project.as_str(), flags.environment.as_str()), ("default", "production"));
    let hooks = config.hooks.unwrap();
    let [own, argo] = hooks.senders.as_slice() else { panic!("{hooks:?}") };
    assert_eq!((own.tokens[0].reveal(), own.secrets[0].reveal()), ("HOOKS_TOKEN-value", "HOOKS_SECRET-value"));
    assert!(own.is_unbounded() && own.name.is_none());
    assert_eq!((argo.name.as_deref(), argo.tokens.len(), argo.secrets.len()), (Some("argo"), 2, 2));
    assert_eq!(
        (&argo.kinds, &argo.projects, &argo.environments),
        (&vec!["argocd".to_owned()], &vec!["api".to_owned()], &vec!["production".to_owned()])
    );
    assert_eq!((hooks.places[0].to_string().as_str(), hooks.places.len()), ("discord:300000000000000035", 1));
    assert_eq!((hooks.routes[0].label.as_str(), hooks.routes[0].value.as_str()), ("service", "checkout"));
    assert_eq!((hooks.routes[0].project.as_str(), hooks.routes[1].label.as_str()), ("api", "gitlab"));
    assert_eq!(hooks.escalate, [5, 15, 60].map(TimeDelta::minutes));
    assert_eq!(hooks.escalate_roles, ["on-call", "release-lead"]);
    let route = &config.routes[0];
    assert_eq!((route.projects.len(), route.severities.len(), route.kinds.as_slice()), (1, 2, &[Kind::Alert][..]));
    assert!(route.go_on && route.to.len() == 2);
    assert!(matches!(&config.schedules[0].does, Does::Says { to, .. } if to.len() == 1));
    assert_eq!(config.clock.as_deref(), Some("http://127.0.0.1:4000/clock"));
    let telegram = config.telegram.unwrap();
    let secret = Secret::new("TELEGRAM_WEBHOOK_SECRET-value");
    assert_eq!(telegram.mode, TelegramMode::Webhook { public_url: "https://shipmate.example.com".into(), secret });
    assert_eq!(telegram.api_url.as_deref(), Some("http://127.0.0.1:4000/telegram"));
    assert_eq!(config.discord.unwrap().api_url.as_deref(), Some("http://127.0.0.1:4000/discord"));
    assert_eq!(config.github.api_url.as_deref(), Some("https://github.example.com/api/v3"));
}

#[test]
fn what_is_left_out_has_the_stated_value() {
    let config = parse(SMALL).unwrap();
    assert_eq!(config.time_zone, chrono_tz::UTC);
    assert_eq!(config.store.path, Path::new("data"));
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:8080");
    assert_eq!((config.web.public_url, config.playbooks, config.discord), (None, None, None));
    assert_eq!(config.github.poll, TimeDelta::minutes(1));
    assert!(config.projects[0].checks && config.projects[0].incident_places() == config.projects[0].releases);
}
