//! What is told when a release comes to the end of its freeze, and that was over before its time.

use crate::{
    context::Context,
    domain::{
        message::{Message, Tone},
        release::Release,
    },
    messages,
    record::freezes::tell,
    store::{StoreProblem, Writing},
};

/// Tells what comes next where a release's own freeze was over before its time: the end that would have said it is past.
///
/// # Errors
/// What the store says.
pub fn thawed(context: &Context, writing: &mut Writing, release: &Release) -> Result<(), StoreProblem> {
    let (now, all) = (context.clock.now(), writing.freezes()?);
    let mut own = all.iter().filter(|freeze| freeze.release == Some(release.spec.id));
    let Some(last) = own.next_back().filter(|last| last.is_over(now)) else { return Ok(()) };
    let message = Message::new(Tone::Plain, format!("\u{2600}\u{fe0f} The freeze of {} is over", release.name()));
    let planned = messages::announce::planned_next(message.clone(), release, &context.people);
    if planned == message { Ok(()) } else { tell(context, writing, last, "planned", &planned) }
}
