//! A file that is wrong in many ways, that is not TOML, that is empty, or that is not there.

use std::path::Path;

use shipmate::config::Config;

use super::problems;

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
bot.toml:9:18: `webhook_secret` can be guessed, or Telegram refuses it; write 16 to 256 of `A-Z`, `a-z`, `0-9`, `_` and `-`, such as `openssl rand -hex 32` gives
bot.toml:10:2: `installation_id` is missing in [github]; write `installation_id = 12345678`
bot.toml:10:2: `private_key` is missing in [github]; write `private_key = { file = "app.pem" }`
bot.toml:11:9: the file `no-such-file` cannot be read (No such file or directory (os error 2)); make it readable text, or write `{ env = "NAME" }`, `{ file = "path" }` or the text itself
bot.toml:11:9: both a token and a GitHub App are given; keep either `token`, or `app_id`, `installation_id` and `private_key`
bot.toml:12:10: `app_id` must be an id; write its digits, such as `"100200300"`
bot.toml:13:8: `60` ends without a unit; add `s`, `m`, `h` or `d`, as in `1d12h`
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
