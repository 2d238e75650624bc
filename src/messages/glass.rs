//! What is said where two people go past a gate that leads to production, and until somebody has looked at that.

use super::{about, buttons::on_present, either};
use crate::domain::{
    message::{Block, Button, Line, Look, Message, Tone, line},
    release::{Release, glass::BrokenGlass},
    team::people::{People, Permission},
};

/// Who may agree with somebody to go past a gate.
pub fn seconds(people: &People, first: &str) -> Vec<String> {
    let mut others = people.holding(&people.roles_with(Permission::Override));
    others.retain(|name| name != first);
    others
}

/// How a second person is found, as a sentence.
pub fn second_needed(people: &People, first: &str) -> String {
    let others = seconds(people, first);
    match others.is_empty() {
        true => "It leads to production, so a second person has to agree, and nobody else may: give the permission \
                 `override` to another person in bot.toml, or decide at the gate."
            .to_owned(),
        false => format!("It leads to production, so a second person has to agree: {}.", either(&others)),
    }
}

/// Somebody asks to go past a gate: those who may agree are called.
pub fn asked(release: &Release, step: usize, by: &str, reason: &str, people: &People) -> Message {
    requested(release, step, by, reason, people).ping(seconds(people, by))
}

/// What somebody asks for, and the button that agrees to it.
pub fn requested(release: &Release, step: usize, by: &str, reason: &str, people: &People) -> Message {
    let gate = release.spec.plan.steps.get(step).and_then(|planned| planned.step.gate());
    let agree = gate.map(|gate| about(release, "agree").with("gate", on_present(release, gate)));
    let agree = agree.and_then(|agree| Button::say("Agree to go past it", Look::Danger, &agree));
    Message::new(Tone::Bad, format!("\u{26a0} {by} asks to go past: {}", release.title_of(step)))
        .block(Block::Quote(reason.to_owned()))
        .text(second_needed(people, by))
        .row(agree.into_iter().collect())
}

/// Two people went past a gate.
pub fn broken(release: &Release, step: usize, by: &str, reason: &str) -> Message {
    Message::new(Tone::Bad, format!("\u{23ed} {by} skipped: {}", release.went_past(step)))
        .block(Block::Quote(reason.to_owned()))
        .text(
            line()
                .plain("Nobody has approved it. Its review stays open until somebody says what it found: ")
                .code(format!("/release review version={} \u{2026}", release.spec.version)),
        )
}

/// Somebody looked at it.
pub fn reviewed(release: &Release, step: usize, by: &str, findings: &str) -> Message {
    Message::new(Tone::Plain, format!("\u{1f50e} {by} reviewed: {} of {}", release.title_of(step), release.name()))
        .block(Block::Quote(findings.to_owned()))
}

/// The daily reminder of what nobody has looked at.
pub fn reminder(release: &Release, open: &[BrokenGlass], people: &People) -> Message {
    let lines = open.iter().map(|glass| in_short(release, glass)).collect();
    Message::new(Tone::Asking, format!("\u{23f0} {}: a skipped gate is still to be reviewed", release.name()))
        .block(Block::List(lines))
        .text(line().code(format!("/release review version={} \u{2026}", release.spec.version)).plain(" closes it."))
        .ping(people.holding(&people.roles_with(Permission::Override)))
}

/// `api v2.2.0: QA sign-off was skipped by alice and dave: …`
pub fn in_short(release: &Release, glass: &BrokenGlass) -> Line {
    line()
        .bold(release.name())
        .plain(format!(": {} was skipped by {} ", glass.title, glass.by))
        .time(glass.at)
        .plain(format!(": {}", glass.reason))
}
