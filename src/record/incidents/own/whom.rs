//! Where what happens to a release's deploy is told, and who is called.

use crate::{
    context::Context,
    domain::{
        incident::What,
        message::{
            post::Place,
            route::{self, Kind, News},
        },
        release::Release,
        team::people::Permission,
    },
};

/// Where the routes say, else where the project's incidents are if it is production. That a deploy goes well is told by its
/// release, and so is what goes wrong before production.
pub(super) fn places(context: &Context, release: &Release, environment: &str, kind: Option<Kind>) -> Vec<Place> {
    let Some(kind) = kind else { return vec![] };
    let project = &release.spec.project;
    let news = News { kind, project: Some(project), environment: Some(environment), severity: None };
    let goes_well = matches!(kind, Kind::DeployStarted | Kind::DeploySucceeded);
    let tells = !goes_well && release.spec.plan.is_production(environment);
    let project_here = context.projects.get(project).filter(|_| tells);
    let own = || project_here.map(|(project, _)| project.incident_places().to_vec()).unwrap_or_default();
    route::places(&context.routes, &news).unwrap_or_else(own)
}

pub(super) fn kind(what: &What) -> Option<Kind> {
    match what {
        What::Begun(_) => Some(Kind::DeployStarted),
        What::There => Some(Kind::DeploySucceeded),
        What::Failed(_) | What::NotBack(_) | What::Held => Some(Kind::DeployFailed),
        What::TakesBack { .. } | What::Back { .. } => Some(Kind::DeployRolledBack),
        What::Again(_) | What::Passed { .. } | What::Ended(..) => None,
    }
}

/// Who is called: those who can do something about it, if somebody has to.
pub(super) fn called(context: &Context, release: &Release, environment: &str, what: &What) -> Vec<String> {
    let (people, mut roles) = (&context.people, context.people.roles_with(Permission::Release));
    match what {
        What::Failed(_) | What::NotBack(_) | What::TakesBack { .. } | What::Held => {
            if release.spec.plan.is_production(environment) {
                roles.extend(people.roles_with(Permission::Hotfix));
            }
        }
        What::Back { .. } => {}
        What::Begun(_) | What::There | What::Again(_) | What::Passed { .. } | What::Ended(..) => return vec![],
    }
    let mut names = people.holding(&roles);
    // Whoever does it knows.
    names.retain(|name| !release.is_roll_back() || *name != release.spec.requester || matches!(what, What::NotBack(_)));
    names
}
