//! The program itself: what it says, as what, and how it ends; and `run` refuses what `check` refuses.

use std::process::{Command, Output};

use super::{BOT, folder, my_way, without};

fn ran(bot: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = folder(bot, &my_way());
    let mut program = Command::new(env!("CARGO_BIN_EXE_shipmate"));
    let Output { status, stdout, stderr } =
        program.args(arguments).arg("--config").arg(folder.path().join("bot.toml")).output().unwrap();
    let text = |bytes: Vec<u8>| without(folder.path(), &String::from_utf8(bytes).unwrap());
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn the_program_ends_with_what_scripts_ask_for() {
    let (code, said, _) = ran(BOT, &["check"]);
    assert!(code == Some(0) && said.contains("Not looked at, because nobody was asked"), "{said}");
    let wrong = BOT.replace("[projects.api.environments.staging]", "[projects.api.environments.stagng]");
    let (code, said, told) = ran(&wrong, &["check"]);
    assert_eq!((code, said.as_str()), (Some(1), ""));
    assert!(told.starts_with("own/my-way.toml:43:3: ") && told.contains("did you mean `stagng`?"), "{told}");
    assert_eq!(ran(BOT, &["check", "--jsn"]).0, Some(2));
}

#[test]
fn json_says_the_same_to_programs() {
    let (code, said, _) = ran(BOT, &["check", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &said["version"], &said["fine"]), (Some(0), &1.into(), &true.into()));
    let (code, said, told) = ran(&BOT.replace("\"my-way\"", "\"my-wy\""), &["check", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, told.as_str()), (Some(1), ""));
    let problem = serde_json::json!([{
        "file": "bot.toml", "line": 22, "column": 12, "sentence": "there is no playbook `my-wy`; did you mean `my-way`?"
    }]);
    assert_eq!((&said["fine"], &said["problems"]), (&false.into(), &problem));
}

#[test]
fn run_does_not_start_against_what_check_refuses() {
    let wrong = BOT.replace("[projects.api.environments.staging]", "[projects.api.environments.stagng]");
    let (checked, started) = (ran(&wrong, &["check"]), ran(&wrong, &["run"]));
    assert_eq!((started.0, started.2), (Some(1), checked.2));
}
