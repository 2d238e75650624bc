//! An environment goes back to an earlier version, and takes deploys again.

use sandbox::world::World;

use super::{stories::on_discord, survivor::Survivor};

/// A roll-back that somebody asks for, until production is resumed.
pub(super) async fn roll_back(tale: &mut Survivor) {
    let back = |world: &World| {
        let options = [("environment", "production"), ("to", "2.1.1"), ("reason", "checkout is slow")];
        world.discord().command("dave", "releases", "release rollback", &options).unwrap();
    };
    tale.do_until(back, |world| on_discord(world, "Roll production back?")).await;
    let yes = |world: &World| drop(world.discord().press("dave", "releases", "Roll back to v2.1.1"));
    tale.do_until(yes, |world| on_discord(world, "api production back to v2.1.1")).await;
    tale.wait_until("production has gone back", |world| on_discord(world, "· rolled back")).await;
    let resume = |world: &World| {
        let options = [("environment", "production"), ("reason", "the fix is there")];
        world.discord().command("alice", "releases", "release resume", &options).unwrap();
    };
    let resumed = |world: &World| world.discord().visible("incidents").contains("alice resumed production");
    tale.do_until(resume, resumed).await;
}

/// A feature flag is switched off.
pub(super) async fn flag(tale: &mut Survivor) {
    let off = |world: &World| {
        let options = [("name", "express-delivery"), ("reason", "parcels are late")];
        world.discord().command("dave", "releases", "flag off", &options).unwrap();
    };
    tale.do_until(off, |world| on_discord(world, "dave switched express-delivery off")).await;
}
