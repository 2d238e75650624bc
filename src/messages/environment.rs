//! What the bot says about environments: what is rolled back, and what holds them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use commands::Invocation;

use super::{about, buttons::cancel_button, short, span};
use crate::domain::{
    deploy::ledger::{Bad, Hold, HoldCause, Running},
    message::{Block, Button, Line, Look, Message, Tone, line},
    release::{
        Release, ReleaseKind, ReleaseSpec,
        barrier::Holding,
        setback::{DeploySetback, Setback},
    },
    team::people::{People, Permission},
};

/// `since Mon 9 Mar 10:12 EDT by alice, because of v2.2.0: checkout is slow. /release resume …`
pub fn held(environment: &str, Holding { hold, project }: &Holding, zone: Tz) -> String {
    let named = project.as_ref().map(|project| format!(" project={project}")).unwrap_or_default();
    let since = hold.at.with_timezone(&zone).format("%a %-d %b %H:%M %Z");
    let (by, reason) = cause(hold);
    format!(
        "since {since} by {by}, because of {}: {reason}. /release resume {environment}{named} lets deploys in again",
        hold.from
    )
}

/// Who rolled back, and why.
pub fn cause(hold: &Hold) -> (&str, String) {
    match &hold.cause {
        HoldCause::Person { by, reason } | HoldCause::Said { by, reason } => (by, reason.clone()),
        HoldCause::Release { problem } => {
            ("itself", problem.as_ref().map_or_else(|| "its deploy failed".to_owned(), Setback::to_string))
        }
        HoldCause::Cd => ("CD", "it gave no reason".to_owned()),
    }
}

/// The button that ends a hold; the reason is asked for.
pub fn resume_button(project: &str, environment: &str) -> Option<Button> {
    let resume = Invocation::new("release resume").with("environment", environment);
    Button::say_of(format!("Resume {}\u{2026}", super::spoken(environment)), Look::Plain, &resume, project)
}

/// An environment is held because of what somebody else did.
pub fn held_now(project: &str, environment: &str, version: &str) -> Message {
    let what = format!("\u{270b} {project}: {} takes no deploys now", super::spoken(environment));
    Message::new(Tone::Bad, what)
        .text(format!(
            "{version} was rolled back there. It takes none until somebody says /release resume {environment}."
        ))
        .row(resume_button(project, environment).into_iter().collect())
}

/// A deploy would go where none is let in.
pub fn refused(project: &str, environment: &str, what: &str, hold: &Holding, zone: Tz) -> Message {
    Message::new(Tone::Bad, format!("{} takes no deploys now", super::place(environment)))
        .text(format!("{}.", held(environment, hold, zone)))
        .text(format!("Resume it first; then you can try again: {what}."))
        .row(resume_button(project, environment).into_iter().collect())
}

/// An older version would go over a later one.
pub fn runs_later(release: &Release, environment: &str, later: &Running) -> DeploySetback {
    let (version, later) = (release.spec.version.to_string(), later.version.clone());
    DeploySetback::RunsLater { environment: environment.to_owned(), version, later, release: release.name() }
}

/// A tag does not stand any more for what ran under it.
pub fn moved_since(tag: &str, environment: &str, ran: &str, there: &str) -> DeploySetback {
    let (tag, environment) = (tag.to_owned(), environment.to_owned());
    DeploySetback::MovedSince { tag, environment, ran: ran.to_owned(), now: there.to_owned() }
}

/// What is to be taken back is not there any more.
pub fn gone(of: &str, environment: &str, there: &str) -> String {
    let place = super::spoken(environment);
    format!(
        "{of} does not run in {place} any more, {there} does: nothing of it is there to take back. /release rollback \
         {environment} takes {there} back"
    )
}

/// A release has come to an environment that takes no deploys.
pub fn waits_for_resume(release: &Release, environment: &str, people: &People) -> Message {
    Message::new(
        Tone::Asking,
        format!("\u{270b} {} waits: {} takes no deploys", release.name(), super::spoken(environment)),
    )
    .text("It was rolled back. Once somebody resumes it, the release goes on by itself.")
    .row(resume_button(&release.spec.project, environment).into_iter().collect())
    .ping(people.holding(&people.roles_with(Permission::Release)))
}

/// What differs between two environments.
pub fn differ([one, other]: &[String; 2], lines: &[String]) -> Message {
    if lines.is_empty() {
        return Message::new(Tone::Good, format!("\u{1f50d} {one} and {other} do not differ, as far as is reported"));
    }
    Message::new(Tone::Plain, format!("\u{1f50d} {one} and {other} differ"))
        .block(Block::List(lines.iter().map(Line::from).collect()))
}

/// What a roll-back would do.
pub fn roll_back_plan(spec: &ReleaseSpec, bad: Option<&Bad>) -> Message {
    let steps = spec.plan.steps.iter().map(|planned| Line::from(planned.step.in_full()));
    let hold = Line::from(format!("hold {} until somebody resumes it", environment(spec)));
    let mark = bad.map(|bad| line().plain("mark ").code(short(&bad.commit)).plain(format!(" as bad: {}", bad.title)));
    Message::new(Tone::Plain, format!("Plan for {} (nothing has been done)", name(spec)))
        .text(goes_back(spec))
        .block(Block::List([hold].into_iter().chain(mark).chain(steps).collect()))
}

/// A roll-back was asked for.
pub fn roll_back_started(spec: &ReleaseSpec) -> Message {
    Message::new(Tone::Good, format!("Rolling {} back to {}", environment(spec), spec.tag))
        .text(format!("{} takes no deploys until somebody resumes it.", super::place(environment(spec))))
}

/// A release that is on its way takes back what it has deployed.
pub fn takes_back(release: &Release, environment: &str, back: &str, dry_run: bool) -> Message {
    let hold = format!("{} takes no deploys until somebody resumes it.", super::place(environment));
    if dry_run {
        return Message::new(Tone::Plain, "Plan (nothing has been done)").text(format!(
            "{} is on its way to {environment}: it would stop, and roll {environment} back to {back} by itself. {hold}",
            release.name()
        ));
    }
    Message::new(Tone::Good, format!("{} stops, and rolls {environment} back to {back}", release.name())).text(hold)
}

/// Everybody is told that an environment goes back. `brought` is the open release that brought what is taken away.
pub fn rolling_back(spec: &ReleaseSpec, bad: Option<&Bad>, brought: Option<&Release>) -> Message {
    let place = environment(spec);
    let ReleaseKind::RollBack { reason, .. } = &spec.kind else { return Message::new(Tone::Bad, name(spec)) };
    let title = format!("\u{21a9} {} rolls {} {place} back to {}", spec.requester, spec.project, spec.tag);
    let mut message = Message::new(Tone::Bad, title)
        .block(Block::Quote(reason.clone()))
        .text(goes_back(spec))
        .text(format!("{} takes no deploys until somebody says /release resume {place}.", super::place(place)));
    if let Some(bad) = bad {
        message = message.text(
            marked(bad).plain(format!(" is marked as bad: nothing that has it goes to {place} without its revert.")),
        );
    }
    let Some(brought) = brought else { return message };
    message
        .text(format!("{} is still open, and does not go on with what does not run.", brought.name()))
        .row(cancel_button(brought).into_iter().collect())
}

/// An environment has gone back.
pub fn rolled_back(release: &Release, build: &str, seconds: i64) -> Message {
    let place = environment(&release.spec);
    let took = span(chrono::Duration::seconds(seconds));
    Message::new(Tone::Good, format!("\u{21a9} {} {place} runs {build} again ({took})", release.spec.project))
        .text(format!(
            "It takes no deploys until somebody says /release resume {place}. /hotfix brings a fix meanwhile."
        ))
        .row(resume_button(&release.spec.project, place).into_iter().collect())
}

/// What there is to say when a hold ends.
pub struct Resumed<'a> {
    /// The environment.
    pub environment: &'a str,
    /// What held it.
    pub hold: Option<&'a Hold>,
    /// Bad commits that may come back.
    pub forgotten: &'a [Bad],
    /// Bad commits that may not.
    pub still_bad: &'a [Bad],
    /// Who ended it.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Releases that were rolled back there and wait for somebody to retry them.
    pub stopped: &'a [Arc<Release>],
}

impl Resumed<'_> {
    /// Everybody is told.
    pub fn told(&self, now: DateTime<Utc>) -> Message {
        let Self { environment, by, .. } = self;
        let title = match self.hold {
            Some(_) => format!("\u{25b6} {by} resumed {}: deploys are let in again", super::spoken(environment)),
            None => format!("\u{25b6} {by} let bad commits into {} again", super::spoken(environment)),
        };
        let mut message = Message::new(Tone::Good, title).block(Block::Quote(self.reason.to_owned()));
        if let Some(hold) = self.hold {
            let held = span(now - hold.at);
            message = message.text(format!("Held for {held} because of {}: {}", hold.from, cause(hold).1));
        }
        if !self.forgotten.is_empty() {
            let lines = self.forgotten.iter().map(marked).collect();
            message = message.text("No longer marked as bad:").block(Block::List(lines));
        }
        if !self.still_bad.is_empty() {
            let lines = self.still_bad.iter().map(marked).collect();
            message = message.text("Still not let in without their revert:").block(Block::List(lines));
        }
        if self.stopped.is_empty() {
            return message;
        }
        let retry = |release: &Arc<Release>| {
            let label =
                if self.stopped.len() == 1 { "Retry".to_owned() } else { format!("Retry {}", release.spec.tag) };
            Button::say(label, Look::Primary, &about(release, "release retry"))
        };
        let names: Vec<String> = self.stopped.iter().map(|release| release.name()).collect();
        message
            .text(format!("Stopped there: {}.", names.join(", ")))
            .row(self.stopped.iter().take(4).filter_map(retry).collect())
    }
}

/// `abc1234 feat: carts (#12)`
pub fn marked(bad: &Bad) -> Line {
    let pull = bad.pull.map(|number| format!(" (#{number})")).unwrap_or_default();
    line().code(short(&bad.commit)).plain(format!(" {}{pull}", bad.title))
}

/// `from v2.2.0 to v2.1.1 (abc1234)`
fn goes_back(spec: &ReleaseSpec) -> Line {
    let from = spec.previous_tag.as_deref().unwrap_or_default();
    line().plain(format!("From {from} to ")).bold(&spec.tag).plain(" at ").code(short(&spec.source_commit))
}

fn environment(spec: &ReleaseSpec) -> &str {
    match &spec.kind {
        ReleaseKind::RollBack { environment, .. } => environment,
        ReleaseKind::Regular | ReleaseKind::Hotfix { .. } => "",
    }
}

fn name(spec: &ReleaseSpec) -> String {
    format!("{} {} back to {}", spec.project, environment(spec), spec.tag)
}
