//! Asks those whose turn it is.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        message::{Block, Line, Message, Tone, line},
        release::{
            Release,
            fact::{Fact, NewCommit},
            gate::Gate,
            next::{Surroundings, Wait, wait as waits_for},
            plan::Step,
            rollout::Phase,
        },
        team::people::People,
    },
    messages::{capital, count, environment, joined, moved, reviews, spoken, stories, wait},
};

/// How many commits are named before the rest is only counted.
const COMMITS: usize = 5;

/// What somebody is asked at a step, as it stands; nothing if nobody can do anything there now.
pub(super) fn ask(release: &Release, step: usize, now: DateTime<Utc>, people: &People) -> Option<Message> {
    let planned = release.spec.plan.step(step)?;
    let deploys_to = planned.deploys_to();
    if let Some(environment) = deploys_to.filter(|_| release.phase(step) == Phase::Planned) {
        return Some(environment::waits_for_resume(release, environment, people));
    }
    let waiting = waits_for(release, step, &Surroundings::default(), now)?;
    if !waiting.asks() {
        return None;
    }
    let who = wait::who_can(release, step, &waiting, people);
    let words = wait::in_words(release, step, &waiting, people);
    let message = if matches!(planned, Step::Pick { .. }) {
        stories::ask(release, release.spec.plan.picking()?, &waiting, words)
    } else if let Step::SignOff(gate) = planned {
        sign_off(release, (step, gate), &waiting, words, people)
    } else if deploys_to.is_some() {
        Message::new(Tone::Bad, format!("\u{270b} {}: look at what CD deploys", release.name())).text(words)
    } else if *planned == Step::MergeWhenGreen {
        joined::waits_for_a_person(release, step, &waiting, words)
    } else {
        to_merge(release, step, &waiting, words)
    };
    Some(message.ping(who))
}

/// A gate: where to look, how much is left, and what came since it was asked for before.
fn sign_off(release: &Release, (step, gate): (usize, &Gate), waiting: &Wait, words: Line, people: &People) -> Message {
    let title = format!("\u{270b} {} of {}: your turn", capital(&gate.title), release.name());
    let left = to_do(release, gate, waiting, people).unwrap_or(words);
    let message = Message::new(Tone::Asking, title).text(there(release).and(left));
    let message = taken_back(release, step, gate).into_iter().fold(message, Message::text);
    let message = new_since(release, step).into_iter().fold(message, Message::block);
    // What differs is seen before anybody decides on what comes next.
    let differ = release.drift().map(|(environments, lines)| environment::differ(environments, lines));
    let message = differ.into_iter().flat_map(|differ| differ.body).fold(message, Message::block);
    let message = reviews::instead(release, gate).into_iter().fold(message, Message::text);
    match gate.checklist.is_empty() {
        true => wait::buttons(release, step, waiting).into_iter().fold(message, Message::row),
        false => message,
    }
}

/// Where what is decided on can be seen: what it brought last.
fn there(release: &Release) -> Line {
    let environments = release.spec.plan.environments();
    let brought = environments.into_iter().filter_map(|name| Some((name, release.brought(name)?)));
    let Some((name, brought)) = brought.max_by_key(|(_, brought)| brought.at) else { return line() };
    line().plain(format!("On {}: {}. ", spoken(name), brought.build))
}

/// What is left to do at a gate, if those who may decide there can.
fn to_do(release: &Release, gate: &Gate, waiting: &Wait, people: &People) -> Option<Line> {
    let Wait::Decision { have, needed, unticked, by } = waiting else { return None };
    if release.deadlock(gate, people).is_some() {
        return None;
    }
    let checks = gate.checklist.len();
    let left = match unticked.len() {
        0 if checks == 0 => "Approve it, or say why not".to_owned(),
        0 => "Everything is ticked: approve".to_owned(),
        open if open == checks => format!("{}, then approve", count(open, "check")),
        open => format!("{open} of {} left, then approve", count(checks, "check")),
    };
    let words = line().plain(left);
    let words = if *needed > 1 { words.plain(format!(" ({have} of {needed} have)")) } else { words };
    let words = match by {
        Some(at) => words.plain(". By ").time(*at),
        None => words.plain(". Target ").time(release.target()),
    };
    let unknown = wait::unknown_authors(release, gate);
    Some(unknown.into_iter().fold(words, |words, unknown| words.plain(unknown)))
}

/// What was taken back since the gate was asked for before.
fn taken_back(release: &Release, step: usize, gate: &Gate) -> Option<String> {
    let (before, last) = asked_before(release, step)?;
    release.facts.get(before..last)?.iter().rev().find_map(|recorded| {
        let Fact::Withdrawn { gate: of, by, review } = &recorded.fact else { return None };
        (*of == gate.name).then(|| format!("{}.", reviews::withdrawn(&gate.title, by, review.as_ref()).title))
    })
}

/// The numbers of the facts by which it was asked for before, and last.
fn asked_before(release: &Release, step: usize) -> Option<(usize, usize)> {
    let is_asked = |fact: &Fact| matches!(fact, Fact::Asked { step: asked } if *asked == step);
    let asked: Vec<usize> = (0..release.facts.len()).filter(|nth| is_asked(&release.facts[*nth].fact)).collect();
    let [.., before, last] = asked.as_slice() else { return None };
    Some((*before, *last))
}

/// The commits that came after the step was asked for before.
fn new_since(release: &Release, step: usize) -> Option<Block> {
    let (before, last) = asked_before(release, step)?;
    let stage = release.spec.plan.steps.get(step)?.stage;
    let watched = release.spec.repeats_on(stage)?;
    let came = release.facts.get(before..last)?.iter().filter_map(|recorded| {
        let Fact::HeadMoved { branch, commits, .. } = &recorded.fact else { return None };
        (*branch.as_ref().unwrap_or(&release.spec.branch) == watched).then_some(commits)
    });
    let came: Vec<&NewCommit> = came.flatten().collect();
    let mut lines: Vec<Line> = came.iter().take(COMMITS).map(|commit| moved::commit_line(commit)).collect();
    if came.len() > COMMITS {
        lines.push(line().plain(format!("and {} more", came.len() - COMMITS)));
    }
    (!lines.is_empty()).then(|| {
        lines.insert(0, line().bold("New since it was asked for before"));
        Block::List(lines)
    })
}

/// The release's pull request is for a person to merge.
fn to_merge(release: &Release, step: usize, waiting: &Wait, words: Line) -> Message {
    let plan = &release.spec.plan;
    let next = plan.steps.get(step).and_then(|planned| plan.stages.get(planned.stage + 1));
    let message = Message::new(Tone::Asking, format!("\u{270b} Merge of {}: your turn", release.name())).text(words);
    let message = next.into_iter().fold(message, |message, next| message.text(format!("Then comes: {}.", next.name)));
    wait::buttons(release, step, waiting).into_iter().fold(message, Message::row)
}
