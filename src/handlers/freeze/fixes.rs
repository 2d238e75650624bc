//! Fixes of what was rejected: whom the playbook lets bring them in, nobody else has to grant an exemption.

use std::sync::Arc;

use crate::{
    context::Context,
    domain::{
        freeze::{Freeze, exemption::Exemption},
        release::{Release, ReleaseId, fixes},
        team::people::Known,
    },
};

/// The release whose fix it is and the title of the gate that asks for it, if `known` may let it in: nothing but the release's own
/// freeze closes the branch, something of that release is rejected, and its playbook names a role of theirs.
pub(super) fn lets_in(
    context: &Context,
    (freezes, open): (&[Freeze], &[Arc<Release>]),
    exemption: &Exemption,
    known: &Known,
) -> Option<(ReleaseId, String)> {
    let closing = context.closing(freezes, &exemption.project, &exemption.base, context.clock.now());
    let closed_by = closing.first()?.release?;
    let release = open.iter().find(|release| release.spec.id == closed_by)?;
    let gate = fixes::lets_in(release, &closing, &known.roles)?;
    Some((closed_by, gate.title.clone()))
}
