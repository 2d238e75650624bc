//! A fix into main and develop, and what develop has to do with it.

use super::begin;
use crate::story::Story;

/// What production does with an order; develop has rewritten the third line.
const ORDERS: &str =
    "read the basket\nrefuse an empty one\ncount the items\nask for the address\ntake the money\nthank\n";

/// Production loses orders; a fix changes `src/orders.txt`, which develop has changed too.
async fn fixed(strategy: &str, orders: &str) -> Story {
    let story = begin(strategy).await;
    story.telegram("dave", "/hotfix orders are lost").await;
    story.push("dave-gh", "hotfix/v2.1.2", "src/orders.txt", orders, "fix(orders): lose none").await;
    story.pass(13).await;
    story
}

/// It is tested, merged and live.
async fn live(story: &Story) {
    story.telegram_gives("bob", "regression").await;
    story.pass(1).await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_are_warned_and_both_lines_get_the_fix() {
    let story = fixed("canary", &ORDERS.replace("thank", "thank, and keep the order")).await;
    live(&story).await;
    story.pass(4).await;
    story.discord_gives("grace", "verify").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_to_develop_conflicts() {
    let story = fixed("canary", &ORDERS.replace("count the items", "count the items twice")).await;
    live(&story).await;
    story.discord_gives("grace", "verify").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_production_has_two_sides_the_fix_goes_beside_and_the_traffic_is_switched() {
    let story = fixed("blue-green", &ORDERS.replace("thank", "thank, and keep the order")).await;
    live(&story).await;
    story.pass(9).await;
    story.discord_gives("grace", "verify").await;
    story.pass(9).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
