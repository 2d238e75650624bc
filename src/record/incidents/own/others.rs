//! What else is wrong where something is rolled back: it is told so, and nobody is called twice.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    context::Context,
    domain::{
        incident::{
            self, DeployTurn, What,
            matter::{About, Way},
        },
        release::Release,
    },
    messages,
    store::{StoreProblem, Writing},
};

/// Among how many incidents others are looked for, newest first.
const MATTERS: usize = 50;
/// For how long those who were called by an alert need not be called once more because of what it leads to.
const JUST_CALLED: TimeDelta = TimeDelta::minutes(1);

/// What else is wrong there is told what is done about it: alerts that speak against what is taken back say so, and nothing
/// offers a second roll-back. Gives those whom an alert has called just now.
pub(super) fn tell_others(
    context: &Context,
    writing: &mut Writing,
    release: &Release,
    (turn, own): (&DeployTurn, u64),
    at: DateTime<Utc>,
) -> Result<Vec<String>, StoreProblem> {
    let name = format!("{} {}", release.spec.project, incident::tag_of(release));
    let said = messages::incident::taken_back(&name, &turn.environment, &turn.what);
    if said.is_none() && !matches!(turn.what, What::Begun(_)) {
        return Ok(vec![]);
    }
    let mut called = vec![];
    for mut matter in writing.latest_matters(MATTERS)? {
        let wrong = matter.trouble.as_ref().is_some_and(|trouble| trouble.over.is_none());
        let here = matter.project.as_ref() == Some(&release.spec.project)
            && matter.environment.as_ref().is_none_or(|environment| *environment == turn.environment);
        if !wrong || !here || matter.number == own {
            continue;
        }
        let alerts = matches!(matter.about, About::Alerts { .. });
        let just_now = at - matter.at < JUST_CALLED && !matter.destinations.is_empty();
        if alerts && just_now && matches!(turn.what, What::Failed(_)) {
            called = context.on_call();
        }
        match (&mut matter.said, &said) {
            (Some(known), Some(_)) if !alerts => known.ways.retain(|way| *way != Way::RollBack),
            (_, Some(said)) => matter.said = Some(said.clone()),
            // It is tried again: whatever still fires speaks against that.
            (Some(_), None) if alerts => matter.said = None,
            _ => continue,
        }
        writing.put_matter(&matter)?;
        writing.refresh_matter(&matter)?;
    }
    Ok(called)
}
