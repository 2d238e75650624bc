//! Fixes of what was rejected: who lets them into a release's own freeze, and for how long.

use std::collections::BTreeSet;

use super::{Release, gate::Gate, plan::Step};
use crate::domain::freeze::{Freeze, exemption::Lapse};

/// The gate that is rejected, if the release still waits there: one that somebody went past asks for no fix.
pub fn rejected(release: &Release) -> Option<&Gate> {
    let is_rejected = |name: &str| release.state.gates.get(name).is_some_and(|gate| gate.rejected.is_some());
    let mut gates = release.spec.plan.gates().filter(|_| release.is_open());
    let found = gates.find(|(step, gate)| is_rejected(&gate.name) && !release.state.step(*step).is_over());
    found.map(|(_, gate)| gate)
}

/// The rejected gate, if somebody with these roles lets its fixes in by themselves: nothing closes the branch but freezes of the
/// release whose steps say so.
pub fn lets_in<'a>(release: &'a Release, closing: &[Freeze], roles: &BTreeSet<String>) -> Option<&'a Gate> {
    let lets = |freeze: &Freeze| fixes_by(release, freeze).iter().any(|role| roles.contains(role));
    rejected(release).filter(|_| !closing.is_empty() && closing.iter().all(lets))
}

/// Why what was let in as a fix of a release has to wait again; nothing while that is so. A release that is not known any more
/// has nothing rejected.
pub fn lapse(release: Option<&Release>, closing: &[Freeze]) -> Option<Lapse> {
    let lets = |freeze: &&Freeze| release.is_some_and(|release| !fixes_by(release, freeze).is_empty());
    let rejected = release.and_then(rejected);
    match closing.iter().find(|freeze| !lets(freeze)) {
        Some(_) | None if rejected.is_none() => Some(Lapse::NotRejected),
        Some(other) => Some(Lapse::FrozenToo { reason: other.reason.clone() }),
        None => None,
    }
}

/// Whom the step that made a freeze of the release lets bring fixes in; nobody into anybody else's freeze.
fn fixes_by<'a>(release: &'a Release, freeze: &Freeze) -> &'a [String] {
    if freeze.release != Some(release.spec.id) {
        return &[];
    }
    let made = release.spec.plan.steps.iter().find_map(|planned| {
        let Step::Freeze { branches, fixes_by, .. } = &planned.step else { return None };
        (*branches == freeze.branches).then_some(fixes_by.as_slice())
    });
    made.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ids::ReleaseId,
        release::samples::{compare, happened, minute, release},
    };

    const STAGES: &str = r#"
[[release.stage]]
name = "Freeze"
steps = [
  { do = "freeze", reason = "Code freeze", branches = ["develop"], fixes-by = ["developer"] },
  { do = "freeze", reason = "Nothing leaves", branches = ["main"] },
]
[[release.stage]]
name = "QA"
repeat = "on-push"
steps = [{ do = "sign-off", name = "qa", title = "QA sign-off", roles = ["qa"] }]
[[release.stage]]
name = "Product"
steps = [{ do = "sign-off", name = "product", title = "approval", roles = ["pm"] }]
"#;

    /// `develop`, `main`: the release's freeze of that branch; `other`: that of another release; anything else: somebody's.
    fn freezes(closing: &str) -> Vec<Freeze> {
        let freeze = |name: &str| Freeze {
            branches: vec![if name == "main" { "main" } else { "develop" }.to_owned()],
            release: match name {
                "develop" | "main" => Some(ReleaseId(7)),
                "other" => Some(ReleaseId(8)),
                _ => None,
            },
            ..Freeze::new(name, "ann", minute(0))
        };
        closing.split_whitespace().map(freeze).collect()
    }

    #[test]
    fn who_lets_a_fix_in() {
        let rows = [
            ("nothing is rejected", "to qa", "develop", "developer", ""),
            ("QA rejects", "to qa; rejected qa eve", "develop", "developer", "QA sign-off"),
            ("another role", "to qa; rejected qa eve", "develop", "qa", ""),
            ("nothing closes", "to qa; rejected qa eve", "", "developer", ""),
            ("the step that made the freeze lets nobody", "to qa; rejected qa eve", "main", "developer", ""),
            ("one of two of them does not", "to qa; rejected qa eve", "develop main", "developer", ""),
            ("another release's freeze", "to qa; rejected qa eve", "other", "developer", ""),
            ("somebody's freeze besides", "to qa; rejected qa eve", "develop database", "developer", ""),
            ("it was taken back", "to qa; rejected qa eve; withdrew qa eve", "develop", "developer", ""),
            ("whoever rejected approves", "to qa; rejected qa eve; approved qa eve", "develop", "developer", ""),
            ("somebody went past it", "to qa; rejected qa eve; skipped qa ann", "develop", "developer", ""),
            (
                "somebody went past it, and another one is rejected",
                "to qa; rejected qa eve; skipped qa ann; rejected product pam",
                "develop",
                "developer",
                "approval",
            ),
            ("a fix came", "to qa; rejected qa eve; pushed c2", "develop", "developer", ""),
        ];
        compare(rows.map(|(about, history, closing, role, expected)| {
            let (release, roles) = (happened(release(STAGES), history), BTreeSet::from([role.to_owned()]));
            let gate = lets_in(&release, &freezes(closing), &roles);
            (about, gate.map_or(String::new(), |gate| gate.title.clone()), expected.to_owned())
        }));
    }

    #[test]
    fn how_long_a_fix_is_let_in() {
        let too = |reason: &str| Some(Lapse::FrozenToo { reason: reason.to_owned() });
        let rows = [
            ("as long as it is rejected", "to qa; rejected qa eve", "develop", None),
            ("the freeze is lifted", "to qa; rejected qa eve", "", None),
            ("somebody freezes besides", "to qa; rejected qa eve", "develop database", too("database")),
            ("somebody freezes instead", "to qa; rejected qa eve", "database", too("database")),
            ("another release freezes", "to qa; rejected qa eve", "develop other", too("other")),
            ("the release freezes without fixes", "to qa; rejected qa eve", "develop main", too("main")),
            ("it was taken back", "to qa; rejected qa eve; withdrew qa eve", "develop", Some(Lapse::NotRejected)),
            ("… and is frozen besides", "to qa", "develop database", Some(Lapse::NotRejected)),
            (
                "whoever rejected approves",
                "to qa; rejected qa eve; approved qa eve",
                "develop",
                Some(Lapse::NotRejected),
            ),
            ("somebody went past it", "to qa; rejected qa eve; skipped qa ann", "develop", Some(Lapse::NotRejected)),
            ("a fix came", "to qa; rejected qa eve; pushed c2", "develop", Some(Lapse::NotRejected)),
            ("the release is cancelled", "to qa; rejected qa eve; cancelled ann", "develop", Some(Lapse::NotRejected)),
        ];
        compare(rows.map(|(about, history, closing, expected)| {
            let release = happened(release(STAGES), history);
            (about, lapse(Some(&release), &freezes(closing)), expected)
        }));
        assert_eq!(lapse(None, &freezes("develop")), Some(Lapse::NotRejected), "the release is forgotten");
    }
}
