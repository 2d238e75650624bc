//! What a person reads whose store cannot be opened: one sentence of ours, nothing of sled's.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

use super::damage::{copy_of, seasoned};

/// The least that is a configuration, for a store beside it. Nobody answers, and nobody may listen where it says, so that it
/// ends once the store is open.
const BOT_TOML: &str = r#"
[store]
path = "store"
[web]
listen = "192.0.2.1:8080"
[telegram]
token = "1:not-a-token"
api_url = "http://127.0.0.1:9"
[github]
api_url = "http://127.0.0.1:9"
token = "not-a-token"
[projects.api]
repository = "acme/api"
playbook = "quick-release"
releases = ["telegram:-100"]
[projects.api.environments.staging]
workflow = "deploy.yml"
[projects.api.environments.production]
workflow = "deploy.yml"
[[people]]
name = "Bob"
telegram = 7
roles = ["qa", "developer"]
"#;

/// What the program says of a store when it is started on it, at this level of detail.
fn said_of(store: &Path, level: &str) -> String {
    let folder = TempDir::new().unwrap();
    let place = format!("path = \"{}\"", store.display());
    fs::write(folder.path().join("bot.toml"), BOT_TOML.replace("path = \"store\"", &place)).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_shipmate"));
    program.args(["run", "--config"]).arg(folder.path().join("bot.toml")).env("SHIPMATE_LOG", level);
    let ended = program.output().unwrap();
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let said = String::from_utf8(ended.stderr).unwrap();
    said.lines().filter(|line| !line.contains("/bot.toml:")).map(|line| format!("{line}\n")).collect()
}

/// How often sled panicked on a new store that was damaged in twelve ways, each told in one sentence of ours.
fn panics_of_a_damaged_store() -> usize {
    let original = TempDir::new().unwrap();
    seasoned(original.path());
    let length = fs::metadata(original.path().join("db")).unwrap().len() as usize;
    let mut panicked = 0;
    for step in 0..12 {
        let folder = copy_of(original.path());
        let at = length * step / 12 + step % 3;
        let mut bytes = fs::read(folder.path().join("db")).unwrap();
        match step % 3 {
            0 => bytes.truncate(at),
            1 => bytes[at..(at + 64).min(length)].fill(0),
            _ => bytes[at..].fill(0xff),
        }
        fs::write(folder.path().join("db"), bytes).unwrap();
        for name in fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
            if name.file_name().unwrap().to_string_lossy().starts_with("snap.") {
                fs::remove_file(name).unwrap();
            }
        }
        for level in ["info", "warn,sled=trace"] {
            let said = said_of(folder.path(), level);
            assert!(!said.contains("panicked") && !said.contains("sled::"), "{step}: {said}");
            if said.contains("cannot listen on") {
                continue;
            }
            assert_eq!(said.lines().count(), 1, "{step}: {said}");
            assert!(said.starts_with("the store in ") && said.contains("restore it from a backup"), "{said}");
            panicked += usize::from(said.contains("sled cannot make sense of it"));
        }
    }
    panicked
}

#[test]
fn a_damaged_store_is_told_in_one_sentence_of_ours() {
    // Where sled panics depends on where its pages lie, and that on when it wrote them.
    let panicked = (0..10).map(|_| panics_of_a_damaged_store()).find(|panicked| *panicked > 0);
    println!("{panicked:?} of 24 were panics of sled's");
    assert!(panicked.is_some(), "sled panicked nowhere");
}
