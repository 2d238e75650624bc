//! A project: where it is told, and its playbook.

use super::{SMALL, parse, problems, small_with};

#[test]
fn a_place_needs_the_chat_it_is_in() {
    let told = problems(&small_with("telegram:-100", "discord:5"));
    let place = "bot.toml:9:13: `discord:5` cannot be reached without [discord]; ";
    assert_eq!(told, format!("{place}write that section, or leave this place out"));
    let told = problems(&small_with(r#""telegram:-100""#, r#""telegram:-100", "telegram:-100""#));
    assert_eq!(told, "bot.toml:9:30: `telegram:-100` is in this list twice; write it once");
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
