//! Suggests what can be said: projects, releases, gates, branches, freezes.

use commands::{ArgKind, Invocation};

use crate::{
    desk::Desk,
    domain::{
        next::{Next, next},
        plan::Step,
        playbook::Playbook,
        post::Place,
        project::Project,
        release::Release,
    },
};

/// Everything that can be written for an argument just now: what is read, and what is filled in.
pub fn choices(desk: &Desk, so_far: &Invocation, argument: &str) -> Vec<(String, String)> {
    let Some(spec) = commands::spec(&so_far.path).and_then(|spec| spec.arg(argument)) else { return vec![] };
    let plain = |names: Vec<String>| names.into_iter().map(|name| (name.clone(), name)).collect();
    let project = so_far.arg("project");
    let mine = |release: &Release| project.is_none_or(|project| release.brief.project == project);
    let releases = || desk.store.open_releases().unwrap_or_default().into_iter().filter(|release| mine(release));
    match spec.kind {
        ArgKind::Project => plain(desk.projects.keys().cloned().collect()),
        ArgKind::Release => releases().map(|release| (release.name(), release.brief.id.to_string())).collect(),
        ArgKind::Gate => {
            let mut gates: Vec<String> = releases().flat_map(|release| open_gates(desk, &release)).collect();
            gates.sort();
            gates.dedup();
            plain(gates)
        }
        ArgKind::Choice(values) => plain(values.iter().map(|value| (*value).to_owned()).collect()),
        ArgKind::Branch => {
            let playbook = |project: &Project| desk.playbooks.get(&project.playbook);
            let projects = desk.projects.values().filter(|(known, _)| project.is_none_or(|name| known.name == name));
            let mut names: Vec<String> = projects
                .filter_map(|(project, _)| playbook(project))
                .flat_map(|playbook| [playbook.development.clone(), playbook.production.clone()])
                .collect();
            names.sort();
            names.dedup();
            plain(names)
        }
        ArgKind::Freeze => {
            let active = desk.store.freezes().unwrap_or_default();
            let active = active.into_iter().filter(|freeze| freeze.is_active(desk.clock.now()));
            active.map(|freeze| (format!("#{} {}", freeze.id, freeze.reason), format!("#{}", freeze.id))).collect()
        }
        ArgKind::Environment => {
            let mine = |known: &Project| project.is_none_or(|name| known.name == name);
            let mut names: Vec<String> = vec![];
            for (known, _) in desk.projects.values().filter(|(known, _)| mine(known)) {
                let of_playbook = desk.playbooks.get(&known.playbook).map(Playbook::environments).unwrap_or_default();
                let others = known.environments.keys().cloned();
                for name in of_playbook.into_iter().chain(others) {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
            plain(names)
        }
        ArgKind::Date => {
            let mine = |name: &str| project.is_none_or(|project| name == project);
            let dates = desk.projects.values().filter(|(known, _)| mine(&known.name)).filter_map(|(known, _)| {
                let playbook = desk.playbooks.get(&known.playbook)?;
                Some(playbook.dates.iter().map(|date| (date.title.clone(), date.name.clone())))
            });
            let recurring = desk.agenda.iter().filter(|entry| mine(&entry.project));
            let recurring = recurring.map(|entry| (entry.title.clone(), entry.name.clone()));
            let mut names: Vec<(String, String)> = dates.flatten().chain(recurring).collect();
            let mut known = std::collections::BTreeSet::new();
            names.retain(|(_, name)| known.insert(name.clone()));
            names
        }
        ArgKind::Text | ArgKind::Reason | ArgKind::Number | ArgKind::Flag => vec![],
    }
}

/// The only project that speaks in a place, if there is just one.
pub fn project_here(desk: &Desk, place: Place) -> Option<String> {
    let speaks = |project: &Project| project.releases.contains(&place) || project.incidents.contains(&place);
    let mut here = desk.projects.values().filter(|(project, _)| speaks(project));
    let first = here.next()?;
    here.next().is_none().then(|| first.0.name.clone())
}

/// The gates at which a release waits.
pub(super) fn open_gates(desk: &Desk, release: &Release) -> Vec<String> {
    let Ok(around) = desk.around(release) else { return vec![] };
    let Next::Wait(waits) = next(release, &around, desk.clock.now()) else { return vec![] };
    let gate = |(step, _): &(usize, _)| match &release.brief.plan.steps[*step].step {
        Step::SignOff(gate) => Some(gate.name.clone()),
        _ => None,
    };
    waits.iter().filter_map(gate).collect()
}
