//! Gates that nobody may decide, and roles that nobody holds.

use std::collections::{BTreeMap, BTreeSet};

use super::{Findings, ProjectWay};
use crate::{
    domain::{
        nearest::nearest,
        release::{gate::Gate, plan::Step},
        team::people::{People, Permission},
    },
    playbooks::Shelf,
};

/// Notes every gate that hangs for want of people, and is in doubt about every other role that nobody holds.
pub(super) fn missing(ways: &[ProjectWay<'_>], people: &People, shelf: &Shelf, found: &mut Findings) {
    let mapped = people.mapped_roles.values();
    let held: BTreeSet<&str> =
        people.people.iter().flat_map(|person| &person.roles).chain(mapped).map(String::as_str).collect();
    let holders = Holders { people, held };
    for way in ways {
        let mut unheld: BTreeMap<String, &str> = BTreeMap::new();
        for (planned, starts) in way.paths.iter().zip([Permission::Release, Permission::Hotfix]) {
            for (step, one) in planned.plan.steps.iter().enumerate() {
                let wrong = one.step.gate().and_then(|gate| holders.against(gate, starts));
                let tested = if let Step::Pick { test, .. } = &one.step { test.as_slice() } else { &[] };
                let untested = !tested.is_empty() && !tested.iter().any(|role| holders.is_held(role));
                let untested = untested.then(|| holders.nobody("test: nobody can say that a story works", tested));
                for words in wrong.into_iter().chain(untested) {
                    found.problems.insert(way.problem(shelf, &planned.mistake(step, words)));
                }
                let stage = planned.plan.stage_of(step).map(|stage| stage.name.as_str()).unwrap_or_default();
                let roles = roles(&one.step).filter(|role| !holders.is_held(role));
                for role in roles {
                    unheld.entry(role.clone()).or_insert(stage);
                }
            }
            for role in planned.plan.target.escalate.iter().filter(|role| !holders.is_held(role)) {
                unheld.entry(role.clone()).or_insert("");
            }
        }
        for (role, stage) in unheld {
            let stage = if stage.is_empty() { String::new() } else { format!(" in its stage \"{stage}\"") };
            let meant = nearest(&role, holders.held.iter().copied());
            let meant = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
            let sentence = format!("nobody holds the role `{role}`, which {} names{stage}{meant}", way.playbook.name);
            found.doubt(&way.place.playbook, sentence);
        }
    }
}

/// Every role that a step names.
fn roles(step: &Step) -> impl Iterator<Item = &String> {
    let gate = step.gate().into_iter().flat_map(|gate| gate.roles.iter().chain(&gate.escalate).chain(&gate.back_to));
    let others: &[String] = if let Step::Announce { roles, .. } | Step::Freeze { fixes_by: roles, .. } = step {
        roles
    } else if let Step::Pick { test, .. } = step {
        test
    } else {
        &[]
    };
    gate.chain(others)
}

/// Who holds which roles.
struct Holders<'a> {
    people: &'a People,
    held: BTreeSet<&'a str>,
}

impl Holders<'_> {
    fn is_held(&self, role: &str) -> bool {
        self.held.contains(role)
    }

    /// What keeps a gate of releases, begun by those with a permission, from being decided; nothing of one without a role.
    fn against(&self, gate: &Gate, starts: Permission) -> Option<String> {
        let name = &gate.name;
        let is_any_held = gate.roles.iter().any(|role| self.is_held(role));
        if gate.roles.is_empty() {
            return None;
        }
        if !is_any_held {
            return Some(self.nobody(&format!("nobody can decide at `{name}`"), &gate.roles));
        }
        // Whoever a chat vouches for is one of the people of the file.
        let vouched = self.people.mapped_roles.values().any(|role| gate.roles.contains(role));
        let deciders: Vec<String> = match vouched {
            true => self.people.people.iter().map(|person| person.name.clone()).collect(),
            false => self.people.holding(&gate.roles),
        };
        let (count, roles) = (deciders.len(), gate.roles.join("` or `"));
        if gate.quorum > count {
            let who = if vouched { "there are" } else { "the roles are held by" };
            let people = if count == 1 { "person" } else { "people" };
            return Some(format!(
                "`quorum = {}` of `{name}` is more than there are to decide: of `{roles}`, {who} {count} {people} ({}); write \
                 `quorum = {count}`, or give the role to more",
                gate.quorum,
                deciders.join(", ")
            ));
        }
        let may = self.people.permissions.get(&starts)?;
        let starters: Vec<String> = self.people.holding(&may.iter().cloned().collect::<Vec<_>>());
        let left = |starter: &String| deciders.iter().filter(|name| *name != starter).count();
        let alone = !gate.requester_may && !starters.is_empty() && starters.iter().all(|name| left(name) < gate.quorum);
        let maps_starters = self.people.mapped_roles.values().any(|role| may.contains(role));
        (alone && !maps_starters).then(|| {
            format!(
                "`requester-may = false` of `{name}` leaves nobody: whoever may begin it, {}, is needed to decide it; give the \
                 role `{roles}` to somebody else, too",
                starters.join(" or ")
            )
        })
    }

    fn nobody(&self, what: &str, roles: &[String]) -> String {
        let none = roles.join("` or `");
        let meant = roles.iter().find_map(|role| nearest(role, self.held.iter().copied()));
        let way_out = match (meant, roles.first()) {
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, Some(role)) => format!("write it in the `roles` of a person, or map it in `[roles.{role}]`"),
            (None, None) => "write one".to_owned(),
        };
        format!("{what}: nobody holds the role `{none}`; {way_out}")
    }
}
