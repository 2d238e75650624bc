//! Whose a report is, and where it is told.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::{
    config::{AlertRoute, Config},
    context::Context,
    domain::{
        incident::{
            alert::{Alert, Group, PROJECT},
            matter::Destination,
        },
        message::{
            post::Place,
            route::{self, Kind, News, Route},
        },
        release::Release,
        team::{people::Permission, project::Project},
    },
};

/// What the configuration says about reports.
#[derive(Debug, Clone, Default)]
pub struct ReportRules {
    /// Where everything is told that belongs to no project; empty if nobody said.
    places: Vec<Place>,
    /// Wherever incidents are told: where somebody reads what is meant for the bot, and names no place of its own.
    everywhere: Vec<Place>,
    /// What belongs to which project, by the label of an alert or the sender's name for it.
    labels: Vec<AlertRoute>,
    /// Where things are told.
    routes: Vec<Route>,
    /// Whether there is an address that shows what could not be read.
    pub(super) shows_unread: bool,
    /// How long after it began others are called to what nobody looks at.
    pub(super) escalate: Vec<TimeDelta>,
    /// Which role is called when.
    pub(super) escalate_roles: Vec<String>,
}

impl ReportRules {
    /// The rules of a configuration.
    pub fn of(config: &Config) -> Self {
        let everywhere: BTreeSet<Place> =
            config.projects.iter().flat_map(|project| project.incident_places().iter().copied()).collect();
        let (routes, everywhere) = (config.routes.clone(), everywhere.into_iter().collect());
        let Some(hooks) = config.hooks.clone() else { return Self { routes, everywhere, ..Self::default() } };
        let (escalate, escalate_roles) = (hooks.escalate, hooks.escalate_roles);
        let (places, labels) = (hooks.places, hooks.routes);
        Self { places, everywhere, labels, routes, shows_unread: true, escalate, escalate_roles }
    }

    /// The project that a sender means by a name: as it is called in `bot.toml`, by `routes`, or by its repository.
    pub(super) fn project(&self, context: &Context, sender: &str, name: &str) -> Option<String> {
        let known = context.projects.contains_key(name).then(|| name.to_owned());
        let routed = || self.labels.iter().find(|route| route.label == sender && route.value == name);
        let same = |project: &&Project| project.repository.eq_ignore_ascii_case(name);
        let repository = || context.projects.values().map(|(project, _)| project).find(same);
        known
            .or_else(|| routed().map(|route| route.project.clone()))
            .or_else(|| repository().map(|project| project.name.clone()))
    }

    /// Whether an environment is one that its project knows.
    pub(super) fn knows(&self, context: &Context, sender: &str, (project, environment): (&str, &str)) -> bool {
        let project = self.project(context, sender, project).and_then(|name| context.projects.get(&name));
        project.is_some_and(|(project, _)| project.environments.contains_key(environment))
    }

    /// The project that an alert of a group is about.
    pub(super) fn project_of(&self, context: &Context, sender: &str, group: &Group, alert: &Alert) -> Option<String> {
        let named = group.label_of(alert, PROJECT).and_then(|name| self.project(context, sender, name));
        let routed = || self.labels.iter().find(|route| group.label_of(alert, &route.label) == Some(&route.value));
        named.or_else(|| routed().map(|route| route.project.clone()))
    }

    /// Where something is told: where the routes say, else where the project's incidents or releases are, or what belongs to
    /// no project, if anywhere; and in the thread of the release that it is about, unless the routes say nowhere.
    pub(super) fn destinations(
        &self,
        context: &Context,
        news: &News<'_>,
        release: Option<&Release>,
    ) -> Vec<Destination> {
        let project = news.project.and_then(|name| context.projects.get(name)).map(|(project, _)| project);
        let routed = self.routed(news);
        if routed.as_ref().is_some_and(Vec::is_empty) {
            return vec![];
        }
        let places = routed.unwrap_or_else(|| match (project, news.kind) {
            (Some(_), Kind::DeployStarted | Kind::DeploySucceeded) if release.is_some() => vec![],
            (Some(project), Kind::DeployStarted | Kind::DeploySucceeded) => project.releases.clone(),
            (Some(project), _) => project.incident_places().to_vec(),
            // Somebody else's is no incident of ours.
            (None, _) => self.places.clone(),
        });
        let mut destinations: Vec<Destination> = places.into_iter().map(Destination::own).collect();
        if let (Some(release), Some(project)) = (release, project) {
            destinations.extend(project.releases.iter().map(|place| Destination::under(*place, release.spec.id)));
        }
        destinations
    }

    /// Where the routes say that something is told, if one of them fits; an empty list is nowhere.
    pub(super) fn routed(&self, news: &News<'_>) -> Option<Vec<Place>> {
        route::places(&self.routes, news)
    }

    /// Where is told what nobody said whose it is: somebody has to look at it.
    pub(super) fn of_nobody(&self, news: &News<'_>) -> Vec<Place> {
        let own = || if self.places.is_empty() { &self.everywhere } else { &self.places };
        self.routed(news).unwrap_or_else(|| own().clone())
    }

    /// Where it is told that something cannot be read.
    pub(super) fn unread(&self) -> Vec<Place> {
        self.of_nobody(&News { kind: Kind::Unreadable, project: None, environment: None, severity: None })
    }
}

/// Those who can do something about production.
pub(super) fn on_call(context: &Context) -> Vec<String> {
    context.people.holding(&context.people.roles_with(Permission::Hotfix))
}
