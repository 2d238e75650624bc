//! Where what others report is told, by project, environment, severity and kind.

use super::post::Place;

/// What is told of deploys and alerts that others report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A deploy is under way.
    DeployStarted,
    /// A deploy is there.
    DeploySucceeded,
    /// A deploy did not get there.
    DeployFailed,
    /// A version was taken back.
    DeployRolledBack,
    /// Alerts fire, or are over.
    Alert,
    /// Something came that cannot be read.
    Unreadable,
}

impl Kind {
    /// All of them, as they are written.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("deploy-started", Self::DeployStarted),
        ("deploy-succeeded", Self::DeploySucceeded),
        ("deploy-failed", Self::DeployFailed),
        ("deploy-rolled-back", Self::DeployRolledBack),
        ("alert", Self::Alert),
        ("unreadable", Self::Unreadable),
    ];
}

/// What is to be told.
#[derive(Debug, Clone, Copy)]
pub struct News<'a> {
    /// Its kind.
    pub kind: Kind,
    /// The project's name, if it belongs to one.
    pub project: Option<&'a str>,
    /// The environment, if it is known.
    pub environment: Option<&'a str>,
    /// How grave whoever raised it says it is.
    pub severity: Option<&'a str>,
}

/// One `[[routes]]`: what fits it is told there. An empty list fits everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    /// Names of projects.
    pub projects: Vec<String>,
    /// Names of environments.
    pub environments: Vec<String>,
    /// Severities.
    pub severities: Vec<String>,
    /// Kinds.
    pub kinds: Vec<Kind>,
    /// Where it is told.
    pub to: Vec<Place>,
    /// Whether the routes after it count too.
    pub go_on: bool,
}

impl Route {
    fn fits(&self, news: &News<'_>) -> bool {
        let one_of = |wanted: &[String], found: Option<&str>| {
            wanted.is_empty() || found.is_some_and(|found| wanted.iter().any(|name| name.eq_ignore_ascii_case(found)))
        };
        one_of(&self.projects, news.project)
            && one_of(&self.environments, news.environment)
            && one_of(&self.severities, news.severity)
            && (self.kinds.is_empty() || self.kinds.contains(&news.kind))
    }
}

/// Where something is told: where the first route that fits says, and the next ones as long as each goes on. Nothing when
/// no route fits.
pub fn places(routes: &[Route], news: &News<'_>) -> Option<Vec<Place>> {
    let mut found: Option<Vec<Place>> = None;
    for route in routes.iter().filter(|route| route.fits(news)) {
        let places = found.get_or_insert_default();
        places.extend(route.to.iter().filter(|place| !places.contains(place)).copied().collect::<Vec<_>>());
        if !route.go_on {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(channel: u64) -> Place {
        Place::Discord { channel }
    }

    #[test]
    fn the_first_route_that_fits_decides_unless_it_goes_on() {
        let all = Route { to: vec![place(1)], ..Route::default() };
        let production = Route { environments: vec!["production".into()], to: vec![place(2)], ..Route::default() };
        let critical =
            Route { severities: vec!["critical".into()], to: vec![place(3)], go_on: true, ..Route::default() };
        let failed = Route { kinds: vec![Kind::DeployFailed], to: vec![], ..Route::default() };
        let news = News { kind: Kind::Alert, project: Some("api"), environment: Some("production"), severity: None };
        let told =
            |routes: &[&Route], news: &News<'_>| places(&routes.iter().copied().cloned().collect::<Vec<_>>(), news);
        assert_eq!(told(&[&production, &all], &news), Some(vec![place(2)]));
        assert_eq!(told(&[&critical, &failed], &news), None, "none fits");
        let grave = News { severity: Some("Critical"), ..news };
        assert_eq!(told(&[&critical, &production, &all], &grave), Some(vec![place(3), place(2)]));
        assert_eq!(told(&[&failed, &all], &News { kind: Kind::DeployFailed, ..news }), Some(vec![]), "told nowhere");
    }
}
