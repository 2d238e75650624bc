//! The weekly train as goals: a week from freeze to thaw, and a hotfix.

use sandbox::world::World;

use super::{
    stories::{on_discord, press_on_discord},
    survivor::Survivor,
};

/// A train from the code freeze on Thursday to the end of the freeze on Monday.
pub(super) async fn whole_week(tale: &mut Survivor) {
    tale.turn_to("2026-03-05 15:00").await;
    tale.turn_to("2026-03-05 17:00").await;
    tale.wait_until("the train begins", |world| on_discord(world, "✋ Feature review of api")).await;
    says(tale, "carol", "features", "carol approved: feature review").await;
    tale.turn_to("2026-03-06 09:00").await;
    tale.wait_until("QA is asked", |world| on_discord(world, "✋ QA sign-off of api")).await;
    tale.turn_to("2026-03-06 12:00").await;
    gives(tale, "bob", "qa", "Regressions", "bob approved: QA sign-off").await;
    says(tale, "carol", "product", "carol approved: product manager's approval").await;
    tale.turn_to("2026-03-09 09:00").await;
    tale.turn_to("2026-03-09 09:45").await;
    tale.wait_until("review is asked for", |world| on_discord(world, "✋ Team lead's review of api")).await;
    // The checks on the pull request take three minutes.
    tale.turn_to("2026-03-09 09:50").await;
    gives(tale, "erin", "pre-flight", "Way back", "erin approved: pre-flight checks").await;
    says(tale, "alice", "review", "alice approved: team lead's review").await;
    tale.turn_to("2026-03-09 10:00").await;
    tale.wait_until("smoke tests are asked for", |world| on_discord(world, "✋ Smoke tests of api")).await;
    gives(tale, "erin", "smoke", "Main paths", "erin approved: smoke tests").await;
    gives(tale, "bob", "qa-live", "What is new", "bob approved: QA's verification").await;
    says(tale, "carol", "verify", "carol approved: product manager's verification").await;
    tale.wait_until("it is live", |world| on_discord(world, "is live")).await;
    tale.turn_to("2026-03-09 11:00").await;
    tale.wait_until("it is done", |world| on_discord(world, "It took")).await;
}

/// A hotfix on Saturday from its alarm to its last announcement; there is no train that week.
pub(super) async fn hotfix(tale: &mut Survivor) {
    let alarm = |world: &World| {
        let options = [("description", "Nobody can pay")];
        world.discord().command("alice", "releases", "hotfix", &options).unwrap();
    };
    tale.do_until(alarm, |world| on_discord(world, "api v1.3.1")).await;
    tale.wait_until("the fix is asked for", |world| on_discord(world, "push the fix to")).await;
    tale.once(async |world| {
        let (branch, message) = ("hotfix/v1.3.1", "fix(payment): let people pay");
        world.github().push_commit("dave-gh", branch, "src/pay.txt", "pay\n", message).await.unwrap();
    })
    .await;
    tale.wait_until("review is asked for", |world| on_discord(world, "✋ Expedited review of api")).await;
    says(tale, "erin", "review", "erin approved: expedited review").await;
    tale.wait_until("it can be merged", |world| on_discord(world, "✋ Merge of api")).await;
    tale.wait_until("the checks are green", |world| on_discord(world, "a person merges it")).await;
    tale.do_until(|world| press_on_discord(world, "alice", "Merge…"), |world| on_discord(world, "into prod?")).await;
    tale.do_until(
        |world| press_on_discord(world, "alice", "Merge and deploy"),
        |world| on_discord(world, "✓ Merged: "),
    )
    .await;
    tale.wait_until("it is live", |world| on_discord(world, "is live")).await;
    tale.wait_until("the back-merge", |world| on_discord(world, "back in ")).await;
    tale.wait_until("checks are asked for", |world| on_discord(world, "✋ Post-deploy checks of api")).await;
    gives(tale, "erin", "post-deploy", "The fix", "erin approved: post-deploy checks").await;
    tale.wait_until("it is done", |world| on_discord(world, "It took")).await;
}

/// Ticks everything at a gate and approves there.
pub(super) async fn gives(tale: &mut Survivor, person: &str, gate: &str, check: &str, came: &str) {
    let approve = |world: &World| {
        world.discord().command(person, "releases", "approve", &[("gate", gate)]).unwrap();
    };
    // The same was said at earlier gates.
    let said = |world: &World| world.discord().visible("releases").matches("You checked ").count();
    let before = said(&tale.world);
    tale.do_until(approve, |world| said(world) > before).await;
    assert!(on_discord(&tale.world, check), "{check} is not asked for");
    tale.do_until(|world| press_on_discord(world, person, "Yes, approve"), |world| on_discord(world, came)).await;
}

pub(super) async fn says(tale: &mut Survivor, person: &str, gate: &str, came: &str) {
    let approve = |world: &World| {
        world.discord().command(person, "releases", "approve", &[("gate", gate)]).unwrap();
    };
    tale.do_until(approve, |world| on_discord(world, came)).await;
}
