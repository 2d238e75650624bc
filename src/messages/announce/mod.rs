//! The announcements that a playbook makes.

use crate::domain::{
    message::{Block, Button, Line, Look, Message, Tone, line},
    release::{
        Release, ReleaseKind,
        fact::{BackMerge, Fact, Outcome},
        plan::{Announcement, PullRequestName, Step},
        timeline::in_order,
    },
    team::{
        people::{People, Permission},
        project::Project,
    },
    version::Version,
};

use super::{about, capital, emoji, gone_past, since, span, spoken, whole_minutes, whole_span};

mod train;
mod way;

/// How many lines of a snapshot are listed before the rest is only counted.
const LISTED: usize = 20;
/// How many letters of what is broken begin the message.
const FIRST: usize = 40;
/// How many changes are named of what is live.
const NEW: usize = 3;

/// What is told on an occasion.
pub fn announcement(
    what: Announcement,
    text: Option<&str>,
    release: &Release,
    project: &Project,
    people: &People,
) -> Message {
    let mut message = match what {
        Announcement::Prepared => prepared(release),
        Announcement::Snapshot => snapshot(release),
        Announcement::Critical => critical(release, people),
        Announcement::Merged => merged(release, project),
        Announcement::Live => live(release, project),
        Announcement::Closed => closed(release),
        Announcement::CodeFreeze => train::code_freeze(release),
        Announcement::Notes => train::three_readings(release),
        Announcement::SignedOff => train::signed_off(release),
        Announcement::Planning => train::planning(release),
        Announcement::Begun => way::begun(release),
        Announcement::Said => way::said(release, text),
    };
    if !matches!(what, Announcement::Snapshot | Announcement::Closed | Announcement::SignedOff | Announcement::Planning)
    {
        let links: Vec<Button> = message.buttons.drain(..).flatten().chain(release_link(release)).collect();
        message = message.row(links);
    }
    message
}

/// The same for those who wait for the product: what they have to do with it, and nothing to press.
pub fn to_stakeholders(what: Announcement, release: &Release, message: &Message) -> Message {
    let name = release.name();
    if let ReleaseKind::Hotfix { description, .. } = &release.spec.kind {
        let description = Block::Quote(description.clone());
        if what == Announcement::Critical {
            return Message::new(Tone::Bad, format!("{} A fix is under way: {name}", emoji(release)))
                .block(description)
                .text("It is told here when it is live.");
        }
        if what == Announcement::Live {
            return Message::new(Tone::Good, format!("\u{2705} The fix is live: {name}")).block(description);
        }
    }
    Message { pings: vec![], buttons: vec![], ..message.clone() }
}

/// What tells the end of a release's own freeze says that the next one is planned, where the playbook wants that said.
pub fn planned_next(message: Message, release: &Release, people: &People) -> Message {
    let plans = release.spec.plan.steps.iter().find_map(|planned| {
        let Step::Announce { what: Announcement::Planning, roles, .. } = &planned.step else { return None };
        Some(roles)
    });
    let Some(roles) = plans else { return message };
    let next = train::planning(release);
    let message = message.text(line().bold(next.title));
    next.body.into_iter().fold(message, Message::block).ping(people.holding(roles))
}

fn prepared(release: &Release) -> Message {
    let spec = &release.spec;
    Message::new(Tone::Working, format!("{} {} is prepared", emoji(release), release.name()))
        .text(line().bold("Feature cutoff active").plain(format!(
            ": what merges into {} now goes to {}.",
            spec.source,
            spec.next_tag()
        )))
        .text(line().plain("Staging is deploying. Target: ").time(release.target()))
}

fn snapshot(release: &Release) -> Message {
    let spec = &release.spec;
    let contains = release.facts.iter().find_map(|recorded| {
        let Fact::Done { made: Outcome::Branch { contains, .. }, .. } = &recorded.fact else { return None };
        Some(contains.as_slice())
    });
    let contains = contains.unwrap_or_default();
    let mut lines: Vec<Line> = contains.iter().take(LISTED).map(Line::from).collect();
    if contains.len() > LISTED {
        lines.push(
            format!("and {} more: /release notes {} {}", contains.len() - LISTED, spec.project, spec.version).into(),
        );
    }
    let message =
        Message::new(Tone::Plain, format!("\u{1f4f8} Snapshot of {} taken for {}", spec.source, release.name())).text(
            line()
                .plain("Branch ")
                .code(&spec.branch)
                .plain(" from ")
                .code(spec.source_commit.get(..7).unwrap_or_default())
                .plain(", ")
                .time(spec.at)
                .plain("."),
        );
    let message = if lines.is_empty() {
        message.text(match &spec.previous_tag {
            Some(tag) => format!("IN: nothing that {tag} did not have."),
            None => "IN: everything on the branch; there is no earlier tag to compare with.".to_owned(),
        })
    } else {
        message.block(Block::Heading("IN".into())).block(Block::List(lines))
    };
    message.block(Block::Heading("NOT in".into())).text(format!(
        "Whatever merges into {} from now on: it goes to {}.",
        spec.source,
        spec.next_tag()
    ))
}

/// A hotfix begins: what is broken, who does what, and what comes then.
fn critical(release: &Release, people: &People) -> Message {
    let (description, critical) = match &release.spec.kind {
        ReleaseKind::Hotfix { description, severity } => (description.clone(), *severity == Some(1)),
        ReleaseKind::RollBack { reason, .. } => (reason.clone(), false),
        ReleaseKind::Regular => (String::new(), false),
    };
    let critical = if critical { "CRITICAL " } else { "" };
    Message::new(
        Tone::Bad,
        format!("\u{1f691} {critical}\u{201c}{}\u{201d} \u{b7} hotfix {}", first_line(&description), release.name()),
    )
    .block(Block::Quote(description))
    .text(line().plain("Push the fix to ").code(&release.spec.branch).plain(what_follows(release)))
    .text(line().plain("Target ").time(release.target()))
    .ping(people.holding(&people.roles_with(Permission::Hotfix)))
}

/// What somebody wrote, as the first words of a message.
fn first_line(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    let short: String = line.chars().take(FIRST).collect();
    if short.len() < line.len() { format!("{short}\u{2026}") } else { short }
}

/// What comes between the fix and production, as the stages are called.
fn what_follows(release: &Release) -> String {
    let plan = &release.spec.plan;
    let fix = plan.find(|step| matches!(step, Step::AwaitFix)).map_or(0, |fix| plan.steps[fix].stage);
    let replaces = |step: &usize| release.goes_to_production(*step) && plan.steps[*step].step.replaces_all();
    let live = (0..plan.steps.len()).rfind(replaces);
    let live = live.map_or(fix, |live| plan.steps[live].stage);
    let ahead = plan.stages.iter().take(live + 1).skip(fix + 1).filter(|stage| !stage.background);
    let names: Vec<&str> = ahead.map(|stage| stage.name.as_str()).collect();
    match names.as_slice() {
        [] => ".".to_owned(),
        [only] => format!(". Then comes: {only}."),
        [first @ .., last] => format!(". Then come: {} and {last}.", first.join(", ")),
    }
}

/// The page and the seconds of the deploy that replaced what production ran: neither a share of it nor what tidies up.
fn replaced(release: &Release) -> Option<(&str, i64)> {
    let steps = release.spec.plan.steps.iter().zip(&release.state.steps).enumerate().rev();
    let mut production = steps.filter(|(step, _)| release.goes_to_production(*step));
    production.find_map(|(_, (planned, state))| {
        let Some((Outcome::Deployed { url, seconds, .. }, _)) = &state.rollout.here else { return None };
        planned.step.replaces_all().then_some((url.as_str(), *seconds))
    })
}

fn merged(release: &Release, project: &Project) -> Message {
    let who = release.state.merged.as_ref().map_or("somebody", |merged| merged.by.as_str());
    let number = release.state.pull_requests.get(&PullRequestName::Release).map_or(0, |(number, _)| *number);
    // Where production is deployed only after this has been said, there is nothing to watch yet.
    let runs = release.state.steps.iter().enumerate().filter(|(step, _)| release.goes_to_production(*step));
    let asked: Vec<_> = runs.filter_map(|(_, state)| state.rollout.asked.as_ref()).collect();
    let run = asked.iter().rev().find_map(|asked| asked.made.page_of_run());
    let watch = run.map(|url| Button::open("Watch the deploy", url));
    let production = release.spec.plan.production();
    let open = production.iter().filter_map(|name| {
        let url = project.environments.get(*name)?.url.clone()?;
        Some(Button::open(if production.len() == 1 { "Production".to_owned() } else { spoken(name) }, url))
    });
    let next = if asked.is_empty() { "production comes next" } else { "production is deploying" };
    Message::new(Tone::Working, format!("\u{1f500} {} is merged, {next}", release.name()))
        .text(format!("{} merged #{number} into {}.", capital(who), release.spec.production))
        .row(watch.into_iter().chain(open).take(5).collect())
}

/// What is new in production, since when, and by which image.
fn live(release: &Release, project: &Project) -> Message {
    let spec = &release.spec;
    let mut fields = vec![];
    if let Some(image) = &project.image {
        fields.push(("Image".into(), line().code(image.replace("{version}", &spec.version.to_string()))));
    }
    if let Some((url, seconds)) = replaced(release) {
        let took = span(chrono::Duration::seconds(seconds));
        let took = if url.is_empty() { line().plain(took) } else { line().link(took, url) };
        fields.push(("Deploy took".into(), took));
    }
    if let Some(url) = &release.state.page {
        fields.push(("Release".into(), line().link(&spec.tag, url)));
    }
    let steps = || spec.plan.steps.iter().zip(&release.state.steps);
    let checked = steps().any(|(planned, state)| matches!(planned.step, Step::Validate { .. }) && state.done.is_some());
    let agree = if checked { "version file = " } else { "" };
    // A deploy that somebody went past was not seen to end well.
    let word = steps().enumerate().find_map(|(step, (_, state))| {
        let (by, reason) = state.skipped.as_ref().filter(|_| state.rollout.here.is_none())?;
        release.goes_to_production(step).then_some((by, reason))
    });
    if let Some((by, reason)) = word {
        let title = format!("\u{2705} {} is live by {by}\u{2019}s word", release.name());
        return whats_new(release, Message::new(Tone::Good, title))
            .text(format!("{by} went past a deploy there: {reason}. What runs was not seen."))
            .block(Block::Fields(fields));
    }
    // Where CD names no commit, there is nothing to compare the tag with.
    let mut deployed = steps().enumerate().filter(|(step, _)| release.goes_to_production(*step));
    let unnamed = deployed.any(|(_, (_, state))| {
        matches!(&state.rollout.here, Some((Outcome::Deployed { proof, .. }, _)) if proof.commit.is_none())
    });
    let word = if unnamed { ", by CD\u{2019}s word" } else { "" };
    fields.push(("In sync".into(), line().plain(format!("{agree}{} = production{word}", spec.tag))));
    let message = Message::new(Tone::Good, format!("\u{2705} {} is live", release.name()));
    whats_new(release, message)
        .block(Block::Fields(fields))
        .row(Button::say("What is in", Look::Plain, &about(release, "release notes")).into_iter().collect())
}

/// What is new, and how long it took.
fn whats_new(release: &Release, message: Message) -> Message {
    let new: Vec<String> = match &release.spec.kind {
        ReleaseKind::Hotfix { description, .. } => vec![first_line(description)],
        ReleaseKind::Regular | ReleaseKind::RollBack { .. } => contents(release),
    };
    let more = new.len().saturating_sub(NEW);
    let mut named = new.into_iter().take(NEW).collect::<Vec<_>>();
    if more > 0 {
        named.push(format!("{more} more"));
    }
    let what = if release.is_hotfix() { "Fixed" } else { "New" };
    let message = match named.is_empty() {
        true => message,
        false => message.text(format!("{what}: {}", named.join(" \u{b7} "))),
    };
    let at = release.facts.last().map_or(release.spec.at, |last| last.at);
    let after = whole_span(whole_minutes(at - release.spec.at));
    message.text(line().time(at).plain(format!(", {after} after it began")))
}

/// What is in, one line each.
fn contents(release: &Release) -> Vec<String> {
    let noted = release.state.notes.lines();
    if !noted.is_empty() {
        return noted;
    }
    let contains = release.facts.iter().find_map(|recorded| {
        let Fact::Done { made: Outcome::Branch { contains, .. }, .. } = &recorded.fact else { return None };
        Some(contains.clone())
    });
    contains.unwrap_or_default()
}

/// What told that it is live, once the release is over: how long it took, and where else it has arrived.
pub fn live_and_closed(release: &Release, said: &Message) -> Message {
    let at = release.facts.last().map_or(release.spec.at, |last| last.at);
    let back = release.state.pull_requests.get(&PullRequestName::Backport).filter(|_| !passed_back_merge(release));
    let words = line().bold("Closed").plain(" ").time(at);
    let words = match back {
        Some((number, url)) => {
            words.plain(format!(", back in {} by ", development(release))).link(format!("#{number}"), url)
        }
        None => words,
    };
    let settled = release.state.back_merge().into_iter().flat_map(|how| match how {
        BackMerge::Settled { lines } => lines.as_slice(),
        BackMerge::Clean | BackMerge::Nothing | BackMerge::Picked { .. } | BackMerge::Conflict { .. } => &[],
    });
    let settled: Vec<Line> = settled.map(|line| line.as_str().into()).collect();
    let message = said.clone().text(words);
    let message = match settled.is_empty() {
        true => message,
        false => message
            .text("Both sides changed what I write there, and I have put that together by rule:")
            .block(Block::List(settled)),
    };
    let closed = closed(release);
    closed.body.into_iter().fold(Message { pings: vec![], ..message }, Message::block)
}

fn closed(release: &Release) -> Message {
    let spec = &release.spec;
    let end = release.facts.last().map_or(spec.at, |last| last.at);
    // In whole minutes, so that what is said adds up.
    let (took, target) = (whole_minutes(end - spec.at), whole_minutes(release.target() - spec.at));
    let verdict = if took <= target {
        format!("{} under the target of {}", whole_span(target - took), whole_span(target))
    } else {
        format!("{} over the target of {}", whole_span(took - target), whole_span(target))
    };
    let mut lines = vec![line().code("T+0:00").plain(format!(" asked for by {}", spec.requester))];
    lines.extend(
        in_order(release)
            .into_iter()
            .map(|(at, stage)| line().code(since(spec.at, at)).plain(format!(" {}{}", stage.name, gone_past(&stage)))),
    );
    Message::new(Tone::Good, format!("\u{1f3c1} {} is done", release.name()))
        .text(format!("It took {}, {verdict}.", whole_span(took)))
        .block(Block::List(lines))
        .text(what_comes_next(release))
}

fn what_comes_next(release: &Release) -> String {
    let line = development(release);
    if passed_back_merge(release) {
        return format!("Whether {line} has it is not known: bringing it there was skipped.");
    }
    match release.spec.next_version {
        // What comes in another month has another number.
        Version::Calver(_) => format!("{line} is ready for the next release."),
        Version::Semver(_) => format!("{line} is ready for {}.", release.spec.next_tag()),
    }
}

/// Whether somebody went past a step that brings it back.
fn passed_back_merge(release: &Release) -> bool {
    let mut steps = release.spec.plan.steps.iter().zip(&release.state.steps);
    steps.any(|(planned, state)| planned.step.brings_back() && state.skipped.is_some())
}

/// The branch that the next version grows on: where the back-merge returned to.
fn development(release: &Release) -> &str {
    let into = release.spec.plan.steps.iter().find_map(|planned| {
        let (Step::BackMerge { into, .. } | Step::CherryPick { into, .. }) = &planned.step else { return None };
        Some(into.as_str())
    });
    // What was cut from a tag goes back to the line that production runs.
    let spec = &release.spec;
    let line = if spec.previous_tag.as_ref() == Some(&spec.source) { &spec.production } else { &spec.source };
    into.unwrap_or(line)
}

fn release_link(release: &Release) -> Option<Button> {
    let (number, url) = release.state.pull_requests.get(&PullRequestName::Release)?;
    Some(Button::open(format!("Open #{number}"), url))
}
