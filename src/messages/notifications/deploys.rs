//! What those who follow a release are told of its deploys. Whoever has to do something when one goes wrong is called by the
//! incident that is told of it, and not a second time here.

use crate::{
    domain::{
        incident::{self, Answer, What},
        message::{Button, Message, Tone},
        release::{Release, fact::Outcome, plan::Step},
    },
    messages::{capital, span, spoken},
};

/// A deploy goes on.
pub(super) fn done(release: &Release, step: usize, made: &Outcome) -> Option<Message> {
    let plan = &release.spec.plan;
    let working = |title: String| Message::new(Tone::Working, title);
    let message = match (&plan.steps[step].step, made) {
        (Step::StartDeploy { title: Some(title), .. }, Outcome::Run { .. } | Outcome::Deployment { .. }) => {
            working(format!("\u{1f69a} {}", capital(title)))
        }
        (Step::StartDeploy { environment, .. }, Outcome::Run { build, .. } | Outcome::Deployment { build, .. }) => {
            working(format!("\u{1f69a} {build} is on its way to {}", spoken(environment)))
        }
        (Step::StartDeploy { environment, .. }, Outcome::Expected { build }) => {
            working(format!("\u{1f69a} {build} is expected on {}: CD deploys it by itself", spoken(environment)))
        }
        (Step::Hold { environment }, _) => Message::new(
            Tone::Bad,
            format!(
                "\u{270b} {} takes no deploys until somebody says /release resume {environment}",
                spoken(environment)
            ),
        ),
        (Step::StartRollBack { environment, .. }, Outcome::Expected { build }) => {
            let title =
                format!("\u{21a9} {} goes back to {build} once you have your CD deploy that", spoken(environment));
            Message::new(Tone::Bad, title).text("Its report is waited for.")
        }
        (Step::StartRollBack { environment, .. }, Outcome::Run { build, .. } | Outcome::Deployment { build, .. }) => {
            working(format!("\u{21a9} Rolling {} back to {build}", spoken(environment)))
        }
        (Step::AwaitDeploy { environment }, Outcome::Deployed { seconds, build, .. }) if !release.is_roll_back() => {
            let took = span(chrono::Duration::seconds(*seconds));
            let title = match plan.asking(step).map(|asking| &plan.steps[asking].step) {
                Some(Step::StartDeploy { title: Some(title), .. }) => format!("\u{1f4e6} Done: {title} (in {took})"),
                _ => format!("\u{1f4e6} {build} is on {} (deployed in {took})", spoken(environment)),
            };
            Message::new(Tone::Good, title)
        }
        (
            Step::AwaitRollBack { environment } | Step::AwaitDeploy { environment },
            Outcome::Deployed { build, seconds, .. },
        ) => {
            let took = span(chrono::Duration::seconds(*seconds));
            let title = format!("\u{21a9} {} runs {build} again (rolled back in {took})", spoken(environment));
            let title = Message::new(Tone::Bad, title);
            title.text(format!("It takes no deploys until somebody says /release resume {environment}."))
        }
        _ => return None,
    };
    Some(match made {
        Outcome::Run { url, .. } => message.row(vec![Button::open("Watch", url)]),
        _ => message,
    })
}

/// A deploy failed, and is not tried again by itself.
pub(super) fn failed(release: &Release, step: usize, problem: &str) -> Option<Message> {
    let title = match incident::failed(release, step, problem)? {
        What::Failed(failed) if failed.watched => {
            format!("\u{1f6a8} {} does badly on {}", release.name(), spoken(release.spec.plan.environment_of(step)?))
        }
        _ => format!("\u{1f6a8} {}: could not {}", release.name(), release.spec.plan.name_of(step)),
    };
    let follows = match incident::failed(release, step, problem)? {
        What::Failed(failed) => match failed.answer {
            Answer::RollsBack => "It is rolled back now.",
            Answer::Holds => "The environment is held.",
            Answer::Waits => "It waits for a person; the card has the buttons.",
        },
        _ => "The environment is not what it was; the card has the buttons.",
    };
    Some(Message::new(Tone::Bad, title).text(capital(problem)).text(follows))
}
