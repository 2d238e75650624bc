//! How it goes on after a rejection: a fix that is pushed where the stage begins again, and otherwise another release.

use commands::Invocation;

use crate::{
    domain::{
        message::{Button, Line, Look, line},
        release::Release,
    },
    messages::{all, buttons::cancel_button, spoken},
};

/// How it goes on after a rejection at a gate, without a full stop; `freezing` if a freeze of its own is in the way of pushes.
pub fn way_on(release: &Release, step: usize, freezing: bool) -> Line {
    match (release.spec.repeats_on(release.spec.plan.steps[step].stage), in_production(release).as_slice()) {
        (Some(branch), _) => {
            let words = line().plain("A fix pushed to ").code(branch).plain(" starts this stage again");
            match freezing {
                true => words.plain("; the freeze lets it in with ").code("/freeze exempt"),
                false => words,
            }
        }
        (None, []) => {
            line().plain("A fix does not come into it any more: cancel, and release the fix under a new version")
        }
        (None, places) => line().plain(format!(
            "It runs in {}: roll it back, or bring a fix with /hotfix; then cancel, and release the fix under a new \
             version",
            all(places)
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
    let cancel = cancel_button(release);
    let places = in_production(release);
    if places.is_empty() {
        return cancel.into_iter().collect();
    }
    let back = |place: &&str| {
        let label = if places.len() == 1 {
            "Roll back\u{2026}".to_owned()
        } else {
            format!("Roll {} back\u{2026}", spoken(place))
        };
        let back = Invocation::new("release rollback").with("environment", *place).with("of", &of);
        Button::say(label, Look::Danger, &back)
    };
    let hotfix = Button::say_of("Hotfix\u{2026}", Look::Plain, &Invocation::new("hotfix"), project);
    // A row of buttons holds five.
    let mut buttons: Vec<Button> = places.iter().take(3).filter_map(back).collect();
    buttons.extend(hotfix.into_iter().chain(cancel));
    buttons
}

/// Where the release's customers already have it. What was deployed beside what is live gets no traffic.
fn in_production(release: &Release) -> Vec<&str> {
    let (plan, steps) = (&release.spec.plan, &release.state.steps);
    let there = |place: &&str| {
        (0..steps.len()).any(|step| {
            let deploys = plan.steps[step].step.deploys_to() == Some(place);
            deploys && steps[step].rollout.here.is_some() && plan.steps[step].step.takes_traffic()
        })
    };
    plan.production().into_iter().filter(there).collect()
}
