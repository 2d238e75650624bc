//! Looking at the store and at the bot from outside, while it runs and while it does not.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_looked_at_while_the_bot_runs_and_while_it_does_not() {
    let mut story = Story::begin().await;
    story.release_whole().await;
    story.telegram("carol", "/freeze start until=\"Thu 17:00\" quarter end").await;
    for runs in [true, false] {
        let (well, said) = story.bot.run(&["store", "verify"]).await;
        assert!(well && said.starts_with("All ") && said.contains("each is what it should be"), "{said}");
        let (well, said) = story.bot.run(&["store", "stat"]).await;
        assert!(well && said.lines().count() == 20, "{said}");
        let line = |what: &str| said.lines().find(|line| line.starts_with(what)).unwrap_or_default().to_owned();
        assert!(line("history").contains(" 1 ") && line("history").ends_with('-'), "{said}");
        assert!(line("releases").contains(" 0 ") && line("facts").contains(" 0 "), "{said}");
        assert!(line("seen").ends_with("2026-04-02"), "{said}");
        assert!(said.contains("Next goes a row of seen, on 2026-04-02."), "{said}");
        let (alive, said) = story.bot.run(&["health"]).await;
        assert_eq!((alive, said.trim()), if runs { (true, "alive") } else { (false, said.trim()) });
        let (ready, said) = story.bot.run(&["health", "--ready"]).await;
        assert!(
            ready == runs && said.contains(if runs { "ready" } else { "no Shipmate answers at http://" }),
            "{said}"
        );
        if runs {
            story.bot.stop().await;
        }
    }
}

/// Senders whose secrets only the bot has in its environment.
const SENDERS: &str = r#"
[hooks]
token = { env = "HOOKS_TOKEN_OF_ALL" }
[[hooks.senders]]
name = "argo"
token = { env = "HOOKS_TOKEN_OF_ARGO" }
[[hooks.senders]]
name = "ci"
secret = { env = "HOOKS_SECRET_OF_CI" }
"#;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_from_outside_needs_none_of_the_secrets() {
    let story = Story::begin().await;
    story.bot.reconfigure(|text| format!("{text}{SENDERS}"));
    for command in [&["health"][..], &["store", "verify"], &["store", "stat"]] {
        let (well, said) = story.bot.run(command).await;
        assert!(well, "{command:?}: {said}");
    }
    story.end().await;
}
