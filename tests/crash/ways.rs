//! The ways through the environments as goals: module, monthly, git-flow and trunk, each with its hotfix.

use chrono::TimeDelta;
use sandbox::world::World;

use super::{
    picking::works,
    stories::{merge, on_discord},
    survivor::Survivor,
    train::{gives, says},
};

/// Two stories of a project, both passes in staging, production, and back to main.
pub(super) async fn module(tale: &mut Survivor) {
    prepare(tale, "api 26.03.01").await;
    pick(tale, "S-10001 S-10002", "10002").await;
    for story in ["S-10001", "S-10002"] {
        works(tale, story, "dev").await;
    }
    complete(tale).await;
    asked(tale, "QA sign-off").await;
    gives(tale, "bob", "qa", "Regressions", "bob approved: QA sign-off").await;
    two_passes(tale).await;
}

/// A story of the month, from the window to production and back to main.
pub(super) async fn monthly(tale: &mut Survivor) {
    tale.turn_to("2026-03-02 09:00").await;
    tale.wait_until("stories are asked for", |world| on_discord(world, "Which stories?")).await;
    pick(tale, "S-20002", "20002").await;
    for environment in ["dev", "qa"] {
        works(tale, "S-20002", environment).await;
    }
    complete(tale).await;
    two_passes(tale).await;
}

async fn two_passes(tale: &mut Survivor) {
    asked(tale, "Test in STG").await;
    gives(tale, "bob", "first-pass", "Regressions", "bob approved: test in STG").await;
    asked(tale, "Drill: 26.02.01 in STG").await;
    gives(tale, "erin", "drill", "Way back", "erin approved: drill").await;
    asked(tale, "Final certification in STG").await;
    gives(tale, "bob", "certification", "The tagged build", "bob approved: final certification").await;
    asked(tale, "Verification in PROD").await;
    gives(tale, "erin", "verify", "Main paths", "erin approved: verification in PROD").await;
    done(tale).await;
}

/// A fix of what production runs, through both passes. `module` and `monthly` do the same.
pub(super) async fn hotfix_by_date(tale: &mut Survivor) {
    hotfix(tale, "invoices are empty", None, "api 26.03.01").await;
    fix(tale, "hotfix_26.02.01-release").await;
    review(tale).await;
    asked(tale, "Test in STG").await;
    gives(tale, "bob", "first-pass", "Main paths", "bob approved: test in STG").await;
    asked(tale, "Drill: 26.02.01 in STG").await;
    gives(tale, "erin", "drill", "Way back", "erin approved: drill").await;
    asked(tale, "Final pass in STG").await;
    gives(tale, "bob", "certification", "The tagged build", "bob approved: final pass").await;
    done(tale).await;
}

/// From develop over staging to production, by canary.
pub(super) async fn git_flow(tale: &mut Survivor) {
    prepare(tale, "api v2.2.0").await;
    asked(tale, "Acceptance on staging").await;
    gives(tale, "bob", "acceptance", "Regressions", "bob approved: acceptance").await;
    merge(tale).await;
    asked_later(tale, "Verification in production").await;
    gives(tale, "erin", "verify", "Main paths", "erin approved: verification").await;
    done(tale).await;
}

/// A fix into main and develop.
pub(super) async fn git_flow_hotfix(tale: &mut Survivor) {
    hotfix(tale, "orders are lost", None, "api v2.1.2").await;
    fix(tale, "hotfix/v2.1.2").await;
    asked(tale, "Quick regression test").await;
    gives(tale, "bob", "regression", "Main paths", "bob approved: quick regression test").await;
    merge(tale).await;
    asked_later(tale, "Verification in production").await;
    gives(tale, "erin", "verify", "The fix", "erin approved: verification").await;
    done(tale).await;
}

/// One artifact from dev to production.
pub(super) async fn trunk(tale: &mut Survivor) {
    prepare(tale, "api v1.9.0").await;
    asked(tale, "Developers' word").await;
    says(tale, "dave", "dev", "dave approved: developers' word").await;
    asked(tale, "QA sign-off").await;
    gives(tale, "bob", "qa", "Regressions", "bob approved: QA sign-off").await;
    asked_later(tale, "Acceptance").await;
    says(tale, "carol", "uat", "carol approved: acceptance").await;
    asked(tale, "Verification in production").await;
    gives(tale, "erin", "verify", "Main paths", "erin approved: verification").await;
    done(tale).await;
}

/// A critical fix through every environment, and back to main.
pub(super) async fn trunk_hotfix(tale: &mut Survivor) {
    hotfix(tale, "labels are empty", Some("critical"), "api v1.8.1").await;
    fix(tale, "hotfix/v1.8.1-labels-are-empty").await;
    review(tale).await;
    tale.wait_until("it is back on main", |world| on_discord(world, "back in ")).await;
    asked(tale, "QA's quick look").await;
    gives(tale, "bob", "qa", "The fix", "bob approved: QA's quick look").await;
    asked(tale, "Acceptance").await;
    says(tale, "carol", "uat", "carol approved: acceptance").await;
    asked(tale, "Verification in production").await;
    gives(tale, "erin", "verify", "The fix", "erin approved: verification").await;
    done(tale).await;
}

async fn prepare(tale: &mut Survivor, name: &str) {
    let prepare = |world: &World| {
        world.discord().command("alice", "releases", "release prepare", &[]).unwrap();
    };
    tale.do_until(prepare, |world| on_discord(world, name)).await;
}

async fn pick(tale: &mut Survivor, stories: &str, came: &str) {
    tale.wait_until("stories are asked for", |world| on_discord(world, "Which stories?")).await;
    let add = |world: &World| {
        world.discord().command("alice", "releases", "release add", &[("stories", stories)]).unwrap();
    };
    tale.do_until(add, |world| on_discord(world, came)).await;
}

async fn complete(tale: &mut Survivor) {
    tale.wait_until("all are in", |world| on_discord(world, "your turn")).await;
    let approve = |world: &World| {
        world.discord().command("carol", "releases", "approve", &[("gate", "stories")]).unwrap();
    };
    tale.do_until(approve, |world| on_discord(world, "✓ Choice of stories")).await;
}

async fn hotfix(tale: &mut Survivor, what: &str, severity: Option<&str>, name: &str) {
    let alarm = |world: &World| {
        let severity = severity.map(|severity| ("severity", severity));
        let options: Vec<(&str, &str)> = [("description", what)].into_iter().chain(severity).collect();
        world.discord().command("alice", "releases", "hotfix", &options).unwrap();
    };
    tale.do_until(alarm, |world| on_discord(world, name)).await;
    tale.wait_until("the fix is asked for", |world| on_discord(world, "push the fix to")).await;
}

async fn fix(tale: &mut Survivor, branch: &str) {
    tale.once(async |world| {
        let message = "fix: mend what is broken";
        world.github().push_commit("dave-gh", branch, "src/mended.txt", "mended\n", message).await.unwrap();
    })
    .await;
}

async fn review(tale: &mut Survivor) {
    asked(tale, "Expedited review").await;
    says(tale, "erin", "review", "erin approved: expedited review").await;
}

async fn asked(tale: &mut Survivor, gate: &str) {
    tale.wait_until(gate, |world| on_discord(world, &format!("✋ {gate} of api"))).await;
}

/// What comes after a soak or a watch.
async fn asked_later(tale: &mut Survivor, gate: &str) {
    tale.wait_by(TimeDelta::minutes(5), gate, |world| on_discord(world, &format!("✋ {gate} of api"))).await;
}

async fn done(tale: &mut Survivor) {
    tale.wait_until("it is done", |world| on_discord(world, "It took")).await;
}
