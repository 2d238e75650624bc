//! What the playbooks whose versions are dates tell alike: production is fixed between two releases.

use crate::story::Story;

/// A fix from the tag that runs in production, through both passes; a developer pushes it as one file.
pub(super) async fn production_is_fixed(story: &Story, path: &str, content: &str) {
    story.telegram("dave", "/hotfix invoices are empty").await;
    story.push("dave-gh", "hotfix_26.02.01-release", path, content, "fix(invoice): fill it").await;
    story.pass(1).await;
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story.pass(9).await;
    story.telegram_gives("bob", "first-pass").await;
    story.pass(9).await;
    story.discord_gives("grace", "drill").await;
    story.pass(9).await;
    story.telegram_gives("bob", "certification").await;
    story.pass(13).await;
}

/// Such a fix ships under this version while another release is open.
pub(super) async fn is_fixed_as(story: &Story, version: &str) {
    story.telegram("dave", "/hotfix invoices are empty").await;
    story.push("dave-gh", "hotfix_26.02.01-release", "src/total.txt", "sum\n", "fix(invoice): fill it").await;
    story.pass(1).await;
    story.discord("erin", "approve", &[("gate", "review"), ("version", version)]).await;
    story.pass(9).await;
    for (who, gate, minutes) in [("bob", "first-pass", 9), ("grace", "drill", 9), ("bob", "certification", 13)] {
        story.telegram_gives(who, &format!("gate={gate} version={version}")).await;
        story.pass(minutes).await;
    }
}
