//! What is told of reviews on GitHub that decide at a gate, or do not.

use super::{either, wait};
use crate::domain::{
    message::{Line, Message, Tone, line},
    release::{
        Release,
        counted::{CountedReview, NotCounted, NotTheirs, ReviewTakenBack},
        gate::Gate,
        plan::PullRequestName,
    },
    team::people::People,
};

/// `By a review on GitHub.`, which leads there.
pub fn by_review(review: &CountedReview) -> Line {
    line().plain("By ").link("a review on GitHub", review.url.as_str()).plain(".")
}

/// A decision was taken back, by whoever took it or on GitHub.
pub fn withdrawn(title: &str, by: &str, review: Option<&ReviewTakenBack>) -> Message {
    let Some(ReviewTakenBack { url, dismissed }) = review else {
        return Message::new(Tone::Plain, format!("{by} took the decision back: {title}"));
    };
    let title = match dismissed {
        true => format!("{by}'s review was dismissed: {title}"),
        false => format!("{by} asks for changes now: {title}"),
    };
    let review = line().link("The review on GitHub", url.as_str());
    Message::new(Tone::Plain, title).text(review.plain(" approves nothing any more."))
}

/// A review that approves is no yes at a gate, and what would make it one.
pub fn passed_over(
    release: &Release,
    gate: &str,
    login: &str,
    url: &str,
    why: &NotCounted,
    people: &People,
) -> Message {
    let who = people.name_of_login(login);
    let Some((_, gate)) = release.spec.plan.gate(gate) else {
        return Message::new(Tone::Plain, format!("{who} approved on GitHub, at a gate that is not there"));
    };
    let review = line().link("The review", url);
    let (text, pings) = match why {
        NotCounted::Unlinked => {
            let words =
                review.plain(" does not count: nobody in bot.toml has ").code(login).plain(" as ").code("github");
            let ask = may_decide(release, gate, people);
            (words.plain(format!(". Add it there and restart me, or ask {ask}.")), vec![])
        }
        NotCounted::NotTheirs(why) => {
            let why = not_theirs(release, gate, *why, &format!("{who} does"));
            let ask = may_decide(release, gate, people);
            (review.plain(format!(" does not count: {why}. Ask {ask}.")), vec![])
        }
        NotCounted::Early => {
            let words = review.plain(format!(" was given before {} was asked for, and does not count", gate.title));
            (anew(words), vec![who.clone()])
        }
        NotCounted::Elsewhere(other) => {
            let other = release.spec.plan.gate(other).map_or(other, |(_, other)| &other.title);
            let words =
                review.plain(format!(" was the yes to {other}, and counts once. For {} it does not", gate.title));
            (anew(words), vec![who.clone()])
        }
        NotCounted::Unticked => {
            let state = release.state.gates.get(&gate.name).cloned().unwrap_or_default();
            let open: Vec<&str> = gate.unticked(&state).iter().map(|check| check.name.as_str()).collect();
            let words = format!(" counts as soon as everything is ticked. Still open: {}.", open.join(", "));
            (review.plain(words).plain(" Tick what you have checked on the card."), vec![who.clone()])
        }
    };
    Message::new(Tone::Asking, format!("{who} approved on GitHub: {}", gate.title)).text(text).ping(pings)
}

/// What whoever has looked at it by now can do.
fn anew(words: Line) -> Line {
    words.plain(". Approve again, or say ").code("/approve").plain(".")
}

/// What those who are asked to decide can do on GitHub instead, if anything.
pub fn instead(release: &Release, gate: &Gate) -> Option<Line> {
    let (number, url) = release.state.pull_requests.get(&PullRequestName::Release).filter(|_| gate.github_review)?;
    let words = line().plain("An approving review of ").link(format!("#{number}"), url.as_str());
    Some(words.plain(" on GitHub counts, too."))
}

/// Why somebody may not decide at a gate, as a sentence without its end; `they` is such as `you do`.
pub fn not_theirs(release: &Release, gate: &Gate, why: NotTheirs, they: &str) -> String {
    match why {
        NotTheirs::Role => format!("{} needs the role {}, which {they} not hold", gate.title, either(&gate.roles)),
        NotTheirs::Requester => format!("{} is not for the person who asked for the release", gate.title),
        NotTheirs::Author => format!("{} is not for somebody whose commit is decided on", gate.title),
        NotTheirs::OwnFix => own_fix(release, gate),
    }
}

/// Why the requester of a hotfix does not approve it.
fn own_fix(release: &Release, gate: &Gate) -> String {
    let title = &gate.title;
    match release.authorship(gate).map(|authors| authors.unknown.join(", ")).filter(|unknown| !unknown.is_empty()) {
        Some(unknown) => format!(
            "{title} is not for the person who asked for the hotfix as long as nobody can say who wrote it: {unknown}"
        ),
        None if release.nobody_asked() => {
            format!("{title} is not for somebody who wrote the hotfix, which nobody else asked for")
        }
        None => format!("{title} is not for the person who asked for the hotfix and wrote it"),
    }
}

fn may_decide(release: &Release, gate: &Gate, people: &People) -> String {
    either(&wait::may_decide(release, gate, people))
}
