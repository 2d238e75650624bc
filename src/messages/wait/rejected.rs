//! How it goes on after a rejection: a fix that is pushed where the stage begins again, and otherwise another release.

use commands::Invocation;

use crate::{
    domain::{
        message::{Button, Line, Look, line},
        release::Release,
    },
    messages::about,
};

/// How it goes on after a rejection at a gate, without a full stop; `freezing` if a freeze of its own is in the way of pushes.
pub fn way_on(release: &Release, step: usize, freezing: bool) -> Line {
    match (release.spec.repeats_on(release.spec.plan.steps[step].stage), production(release)) {
        (Some(branch), _) => {
            let words = line().plain("A fix pushed to ").code(branch).plain(" starts this stage again");
            match freezing {
                true => words.plain("; the freeze lets it in with ").code("/freeze exempt"),
                false => words,
            }
        }
        (None, None) => line().plain("A fix does not come into it any more: cancel, and release the fix under a new version"),
        (None, Some(place)) => line().plain(format!(
            "It runs in {place}: roll it back, or bring a fix with /hotfix; then cancel, and release the fix under a new \
             version"
        )),
    }
}

/// What helps where no fix comes into it any more.
pub fn buttons(release: &Release, step: usize) -> Vec<Button> {
    if release.spec.repeats_on(release.spec.plan.steps[step].stage).is_some() {
        return vec![];
    }
    let project = &release.spec.project;
    let of = release.spec.id.to_string();
    let cancel = Button::say("Cancel\u{2026}", Look::Danger, &about(release, "release cancel"));
    let Some(place) = production(release) else { return cancel.into_iter().collect() };
    let back = Invocation::new("release rollback").with("environment", place).with("of", of);
    let named = |label: &str, look, said: Invocation| Button::say_of(label, look, &said, project);
    let back = Button::say("Roll back", Look::Danger, &back);
    let hotfix = named("Hotfix\u{2026}", Look::Plain, Invocation::new("hotfix"));
    [back, hotfix, cancel].into_iter().flatten().collect()
}

/// Where the release's customers already have it, if they do. What was deployed beside what is live gets no traffic.
fn production(release: &Release) -> Option<&str> {
    let (plan, steps) = (&release.spec.plan, &release.state.steps);
    let place = plan.environments().pop()?;
    let there = |step: usize| {
        let deploys = plan.steps[step].step.deploys_to() == Some(place);
        deploys && steps[step].rollout.here.is_some() && plan.steps[step].step.takes_traffic()
    };
    (0..steps.len()).any(there).then_some(place)
}
