//! What those who follow a release are told of its deploys. Whoever has to do something when one goes wrong is called by the
//! incident that is told of it, and not a second time here.

use crate::{
    domain::{
        incident::{self, Answer, What},
        message::{Button, Message, Tone},
        release::{Release, fact::Outcome, plan::Step, rollout::Phase, setback::Setback},
    },
    messages::{capital, code::with_code, span, spoken},
};

/// A deploy goes on.
pub(super) fn done(release: &Release, step: usize, made: &Outcome) -> Option<Message> {
    let (planned, place) = (&release.spec.plan.steps[step].step, release.spec.plan.environment_of(step)?);
    let (there, phase) = (spoken(place), release.phase(step));
    let working = |title: String| Message::new(Tone::Working, title);
    let title = if let Step::Deploy { title, .. } = planned { title.as_ref() } else { None };
    let message = match (phase, made) {
        (Phase::RollingBack, Outcome::Expected { build }) => {
            let title = format!("\u{21a9} {there} goes back to {build} once you have your CD deploy that");
            Message::new(Tone::Bad, title).text("Its report is waited for.")
        }
        (Phase::RollingBack, Outcome::Run { build, .. } | Outcome::Deployment { build, .. }) => {
            working(format!("\u{21a9} Rolling {there} back to {build}"))
        }
        (_, Outcome::Expected { build }) => {
            working(format!("\u{1f69a} {build} is expected on {there}: CD deploys it by itself"))
        }
        (_, Outcome::Run { build, .. } | Outcome::Deployment { build, .. }) => working(match title {
            Some(title) => format!("\u{1f69a} {}", capital(title)),
            None => format!("\u{1f69a} {build} is on its way to {there}"),
        }),
        (Phase::Held, _) => Message::new(
            Tone::Bad,
            format!("\u{270b} {there} takes no deploys until somebody says /release resume {place}"),
        ),
        (_, Outcome::Deployed { seconds, build, .. }) if phase == Phase::RolledBack || release.is_roll_back() => {
            let took = span(chrono::Duration::seconds(*seconds));
            let title = format!("\u{21a9} {there} runs {build} again (rolled back in {took})");
            let title = Message::new(Tone::Bad, title);
            title.text(format!("It takes no deploys until somebody says /release resume {place}."))
        }
        (_, Outcome::Deployed { seconds, build, .. }) => {
            let took = span(chrono::Duration::seconds(*seconds));
            Message::new(
                Tone::Good,
                match title {
                    Some(title) => format!("\u{1f4e6} Done: {title} (in {took})"),
                    None => format!("\u{1f4e6} {build} is on {there} (deployed in {took})"),
                },
            )
        }
        (
            _,
            Outcome::Nothing
            | Outcome::Branch { .. }
            | Outcome::Notes { .. }
            | Outcome::Tag { .. }
            | Outcome::PullRequest { .. }
            | Outcome::Fix { .. }
            | Outcome::Merged { .. }
            | Outcome::Page { .. }
            | Outcome::BackMerge(_)
            | Outcome::Stories { .. }
            | Outcome::Overlap { .. }
            | Outcome::Merge { .. }
            | Outcome::Drift { .. },
        ) => return None,
    };
    Some(match made.page_of_run() {
        Some(url) => message.row(vec![Button::open("Watch", url)]),
        None => message,
    })
}

/// A deploy failed, and is not tried again by itself.
pub(super) fn failed(release: &Release, step: usize, problem: &Setback) -> Option<Message> {
    let what = incident::failed(release, step, problem)?;
    let could_not = |what: String| format!("\u{1f6a8} {}: could not {what}", release.name());
    let planned = || could_not(release.spec.plan.steps[step].step.in_words());
    let (title, follows) = if let What::Failed(failed) = what {
        let title = match failed.watched {
            true => {
                let there = spoken(release.spec.plan.environment_of(step)?);
                format!("\u{1f6a8} {} does badly on {there}", release.name())
            }
            false => planned(),
        };
        let follows = match failed.answer {
            Answer::RollsBack => "It is being rolled back now.",
            Answer::Holds => "The environment is held.",
            Answer::Waits => "It waits for a person; the card has the buttons.",
        };
        (title, follows)
    } else {
        let own = matches!(what, What::NotBack(_)) && !release.is_roll_back();
        let title = if own { could_not(release.name_of(step)) } else { planned() };
        (title, "The environment is not what it was; the card has the buttons.")
    };
    Some(Message::new(Tone::Bad, title).text(with_code(&capital(&problem.to_string()))).text(follows))
}
