//! Release pages that cannot be changed once they are published: a draft until the assets are there.

use crate::story::Story;

/// What the page of v2.2.0 is: whether a draft, and its assets; nothing if there is none.
fn page(story: &Story) -> Option<(bool, Vec<String>)> {
    let pages = story.world.github().release_pages();
    pages.into_iter().find(|(tag, ..)| tag == "v2.2.0").map(|(_, draft, assets)| (draft, assets))
}

/// A release is deployed to production; the page before had two assets.
async fn deployed(immutable: bool) -> Story {
    let story = Story::begin().await;
    story.world.github().make_releases_immutable(immutable);
    story.world.github().add_release_page("v2.1.1", &["api-2.1.1.tgz", "SHA256SUMS"]);
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_a_draft_until_its_assets_are_there() {
    let story = deployed(true).await;
    assert_eq!(page(&story), Some((true, vec![])));
    story.telegram("bob", "/why").await;
    let told = story.shown("Releases");
    assert!(told.contains("is a draft until SHA256SUMS, api-2.2.0.tgz is there, which v2.1.1 had"), "{told}");
    story.world.github().upload_asset("maya", "v2.2.0", "api-2.2.0.tgz").unwrap();
    story.pass(2).await;
    assert!(page(&story).unwrap().0, "one is missing");
    story.world.github().upload_asset("maya", "v2.2.0", "SHA256SUMS").unwrap();
    story.pass(2).await;
    assert_eq!(page(&story).map(|(draft, assets)| (draft, assets.len())), Some((false, 2)));
    assert!(story.world.github().upload_asset("maya", "v2.2.0", "late").is_err(), "it is sealed");
    story.pass(2).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_publish_the_draft_without_them_and_a_kill_changes_nothing() {
    let mut story = deployed(true).await;
    story.bot.killer()();
    story.start_bot().await;
    story.pass(2).await;
    assert_eq!(story.world.github().release_pages().len(), 2, "no second draft");
    story.world.github().publish_draft("alice-gh", "v2.2.0").unwrap();
    story.pass(2).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_can_be_changed_later_is_published_at_once() {
    let story = deployed(false).await;
    assert_eq!(page(&story), Some((false, vec![])));
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}
