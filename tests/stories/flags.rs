//! Feature flags: shown, switched with a reason, told once; what goes wrong is told too.

use sandbox::{
    unleash::{self, Flag},
    wire::{Fault, Mishap, Service},
    world::WorldSettings,
};

use crate::story::Story;

async fn with_flags() -> Story {
    let flags = vec![
        Flag::new("checkout-v2", "release", "the new checkout", &["development", "production"]),
        Flag::new("search", "experiment", "", &["development"]),
    ];
    let unleash = Some(unleash::Settings { flags, ..unleash::Settings::default() });
    Story::begin_with(WorldSettings { unleash, ..WorldSettings::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_is_switched_off_and_on_again() {
    let story = with_flags().await;
    story.telegram("bob", "/flag list").await;
    story.telegram("bob", "/flag off checkout-v2 it is slow").await;
    assert_eq!(story.suggested("flag off", &[], ("name", "che")).await, ["checkout-v2 = checkout-v2"]);
    story.discord("dave", "flag off", &[("name", "checkout-v2"), ("reason", "it is slow")]).await;
    assert_eq!(story.world.unleash().unwrap().is_on("checkout-v2", "production"), Some(false));
    assert_eq!(story.world.unleash().unwrap().is_on("checkout-v2", "development"), Some(true), "only there");
    story.telegram("alice", "/flag off checkout-v2 it is slow").await;
    story.telegram("alice", "/flag on checkuot it is fast again").await;
    story.pass(90).await;
    story.telegram("alice", "/flag on checkout-v2 it is fast again").await;
    story.discord("bob", "flag list", &[]).await;
    insta::assert_snapshot!(story.in_short());
    assert_eq!(story.world.unleash().unwrap().turned().len(), 2);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_that_cannot_be_switched_is_told() {
    let story = with_flags().await;
    let trouble = |mishap| {
        let (method, path) = ("POST".into(), "/features/".into());
        story.world.wire().fail_next(Fault { service: Service::Unleash, method, path, mishap });
    };
    // It has trouble, and the answer of the second try is lost: the third finds it done.
    trouble(Mishap::Answer(503, vec![], serde_json::json!({ "message": "starting" })));
    trouble(Mishap::CutAfter);
    story.discord("dave", "flag off", &[("name", "checkout-v2"), ("reason", "it is slow")]).await;
    story.discord("alice", "flag on", &[("name", "checkout-v2"), ("reason", "no")]).await;
    story.pass(3).await;
    assert_eq!(story.world.unleash().unwrap().turned().len(), 1);
    story.world.unleash().unwrap().require_change_requests("production");
    story.telegram("alice", "/flag on search we try it").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_was_asked_for_is_done_after_a_kill() {
    let mut story = with_flags().await;
    let (method, path) = ("POST".into(), "/features/".into());
    let mishap = Mishap::Answer(503, vec![], serde_json::json!({ "message": "starting" }));
    story.world.wire().fail_next(Fault { service: Service::Unleash, method, path, mishap });
    story.discord("dave", "flag off", &[("name", "checkout-v2"), ("reason", "it is slow")]).await;
    assert_eq!(story.world.unleash().unwrap().turned(), []);
    story.bot.killer()();
    story.start_bot().await;
    assert_eq!(story.world.unleash().unwrap().is_on("checkout-v2", "production"), Some(false));
    let told = story.told();
    assert_eq!(told.matches("dave switched checkout-v2 off").count(), 2, "once in each chat: {told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_flags_the_way_out_is_told() {
    let story = Story::begin().await;
    story.telegram("alice", "/flag list").await;
    assert!(story.told().contains("can name an Unleash under"), "{}", story.told());
    story.end().await;
}
