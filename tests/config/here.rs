//! Where the bot is at home: every place and the server that the configuration names anywhere.

use super::{SMALL, parse, problems, small_with};

#[test]
fn every_place_that_is_named_anywhere_is_home() {
    let text = small_with(
        "releases = [\"telegram:-100\"]",
        "releases = [\"telegram:-100/5\"]\nincidents = [\"discord:1\"]\nstakeholders = [\"discord:2\"]",
    );
    let more = r#"[discord]
token = "discord-secret"
guild = 9
[hooks]
token = "a-token-that-is-long"
places = ["discord:3"]
[[routes]]
to = ["discord:4", "telegram:-200"]
[[schedules]]
project = "api"
name = "triage"
cron = "30 9 * * 1-5"
says = "What is new?"
to = ["discord:5"]
"#;
    let here = parse(&format!("{text}{more}")).unwrap().here();
    assert_eq!(here.server, Some(9));
    let places: Vec<String> = here.places.iter().map(ToString::to_string).collect();
    let expected =
        ["discord:1", "discord:2", "discord:3", "discord:4", "discord:5", "telegram:-200", "telegram:-100/5"];
    assert_eq!(places, expected);
    assert_eq!(parse(SMALL).unwrap().here().server, None);
}

#[test]
fn roles_of_a_server_need_the_server() {
    let text = format!("{SMALL}[discord]\ntoken = \"discord-secret\"\n");
    let roles = "[roles.qa]\ndiscord_roles = [3000]\n";
    let told = "bot.toml:13:18: `discord_roles` count only in one server; write its id as `guild` in [discord], or \
                leave this out";
    assert_eq!(problems(&format!("{text}{roles}")), told);
    assert!(parse(&format!("{text}guild = 9\n{roles}")).is_ok());
    assert!(parse(&text).is_ok(), "without them no server is needed");
    let wrong = problems(&format!("{text}guild = \"ours\"\n{roles}"));
    assert_eq!(wrong, "bot.toml:12:9: `guild` must be an id; write its digits, such as `\"100200300\"`");
}
