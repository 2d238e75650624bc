//! The gate at which somebody decides: whether it is open, and whether it is theirs.

use super::{Refusal, find::too_early, subject::MeantGate};
use crate::{
    context::Context,
    domain::{
        release::{
            Release,
            counted::NotTheirs,
            gate::Gate,
            next::{Next, Wait, next},
            plan::Step,
        },
        team::people::Known,
    },
    messages::{capital, either, reviews, spoken, wait},
    store::View,
};

/// The gate, if it is open, this person may decide there, and what they looked at is what is decided on.
pub(super) fn open_gate(
    (context, view): (&Context, &dyn View),
    release: &Release,
    meant: &MeantGate,
    known: &Known,
) -> Result<(Gate, crate::domain::release::gate::GateState), Refusal> {
    let name = &meant.name;
    let missing = || Refusal::Refused(format!("{} has no gate {name}.", release.name()));
    let (step, gate) = release.spec.plan.gate(name).ok_or_else(missing)?;
    let state = release.state.gates.get(name).cloned().unwrap_or_default();
    // What is decided is no secret, and nobody has to be asked for it any more.
    if release.state.steps[step].is_over() {
        let title = capital(&gate.title);
        if let (true, Some(later)) = (release.state.steps[step].overtaken, &release.state.overtaken) {
            return Err(format!(
                "{title} of {} is not decided on any more: {} runs {}.",
                release.name(),
                spoken(&later.environment),
                later.version
            )
            .into());
        }
        return Err(match &release.state.steps[step].skipped {
            Some((by, reason)) => format!("{by} skipped {}: {reason}", gate.title),
            None => format!("{title} has been given already, by {}.", either(&state.approved)),
        }
        .into());
    }
    let holds = gate.roles.iter().any(|role| known.roles.contains(role));
    let against =
        if holds { release.stands_against(gate, &known.name, &context.people) } else { Some(NotTheirs::Role) };
    if let Some(why) = against {
        let who = either(&wait::may_decide(release, gate, &context.people));
        let why = reviews::not_theirs(release, gate, why, "you do");
        return Err(format!("{}. Ask {who}.", capital(&why)).into());
    }
    meant.refuse_older(release)?;
    let waits = match next(release, &context.surroundings_in(view, release, context.clock.now())?, context.clock.now())
    {
        Next::Wait(waits) => waits,
        Next::Run(_) | Next::Finished(_) => vec![],
    };
    let open = waits.iter().any(|(step, wait)| {
        is_gate(release, *step, name) && matches!(wait, Wait::Decision { .. } | Wait::Rejected { .. })
    });
    if !open {
        if waits.iter().any(|(_, wait)| matches!(wait, Wait::Undone { .. } | Wait::RolledBack { .. })) {
            let sentence = format!("{} of {} is not decided on now", capital(&gate.title), release.name());
            return Err(too_early((context, view), release, &sentence)?);
        }
        let sentence = format!("{} of {} is not asked for yet", capital(&gate.title), release.name());
        return Err(too_early((context, view), release, &sentence)?);
    }
    if release.minds_authors(gate) && release.authorship(gate).is_none() {
        return Err(format!(
            "GitHub has not told me yet who wrote what is in {}, and nobody decides here on their own work. I look again \
             by myself; try it in a minute.",
            release.name()
        )
        .into());
    }
    Ok((gate.clone(), state))
}

/// Whether the release waits at this step.
pub(super) fn is_gate(release: &Release, step: usize, gate: &str) -> bool {
    matches!(&release.spec.plan.steps[step].step, Step::SignOff(here) | Step::Pick { gate: here, .. } if here.name == gate)
}
