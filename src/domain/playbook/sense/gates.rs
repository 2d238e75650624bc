//! Gates that nobody can decide, whoever holds which role.

use std::collections::BTreeMap;

use super::super::{PlannedPath, mistake::PlaybookMistake};

/// What keeps gates from being decided, and from being named in a command.
pub(super) fn undecidable(planned: &PlannedPath) -> Vec<PlaybookMistake> {
    let mut mistakes = vec![];
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for (step, gate) in planned.plan.gates() {
        let name = &gate.name;
        let mut note = |words: String| mistakes.push(planned.mistake(step, words));
        if name.is_empty() || name.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            note(format!("`{name}` cannot be typed as the name of a gate; write one word, such as `qa`"));
        }
        if gate.roles.is_empty() {
            note(format!("`roles` of `{name}` is empty, so nobody can decide there; write one, such as `[\"qa\"]`"));
        }
        if gate.quorum == 0 {
            note(format!(
                "`quorum = 0` of `{name}`: without an approval nothing is decided; write 1 or more, or take the gate out"
            ));
        }
        let stage = planned.plan.stage_of(step).map(|stage| stage.name.as_str()).unwrap_or_default();
        if let Some(first) = taken.insert(name, stage) {
            note(format!("`{name}` is a gate of stage \"{first}\" already; give each a name of its own"));
        }
    }
    mistakes
}
