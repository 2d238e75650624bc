//! Several environments are production: what closes, holds and precedes it does so for each.

use sandbox::{
    bot_toml::{BotEnvironment, BotProject},
    github::Settings,
    world::WorldSettings,
};
use tempfile::TempDir;

use crate::story::Story;

/// Europe and the United States are production, one after the other; `more` stands at the end of the configuration.
async fn regions(said: &[&str], more: &str) -> (Story, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("regions.toml"), include_str!("playbooks/regions.toml")).unwrap();
    let environments = vec![
        BotEnvironment::new("staging", "staging.yml", "https://staging.example"),
        BotEnvironment::by_deployment("eu", "https://eu.example"),
        BotEnvironment::by_deployment("us", "https://us.example"),
    ];
    let project = BotProject { environments, ..BotProject::default() };
    let github = Settings { environments: vec!["eu".into(), "us".into()], ..Settings::default() };
    let settings = WorldSettings { project, github, ..WorldSettings::default() };
    let place = format!("playbooks = {:?}\n", folder.path());
    let story = Story::begin_in(settings, |text| {
        let named = said.iter().fold(text.to_owned(), |text, name| {
            let head = format!("[projects.api.environments.{name}]\n");
            text.replace(&head, &format!("{head}production = true\n"))
        });
        format!("{place}{named}{more}")
    })
    .await;
    (story, folder)
}

/// How often CD was asked to deploy to an environment.
fn asked(story: &Story, environment: &str) -> usize {
    let deployments = story.world.github().deployments();
    deployments.iter().filter(|one| one["environment"] == environment).count()
}

/// QA lets v2.2.0 go on to Europe.
async fn to_europe(story: &Story) {
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram("bob", "/approve staging").await;
    story.pass(1).await;
}

const BOTH: &[&str] = &["eu", "us"];

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_closes_each() {
    let (story, _folder) = regions(BOTH, "").await;
    story.telegram("carol", "/freeze start the database moves").await;
    to_europe(&story).await;
    assert_eq!((asked(&story, "eu"), asked(&story, "us")), (0, 0), "{}", story.told());
    story.telegram("carol", "/freeze lift").await;
    story.pass(9).await;
    assert_eq!((asked(&story, "eu"), asked(&story, "us")), (1, 0), "{}", story.told());
    story.telegram("carol", "/freeze start the database moves on").await;
    story.telegram("bob", "/approve europe").await;
    story.pass(1).await;
    assert_eq!((asked(&story, "eu"), asked(&story, "us")), (1, 0), "{}", story.told());
    story.telegram("carol", "/freeze lift").await;
    story.pass(9).await;
    assert_eq!((asked(&story, "eu"), asked(&story, "us")), (1, 1), "{}", story.told());
    story.telegram("bob", "/approve world").await;
    assert!(story.shown("#releases").contains("is live"), "{}", story.told());
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_closes_each_and_only_the_last_where_nobody_says_so() {
    // Monday 09:00 in London is no morning in Toronto.
    let window = "[[windows]]\nname = \"mornings\"\ndays = \"Mon-Fri\"\nhours = \"09:00-12:00\"\n";
    for (said, europe) in [(BOTH, 0), (&[][..], 1), (&["us"], 1)] {
        let (story, _folder) = regions(said, window).await;
        to_europe(&story).await;
        story.pass(9).await;
        assert_eq!(asked(&story, "eu"), europe, "{said:?}: {}", story.told());
        story.telegram("carol", "/freeze status").await;
        let both = if said == BOTH { 2 } else { 1 };
        let told = story.shown("Releases");
        assert_eq!(told.matches("are closed outside \u{201c}mornings\u{201d}").count(), both, "{said:?}: {told}");
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hotfix_goes_to_each_first() {
    let (story, _folder) = regions(BOTH, "").await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram("dave", "/hotfix invoices are empty").await;
    story.telegram("bob", "/approve staging version=2.2.0").await;
    story.pass(1).await;
    assert_eq!(asked(&story, "eu"), 0, "{}", story.told());
    story.push("dave-gh", "hotfix/v2.1.2", "src/invoice.txt", "full\n", "fix: full invoices").await;
    story.pass(9).await;
    // Europe has the fix, the United States have not.
    assert_eq!((asked(&story, "eu"), asked(&story, "us")), (1, 0), "{}", story.told());
    story.telegram("bob", "/why version=2.2.0").await;
    assert!(story.shown("Releases").contains("goes to production first; this release follows"), "{}", story.told());
    story.telegram("bob", "/approve europe version=2.1.2").await;
    story.pass(9).await;
    assert_eq!((asked(&story, "eu"), asked(&story, "us")), (2, 1), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_of_them_took_back_is_not_live() {
    let (story, _folder) = regions(BOTH, "").await;
    to_europe(&story).await;
    story.pass(9).await;
    story.telegram("bob", "/approve europe").await;
    story.pass(9).await;
    assert_eq!((asked(&story, "eu"), asked(&story, "us")), (1, 1), "{}", story.told());
    story.telegram_rolls_back("dave", "eu to=2.1.1 reason=\"the basket is empty\"").await;
    story.pass(9).await;
    story.telegram("bob", "/approve world").await;
    story.pass(1).await;
    let told = story.shown("#releases");
    assert!(!told.contains("is live"), "{told}");
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}
