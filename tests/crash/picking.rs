//! Stories as goals: tried and merged one by one, one left out, one taken out again after it was merged.

use sandbox::world::World;

use super::{
    stories::{on_discord, press_on_discord},
    survivor::Survivor,
};

/// Two stories that exclude each other are picked; the one that is in is taken out for the other.
pub(super) async fn two_stories(tale: &mut Survivor) {
    tale.turn_to("2026-03-02 09:00").await;
    tale.wait_until("stories are asked for", |world| on_discord(world, "Which stories?")).await;
    let pick = |world: &World| {
        world.discord().command("carol", "releases", "release add", &[("stories", "S-20001 S-20003")]).unwrap();
    };
    tale.do_until(pick, |world| on_discord(world, "20003")).await;
    works(tale, "S-20001", "dev").await;
    // Both are on their way at once: which one arrives first must not depend on a minute.
    tale.wait_until("the next can be tried", |world| is_asked(world, "S-20003", "DEV")).await;
    works(tale, "S-20001", "qa").await;
    tale.wait_until("it is in", |world| on_discord(world, "✓ in: S-20001")).await;
    works(tale, "S-20003", "dev").await;
    works(tale, "S-20003", "qa").await;
    tale.wait_until("it conflicts", |world| on_discord(world, "S-20003 is left out")).await;
    let remove = |world: &World| {
        let options = [("story", "S-20001"), ("reason", "not this month")];
        world.discord().command("carol", "releases", "release remove", &options).unwrap();
    };
    tale.do_until(remove, |world| !on_discord(world, "✓ in: S-20001")).await;
    tale.wait_until("the other is in", |world| on_discord(world, "✓ in: S-20003")).await;
    let approve = |world: &World| {
        world.discord().command("carol", "releases", "approve", &[("gate", "stories")]).unwrap();
    };
    tale.do_until(approve, |world| on_discord(world, "✓ Choice of stories")).await;
    tale.wait_until("it is tested", |world| on_discord(world, "✋ Test in STG of api")).await;
    let cancel = |world: &World| {
        world.discord().command("alice", "releases", "release cancel", &[("reason", "enough")]).unwrap();
    };
    tale.do_until(cancel, |world| on_discord(world, "alice cancelled api 26.03.01")).await;
}

pub(super) async fn works(tale: &mut Survivor, story: &str, environment: &str) {
    let environment = environment.to_uppercase();
    tale.wait_until("it can be tried", |world| is_asked(world, story, &environment)).await;
    let button = format!("{story} works");
    let press = |world: &World| press_on_discord(world, "bob", &button);
    tale.do_until(press, |world| !is_asked(world, story, &environment)).await;
}

/// Whether people are asked to try a story there, alone or among others.
fn is_asked(world: &World, story: &str, environment: &str) -> bool {
    on_discord(world, &format!("{story} is on {environment}: does it work there?"))
        || on_discord(world, &format!("**{story}** is on {environment}"))
}
