//! What can be done next: about the releases of a project that are open, or where none is.

use commands::Invocation;

use super::about;
use crate::domain::{
    message::{Button, Line, Look, Message, Tone},
    release::Release,
};

/// How many releases have a button of their own.
const OPENED: usize = 4;

/// Open releases, oldest first, each with the first line of its card and who does what. The first one's is the title.
pub fn open(project: &str, releases: &[(&Release, Message)]) -> Message {
    let mut cards = releases.iter();
    let Some((first, card)) = cards.next() else { return none(project, false) };
    let asks = |card: &Message| card.body.first().cloned();
    let mut message = Message::new(card.tone, &card.title);
    message.body.extend(asks(card));
    for (_, card) in cards {
        message = message.text(Line::default().bold(&card.title));
        message.body.extend(asks(card));
    }
    let open = |release: &Release| {
        Button::say(format!("Open {}", release.spec.tag), Look::Primary, &about(release, "release status"))
    };
    let opens = releases.iter().take(OPENED).filter_map(|(release, _)| open(release));
    let more = (releases.len() == 1).then(|| Button::say("More\u{2026}", Look::Plain, &about(first, "release more")));
    message.row(opens.collect()).row(runs_where(project).into_iter().chain(more.flatten()).collect())
}

/// Nothing is open. Whoever may prepare is shown what that would be, before it begins.
pub fn none(project: &str, may_prepare: bool) -> Message {
    let of = |label: &str, look, path: &str| Button::say_of(label, look, &Invocation::new(path), project);
    let plan = Invocation::new("release prepare").with("dry-run", "yes");
    let prepare = Button::say_of("Prepare\u{2026}", Look::Primary, &plan, project).filter(|_| may_prepare);
    let reads = [
        of("What would be in", Look::Plain, "release next"),
        runs_where(project),
        of("Freezes", Look::Plain, "freeze status"),
    ];
    Message::new(Tone::Plain, format!("What next for {project}?"))
        .text("No release is open.")
        .row(prepare.into_iter().chain(reads.into_iter().flatten()).collect())
}

fn runs_where(project: &str) -> Option<Button> {
    Button::say_of("What runs where", Look::Plain, &Invocation::new("deploys"), project)
}
