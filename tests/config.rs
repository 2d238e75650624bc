//! The configuration: the sample loads, and what is wrong in one is told all at once, in its place, without secrets.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{collections::BTreeSet, path::Path};

use chrono::TimeDelta;
use shipmate::{
    config::{Config, GitHubIdentity, Problems, Secret, TelegramMode},
    domain::{
        agenda::Does,
        dates::Missed,
        holidays::Roll,
        people::{Account, Permission, Speaker},
        route::Kind,
    },
};

const SAMPLE: &str = include_str!("../bot.toml");

/// The least that is right: Telegram only.
const SMALL: &str = r#"
[telegram]
token = "1:telegram-secret"
[github]
token = "github-secret"
[projects.api]
repository = "acme/api"
playbook = "quick-release"
releases = ["telegram:-100"]
"#;

fn variables(name: &str) -> Option<String> {
    Some(format!("{name}-value"))
}

fn nothing_set(_: &str) -> Option<String> {
    None
}

fn parse(text: &str) -> Result<Config, Problems> {
    Config::parse(text, "bot.toml", &nothing_set)
}

fn problems(text: &str) -> String {
    parse(text).expect_err("something is wrong").to_string()
}

/// `SMALL` with one part written otherwise.
fn small_with(part: &str, other: &str) -> String {
    assert!(SMALL.contains(part), "{part}");
    SMALL.replace(part, other)
}

#[test]
fn the_sample_loads_and_yields_what_it_says() {
    let config = Config::parse(SAMPLE, "/etc/shipmate/bot.toml", &variables).unwrap();
    assert_eq!(config.warnings, []);
    assert_eq!(config.time_zone, chrono_tz::America::Toronto);
    assert_eq!(config.store.path, Path::new("/etc/shipmate/data"));
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
fn what_closes_by_the_calendar_is_checked() {
    let rules = r#"[[freezes]]
name = "weekend"
reason = "rest"
from = "0 17 * * fri"
[[freezes]]
name = "weekend"
reason = "rest"
from = "0 17 * * fry"
until = "0 9 * * mon"
projects = ["apo"]
[[freezes]]
name = "holidays"
reason = "rest"
days = ["2026-12-24..2027-01-02", "Christmas"]
hotfix_pass = false
[[windows]]
name = "hours"
days = "Mon-Thu"
hours = "9 to 5"
[[windows]]
name = "nothing"
environments = ["production"]
[projects.api.freeze]
ruleset = true
"#;
    insta::assert_snapshot!(problems(&format!("{SMALL}{rules}")));
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
                    || key.starts_with("escalate"))
                    && key.contains(" = ")
                    || key == "[clock]"
                    || key == "[hooks]"
                    || key == "[flags]"
                    || key == "[projects.api.sprint]"
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
    assert_eq!(config.calendar.holidays.0.len(), 3);
    assert_eq!(config.calendar.token, Some(Secret::new("CALENDAR_TOKEN-value")));
    let flags = config.flags.unwrap();
    assert_eq!((flags.url.as_str(), flags.token.reveal()), ("https://unleash.example.com", "UNLEASH_TOKEN-value"));
    assert_eq!((flags.project.as_str(), flags.environment.as_str()), ("default", "production"));
    let hooks = config.hooks.unwrap();
    assert_eq!((hooks.token.reveal(), hooks.secret), ("HOOKS_TOKEN-value", Some(Secret::new("HOOKS_SECRET-value"))));
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
fn holidays_come_from_the_file_and_from_calendars() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    std::fs::write(file("holidays.ics"), calendar).unwrap();
    std::fs::write(file("page.ics"), "<html>").unwrap();
    let read =
        |calendar: &str| Config::parse(&format!("{SMALL}[calendar]\n{calendar}"), &file("bot.toml"), &nothing_set);
    let config = read("files = [\"holidays.ics\"]\nholidays = [\"2026-07-01 Canada Day\"]").unwrap();
    let days: Vec<String> = config.calendar.holidays.0.iter().map(|(day, name)| format!("{day} {name}")).collect();
    assert_eq!(days, ["2026-07-01 Canada Day", "2026-12-25 Christmas"]);
    assert_eq!(config.calendar.token, None);
    let told =
        read("files = [\"page.ics\", \"none.ics\"]\nholidays = [\"Canada Day\"]\ntoken = \"short\"").unwrap_err();
    let told = told.to_string().replace(&format!("{}/", folder.path().display()), "");
    insta::assert_snapshot!(told);
}

#[test]
fn a_schedule_with_mistakes_is_told_where_and_how_to_write_it() {
    let text = format!(
        "{SMALL}[[schedules]]\nproject = \"apy\"\nname = \"Stand up\"\ncron = \"0 9 * * 1#2\"\nzone = \"Europe/Berln\"\nroll = \"next\"\n\
         missed = \"never\"\nremind = [\"soon\", \"-5m\"]\nsay = \"x\"\nto = [\"discord:1\"]\n[[schedules]]\nproject = \"api\"\nname = \"a\"\n\
         cron = \"@daily\"\nsays = \"x\"\n[[schedules]]\nproject = \"api\"\nname = \"a\"\ncron = \"@reboot\"\nsays = \"x\"\n"
    );
    insta::assert_snapshot!(problems(&text));
}

#[test]
fn a_schedule_may_not_be_called_like_a_date_of_the_playbook() {
    let text = SMALL.replace("quick-release", "weekly-train")
        + "[[schedules]]\nproject = \"api\"\nname = \"departure\"\ncron = \"@daily\"\nsays = \"x\"\nroles = [\"cook\"]\n";
    let config = parse(&text).unwrap();
    let playbooks = shipmate::playbooks::load(None).unwrap();
    assert_eq!(
        config.check_schedules(&playbooks).unwrap_err().to_string(),
        "bot.toml:12:8: `departure` is a date of the playbook `weekly-train`; give the schedule another name"
    );
    assert!(config.warnings.iter().any(|warning| warning.to_string().contains("nobody holds the role `cook`")));
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

#[test]
fn a_file_with_many_mistakes_tells_all_of_them() {
    let text = r#"time_zone = "America/Torono"
playbok = "mine"
[web]
listen = "localhost:8080"
public_url = "shipmate.example.com"
[telegram]
token = { env = "TELEGRAM_TOKEN" }
mode = "webhook"
webhook_secret = "né"
[github]
token = { file = "no-such-file" }
app_id = "twelve"
poll = "60"
[permissions]
release = ["release-manager"]
freez = ["ops"]
[roles.qa]
discord_roles = [3000]
[[people]]
name = "ann"
telegram = 7
roles = "ops"
[[people]]
name = "Ann"
telegram = 7
[[people]]
github = "@ben"
[projects.API]
repo = "acme/api"
playbook = 3
releases = ["discord:1", "telegram:-100/x"]
checks = "yes"
[projects.API.environments."q a"]
workflow = ".github/workflows/qa.yml"
[projects.web]
repository = "https://github.com/acme/web"
playbook = "quick-release"
releases = []
image = "acme/web:{tag}"
environments = { qa = "qa.yml" }
"#;
    let expected = r#"bot.toml:1:13: `America/Torono` is not a time zone; did you mean `America/Toronto`?
bot.toml:2:1: `playbok` is not known in the file; did you mean `playbooks`?
bot.toml:4:10: `localhost:8080` is not an address to listen on; write IP and port, such as `127.0.0.1:8080` or `0.0.0.0:8080`
bot.toml:5:14: `shipmate.example.com` is not a web address; write one that starts with `https://` or `http://`
bot.toml:7:9: the environment variable `TELEGRAM_TOKEN` is not set; set it before the start, or write `{ env = "NAME" }`, `{ file = "path" }` or the text itself
bot.toml:9:18: `webhook_secret` holds characters that Telegram refuses; write 1 to 256 of `A-Z`, `a-z`, `0-9`, `_` and `-`
bot.toml:10:2: `installation_id` is missing in [github]; write `installation_id = 12345678`
bot.toml:10:2: `private_key` is missing in [github]; write `private_key = { file = "app.pem" }`
bot.toml:11:9: the file `no-such-file` cannot be read (No such file or directory (os error 2)); make it readable text, or write `{ env = "NAME" }`, `{ file = "path" }` or the text itself
bot.toml:11:9: both a token and a GitHub App are given; keep either `token`, or `app_id`, `installation_id` and `private_key`
bot.toml:12:10: `app_id` must be an id; write its digits, such as `"100200300"`
bot.toml:13:8: `60` is not a duration; write a number and a unit, such as `60s`, `5m`, `8h` or `2d`
bot.toml:16:1: `freez` is not known in [permissions]; did you mean `freeze`?
bot.toml:18:18: there is no [discord] for this to come from; write that section, or leave this out
bot.toml:22:9: `roles` must be a list, not text; put it in `[` and `]`
bot.toml:24:8: the name `ann` stands in line 20 already; write one `[[people]]` for each human
bot.toml:25:12: the Telegram account 7 stands in line 21 already; write one `[[people]]` for each human
bot.toml:26:1: `name` is missing in [[people]]; write `name = "ann"`
bot.toml:27:10: `@ben` is not a GitHub login; write it without `@`, such as `octocat`
bot.toml:28:11: `API` cannot name a project; write 1 to 20 of the characters `a-z`, `0-9` and `-`
bot.toml:28:11: `repository` is missing in [projects.API]; write `repository = "acme/api"`
bot.toml:29:1: `repo` is not known in [projects.API]; did you mean `repository`?
bot.toml:30:12: `playbook` must be text, not a number; put it in quotes
bot.toml:31:13: `discord:1` cannot be reached without [discord]; write that section, or leave this place out
bot.toml:31:26: `telegram:-100/x` is not a place; write `discord:CHANNEL_ID`, `telegram:CHAT_ID` or `telegram:CHAT_ID/TOPIC_ID`
bot.toml:32:10: `checks` must be yes or no, not text; write `true` or `false`
bot.toml:33:28: `q a` cannot name an environment; write 1 to 20 letters, digits, `-` or `_`
bot.toml:34:12: `.github/workflows/qa.yml` is not a workflow file; write the name it has in `.github/workflows`, such as `deploy.yml`
bot.toml:36:14: `https://github.com/acme/web` is not a repository; write `owner/name`, such as `acme/api`
bot.toml:38:12: this project is told nowhere; write at least one place, such as `"discord:CHANNEL_ID"`
bot.toml:39:9: `acme/web:{tag}` holds a blank that nothing fills; write `{version}` where the version belongs
bot.toml:40:18: `qa` must be a table, not text; write its keys below a line `[projects.web.environments.qa]`"#;
    assert_eq!(problems(text), expected);
}

#[test]
fn what_is_not_toml_is_told_in_its_place() {
    let text = "[web]\nlisten = 127.0.0.1\n[store]\npath =\n[web]\n";
    let expected = r"bot.toml:2:15: this is not TOML: invalid float, expected nothing
bot.toml:4:7: this is not TOML: string values must be quoted, expected literal string
bot.toml:5:2: this key or section is in the file already; write it once";
    assert_eq!(problems(text), expected);
}

#[test]
fn an_empty_file_says_what_belongs_in_it() {
    let expected = r#"bot.toml:1:1: there is no chat to speak in; write [discord], [telegram] or both
bot.toml:1:1: `github` is missing in the file; write `[github]` with `token = { env = "GITHUB_TOKEN" }`
bot.toml:1:1: there is no project; write `[projects.api]` with `repository`, `playbook` and `releases`"#;
    assert_eq!(problems(""), expected);
}

#[test]
fn a_file_that_is_not_there_is_one_problem() {
    let told = Config::load(Path::new("no/such/bot.toml")).unwrap_err().to_string();
    assert!(told.starts_with("no/such/bot.toml: this file cannot be read (No such file"), "{told}");
    assert!(told.ends_with("start from a copy of the sample `bot.toml`"), "{told}");
}

#[test]
fn a_place_needs_the_chat_it_is_in() {
    let told = problems(&small_with("telegram:-100", "discord:5"));
    let place = "bot.toml:9:13: `discord:5` cannot be reached without [discord]; ";
    assert_eq!(told, format!("{place}write that section, or leave this place out"));
    let told = problems(&small_with(r#""telegram:-100""#, r#""telegram:-100", "telegram:-100""#));
    assert_eq!(told, "bot.toml:9:30: `telegram:-100` is in this list twice; write it once");
}

#[test]
fn webhook_mode_needs_an_address_and_a_secret() {
    let told = problems(&small_with("[github]", "mode = \"webhook\"\n[github]"));
    let expected = r#"bot.toml:2:2: `webhook_secret` is missing in [telegram]; write `webhook_secret = { env = "TELEGRAM_WEBHOOK_SECRET" }`
bot.toml:4:8: `mode = "webhook"` needs an address that Telegram can reach; write `public_url = "https://…"` in [web], or `mode = "polling"`"#;
    assert_eq!(told, expected);
}

#[test]
fn a_github_app_takes_the_place_of_a_token() {
    let app = "app_id = 12\ninstallation_id = \"34\"\nprivate_key = \"\"\"-----BEGIN RSA PRIVATE KEY-----\nx\"\"\"";
    let text = small_with("token = \"github-secret\"", app);
    let key = Secret::new("-----BEGIN RSA PRIVATE KEY-----\nx");
    let expected = GitHubIdentity::App { app_id: 12, installation_id: 34, private_key: key };
    assert_eq!(parse(&text).unwrap().github.identity, expected);
    let told = problems(&text.replace("-----BEGIN", "-----BEG"));
    assert!(told.starts_with("bot.toml:7:15: `private_key` is not a PEM file; "), "{told}");
    let told = problems(&small_with("token = \"github-secret\"", ""));
    assert!(told.starts_with("bot.toml:4:2: [github] does not say as whom to act; "), "{told}");
}

#[test]
fn a_secret_comes_from_where_the_file_says() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "from-a-file\n").unwrap();
    std::fs::write(folder.path().join("blank"), "\n").unwrap();
    std::fs::write(folder.path().join("bot.toml"), small_with(r#""1:telegram-secret""#, r#"{ file = "token" }"#))
        .unwrap();
    let config = Config::load(&folder.path().join("bot.toml")).unwrap();
    assert_eq!(config.telegram.unwrap().token.reveal(), "from-a-file");
    assert_eq!(config.store.path, folder.path().join("data"));

    let file_name = folder.path().join("bot.toml").display().to_string();
    let told = |source: &str, environment: &dyn Fn(&str) -> Option<String>| {
        let text = small_with(r#""1:telegram-secret""#, source);
        let told = Config::parse(&text, &file_name, environment).unwrap_err().to_string();
        told.replace(&folder.path().display().to_string(), "FOLDER")
    };
    let empty = |_: &str| Some(String::new());
    let ways = "write `{ env = \"NAME\" }`, `{ file = \"path\" }` or the text itself";
    let at = "FOLDER/bot.toml:3:9: ";
    let expected = [
        (
            told("{ env = \"TOKEN\" }", &nothing_set),
            format!("{at}the environment variable `TOKEN` is not set; set it before the start, or {ways}"),
        ),
        (told("{ env = \"TOKEN\" }", &empty), format!("{at}the secret `token` is empty; {ways}")),
        (told("{ file = \"blank\" }", &nothing_set), format!("{at}the secret `token` is empty; {ways}")),
        (told("\"\"", &nothing_set), format!("{at}the secret `token` is empty; {ways}")),
        (told("{}", &nothing_set), format!("{at}the secret `token` names no source; {ways}")),
        (
            told("{ env = \"A\", file = \"b\" }", &nothing_set),
            format!("{at}the secret `token` names two sources; keep either `env` or `file`"),
        ),
        (told("5", &nothing_set), format!("{at}`token` must be a secret, not a number; {ways}")),
        (
            told("{ file = \"gone\" }", &nothing_set),
            format!(
                "{at}the file `FOLDER/gone` cannot be read (No such file or directory (os error 2)); make it readable text, or {ways}"
            ),
        ),
    ];
    for (told, expected) in expected {
        assert_eq!(told, expected);
    }
}

#[test]
fn secrets_are_never_shown() {
    let text = small_with("1:telegram-secret", "1:very-secret").replace("github-secret", "gh-very-secret");
    let text =
        text.replace("[github]", "webhook_secret = \"hook-very-secret\"\n[github]\nwebhook_secret = \"very-secret\"");
    let config = parse(&text).unwrap();
    let shown = format!("{config:?} {config:#?}");
    assert!(shown.contains("***") && !shown.contains("very-secret"), "{shown}");
    for wrong in [
        "[telegram]\ntoken = { env = \"1:very-secret\" }",
        "[telegram]\ntoken = \"very-secret\"\nmode = \"webhook\"\nwebhook_secret = \"very-secret!\"",
        "[telegram]\ntoken = [\"very-secret\"]",
        "[telegram]\ntoken = { env = [\"very-secret\"] }",
        "[telegram]\ntokn = \"very-secret\"",
        "[telegram]\ntoken = very-secret",
        "[telegram]\ntoken = \"very-secret",
        "[github]\nprivate_key = \"very-secret\"",
        "[github]\napi_url = \"https://user:very-secret@example.com\"",
    ] {
        let problems = parse(wrong).unwrap_err();
        assert!(!format!("{problems} {problems:?}").contains("very-secret"), "{problems}");
    }
}

#[test]
fn platform_roles_count_as_ours() {
    let text = format!(
        "{SMALL}[roles.qa]\ntelegram_admins = true\n[[people]]\nname = \"Ann\"\ntelegram = 7\nroles = [\"dev\"]\n"
    );
    let people = parse(&text).unwrap().people;
    let speaker = Speaker { account: Account::Telegram(7), shown_as: "A".into(), platform_roles: vec!["admin".into()] };
    assert_eq!(people.recognise(&speaker).unwrap().roles, BTreeSet::from(["dev".to_owned(), "qa".to_owned()]));
    let told = problems(&format!("{text}[roles.ops]\ntelegram_admins = true\n"));
    assert_eq!(told, "bot.toml:17:19: `telegram:admin` counts as `qa` already; give it to one of the two roles");
}

#[test]
fn a_permission_that_nobody_can_use_is_a_warning() {
    let text = format!("{SMALL}[permissions]\nrelease = [\"captain\"]\nhotfix = []\n");
    let warnings: Vec<String> = parse(&text).unwrap().warnings.iter().map(ToString::to_string).collect();
    let expected = r#"bot.toml:10:2: no role has the permission `hotfix`, so nobody can use it; write `hotfix = ["release-manager"]`
bot.toml:10:2: no role has the permission `freeze`, so nobody can use it; write `freeze = ["release-manager"]`
bot.toml:10:2: no role has the permission `exempt`, so nobody can use it; write `exempt = ["release-manager"]`
bot.toml:10:2: no role has the permission `override`, so nobody can use it; write `override = ["release-manager"]`
bot.toml:11:12: nobody holds the role `captain`; write it in the `roles` of a person, or map it in `[roles.captain]`"#;
    assert_eq!(warnings.join("\n"), expected);
    let warnings = parse(SMALL).unwrap().warnings;
    assert!(warnings[0].to_string().starts_with("bot.toml:1:1: there is no [permissions]"), "{warnings:?}");
}

#[test]
fn an_environment_that_no_project_names_is_a_warning_in_a_route() {
    let project = SMALL.lines().find(|line| line.starts_with("[projects.")).unwrap().trim_end_matches(']');
    let route = "[[routes]]\nenvironment = [\"Production\", \"prodution\", \"moon\"]\nto = []\n";
    let text = format!("{SMALL}{project}.environments.production]\nworkflow = \"deploy.yml\"\n{route}");
    let warnings: Vec<String> = parse(&text).unwrap().warnings.iter().map(ToString::to_string).collect();
    let of_routes: Vec<&String> = warnings.iter().filter(|one| one.contains("no project has an environment")).collect();
    assert_eq!(of_routes.len(), 2, "{warnings:?}");
    assert!(of_routes[0].ends_with("no project has an environment `prodution`; did you mean `production`?"));
    assert!(of_routes[1].ends_with("no project has an environment `moon`"));
}

#[test]
fn a_playbook_must_be_one_of_those_there_are() {
    let config = parse(SMALL).unwrap();
    assert_eq!(config.check_playbooks(["quick-release", "git-flow"]), Ok(()));
    let told = |known: [&str; 2]| config.check_playbooks(known).unwrap_err().to_string();
    let at = "bot.toml:8:12: there is no playbook `quick-release`; ";
    assert_eq!(told(["quick-releases", "git-flow"]), format!("{at}did you mean `quick-releases`?"));
    assert_eq!(told(["trunk", "git-flow"]), format!("{at}write one of `trunk`, `git-flow`"));
}

#[test]
fn who_may_report_is_checked() {
    let told = problems(&format!(
        "{SMALL}[hooks]\ntoken = \"short\"\nplaces = [\"telegram:x\"]\nroutes = [\"service\", \"service=a -> apu\"]\nescalate = [\"5m\", \"soon\", \"1m\"]\nurl = \"x\"\n[[routes]]\nproject = \"apu\"\nkind = [\"alerts\", \"deploy\"]\nwhere = []\n[[routes]]\nkind = 1\nto = [\"telegram:-1\", \"discord:1\"]\n"
    ));
    insta::assert_snapshot!(told);
    let missing = problems(&format!("{SMALL}[hooks]\n"));
    assert!(missing.contains("`token` is missing in [hooks]; write `token = { env = \"HOOKS_TOKEN\" }`"), "{missing}");
    let hooks = parse(&format!("{SMALL}[hooks]\ntoken = \"0123456789abcdef\"\n")).unwrap();
    assert_eq!(hooks.hooks.unwrap().places, hooks.projects[0].incident_places(), "where incidents are told");
}

#[test]
fn who_keeps_the_flags_is_checked() {
    let wrong = format!("{SMALL}[flags]\nprovider = \"ldap\"\nurl = \"unleash\"\nenviroment = \"production\"\n");
    let problems = Config::parse(&wrong, "bot.toml", &|_| None).unwrap_err().to_string();
    insta::assert_snapshot!(problems);
}
