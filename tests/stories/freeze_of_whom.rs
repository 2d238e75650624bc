//! A freeze closes the project of the place where it is said; all of them only when their names are confirmed.

use crate::story::Story;

/// Two projects: `api` is told of where releases are, `web` where incidents were.
fn two_projects(bot_toml: &str) -> String {
    let start = bot_toml.find("[projects.api]").unwrap();
    let end = bot_toml.find("[[people]]").unwrap();
    let api = &bot_toml[start..end];
    let line = |key: &str| api.lines().find(|line| line.starts_with(key)).unwrap();
    let (releases, incidents) = (line("releases = "), line("incidents = "));
    let only = |places: &str, from: &str| places.replacen(from, "", 1);
    let both = |text: &str, places: &str| {
        let to = |key: &str| format!("{key} = {places}");
        text.replace(releases, &to("releases")).replace(incidents, &to("incidents"))
    };
    let here = both(api, &only(releases, "releases = "));
    let there = both(api, &only(incidents, "incidents = ")).replace("projects.api", "projects.web");
    let there = there.replacen("playbook = ", "tag = \"web-v{version}\"\nplaybook = ", 1);
    format!("{}{here}{there}{}", &bot_toml[..start], &bot_toml[end..])
}

/// How many freezes of this scope have been announced in a place.
fn frozen(story: &Story, place: &str, scope: &str) -> usize {
    story.shown(place).lines().filter(|line| line.trim_end_matches('*').ends_with(&format!("Frozen: {scope}"))).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_is_of_the_project_of_its_place() {
    let story = Story::begin_configured(two_projects).await;
    story.telegram("carol", "/freeze start \"the audit\"").await;
    assert_eq!((frozen(&story, "Releases", "api"), frozen(&story, "Incidents", "web")), (1, 0), "{}", story.told());
    let discord = story.world.discord();
    discord.command("carol", "incidents", "freeze start", &[("reason", "the quarter ends")]).unwrap();
    story.settle().await;
    assert_eq!((frozen(&story, "#releases", "web"), frozen(&story, "#incidents", "web")), (0, 1), "{}", story.told());
    story.telegram("carol", "/freeze start web until 17:00 \"by name\"").await;
    assert_eq!(frozen(&story, "Incidents", "web"), 2, "{}", story.told());
    assert_eq!(frozen(&story, "Releases", "api"), 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_projects_are_frozen_once_they_are_named() {
    let story = Story::begin_configured(two_projects).await;
    let nothing = |story: &Story| assert_eq!(frozen(story, "Releases", "api, web"), 0, "{}", story.told());
    story.telegram("carol", "/freeze start audit project=all").await;
    nothing(&story);
    assert!(story.shown("Releases").contains("It would close api and web, not only the project of this place."));
    story.telegram("dave", "/freeze status").await;
    assert!(story.shown("Releases").contains("No freeze is active"), "{}", story.told());
    // The plan changes nothing, and needs no names.
    story.discord("carol", "freeze start", &[("reason", "audit"), ("project", "all"), ("dry-run", "true")]).await;
    assert!(story.shown("#releases").contains("A freeze would begin now"), "{}", story.told());
    story.telegram_press("carol", "Freeze all 2").await;
    for place in ["Releases", "#incidents"] {
        assert_eq!(frozen(&story, place, "api, web"), 1, "{}", story.told());
    }
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_reason_has_its_button_and_can_be_said_again() {
    let story = Story::begin_configured(two_projects).await;
    let said = "/freeze start \"the auditors want to see what they saw before, all over the house\" project=all";
    story.telegram("carol", said).await;
    assert!(story.shown("Releases").contains("[Freeze all 2]"), "{}", story.told());
    for not_all in ["api", "api,docs", "api,web,docs"] {
        story.telegram("carol", &format!("{said} confirm={not_all}")).await;
        assert_eq!(frozen(&story, "Releases", "api, web"), 0, "{not_all}: {}", story.told());
    }
    story.telegram("carol", &format!("{said} confirm=\"web, api\"")).await;
    assert_eq!(frozen(&story, "Releases", "api, web"), 1, "{}", story.told());
    assert_eq!(story.suggested("freeze start", &[("reason", "x")], ("project", "al")).await, ["all = all"]);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_knows_which_project_it_is_asked() {
    let shared = |bot_toml: &str| {
        let start = bot_toml.find("[projects.api]").unwrap();
        let end = bot_toml.find("[[people]]").unwrap();
        let second = bot_toml[start..end].replace("projects.api", "projects.web");
        let second = second.replacen("playbook = ", "tag = \"web-v{version}\"\nplaybook = ", 1);
        format!("{}{second}{}", &bot_toml[..end], &bot_toml[end..])
    };
    let story = Story::begin_configured(shared).await;
    story.telegram("carol", "/freeze start audit").await;
    assert_eq!(frozen(&story, "Releases", "api, web"), 0, "{}", story.told());
    story.telegram_press("carol", "web").await;
    assert_eq!(frozen(&story, "Releases", "web"), 1, "{}", story.told());
    story.telegram("carol", "/freeze start audit").await;
    story.telegram_press("carol", "All of them…").await;
    story.telegram_press("carol", "Freeze all 2").await;
    assert_eq!(frozen(&story, "Releases", "api, web"), 1, "{}", story.told());
    story.end().await;
}
