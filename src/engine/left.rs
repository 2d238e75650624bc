//! What left the configuration while a release was open: told at the start, with the way on.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    context::Context,
    domain::{
        message::post::{Place, Target},
        release::{
            Release,
            fact::{THE_BOT, THE_CALENDAR},
        },
        team::people::{People, Permission},
    },
    messages::left::{Left, left},
    record::journal,
    store::StoreProblem,
};

/// Tells of each open release what it needs and the configuration does not name any more. What was told is not told again
/// before it changes.
///
/// # Errors
/// What the store says.
pub async fn tell(context: &Context) -> Result<(), StoreProblem> {
    let everywhere: BTreeSet<Place> =
        context.projects.values().flat_map(|(project, _)| project.incident_places().iter().copied()).collect();
    let everywhere: Vec<Place> = everywhere.into_iter().collect();
    for release in context.store.open_releases()? {
        let missing = missing(context, &release);
        if missing.is_empty() {
            continue;
        }
        let project = context.projects.get(&release.spec.project);
        let places = project.map_or_else(|| everywhere.clone(), |(project, _)| project.releases.clone());
        let who = context.people.holding(&context.people.roles_with(Permission::Release));
        let message = left(&release, &missing).ping(who);
        let key = format!("left/{}/{missing:?}", release.spec.id.0);
        let teller = context.clone();
        let write = move |writing: &mut crate::store::Writing| {
            journal::post_everywhere(&teller, writing, &key, &places, Target::Channel, &message)
        };
        context.write::<(), StoreProblem>(write).await?;
    }
    Ok(())
}

fn missing(context: &Context, release: &Release) -> Vec<Left> {
    let (spec, people) = (&release.spec, &context.people);
    let Some((project, _)) = context.projects.get(&spec.project) else {
        return vec![Left::Project(spec.project.clone())];
    };
    let mut missing = vec![];
    let playbook = context.playbooks.get(&project.playbook);
    if playbook.is_none_or(|playbook| playbook.tag_of(&spec.version.to_string()) != spec.tag && !release.is_roll_back())
    {
        missing.push(Left::Playbook(project.playbook.clone()));
    }
    let open = |step: &usize| !release.state.steps[*step].is_over();
    let environments: BTreeSet<&str> =
        (0..spec.plan.steps.len()).filter(open).filter_map(|step| spec.plan.environment_of(step)).collect();
    let gone = environments.into_iter().filter(|name| !project.environments.contains_key(*name));
    missing.extend(gone.map(|name| Left::Environment(name.to_owned())));
    let gates: BTreeMap<&str, &[String]> = spec
        .plan
        .gates()
        .filter(|(step, _)| open(step))
        .map(|(_, gate)| (gate.title.as_str(), gate.roles.as_slice()))
        .collect();
    let nobody = gates.into_iter().filter(|(_, roles)| !roles.iter().any(|role| is_held(people, role)));
    missing.extend(nobody.map(|(title, roles)| Left::Roles(title.to_owned(), roles.to_vec())));
    let asked = &spec.requester;
    if people.named(asked).is_none() && ![THE_BOT, THE_CALENDAR].contains(&asked.as_str()) {
        missing.push(Left::Person(asked.clone()));
    }
    missing
}

/// Whether anybody can have a role: by the configuration, or by what a chat says.
fn is_held(people: &People, role: &String) -> bool {
    !people.holding(std::slice::from_ref(role)).is_empty() || people.mapped_roles.values().any(|held| held == role)
}
