//! A push to the release branch that only brings production back.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_only_brings_production_back_is_not_staged_again() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_press("bob", "Approve").await;
    story.telegram_press("bob", "Not yet").await;
    story.telegram_press("bob", "All of them").await;
    story.push("lin", "main", "docs/imprint.txt", "who we are\n", "docs: say who we are").await;
    story.world.github().push_merge("lin", "release/v2.2.0", "main", &[]).await.unwrap();
    story.settle().await;
    story.pass(9).await;
    story.telegram("bob", "/why").await;
    let runs = story.world.github().runs();
    assert_eq!(runs.iter().filter(|run| run.workflow.contains("staging")).count(), 1, "staging is deployed once");
    insta::assert_snapshot!(story.short("#releases"));
    story.end().await;
}

/// How often staging was asked to deploy after this happened to the release branch, when QA had approved.
async fn staged_after(happens: impl AsyncFnOnce(&Story)) -> usize {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.push("lin", "main", "docs/imprint.txt", "who we are\n", "docs: say who we are").await;
    happens(&story).await;
    story.settle().await;
    story.pass(12).await;
    let runs = story.world.github().runs();
    let staged = runs.iter().filter(|run| run.workflow.contains("staging")).count();
    story.end().await;
    staged
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_called_a_back_merge_and_brings_more_is_staged_again() {
    let branch = "release/v2.2.0";
    let by_word = staged_after(async |story: &Story| {
        story.push("lin", branch, "src/new.txt", "new\n", "Merge branch 'main' into release/v2.2.0").await;
    });
    assert_eq!(by_word.await, 2, "a commit that only says so");
    let by_hand = staged_after(async |story: &Story| {
        story.world.github().push_merge("lin", branch, "main", &[("src/new.txt", "by hand\n")]).await.unwrap();
    });
    assert_eq!(by_hand.await, 2, "a merge with something of its own");
    let dropped = staged_after(async |story: &Story| {
        story.world.github().push_merge("lin", branch, "main", &[("docs/imprint.txt", "nobody\n")]).await.unwrap();
    });
    assert_eq!(dropped.await, 2, "a merge that lacks what production has");
    let other = staged_after(async |story: &Story| {
        story.world.github().push_merge("lin", branch, "develop", &[]).await.unwrap();
    });
    assert!(other.await <= 2, "a merge of another branch");
    let plain = staged_after(async |story: &Story| {
        story.world.github().push_merge("lin", branch, "main", &[]).await.unwrap();
    });
    assert_eq!(plain.await, 1, "a merge of production, and nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn production_with_anything_beside_it_is_staged_again() {
    let branch = "release/v2.2.0";
    let beside = staged_after(async |story: &Story| {
        // Both come with one push: production, and a fix on top of it.
        story
            .bot_misses(async |github| {
                github.push_merge("lin", branch, "main", &[]).await.unwrap();
                let fix = github.push_commit("lin", branch, "src/fix.txt", "mended\n", "fix: mend it").await;
                fix.unwrap();
            })
            .await;
    });
    assert_eq!(beside.await, 2, "a fix on top of it");
    let undone = staged_after(async |story: &Story| {
        story
            .bot_misses(async |github| {
                let merge = github.push_merge("lin", branch, "main", &[]).await.unwrap();
                github.revert("lin", branch, &merge).await.unwrap();
            })
            .await;
    });
    assert_eq!(undone.await, 2, "what was brought and taken back");
    let two = staged_after(async |story: &Story| {
        story
            .bot_misses(async |github| {
                github.push_commit("lin", "develop", "src/next.txt", "next\n", "feat: the next one").await.unwrap();
                github.push_merge("lin", branch, "main", &[]).await.unwrap();
                github.push_merge("lin", branch, "develop", &[]).await.unwrap();
            })
            .await;
    });
    assert_eq!(two.await, 2, "a merge of another branch behind it");
}
