//! The upkeep of what the bot stands on, its store and its clock: backups while the bot runs and while it does not, asked for or by themselves.

mod ask;
mod asked;
mod away;
mod door;
mod file;
mod folder;
mod folding;
mod health;
mod jumps;
mod kept;
mod looks;

pub use asked::{back_up, compact, restore};
pub use away::watch_the_services;
pub use door::keep;
pub use folding::fold_what_is_over;
pub use health::health;
pub use jumps::watch_the_clock;
pub use kept::keep_backups;
pub use looks::{stat, verify};

use crate::{
    context::Context,
    domain::message::{
        Message,
        post::{Place, Target},
    },
    record::journal,
    store::{StoreProblem, Writing},
};

/// Tells something once wherever incidents are told.
async fn incident_post(context: &Context, key: String, message: Message) -> Result<(), StoreProblem> {
    let (teller, places): (Context, Vec<Place>) = (context.clone(), context.incident_places().into_iter().collect());
    let write = move |writing: &mut Writing| {
        journal::post_everywhere(&teller, writing, &key, &places, Target::Channel, &message)
    };
    context.write(write).await
}
