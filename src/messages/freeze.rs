//! What the bot says about freezes.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{all, either};
use crate::domain::{
    freeze::{
        Freeze,
        enforcement::Enforcement,
        exemption::Exemption,
        telling::Telling,
        verdict::{Closed, ClosedBy, Verdict},
    },
    message::{Block, Button, Line, Look, Message, Tone, line},
    release::Release,
    team::people::{People, Permission},
};

/// The longest description that GitHub shows, in characters.
const LONGEST: usize = 140;

/// `frozen by alice until Mon 9 Mar 11:00 EDT: QA week (freeze #3)`
pub fn in_words(freeze: &Freeze, zone: Tz) -> String {
    let until = end(freeze, |until| at(until, zone));
    let words = format!("frozen by {}, {until}: {}", freeze.owner, freeze.reason);
    if freeze.id == 0 && freeze.rule.is_none() { words } else { format!("{words} ({})", name(freeze)) }
}

/// What closes, until when, and who can grant an exception: the sentence of every refusal.
pub fn closed(closed: &Closed, people: &People) -> String {
    let mut parts: Vec<String> = closed.by.iter().map(|by| by_in_words(by, people.zone)).collect();
    let freezes = || closed.by.iter().filter_map(ClosedBy::freeze);
    let frozen = freezes().next().is_some();
    if let (Some(reopens), true) = (closed.reopens, closed.by.len() > 1 || !frozen) {
        parts.push(format!("reopens {}", at(reopens, people.zone)));
    }
    if frozen {
        let hotfix = if freezes().all(|freeze| freeze.hotfixes_pass) { "a hotfix passes; " } else { "" };
        let may_exempt = people.holding(&people.roles_with(Permission::Exempt));
        parts.push(format!("{hotfix}{} can grant an exception with /freeze exempt", either(&may_exempt)));
    }
    parts.join("; ")
}

fn by_in_words(by: &ClosedBy, zone: Tz) -> String {
    match by {
        ClosedBy::Freeze(freeze) => in_words(freeze, zone),
        ClosedBy::Window { name, .. } => format!("deploys are closed outside the window \u{201c}{name}\u{201d}"),
    }
}

/// The description of the red status: which freeze, by whom, until when, why, and who can grant an exception; never longer
/// than GitHub takes.
pub fn description(freezes: &[&Freeze], may_exempt: &[String], zone: Tz) -> String {
    let Some(freeze) = freezes.first() else { return String::new() };
    let until = self::end(freeze, |until| at(until, zone));
    let more = if freezes.len() > 1 { format!(" (and {} more)", freezes.len() - 1) } else { String::new() };
    let start = format!("{} by {}, {until}{more}: ", name(freeze), freeze.owner);
    let end = format!(". Exceptions: {}", if may_exempt.is_empty() { "nobody".into() } else { may_exempt.join(", ") });
    let left = LONGEST.saturating_sub(start.chars().count()).saturating_sub(end.chars().count());
    // A reason of a few letters tells nothing: then the names go.
    let end = if left >= 12 { end } else { String::new() };
    let left = LONGEST.saturating_sub(start.chars().count()).saturating_sub(end.chars().count());
    let whole = format!("{start}{}{end}", shortened(&freeze.reason, left));
    shortened(&whole, LONGEST)
}

/// `freeze #3`, or the rule's name before it is stored.
pub fn name(freeze: &Freeze) -> String {
    match (&freeze.rule, freeze.id) {
        (Some(rule), 0) => format!("freeze \u{201c}{}\u{201d}", rule.rule),
        (_, id) => format!("freeze #{id}"),
    }
}

/// What has to be said before every project is frozen: their names.
pub fn confirm_all(said: &commands::Invocation, projects: &[String]) -> Message {
    let names: Vec<&str> = projects.iter().map(String::as_str).collect();
    let confirm = projects.join(",");
    let message = Message::new(Tone::Asking, "Freeze every project?")
        .text(format!("It would close {}, not only the project of this place.", all(&names)));
    let label = format!("Freeze all {}", projects.len());
    message.row(Button::say(label, Look::Danger, &said.clone().with("confirm", &confirm)).into_iter().collect())
}

/// A freeze begins. `telling` is what is known of GitHub.
pub fn started(freeze: &Freeze, telling: &Telling, may_exempt: &[String]) -> Message {
    let lift = commands::Invocation::new("freeze lift").with("freeze", format!("#{}", freeze.id));
    let mut message = Message::new(Tone::Asking, format!("\u{1f9ca} Frozen: {}", scope(freeze)))
        .text(line().plain(&freeze.reason))
        .text(until(line().plain(format!("Set by {}, ", freeze.owner)), freeze))
        .text(policy(freeze, telling, may_exempt));
    // The code freeze of a release is told before anything has been changed for it.
    let read = if telling.before { "On GitHub, as last read: " } else { "On GitHub: " };
    message = message.text(match telling.readings.as_slice() {
        [] => line().plain("On GitHub: not read back yet."),
        readings => gap(line().plain(read).plain(standings(readings)), readings),
    });
    message.row(Button::say("Lift", Look::Plain, &lift).into_iter().collect())
}

/// A freeze ends soon.
pub fn ends_soon(freeze: &Freeze, ends: DateTime<Utc>, others: &[&Freeze]) -> Message {
    let title = match others {
        [] => format!("\u{23f3} The freeze ends soon: {}", scope(freeze)),
        [other] => format!("\u{23f3} {} ends soon, {} goes on", capital_name(freeze), name(other)),
        _ => format!("\u{23f3} {} ends soon, {} others go on", capital_name(freeze), others.len()),
    };
    let words = format!("{} ({}) ends ", capital_name(freeze), freeze.reason);
    holding(Message::new(Tone::Plain, title).text(line().plain(words).time(ends).plain(".")), others)
}

/// A freeze has ended by itself.
pub fn ended(freeze: &Freeze, others: &[&Freeze]) -> Message {
    let words = format!("{} ({}) is over.", capital_name(freeze), freeze.reason);
    holding(over(freeze, others, "ended").text(words), others)
}

/// A freeze has been lifted. `release` is the one whose code freeze it was, if it goes on without.
pub fn lifted(freeze: &Freeze, by: &str, others: &[&Freeze], release: Option<&Release>) -> Message {
    let message =
        over(freeze, others, "lifted").text(format!("{by} lifted freeze #{} ({}).", freeze.id, freeze.reason));
    let message = match &freeze.why_lifted {
        Some(reason) => message.block(Block::Quote(reason.clone())),
        None => message,
    };
    let message = holding(message, others);
    let Some(release) = release else { return message };
    let again = commands::Invocation::new("freeze lift").with("freeze", format!("#{}", freeze.id)).with("undo", "yes");
    message.text(without(freeze, release)).row(Button::say("Freeze again", Look::Plain, &again).into_iter().collect())
}

/// What it means that a release goes on without its freeze.
pub fn without(freeze: &Freeze, release: &Release) -> String {
    let branches = either(&freeze.branches);
    format!("{} goes on without a freeze: what merges into {branches} may change what leaves.", release.name())
}

fn over(freeze: &Freeze, others: &[&Freeze], how: &str) -> Message {
    let (tone, title) = match others {
        [] => (Tone::Good, format!("\u{2600}\u{fe0f} Freeze {how}: {}", scope(freeze))),
        [other] => (Tone::Asking, format!("\u{1f9ca} {} {how}, {} still holds", capital_name(freeze), name(other))),
        _ => (Tone::Asking, format!("\u{1f9ca} {} {how}, {} others still hold", capital_name(freeze), others.len())),
    };
    Message::new(tone, title)
}

/// The message with the freezes that hold.
fn holding(message: Message, others: &[&Freeze]) -> Message {
    let still = |freeze: &Freeze| {
        until(line().plain(format!("Freeze #{} ({}) still holds, ", freeze.id, freeze.reason)), freeze).plain(".")
    };
    others.iter().fold(message, |message, freeze| message.text(still(freeze)))
}

/// One project in `/freeze status`.
pub struct Stand<'a> {
    /// Its name.
    pub project: &'a str,
    /// How well GitHub keeps its closed branches.
    pub readings: Vec<(String, Enforcement)>,
    /// Whether deploys to each production are open.
    pub deploys: Vec<(String, Verdict)>,
    /// When merges close next, while they are open.
    pub closes_next: Option<(DateTime<Utc>, String)>,
}

/// All active freezes, how well they are kept, and what comes next.
pub fn status(freezes: &[Freeze], exemptions: &[Exemption], stands: &[Stand<'_>], may_exempt: &[String]) -> Message {
    let title = match freezes.len() {
        0 => "No freeze is active".to_owned(),
        1 => "\u{1f9ca} One freeze is active".to_owned(),
        many => format!("\u{1f9ca} {many} freezes are active"),
    };
    let mut message = Message::new(if freezes.is_empty() { Tone::Good } else { Tone::Asking }, title);
    if !freezes.is_empty() {
        message = message.block(Block::List(freezes.iter().map(item).collect()));
    }
    let readings = stands.iter().flat_map(|stand| {
        stand.readings.iter().map(move |(branch, standing)| stands_so(label(stands, stand, branch), standing))
    });
    let readings: Vec<Line> = readings.collect();
    if !readings.is_empty() && !freezes.is_empty() {
        message = message.block(Block::Heading("On GitHub".into())).block(Block::List(readings));
    }
    if !exemptions.is_empty() {
        let items = exemptions.iter().map(super::exemption::item).collect();
        message = message.block(Block::Heading("Exemptions".into())).block(Block::List(items));
    }
    for stand in stands {
        for (environment, deploys) in &stand.deploys {
            let mut windows = deploys.by.iter().filter(|by| matches!(by, ClosedBy::Window { .. }));
            let (Some(ClosedBy::Window { name, .. }), Some(reopens)) = (windows.next(), deploys.reopens) else {
                continue;
            };
            let to =
                if stand.deploys.len() > 1 { format!(" to {}", super::spoken(environment)) } else { String::new() };
            let words =
                format!("Deploys of {}{to} are closed outside \u{201c}{name}\u{201d}; they reopen ", stand.project);
            message = message.text(line().plain(words).time(reopens));
        }
        if let Some((closes, why)) = &stand.closes_next {
            message = message
                .text(line().plain(format!("{} closes next ", stand.project)).time(*closes).plain(format!(": {why}")));
        }
    }
    if freezes.is_empty() {
        return message;
    }
    message.text(format!("{} can grant an exception: /freeze exempt #123 reason", either(may_exempt)))
}

fn item(freeze: &Freeze) -> Line {
    let words = line().bold(format!("#{} {}", freeze.id, scope(freeze)));
    let words = until(words.plain(format!(" by {}: {}; ", freeze.owner, freeze.reason)), freeze);
    if freeze.hotfixes_pass { words } else { words.plain("; hotfixes do not pass") }
}

/// `main`, or `api main` where several projects are told of.
fn label(stands: &[Stand<'_>], stand: &Stand<'_>, branch: &str) -> String {
    if stands.len() > 1 { format!("{} {branch}", stand.project) } else { branch.to_owned() }
}

/// A branch and how it stands; what it means that it is being closed.
fn stands_so(label: String, standing: &Enforcement) -> Line {
    let words = line().bold(label).plain(format!(" {standing}"));
    match standing {
        Enforcement::Closing { until, slow, .. } => {
            let words = words.plain(": until all are red, a merge can still slip through");
            held_up(words, *until, slow.as_deref(), "; ")
        }
        Enforcement::Enforced(_) | Enforcement::EnforcedBut(_) | Enforcement::Advisory(_) | Enforcement::Failed(_) => {
            words
        }
    }
}

/// The words, and what it means that a branch is being closed, if one is.
fn gap(words: Line, readings: &[(String, Enforcement)]) -> Line {
    let ends: Vec<_> = readings.iter().filter_map(|(_, standing)| closing(standing)).collect();
    if ends.is_empty() {
        return words;
    }
    let words = words.plain(". Until all are red, a merge can still slip through");
    let slow = ends.iter().find_map(|(_, slow)| *slow);
    held_up(words, ends.iter().filter_map(|(until, _)| *until).max(), slow, ". That is so ").plain(".")
}

/// Until when a branch is being closed, if that is known, and why no ruleset closes it at once; nothing if it is not.
fn closing(standing: &Enforcement) -> Option<(Option<DateTime<Utc>>, Option<&str>)> {
    match standing {
        Enforcement::Closing { until, slow, .. } => Some((*until, slow.as_deref())),
        Enforcement::Enforced(_) | Enforcement::EnforcedBut(_) | Enforcement::Advisory(_) | Enforcement::Failed(_) => {
            None
        }
    }
}

/// The words, and until when GitHub's limits hold the closing up, if they do; `slow` is why no ruleset closes at once.
fn held_up(words: Line, until: Option<DateTime<Utc>>, slow: Option<&str>, link: &str) -> Line {
    let Some(until) = until else { return words };
    let words = words.plain(format!("{link}until ")).time(until).plain(": GitHub takes 500 an hour; ");
    match slow {
        Some(why) => words.plain(format!("by a ruleset it would be at once, but {why}")),
        None => words.plain("by a GitHub App with Administration: write it is at once"),
    }
}

/// `main ENFORCED, develop ADVISORY (the check is not required on develop)`; branches that stand alike together.
pub fn standings(readings: &[(String, Enforcement)]) -> String {
    let mut alike: Vec<(Vec<&str>, String)> = vec![];
    for (branch, standing) in readings {
        let words = standing.to_string();
        match alike.iter_mut().find(|(_, said)| *said == words) {
            Some((branches, _)) => branches.push(branch),
            None => alike.push((vec![branch], words)),
        }
    }
    let said = alike.iter().map(|(branches, words)| format!("{} {words}", all(branches)));
    let said: Vec<String> = said.collect();
    // What has commas inside needs another sign between.
    said.join(if said.iter().any(|words| words.contains("ENFORCED, but")) { "; " } else { ", " })
}

/// What a freeze closes.
pub fn scope(freeze: &Freeze) -> String {
    let projects = if freeze.projects.is_empty() { "every project".to_owned() } else { freeze.projects.join(", ") };
    if freeze.branches.is_empty() { projects } else { format!("{projects} ({})", freeze.branches.join(", ")) }
}

/// What a freeze asks of people, and whether GitHub sees to it, as far as that was read.
fn policy(freeze: &Freeze, telling: &Telling, may_exempt: &[String]) -> String {
    let hotfixes = if freeze.hotfixes_pass { "hotfixes pass" } else { "hotfixes do not pass either" };
    let read = !telling.readings.is_empty() && !telling.before;
    let kept = read && telling.readings.iter().all(|(_, standing)| standing.is_enforced());
    let into = either(&freeze.branches);
    let closed = match (kept, freeze.branches.is_empty()) {
        (true, true) => "Nothing is merged, and the bot brings nothing to production, while it lasts".to_owned(),
        (false, true) => {
            "Nothing should be merged, and the bot brings nothing to production, while it lasts".to_owned()
        }
        (true, false) => format!("Nothing is merged into {into} while it lasts"),
        (false, false) => format!("Nothing should be merged into {into} while it lasts"),
    };
    format!("{closed}; {hotfixes}. Exceptions: {}.", either(may_exempt))
}

fn until(line: Line, freeze: &Freeze) -> Line {
    match freeze.until {
        Some(until) => line.plain("until ").time(until),
        None => line.plain(end(freeze, |_| String::new())),
    }
}

/// Until when, in words; what has no known end may still be known to end with its release.
fn end(freeze: &Freeze, shown: impl Fn(DateTime<Utc>) -> String) -> String {
    match (freeze.until, freeze.release) {
        (Some(until), _) => format!("until {}", shown(until)),
        (None, Some(_)) => "until the release is through".to_owned(),
        (None, None) => "no known end".to_owned(),
    }
}

fn at(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %-d %b %H:%M %Z").to_string()
}

fn capital_name(freeze: &Freeze) -> String {
    super::capital(&name(freeze))
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}\u{2026}", kept.trim_end())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn freeze(reason: &str) -> Freeze {
        let from = "2026-03-05T22:00:00Z".parse().unwrap();
        let until = Some("2026-03-09T15:00:00Z".parse().unwrap());
        Freeze { id: 3, until, ..Freeze::new(reason, "carol", from) }
    }

    #[test]
    fn a_description_says_it_all_and_fits() {
        let zone = chrono_tz::America::Toronto;
        let people = ["alice".to_owned(), "carol".to_owned()];
        let short = freeze("QA week");
        let said = description(&[&short], &people, zone);
        assert_eq!(said, "freeze #3 by carol, until Mon 9 Mar 11:00 EDT: QA week. Exceptions: alice, carol");
        let long = freeze(&"the quarter ends and the auditors want to see what they saw before ".repeat(5));
        let said = description(&[&long, &short], &people, zone);
        assert_eq!(said.chars().count(), LONGEST);
        assert!(said.starts_with("freeze #3 by carol, until Mon 9 Mar 11:00 EDT (and 1 more): the quarter"), "{said}");
        assert!(said.ends_with("\u{2026}. Exceptions: alice, carol"), "{said}");
        let many: Vec<String> = (0..40).map(|nth| format!("somebody-{nth}")).collect();
        assert!(description(&[&long], &many, zone).chars().count() <= LONGEST);
    }
}
