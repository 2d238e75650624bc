//! The crash sweep: the bot is killed at every one of its changing requests, and the world ends up as if it never was.
//!
//! A tale is told once undisturbed, which gives every request that asks for a change, over GitHub, Discord and Telegram,
//! and the world as it is at every rest and at the end. Then it is told again and again, each time in a fresh world with
//! a fresh bot, until the process has been killed (SIGKILL) twice for each of these requests: once when it arrives,
//! before anything of it is applied; once when it has been applied and not yet answered. The bot is started again at
//! once, and the tale goes on to its end, where the world must be the undisturbed one.
//!
//! The bot is killed more than once in a telling, but only after the world has come to rest and is, at that place of the
//! tale, the undisturbed one. So each crash is one that the bot must get over by itself: no later start can make good
//! what an earlier one left undone. The world comes to rest whenever nobody has anything to do, and also before each
//! change that the bot asks of GitHub: such a request is held until everything else has been said and done, unless it is
//! the one that the bot is going to die of.
//!
//! The worlds lie in the folder for temporary files, and the bot flushes much: with `TMPDIR=/dev/shm` nobody waits for a
//! disk, and nothing less is shown, for a process that is killed loses nothing that it wrote. `CRASH_DETAILS` adds both
//! chats and the bot's log to what diverges.
//!
//! A new tale is a line in [`TALES`]: its name, its world, and a function that tells it by means of [`Survivor`].
//!
//! [`Survivor`]: survivor::Survivor

mod compare;
mod end;
mod moving;
mod picking;
mod places;
mod stories;
mod survivor;
mod sweep;
mod train;
mod trap;
mod ways;

use futures::FutureExt;
use sandbox::world::WorldSettings;

use sweep::{Swept, Tale, sweep};

/// Of so many points one is tried where the sweep is not a whole one; odd, so that deaths before and after a request take turns.
const SAMPLE: usize = 41;

/// Every tale that is swept: its name, its world, and how it goes.
const TALES: [Tale; 17] = [
    Tale { name: "release", world: WorldSettings::default, tell: |survivor| stories::release(survivor).boxed() },
    Tale { name: "queue", world: WorldSettings::default, tell: |survivor| stories::release_by_queue(survivor).boxed() },
    Tale {
        name: "settled",
        world: WorldSettings::default,
        tell: |survivor| stories::release_settled(survivor).boxed(),
    },
    Tale { name: "hotfix", world: WorldSettings::default, tell: |survivor| stories::hotfix(survivor).boxed() },
    Tale { name: "train", world: WorldSettings::weekly_train, tell: |survivor| train::whole_week(survivor).boxed() },
    Tale { name: "train-hotfix", world: WorldSettings::weekly_train, tell: |survivor| train::hotfix(survivor).boxed() },
    Tale { name: "module", world: WorldSettings::module, tell: |survivor| ways::module(survivor).boxed() },
    Tale {
        name: "module-hotfix",
        world: WorldSettings::module,
        tell: |survivor| ways::hotfix_by_date(survivor).boxed(),
    },
    Tale { name: "monthly", world: WorldSettings::monthly, tell: |survivor| ways::monthly(survivor).boxed() },
    Tale {
        name: "monthly-hotfix",
        world: WorldSettings::monthly,
        tell: |survivor| ways::hotfix_by_date(survivor).boxed(),
    },
    Tale { name: "git-flow", world: WorldSettings::git_flow, tell: |survivor| ways::git_flow(survivor).boxed() },
    Tale {
        name: "git-flow-hotfix",
        world: WorldSettings::git_flow,
        tell: |survivor| ways::git_flow_hotfix(survivor).boxed(),
    },
    Tale { name: "trunk", world: WorldSettings::trunk, tell: |survivor| ways::trunk(survivor).boxed() },
    Tale { name: "trunk-hotfix", world: WorldSettings::trunk, tell: |survivor| ways::trunk_hotfix(survivor).boxed() },
    Tale { name: "stories", world: WorldSettings::monthly, tell: |survivor| picking::two_stories(survivor).boxed() },
    Tale { name: "rollback", world: WorldSettings::default, tell: |survivor| places::roll_back(survivor).boxed() },
    Tale { name: "flag", world: WorldSettings::trunk, tell: |survivor| places::flag(survivor).boxed() },
];

/// `CRASH_POINT` leaves only the points that begin so: a tale, a place in it, or a single one as the sweep names it. Without
/// it, and without `CRASH_SWEEP=whole`, every [`SAMPLE`]th point is tried: a first look while one works. `CRASH_SWEEP=apart`
/// tries none: the whole sweep is a run of its own.
#[test]
fn a_crash_at_any_request_leaves_no_trace() {
    let only = std::env::var("CRASH_POINT").ok();
    let chosen = |tale: &Tale| only.as_ref().is_none_or(|only| only.split('/').next() == Some(tale.name));
    let how = std::env::var("CRASH_SWEEP").unwrap_or_default();
    if only.is_none() && how == "apart" {
        println!("crash sweep: apart, as CRASH_SWEEP says; nothing is tried here");
        return;
    }
    let whole = only.is_some() || how == "whole";
    let every = if whole { 1 } else { SAMPLE };
    let sweep = |tale: Tale| sweep(tale, only.as_deref(), every);
    let swept: Vec<Swept> = TALES.into_iter().filter(chosen).map(sweep).collect();
    let diverged: Vec<String> = swept.iter().flat_map(|swept| swept.diverged.clone()).collect();
    assert!(diverged.is_empty(), "{} diverged:\n{}", diverged.len(), diverged.join("\n"));
    let points: usize = swept.iter().map(|swept| swept.points).sum();
    println!("crash sweep: {points} crash points over {} tales, all converged", swept.len());
}
