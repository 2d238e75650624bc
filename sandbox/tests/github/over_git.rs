//! `git clone` and `git push`, and copies of other repositories.

use std::path::Path;

use sandbox::github::{Seed, Settings};
use tokio::process::Command;

use crate::house::{House, names};

async fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_TERMINAL_PROMPT", "0");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Lin Wei").env(format!("GIT_{who}_EMAIL"), "lin@acme.test");
    }
    let output = command.args(arguments).output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

#[tokio::test]
async fn clone_commit_and_push() {
    let house = House::new().await;
    let heard = house.listen().await;
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    git(here, &["clone", "-q", "-b", "develop", &house.github.clone_url(), "work"]).await.unwrap();
    let work = here.join("work");
    assert_eq!(
        git(&work, &["log", "-1", "--format=%s%n%an%n%ct", "v2.1.1"]).await.unwrap(),
        "docs: update CHANGELOG\nMaya Okafor\n1772463600"
    );
    std::fs::write(work.join("new.txt"), "new\n").unwrap();
    git(&work, &["add", "."]).await.unwrap();
    git(&work, &["commit", "-q", "-m", "feat: new"]).await.unwrap();
    assert!(git(&work, &["push", "-q", "origin", "develop"]).await.is_err(), "anonymous people do not push");
    let token = &house.github.settings().token;
    let url = house.github.clone_url().replace("http://", &format!("http://lin:{token}@"));
    git(&work, &["push", "-q", &url, "develop", "develop:refs/heads/topic"]).await.unwrap();
    assert_eq!(house.tip("topic").await, git(&work, &["rev-parse", "HEAD"]).await.unwrap());
    house.github.settled().await;
    assert_eq!(names(&heard), ["ping -", "push refs/heads/develop", "create topic", "push refs/heads/topic"]);
    let push: serde_json::Value = serde_json::from_slice(&heard.lock().unwrap()[1].1).unwrap();
    assert_eq!(
        (push["pusher"]["name"].as_str(), push["commits"][0]["added"][0].as_str()),
        (Some("lin"), Some("new.txt"))
    );
    house.done().await;
}

#[tokio::test]
async fn two_samples_are_the_same() {
    let (one, two) = (House::new().await, House::new().await);
    assert_eq!(one.tip("develop").await, two.tip("develop").await);
    assert_eq!(one.github.world().await.unwrap(), two.github.world().await.unwrap());
}

#[tokio::test]
async fn a_copy_gets_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path();
    git(own, &["init", "-q", "-b", "trunk"]).await.unwrap();
    git(own, &["commit", "-q", "--allow-empty", "-m", "start"]).await.unwrap();
    git(own, &["tag", "v0.9.0"]).await.unwrap();
    git(own, &["tag", "v0.10.2"]).await.unwrap();
    let house = House::with(Settings { seed: Seed::CopyOf(own.to_owned()), ..Settings::default() }).await;
    let names: Vec<String> = house.github.branches().into_iter().map(|branch| branch.name).collect();
    assert_eq!(names, ["develop", "main"]);
    assert_eq!(house.github.file("develop", "version.txt").await.unwrap().as_deref(), Some("0.10.2\n"));
    assert_eq!(git(own, &["branch", "--format=%(refname:short)"]).await.unwrap(), "trunk");
    house.done().await;
}
