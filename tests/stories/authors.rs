//! Nobody approves their own work: whoever wrote what is decided on, before the snapshot too, alone or with others.

use sandbox::{github::MergeMethod, world::WorldSettings};

use crate::story::Story;

/// What is changed in a configuration.
type Alteration<'a> = &'a dyn Fn(&str) -> String;

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_with_somebody_else_does_not_approve_and_nobody_knows_whom_asks_for_a_second() {
    let story = Story::begin_in(WorldSettings::git_flow(), str::to_owned).await;
    let with = "feat: gift cards\n\nCo-authored-by: Bob <77+bob-gh@users.noreply.github.com>\n\
                Co-authored-by: Max <max@home.example>";
    story.push("lin", "develop", "src/gifts.txt", "cards\n", with).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    story.telegram("bob", "/approve acceptance").await;
    let told = story.shown("Releases");
    assert!(told.contains("Who wrote it is not known, so two people decide") && told.contains("by Max"), "{told}");
    assert!(told.contains("is not for somebody whose commit is decided on. Ask carol or grace."), "{told}");
    story.telegram_gives("carol", "acceptance").await;
    assert!(story.shown("Releases").contains("(1\u{a0}of\u{a0}2 so far)"), "{}", story.told());
    story.discord("grace", "approve", &[("gate", "acceptance")]).await;
    story.pass(4).await;
    assert!(story.told().contains("is ready: a person merges it"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_release_before_is_gone_two_people_decide() {
    let story = Story::begin_in(WorldSettings::git_flow(), str::to_owned).await;
    story.discord("alice", "release prepare", &[]).await;
    story.world.github().delete_tag("dave-gh", "v2.1.1").await.unwrap();
    story.pass(13).await;
    story.telegram_gives("carol", "acceptance").await;
    let told = story.shown("Releases");
    assert!(told.contains("Who wrote it is not known, so two people decide: all of it"), "{told}");
    assert!(told.contains("(1\u{a0}of\u{a0}2 so far)"), "{told}");
    story.discord("grace", "approve", &[("gate", "acceptance")]).await;
    story.pass(4).await;
    assert!(story.told().contains("is ready: a person merges it"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_presses_merge_is_no_author() {
    for method in [MergeMethod::Merge, MergeMethod::Squash, MergeMethod::Rebase] {
        let story = Story::begin_in(WorldSettings::git_flow(), str::to_owned).await;
        story.discord("alice", "release prepare", &[]).await;
        story.pass(13).await;
        let pull = story.opens("lin", "gift-cards", "develop").await;
        story.world.github().merge_pull_request("bob-gh", pull, method).await.unwrap();
        story.settle().await;
        story.pass(13).await;
        story.telegram_gives("bob", "acceptance").await;
        let told = story.shown("Releases");
        assert!(told.contains("✓ Acceptance on staging: bob"), "{method:?}: {told}");
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_at_which_nobody_could_decide_is_named_before_its_turn_comes() {
    let only_bob = |toml: &str| {
        let others = [("[\"product-manager\"]", "[\"sales\"]"), ("[\"product-manager\", \"devops\"]", "[\"devops\"]")];
        let toml = toml.replace("roles = [\"qa\", \"team-lead\"]", "roles = [\"team-lead\"]");
        others
            .into_iter()
            .fold(toml, |toml, (from, to)| toml.replace(&format!("roles = {from}"), &format!("roles = {to}")))
    };
    let by = |who: &str| format!("feat: gift cards\n\nCo-authored-by: {who}");
    let max = by("Max <max@home.example>");
    let bob = by("Bob <77+bob-gh@users.noreply.github.com>");
    let alter: [(Alteration<'_>, &str, &str); 2] = [
        (
            &only_bob,
            &bob,
            "acceptance on staging: bob wrote part of what is in, and nobody else decides there; give alice, carol or grace the role \
             qa or product-manager in bot.toml",
        ),
        (
            &only_bob,
            &max,
            "acceptance on staging: it takes two people, for nobody can tell who wrote all of what is in, and only bob may \
             decide there; write the addresses of the authors into bot.toml",
        ),
    ];
    for (alter, message, expected) in alter {
        let story = Story::begin_in(WorldSettings::git_flow(), alter).await;
        story.push("lin", "develop", "src/gifts.txt", "cards\n", message).await;
        story.telegram("alice", "/release prepare dry-run").await;
        story.discord("alice", "release prepare", &[]).await;
        let told = story.told();
        assert_eq!(told.matches(expected).count(), 2, "{told}");
        // When its turn has come, whoever may release is told the same.
        story.pass(13).await;
        let told = story.told();
        let asked: Vec<&str> = told.split("your turn").skip(1).collect();
        let why = expected.split_once(": ").unwrap().1;
        assert!(asked.iter().all(|asked| asked.contains(why)), "{told}");
        assert!(asked.iter().any(|asked| asked.contains("@alice")), "{told}");
        story.end().await;
    }
}
