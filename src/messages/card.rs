//! The card: where a release stands, in two seconds.

use chrono::{DateTime, Utc};

use crate::domain::{
    message::{Block, Line, Message, Tone, line},
    release::{
        Ending, Release, ReleaseKind,
        next::{Next, Surroundings, Wait, next},
        plan::{PullRequestName, Step},
        timeline::{Progress, StageView, stages},
    },
    team::people::People,
};

use super::{emoji, gone_past, lost, place, short, span, stories, wait};

/// The card of a release.
pub fn card(release: &Release, surroundings: &Surroundings, people: &People, now: DateTime<Utc>) -> Message {
    let waits = match next(release, surroundings, now) {
        Next::Wait(waits) => waits,
        Next::Run(_) | Next::Finished(_) => vec![],
    };
    let mut card = Message::new(tone(release, &waits), format!("{} {}", emoji(release), release.name()))
        .text(headline(release, &waits));
    card.body.push(Block::Checklist(stages(release).iter().map(|stage| stage_line(release, stage)).collect()));
    let plan = &release.spec.plan;
    if let Some(picking) = plan.picking().filter(|picking| !release.state.steps[picking.step].is_over())
        && let Some(list) = stories::checklist(release, picking, people)
    {
        card = card.block(Block::Heading("Stories".into())).block(list);
    }
    let asks = |(step, waiting): &&(usize, Wait)| {
        matches!((waiting, &plan.steps[*step].step), (Wait::Decision { .. }, Step::SignOff(_)))
    };
    let several = waits.iter().filter(asks).count() > 1;
    for (step, waiting) in &waits {
        let words = wait::in_words(release, *step, waiting, people);
        card = card.text(Line([line().plain("\u{23f3} ").0, words.0].concat()));
        if let (Wait::Decision { .. }, Step::SignOff(gate) | Step::Pick { gate, .. }) =
            (waiting, &release.spec.plan.steps[*step].step)
        {
            card.body.extend(checklist(release, gate));
        }
        let mut rows = wait::buttons(release, *step, waiting);
        if let (true, Wait::Decision { .. }, Step::SignOff(gate)) = (several, waiting, &plan.steps[*step].step) {
            // Two buttons that say “approve” and mean different things must not look alike.
            let decisions = rows.last_mut().into_iter().flatten();
            decisions
                .for_each(|button| button.label = format!("{} {}", button.label, gate.name).chars().take(40).collect());
        }
        card.buttons.extend(rows.into_iter().filter(|row| !row.is_empty()));
    }
    card.buttons.truncate(5);
    let mut fields = fields(release, now);
    fields.extend(lost::fields(release, &surroundings.debts));
    card.block(Block::Fields(fields))
}

/// What stands where a card was sent twice, and the first one cannot be deleted any more.
pub fn double() -> Message {
    Message::new(Tone::Plain, "This card was sent twice")
        .text("The other one is kept up to date; /release status shows it.")
}

fn tone(release: &Release, waits: &[(usize, Wait)]) -> Tone {
    match release.ending() {
        Some(Ending::Released) if release.state.overtaken.is_some() => return Tone::Plain,
        Some(Ending::Released) => return Tone::Good,
        Some(Ending::Cancelled) => return Tone::Plain,
        None => {}
    }
    let bad = |wait: &Wait| {
        matches!(
            wait,
            Wait::Person { .. }
                | Wait::Rejected { .. }
                | Wait::Missed { .. }
                | Wait::RolledBack { .. }
                | Wait::Undone { .. }
        )
    };
    let asks = |(step, wait): &(usize, Wait)| {
        matches!(wait, Wait::Decision { .. })
            || matches!(release.spec.plan.steps[*step].step, Step::AwaitMerge { at: None } | Step::AwaitFix)
    };
    if waits.iter().any(|(_, wait)| bad(wait)) {
        Tone::Bad
    } else if waits.iter().any(asks) {
        Tone::Asking
    } else {
        Tone::Working
    }
}

fn headline(release: &Release, waits: &[(usize, Wait)]) -> Line {
    if let Some((by, at, reason)) = &release.state.cancelled {
        return line().bold("Cancelled").plain(format!(" by {by} ")).time(*at).plain(format!(": {reason}"));
    }
    if let (Some(later), true) = (&release.state.overtaken, release.state.finished.is_some()) {
        return line().bold(format!("Overtaken by {}", later.version)).plain(" ").time(later.at);
    }
    if let Some(at) = release.state.finished {
        let how = if release.is_roll_back() { "Rolled back" } else { "Released" };
        return line().bold(how).plain(format!(" in {}", span(at - release.spec.at)));
    }
    let stage = wait::foremost(release, waits).map(|(step, _)| release.spec.plan.steps[*step].stage);
    let name = stage.map_or("Working", |stage| release.spec.plan.stages[stage].name.as_str());
    line()
        .bold(name)
        .plain(format!(" \u{b7} asked for by {} \u{b7} target ", release.spec.requester))
        .time(release.target())
}

fn stage_line(release: &Release, stage: &StageView<'_>) -> (bool, Line) {
    let (bold, plain) = (line().bold(stage.name), line().plain(stage.name));
    let words = match (stage.progress, stage.done_at) {
        (Progress::Done, Some(at)) => plain.plain(format!(" \u{b7} {}", super::since(release.spec.at, at))),
        (Progress::Overtaken, _) => plain.plain(" \u{b7} overtaken"),
        (Progress::Stuck, _) => bold.plain(" \u{b7} \u{26a0} stopped"),
        (Progress::Under, _) => bold.plain(" \u{b7} under way"),
        (Progress::Ahead, _) | (Progress::Done, None) => plain,
    };
    let passed = gone_past(stage);
    (stage.progress == Progress::Done && passed.is_empty(), words.plain(passed))
}

fn checklist(release: &Release, gate: &crate::domain::release::gate::Gate) -> Option<Block> {
    let state = release.state.gates.get(&gate.name)?;
    let item = |(item, check): (usize, &crate::domain::release::gate::Check)| {
        let by = state.ticked.get(&item);
        let words = line().plain(format!("{}: {}", check.name, check.look_at));
        (by.is_some(), by.map_or(words.clone(), |by| words.plain(format!(" ({by})"))))
    };
    (!gate.checklist.is_empty()).then(|| Block::Checklist(gate.checklist.iter().enumerate().map(item).collect()))
}

fn fields(release: &Release, now: DateTime<Utc>) -> Vec<(String, Line)> {
    let state = &release.state;
    let mut fields = vec![match &release.spec.kind {
        ReleaseKind::RollBack { from, reason, .. } => {
            ("Instead of".to_owned(), line().code(from).plain(format!(": {reason}")))
        }
        ReleaseKind::Regular | ReleaseKind::Hotfix { .. } => ("Branch".to_owned(), line().code(&release.spec.branch)),
    }];
    if release.is_open() {
        fields.extend(release.dates_ahead(now).into_iter().map(|(at, title)| (title.to_owned(), line().time(at))));
    }
    if let Some(commit) = &state.tagged {
        fields.push(("Tag".into(), line().code(&release.spec.tag).plain(" at ").code(short(commit))));
    }
    let back = match release.spec.brings_tag() {
        true => format!("Into {}", release.spec.production),
        false => "Back-merge".to_owned(),
    };
    for (name, label) in [(PullRequestName::Release, "Pull request".to_owned()), (PullRequestName::Backport, back)] {
        if let Some((number, url)) = state.pull_requests.get(&name) {
            fields.push((label, line().link(format!("#{number}"), url)));
        }
    }
    for environment in release.spec.plan.environments() {
        let Some(brought) = release.brought(environment) else { continue };
        let build = match brought.url.is_empty() {
            true => line().plain(brought.build),
            false => line().link(brought.build, brought.url),
        };
        let build = if is_partly_there(release, environment) { build.plain(" (in part)") } else { build };
        let later = state.overtaken.as_ref().filter(|later| later.environment == environment);
        let build = later.map_or(build.clone(), |later| build.plain(format!(", until {} came", later.version)));
        fields.push((place(environment), build));
    }
    if let Some(digest) = &state.artifact {
        fields.push(("Artifact".into(), line().code(short(digest))));
    }
    let picked = release.spec.plan.picking().is_some_and(|picking| release.state.steps[picking.step].is_over());
    if picked {
        fields.push(("Stories".into(), stories::in_and_out(release).into()));
    }
    if let Some((environments, lines)) = release.drift().filter(|(_, lines)| !lines.is_empty()) {
        fields.push((format!("{} / {}", environments[0], environments[1]), lines.join("; ").into()));
    }
    if let Some(rules) = super::hindrance::in_short(release).filter(|_| release.is_open()) {
        fields.push(("Rules in its way".into(), rules.into()));
    }
    let to_review: Vec<String> =
        release.to_review().iter().map(|glass| format!("{}, skipped by {}", glass.title, glass.by)).collect();
    if !to_review.is_empty() {
        fields.push(("To review".into(), to_review.join("; ").into()));
    }
    if let Some(url) = &state.page {
        fields.push(("Release page".into(), line().link(&release.spec.tag, url)));
    }
    fields
}

/// Whether an environment's last deploy gave the version a share of it or another side, and none has given it all.
fn is_partly_there(release: &Release, environment: &str) -> bool {
    let (plan, state) = (&release.spec.plan, &release.state);
    let last = release.brought(environment).map(|brought| brought.at);
    let own = plan.steps.iter().zip(&state.steps).filter(|(planned, _)| planned.step.deploys_to() == Some(environment));
    let mut own =
        own.filter_map(|(planned, step)| step.rollout.here.as_ref().map(|(_, at)| (planned.step.replaces_all(), *at)));
    let is_last = own.clone().any(|(_, at)| Some(at) == last);
    is_last && !own.any(|(all, _)| all)
}
