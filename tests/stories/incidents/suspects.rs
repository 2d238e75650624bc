//! What may have caused a failure: the changes of people, not what only carries them, and nothing where nothing changed.

use serde_json::json;

use super::deploy;
use crate::story::{Story, with_hooks};

fn of_commit(report: &str, commit: &str) -> String {
    report.replace("\"version\"", &format!("\"commit\":{commit:?},\"version\""))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_carried_earlier_releases_is_no_suspect() {
    let story = Story::begin_configured(with_hooks).await;
    story.release_whole().await;
    story.discord("bob", "release prepare", &[]).await;
    let head =
        |name: &str| story.world.github().branches().into_iter().find(|branch| branch.name == name).unwrap().commit;
    // Somebody deploys the line as it is: with what the release merged, and merged back.
    story.reported("/hooks/deploy", deploy("2.1.1", "succeeded", 1)).await;
    story.reported("/hooks/deploy", of_commit(&deploy("2.2.1-dev.1", "failed", 30), &head("develop"))).await;
    insta::assert_snapshot!(story.short("#incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_commit_deployed_again_is_no_difference() {
    let story = Story::begin_configured(with_hooks).await;
    let merged = json!({"object_kind": "merge_request", "project": {"path_with_namespace": "acme/api"},
        "object_attributes": {"iid": 7, "title": "feat: find by colour", "url": "https://gitlab.example/7", "action": "merge",
        "updated_at": "2026-03-02 08:10:00 UTC", "last_commit": {"author": {"name": "Dana"}}}});
    assert_eq!(story.reported("/hooks/gitlab", merged.to_string()).await.0, 200);
    // GitHub knows nothing of this commit, and what was merged meanwhile is not in it.
    let commit = "279484c09fbe69ededfced8c1bb6e6d24616b468";
    story.reported("/hooks/deploy", of_commit(&deploy("build-41", "succeeded", 1), commit)).await;
    story.reported("/hooks/deploy", of_commit(&deploy("build-42", "failed", 30), commit)).await;
    let told = story.shown("#incidents");
    assert!(told.contains("Nothing changed since build-41, the last good version there."), "{told}");
    // The same version once more.
    story.reported("/hooks/deploy", deploy("2.1.0", "succeeded", 31)).await;
    for (status, minute) in [("succeeded", 32), ("started", 40), ("failed", 41)] {
        story.reported("/hooks/deploy", deploy("2.1.1", status, minute)).await;
    }
    let told = story.shown("#incidents");
    assert!(told.contains("Nothing changed since 2.1.1, the last good version there."), "{told}");
    // What suffers where it is may suffer from what it brought.
    story.reported("/hooks/deploy", deploy("2.1.2", "succeeded", 50)).await;
    story.reported("/hooks/deploy", deploy("2.1.2", "failed", 55)).await;
    let told = story.shown("#incidents");
    assert!(!told.contains("Nothing changed since 2.1.2"), "{told}");
    story.end().await;
}
