//! Suggests what can be said: projects, releases, gates, branches, freezes.

use commands::{ArgKind, Invocation};

use crate::{
    context::Context,
    domain::{
        message::post::Place,
        release::{
            Release,
            next::{Next, Wait, next},
            plan::Step,
            stories::{PREFIX, is_name},
        },
        team::project::Project,
    },
    flags::Flags,
};

/// What is said instead of a project's name to mean all of them.
pub(super) const ALL: &str = "all";

/// What can be written for an argument just now and fits what is typed already: what is read, and what is filled in.
pub async fn suggested(context: &Context, so_far: &Invocation, argument: &str, typed: &str) -> Vec<(String, String)> {
    let kind = commands::spec(&so_far.path).and_then(|spec| spec.arg(argument)).map(|spec| spec.kind);
    // Several stories are typed one after the other.
    let of_stories = matches!(kind, Some(ArgKind::Story));
    let (before, typed) = match typed.rsplit_once(' ').filter(|_| of_stories) {
        Some((before, last)) => (format!("{before} "), last.to_lowercase()),
        None => (String::new(), typed.to_lowercase()),
    };
    let found = match of_stories {
        true => stories(context, so_far).await.into_iter().map(|name| (name.clone(), name)).collect(),
        false => choices(context, so_far, argument),
    };
    let fits = |(label, value): &(String, String)| {
        label.to_lowercase().contains(&typed) || value.to_lowercase().contains(&typed)
    };
    let whole = |(label, value)| (format!("{before}{label}"), format!("{before}{value}"));
    found.into_iter().filter(fits).map(whole).collect()
}

/// Story branches that can be picked, or stories that can be taken out.
async fn stories(context: &Context, so_far: &Invocation) -> Vec<String> {
    let fits = |release: &Release| {
        let own = |name: &str, value: &str| so_far.arg(name).is_none_or(|said| said == value);
        own("project", &release.spec.project)
            && (own("version", &release.spec.id.to_string()) || own("version", &release.spec.version.to_string()))
    };
    let open = context.store.open_releases().unwrap_or_default().into_iter();
    let takes = |release: &Release| release.spec.plan.picking().is_some() && release.state.tagged.is_none();
    let mut names = vec![];
    for release in open.filter(|release| fits(release) && takes(release)) {
        let picked = &release.state.stories;
        if so_far.path == "release remove" {
            names.extend(picked.list.iter().map(|story| story.name.clone()));
            continue;
        }
        let Some((_, repository)) = context.projects.get(&release.spec.project) else { continue };
        // Without GitHub's answer people can still type.
        let branches = repository.for_a_question().branches_with_prefix(PREFIX).await.unwrap_or_default();
        let new =
            branches.into_iter().map(|(name, _)| name).filter(|name| is_name(name) && picked.named(name).is_none());
        names.extend(new);
    }
    names
}

/// Everything that can be written for an argument just now: what is read, and what is filled in.
fn choices(context: &Context, so_far: &Invocation, argument: &str) -> Vec<(String, String)> {
    let Some(spec) = commands::spec(&so_far.path).and_then(|spec| spec.arg(argument)) else { return vec![] };
    let plain = |names: Vec<String>| names.into_iter().map(|name| (name.clone(), name)).collect();
    let project = so_far.arg("project");
    let mine = |release: &Release| project.is_none_or(|project| release.spec.project == project);
    let releases = || context.store.open_releases().unwrap_or_default().into_iter().filter(|release| mine(release));
    match spec.kind {
        ArgKind::Project => {
            let all = Some(ALL.to_owned()).filter(|_| so_far.path == "freeze start" && context.projects.len() > 1);
            plain(context.projects.keys().cloned().chain(all).collect())
        }
        ArgKind::Release => releases().map(|release| (release.name(), release.spec.id.to_string())).collect(),
        ArgKind::Gate => {
            let mut gates: Vec<String> = releases().flat_map(|release| open_gates(context, &release)).collect();
            gates.sort();
            gates.dedup();
            plain(gates)
        }
        ArgKind::Choice(values) => plain(values.iter().map(|value| (*value).to_owned()).collect()),
        ArgKind::Branch => {
            let playbook = |project: &Project| context.playbooks.get(&project.playbook);
            let projects = context.projects.values().filter(|(known, _)| project.is_none_or(|name| known.name == name));
            let mut names: Vec<String> = projects
                .filter_map(|(project, _)| playbook(project))
                .flat_map(|playbook| [playbook.development.clone(), playbook.production.clone()])
                .collect();
            names.sort();
            names.dedup();
            plain(names)
        }
        ArgKind::Environment => {
            let projects = context.projects.keys().filter(|name| project.is_none_or(|project| *name == project));
            let mut names: Vec<String> = projects.flat_map(|name| context.environments(name)).collect();
            let mut known = std::collections::BTreeSet::new();
            names.retain(|name| known.insert(name.clone()));
            plain(names)
        }
        ArgKind::Freeze => {
            let active = context.store.freezes().unwrap_or_default();
            let active = active.into_iter().filter(|freeze| freeze.is_active(context.clock.now()));
            active.map(|freeze| (format!("#{} {}", freeze.id, freeze.reason), format!("#{}", freeze.id))).collect()
        }
        ArgKind::Date => {
            let mine = |name: &str| project.is_none_or(|project| name == project);
            let dates = context.projects.values().filter(|(known, _)| mine(&known.name)).filter_map(|(known, _)| {
                let playbook = context.playbooks.get(&known.playbook)?;
                Some(playbook.dates.iter().map(|date| (date.title.clone(), date.name.clone())))
            });
            let recurring = context.agenda.iter().filter(|entry| mine(&entry.project));
            let recurring = recurring.map(|entry| (entry.title.clone(), entry.name.clone()));
            let mut names: Vec<(String, String)> = dates.flatten().chain(recurring).collect();
            let mut known = std::collections::BTreeSet::new();
            names.retain(|(_, name)| known.insert(name.clone()));
            names
        }
        // Stories are looked for on GitHub.
        ArgKind::FeatureFlag => plain(context.flags.as_ref().map(Flags::names).unwrap_or_default()),
        ArgKind::Text | ArgKind::Reason | ArgKind::Number | ArgKind::Flag | ArgKind::Story => {
            vec![]
        }
    }
}

/// The only project that speaks in a place, if there is just one.
pub fn project_here(context: &Context, place: Place) -> Option<String> {
    let speaks = |project: &Project| project.releases.contains(&place) || project.incidents.contains(&place);
    let mut here = context.projects.values().filter(|(project, _)| speaks(project));
    let first = here.next()?;
    here.next().is_none().then(|| first.0.name.clone())
}

/// The gates at which a release waits.
pub(super) fn open_gates(context: &Context, release: &Release) -> Vec<String> {
    let Ok(surroundings) = context.surroundings(release) else { return vec![] };
    let Next::Wait(waits) = next(release, &surroundings, context.clock.now()) else { return vec![] };
    let tried = || release.state.stories.list.iter().filter(|story| story.tested_on().is_some());
    let gates = |(step, wait): &(usize, Wait)| -> Vec<String> {
        let (Step::SignOff(gate) | Step::Pick { gate, .. }) = &release.spec.plan.steps[*step].step else {
            return vec![];
        };
        let picking = matches!(release.spec.plan.steps[*step].step, Step::Pick { .. });
        match picking && !matches!(wait, Wait::Decision { .. } | Wait::Rejected { .. }) {
            true => tried().map(|story| story.name.clone()).collect(),
            false => vec![gate.name.clone()],
        }
    };
    waits.iter().flat_map(gates).collect()
}
