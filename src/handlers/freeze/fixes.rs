//! Fixes of what was rejected: whom the playbook lets bring them in, nobody else has to grant an exemption.

use std::sync::Arc;

use crate::{
    context::Context,
    domain::{
        freeze::{Freeze, exemption::Exemption, verdict::Act},
        release::{Release, plan::Step},
        team::people::Known,
    },
};

/// The title of the gate at which the fix was asked for, if `known` may let it in: nothing but the release's own freeze closes the
/// branch, something of that release is rejected, and its playbook names a role of theirs.
pub(super) fn lets_in(
    context: &Context,
    (freezes, open): (&[Freeze], &[Arc<Release>]),
    exemption: &Exemption,
    known: &Known,
) -> Option<String> {
    let act = Act::Merge { branch: &exemption.base };
    let verdict = context.verdict(freezes, &exemption.project, act, None, context.clock.now());
    let mut closing: Vec<_> = verdict.freezes().map(|freeze| freeze.release).collect();
    closing.dedup();
    let [Some(closed_by)] = closing.as_slice() else { return None };
    let release = open.iter().find(|release| release.spec.id == *closed_by)?;
    rejected(release, known).map(str::to_owned)
}

/// The gate that is rejected, as people call it, if somebody may let its fixes in.
fn rejected<'a>(release: &'a Release, known: &Known) -> Option<&'a str> {
    let plan = &release.spec.plan;
    let lets = |step: &Step| {
        let Step::Freeze { fixes_by, .. } = step else { return false };
        fixes_by.iter().any(|role| known.roles.contains(role))
    };
    plan.find(lets)?;
    let is_rejected = |name: &str| release.state.gates.get(name).is_some_and(|gate| gate.rejected.is_some());
    plan.gates().find(|(_, gate)| is_rejected(&gate.name)).map(|(_, gate)| gate.title.as_str())
}
