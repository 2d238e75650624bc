//! Brings a store of an older layout to the present one.

use super::{
    StoreProblem, Tree, Writing,
    format::{SCHEMA, SCHEMA_VERSION},
    history as marks, releases,
};

/// One step from a layout to the next.
type Migration = fn(&mut Writing) -> Result<(), StoreProblem>;

/// From layout 1 to 2, from 2 to 3, and so on. A store's closed entries may be many: a migration touches what is open.
const MIGRATIONS: &[Migration] = &[environments, pieces, rollouts, history];

/// Layout 2 has more trees, and more kinds of steps and facts, which a program of layout 1 would misread. What layout 1
/// holds stays as it is.
fn environments(_: &mut Writing) -> Result<(), StoreProblem> {
    Ok(())
}

/// From layout 3 on long entries lie in pieces; the whole log was written anew for that before this is called.
fn pieces(_: &mut Writing) -> Result<(), StoreProblem> {
    Ok(())
}

/// From layout 4 on a deploy is one step; what is over is read as it is.
fn rollouts(writing: &mut Writing) -> Result<(), StoreProblem> {
    releases::renew(writing)
}

/// From layout 5 on a release that is over is one row. Those that an older program left become so while the bot runs.
fn history(writing: &mut Writing) -> Result<(), StoreProblem> {
    marks::mark_open(writing)
}

/// There is one step less than there are layouts.
const _: () = assert!(MIGRATIONS.len() + 1 == SCHEMA as usize);

/// Brings a store of layout `found` to the present one, as part of the same write.
pub(super) fn migrate(found: u32, writing: &mut Writing) -> Result<(), StoreProblem> {
    for migration in MIGRATIONS.iter().skip(found.saturating_sub(1) as usize) {
        migration(writing)?;
    }
    writing.put(Tree::Meta, SCHEMA_VERSION, &SCHEMA)
}
