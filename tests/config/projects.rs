//! A project: where it is told, and its playbook.

use super::{problems, small_with};

#[test]
fn a_place_needs_the_chat_it_is_in() {
    let told = problems(&small_with("telegram:-100", "discord:5"));
    let place = "bot.toml:9:13: `discord:5` cannot be reached without [discord]; ";
    assert_eq!(told, format!("{place}write that section, or leave this place out"));
    let told = problems(&small_with(r#""telegram:-100""#, r#""telegram:-100", "telegram:-100""#));
    assert_eq!(told, "bot.toml:9:30: `telegram:-100` is in this list twice; write it once");
}
