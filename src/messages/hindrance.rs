//! What the repository's rules keep a release from, and the way out, in words.

use super::{capital, count};
use crate::domain::{
    message::{Block, Line, Message, Tone},
    release::{
        Release,
        fact::Fact,
        hindrance::{Hindered, Hindrance, Ruling},
    },
    team::people::{People, Permission},
};

/// What is told when the rules of the way were read, if that is news. The fact is the release's last.
pub fn told(release: &Release, people: &People) -> Option<Message> {
    let (before, now) = (before(release), &release.state.ruling);
    let known =
        |found: &&Hindrance| before.hindrances.iter().any(|one| one.name == found.name && one.what == found.what);
    let new: Vec<&Hindrance> = now.hindrances.iter().filter(|found| !known(found)).collect();
    let ahead = before.hindrances.iter().any(|found| !release.state.steps[found.step].is_over());
    let unread = (now.unread != before.unread).then(|| not_known(now)).flatten();
    let stops = new.iter().any(|found| found.what.stops());
    let message = match (new.is_empty(), stops) {
        (true, _) if now.hindrances.is_empty() && now.unread.is_empty() && ahead => {
            Message::new(Tone::Good, format!("\u{2705} {}: no rule on GitHub is in its way any more", release.name()))
        }
        (true, _) => {
            let title = format!("\u{2753} {}: not all rules on GitHub are known", release.name());
            return Some(Message::new(Tone::Plain, title).text(unread?));
        }
        (false, true) => {
            let title = format!("\u{26a0} {}: rules on GitHub are in its way", release.name());
            Message::new(Tone::Bad, title).ping(people.holding(&people.roles_with(Permission::Release)))
        }
        (false, false) if !new.iter().any(|found| found.what.asks()) => {
            let title = format!("\u{1f4cf} {}: rules on GitHub make its way another one", release.name());
            Message::new(Tone::Plain, title)
        }
        (false, false) => {
            let title = format!("\u{1f4cf} {}: rules on GitHub ask something of you", release.name());
            Message::new(Tone::Asking, title)
        }
    };
    let lines: Vec<Line> = new.iter().map(|found| Line::from(format!("{}.", begun(&sentence(found))))).collect();
    let message = if lines.is_empty() { message } else { message.block(Block::List(lines)) };
    Some(unread.into_iter().fold(message, Message::text))
}

/// Everything that is in the way or not known, one sentence each without a full stop.
pub fn sentences(ruling: &Ruling) -> Vec<String> {
    let known = ruling.hindrances.iter().map(sentence);
    known.chain(not_known(ruling).map(|unread| unread.trim_end_matches('.').to_owned())).collect()
}

/// What is in the way of what is still to be done, for the card.
pub fn in_short(release: &Release) -> Option<String> {
    let open = |found: &&Hindrance| !release.state.steps[found.step].is_over();
    let lines: Vec<String> = release.state.ruling.hindrances.iter().filter(open).map(short).collect();
    (!lines.is_empty()).then(|| lines.join("; "))
}

/// What was known before the last reading.
fn before(release: &Release) -> Ruling {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let mut read = earlier.filter_map(|recorded| {
        let Fact::Ruled { hindrances, unread } = &recorded.fact else { return None };
        Some(Ruling { hindrances: hindrances.clone(), unread: unread.clone() })
    });
    read.next().unwrap_or_default()
}

/// A sentence begins with a capital letter, a name does not.
fn begun(sentence: &str) -> String {
    if sentence.starts_with("the bot") { capital(sentence) } else { sentence.to_owned() }
}

fn not_known(ruling: &Ruling) -> Option<String> {
    let (last, first) = ruling.unread.split_last()?;
    let what = if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) };
    Some(format!(
        "GitHub does not show the bot's token {what}: what that keeps the release from is not known before its turn comes."
    ))
}

/// What is in the way, and the way out, as a sentence without a full stop.
pub fn sentence(found: &Hindrance) -> String {
    let Hindrance { name, what, by, .. } = found;
    let passes = match by.strip_prefix("ruleset ") {
        Some(ruleset) => format!("put the bot on the bypass list of {ruleset}"),
        None => "let the bot pass that rule".to_owned(),
    };
    match what {
        Hindered::NotMade => format!("the bot may not make {name} ({by}): {passes}, or leave {name} out of it"),
        Hindered::Misnamed { wanted } => {
            format!(
                "{name} may not be called so, its name {wanted} ({by}): change the rule or the playbook, or {passes}"
            )
        }
        Hindered::NotMoved => format!("the bot may not change {name} ({by}): {passes}"),
        Hindered::NotDeleted => {
            format!("the bot may not delete {name} ({by}): {passes}, or skip that step with a reason, and it stays")
        }
        Hindered::NoMergeCommits => format!(
            "{name} takes no merge commits ({by}), and it is merged with one, so that what arrives is what was decided on: \
             allow them there, or {passes}"
        ),
        Hindered::QueueMakesOthers { method } => format!(
            "{name} has a merge queue that merges by {method} ({by}), which makes other commits than those that were \
             decided on: let it merge by merge commit"
        ),
        Hindered::Unsigned => {
            format!("{name} takes signed commits only ({by}), and those that the bot writes are not: {passes}")
        }
        Hindered::NotDeployed { environments } => format!(
            "{name} takes only what ran in {} ({by}), where the release does not go before: change the rule or the playbook",
            environments.join(", ")
        ),
        Hindered::ThroughQueue => {
            format!("{name} has a merge queue ({by}): when its turn comes, a person puts the pull request into it")
        }
        Hindered::Enqueued => format!("{name} has a merge queue ({by}): when its turn comes, the bot puts it in there"),
        Hindered::Reviewed { reviews } => {
            let needs = count(*reviews, "approving review");
            format!("{name} wants {needs} on GitHub ({by}): look at the pull request there")
        }
    }
}

fn short(found: &Hindrance) -> String {
    let what = match &found.what {
        Hindered::NotMade => "may not be made".to_owned(),
        Hindered::Misnamed { wanted } => format!("its name {wanted}"),
        Hindered::NotMoved => "may not be changed".to_owned(),
        Hindered::NotDeleted => "may not be deleted".to_owned(),
        Hindered::NoMergeCommits => "takes no merge commits".to_owned(),
        Hindered::QueueMakesOthers { method } => format!("its queue merges by {method}"),
        Hindered::Unsigned => "takes signed commits only".to_owned(),
        Hindered::NotDeployed { environments } => format!("takes only what ran in {}", environments.join(", ")),
        Hindered::ThroughQueue | Hindered::Enqueued => "has a merge queue".to_owned(),
        Hindered::Reviewed { reviews } => format!("wants {}", count(*reviews, "approving review")),
    };
    format!("{} {what}", found.name)
}
