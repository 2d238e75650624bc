//! Reads the effective rules of the branches back, and tells how well they are kept: once, and when that changes.

use std::collections::BTreeSet;

use super::{
    ground::Ground,
    watch::{Then, Trouble, Watch},
};
use crate::{
    desk::Desk,
    domain::{
        freeze::guard::{CONTEXT, Guard, Reading, Standing},
        post::Target,
    },
    freezes, journal,
    messages::{self, guard::Change},
    store::StoreProblem,
};

/// What was found of one branch.
struct Found {
    branch: String,
    required: Option<bool>,
    standing: Standing,
    closed: bool,
}

impl Watch {
    /// Reads the rules of all lines and of all closed branches, and tells what is new about them.
    pub(super) async fn read_rules(&mut self, desk: &Desk, ground: &Ground, guards: &[Guard]) -> Result<Then, Trouble> {
        let known = guards.iter().filter(|guard| guard.told.is_some()).map(|guard| guard.branch.clone());
        let branches: BTreeSet<String> =
            ground.lines().into_iter().chain(self.closed.iter().cloned()).chain(known).collect();
        let mut found = vec![];
        for branch in branches {
            found.push(self.read_branch(ground, branch).await?);
        }
        self.rules_due = false;
        let (writer, name) = (desk.clone(), ground.name.clone());
        let (releases, incidents) = (ground.releases.clone(), ground.incidents.clone());
        desk.write(move |writing| {
            let (mut first, mut worse, mut better) = (vec![], vec![], vec![]);
            for found in found {
                let old = writing.guards(&name)?.into_iter().find(|guard| guard.branch == found.branch);
                // A freeze may have begun, and told what was known, while GitHub was being read.
                let begun = !found.closed && freezes::closes(&writer, writing, &name, &found.branch)?;
                let old = old.and_then(|guard| guard.told);
                let before = old.clone().filter(|_| found.closed);
                match before {
                    // The announcement of the freeze tells it, if that is still to come.
                    None if found.closed && !freezes::will_tell(&writer, writing, &name, &found.branch)? => {
                        first.push((found.branch.clone(), found.standing.clone()));
                    }
                    Some(before) if before.to_string() != found.standing.to_string() => {
                        let (branch, now) = (found.branch.clone(), found.standing.clone());
                        let list = if now.is_enforced() { &mut better } else { &mut worse };
                        list.push(Change { branch, before, now });
                    }
                    _ => {}
                }
                let told = if begun { old } else { found.closed.then(|| found.standing.clone()) };
                let Found { branch, required, standing, .. } = found;
                writing.put_guard(&name, &Guard { branch, required, standing, at: writer.clock.now(), told })?;
            }
            freezes::announce(&writer, writing)?;
            let told = [
                (!first.is_empty(), &releases, messages::guard::report(&name, &first)),
                (!worse.is_empty(), &incidents, messages::guard::drift(&name, &worse)),
                (!better.is_empty(), &incidents, messages::guard::repaired(&name, &better)),
            ];
            for (_, places, message) in told.into_iter().filter(|(any, ..)| *any) {
                let key = format!("guard/{name}/{}", writing.next_number("guard")?);
                journal::post_everywhere(&writer, writing, &key, places, Target::Channel, &message)?;
            }
            Ok::<_, StoreProblem>(())
        })
        .await?;
        Ok(Then::GoOn)
    }

    async fn read_branch(&self, ground: &Ground, branch: String) -> Result<Found, Trouble> {
        let closed = self.closed.contains(&branch);
        let rules = match ground.repository.branch_rules(&branch).await {
            Ok(rules) => Ok(rules),
            Err(problem) if problem.may_pass() => return Err(problem.into()),
            Err(problem) => Err(problem.to_string()),
        };
        let restricted = || match (&self.ruleset_problem, &rules) {
            (Some(problem), _) => Err(problem.clone()),
            (None, Ok(rules)) => Ok(self.ruleset.is_some_and(|id| rules.restricted_by.contains(&id))),
            (None, Err(problem)) => Err(problem.clone()),
        };
        let required = rules.as_ref().map(|rules| rules.required_checks.iter().any(|name| name == CONTEXT));
        let reading = Reading {
            required: Some(required.map_err(Clone::clone)),
            ruleset: (closed && ground.restricts(&branch)).then(restricted),
            unwritten: self.unwritten.clone().filter(|_| closed),
        };
        Ok(Found { standing: reading.standing(&branch), required: required.ok(), branch, closed })
    }
}
