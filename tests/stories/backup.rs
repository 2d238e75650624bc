//! Backups while the bot runs, and a restored bot beside the one that it was made from.

use std::path::PathBuf;

use chrono::TimeDelta;

use crate::story::Story;

/// The bot stops, and one with the store in another folder beside its configuration takes its place.
async fn with_store(story: &mut Story, from: &str, to: &str, more: &[&str]) {
    story.bot.stop().await;
    story.bot.reconfigure(|bot_toml| bot_toml.replace(&format!("/{from}\""), &format!("/{to}\"")));
    story.start_bot_with(more).await;
    story.pass(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_bot_is_backed_up_and_the_restored_one_is_the_writer() {
    let mut story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    let folder = story.bot.store().parent().unwrap().to_owned();
    let (file, other) = (folder.join("backup.jsonl"), folder.join("other"));
    let [file_name, other_name] = [&file, &other].map(|path| path.to_str().unwrap().to_owned());
    let (status, said) = story.bot.run(&["backup", &file_name]).await;
    assert!(status && said.contains(" rows of commit "), "{said}");
    let (status, said) = story.bot.run(&["backup", &file_name]).await;
    assert!(!status && said.contains("there is a file of that name already"), "{said}");
    let (status, said) = story.bot.run(&["restore", &file_name, "--store", &other_name]).await;
    assert!(status && said.contains("Stop whatever bot still runs with this store"), "{said}");

    // The restored one is a later life of the same store: it writes, and nobody has to say so.
    with_store(&mut story, "store", "other", &[]).await;
    assert!(!story.told().contains("nother Shipmate"), "{}", story.told());
    story.telegram_approves("bob").await;
    story.pass(2).await;
    // The one from before notices, should it still be there.
    with_store(&mut story, "other", "store", &[]).await;
    let told = story.shown("#incidents");
    assert!(told.contains("Another Shipmate writes to acme/api"), "{told}");
    let runs = story.world.github().runs().len();
    story.discord("alice", "release prepare", &[("version", "2.5.0")]).await;
    story.pass(9).await;
    assert_eq!(story.world.github().runs().len(), runs, "nothing is deployed by an earlier life");
    // Whoever wants that one to go on says so.
    with_store(&mut story, "store", "other", &[]).await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    with_store(&mut story, "other", "store", &["--take-over"]).await;
    let before = story.shown("#incidents").matches("Another Shipmate writes").count();
    with_store(&mut story, "store", "other", &[]).await;
    assert_eq!(story.shown("#incidents").matches("Another Shipmate writes").count(), before + 1);
    story.end_in_trouble().await;
}

/// The backups in a folder, oldest first.
fn backups(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_are_made_by_themselves_and_the_oldest_goes() {
    let mut story =
        Story::begin_configured(|bot_toml| format!("{bot_toml}\n[backup]\nevery = \"12h\"\nkeep = 3\n")).await;
    let folder = story.bot.store().parent().unwrap().join("backups");
    let names = || backups(&folder).iter().map(|path| path.file_name().unwrap().to_owned()).collect::<Vec<_>>();
    let first = names();
    assert_eq!(first.len(), 1, "one at the start");
    for _ in 0..5 {
        story.world.clock().advance(TimeDelta::hours(12));
        story.settle().await;
    }
    assert_eq!((names().len(), names().contains(&first[0])), (3, false), "{:?}", names());
    // What a kill left of one is not taken for one, and goes; what is not ours stays.
    let newest = names().pop().unwrap();
    story.bot.stop().await;
    std::fs::write(folder.join("shipmate-20300101T000000Z.jsonl.unfinished"), "half").unwrap();
    std::fs::write(folder.join("notes.txt"), "theirs").unwrap();
    story.start_bot().await;
    story.settle().await;
    assert_eq!(names().len(), 4, "{:?}", names());
    assert!(names().contains(&newest) && names().contains(&"notes.txt".into()), "{:?}", names());
    let restored = folder.parent().unwrap().join("other");
    let newest = folder.join(newest);
    let (status, said) =
        story.bot.run(&["restore", newest.to_str().unwrap(), "--store", restored.to_str().unwrap()]).await;
    assert!(status, "{said}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_fails_is_told_once_and_so_is_the_next_that_does_not() {
    let mut story =
        Story::begin_configured(|bot_toml| format!("{bot_toml}\n[backup]\nevery = \"12h\"\nfolder = \"taken\"\n"))
            .await;
    let folder = story.bot.store().parent().unwrap().join("taken");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "this is no folder").unwrap();
    for _ in 0..4 {
        story.world.clock().advance(TimeDelta::hours(12));
        story.settle().await;
    }
    story.bot.stop().await;
    story.start_bot().await;
    story.pass(30).await;
    let told = story.shown("#incidents");
    assert_eq!(told.matches("No backup could be made").count(), 1, "{told}");
    let ready = story.bot.ask("readyz").await;
    assert!(ready.starts_with("ready\n") && ready.contains("no backup since "), "{ready}");
    std::fs::remove_file(&folder).unwrap();
    story.pass(30).await;
    let told = story.shown("#incidents");
    assert_eq!(told.matches("Backups are made again").count(), 1, "{told}");
    assert_eq!((backups(&folder).len(), story.bot.ask("readyz").await.contains("backup")), (1, false));
    story.end().await;
}
