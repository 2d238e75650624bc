//! Environments that a playbook names and a project does not have.

use std::collections::BTreeSet;

use super::{Findings, ProjectWay};
use crate::{
    domain::{nearest::nearest, release::plan::Step},
    playbooks::Shelf,
};

/// Notes each of them: where the playbook names it, if that is a slip, or else where the project has to say how it is deployed to.
pub(super) fn missing(way: &ProjectWay<'_>, shelf: &Shelf, found: &mut Findings) {
    let known = &way.project.environments;
    // A section that is missing is missing once, however many stages come there.
    let mut told = BTreeSet::new();
    for planned in &way.paths {
        for (index, one) in planned.plan.steps.iter().enumerate() {
            for name in named(&one.step).into_iter().filter(|name| !known.contains_key(*name)) {
                let (project, stage) = (&way.project.name, planned.plan.stage_of(index));
                let meant = nearest(name, known.keys().map(String::as_str));
                let written = meant.and_then(|meant| {
                    let words = format!("{project} has no environment `{name}`; did you mean `{meant}`?");
                    shelf.problem(&way.playbook.name, &planned.mistake(index, words))
                });
                if let Some(problem) = written {
                    found.problems.insert(problem);
                } else if told.insert(name.to_owned()) {
                    let stage = stage.map(|stage| stage.name.as_str()).unwrap_or_default();
                    let playbook = &way.playbook.name;
                    let sentence = format!(
                        "{playbook} names the environment `{name}` in its stage \"{stage}\", and {project} has none; write \
                         [projects.{project}.environments.{name}]"
                    );
                    found.problem(&way.place.playbook, sentence);
                }
            }
        }
    }
}

/// The environments that a step names, but for one that it only watches: what is watched was deployed to before.
fn named(step: &Step) -> Vec<&str> {
    if let Step::Compare { environments } = step {
        return environments.iter().map(String::as_str).collect();
    }
    if let Step::Pick { deploy, .. } = step {
        return deploy.iter().map(String::as_str).collect();
    }
    step.deploys_to().into_iter().collect()
}
