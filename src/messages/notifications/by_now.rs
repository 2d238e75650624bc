//! What a post of a release says by now: the same as long as it holds, and one line once something came of it.

use chrono::{DateTime, Utc};

use super::{came_of::came_of, stopped, turn};
use crate::{
    domain::{
        message::{Action, Message},
        release::{
            Release,
            fact::Fact,
            next::Surroundings,
            plan::{Announcement, Step},
            stories::StoryFact,
        },
        team::people::People,
    },
    messages::{announce, stories},
};

/// What a post says by now.
pub struct ByNow {
    /// The message.
    pub message: Message,
    /// Whether that is its last word.
    pub over: bool,
}

/// What tells the fact of this number by now; `said` is what was said at first, perhaps `below` the card.
pub fn by_now(
    release: &Release,
    (number, said, below): (usize, &Message, bool),
    surroundings: &Surroundings,
    people: &People,
    now: DateTime<Utc>,
) -> ByNow {
    let over = !release.is_open();
    let Some(told) = release.facts.get(number) else { return ByNow { message: said.clone(), over: true } };
    if is_live(release, &told.fact) {
        let closed = release.state.finished.is_some();
        return ByNow { message: if closed { announce::live_and_closed(release, said) } else { said.clone() }, over };
    }
    if let Fact::Story { what: StoryFact::Deployed { .. }, .. } = &told.fact {
        let (message, ended) = stories::tries::by_now(release, number, said);
        return ByNow { message, over: over || ended };
    }
    if let Some(mut message) = came_of(release, number, people.zone) {
        if !below && let Some((sign, words)) = message.title.split_once(' ') {
            // Elsewhere nothing above it says which release that is.
            message.title = format!("{sign} {}: {words}", release.name());
        }
        return ByNow { message, over: true };
    }
    let anew = if let Fact::Asked { step } = &told.fact {
        turn::ask(release, *step, now, people)
    } else if let Fact::Failed { step, conflict: None, .. } = &told.fact {
        stopped::anew(release, *step, surroundings, now, people)
    } else {
        None
    };
    let message = match (anew, &told.fact) {
        (Some(message), _) => message,
        (None, Fact::Asked { .. }) => goes_on(release, said),
        (None, _) => said.clone(),
    };
    ByNow { message: message.ping(said.pings.clone()), over }
}

/// What was asked for while nobody is asked any more, and it is not done either: there is nothing to press.
fn goes_on(release: &Release, said: &Message) -> Message {
    let mut message = said.clone();
    message.buttons.iter_mut().for_each(|row| row.retain(|button| matches!(button.action, Action::Open(_))));
    message.buttons.retain(|row| !row.is_empty());
    match &release.state.merge_asked {
        Some(by) => message.text(format!("{by} asked for it: it is merged as soon as nothing is in its way.")),
        None => message,
    }
}

/// Whether something may still come of what is told: somebody is asked for something, or it goes on.
pub fn may_end(release: &Release, fact: &Fact, message: &Message) -> bool {
    // What the playbook announces stays as it was said.
    if let Fact::Done { step, .. } = fact
        && let Some(Step::Announce { what, .. }) = release.spec.plan.step(*step)
    {
        return matches!(what, Announcement::Live | Announcement::Critical);
    }
    let presses = message.buttons.iter().flatten().any(|button| matches!(button.action, Action::Say(_)));
    presses || !message.pings.is_empty() || matches!(fact, Fact::Asked { .. }) || is_live(release, fact)
}

fn is_live(release: &Release, fact: &Fact) -> bool {
    let Fact::Done { step, .. } = fact else { return false };
    matches!(release.spec.plan.step(*step), Some(Step::Announce { what: Announcement::Live, .. }))
}
