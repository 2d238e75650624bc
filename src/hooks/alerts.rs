//! Takes in what fires, and what is over.

use super::{
    Taken, good, noted,
    places::{Rules, on_call},
};
use crate::{
    desk::Desk,
    domain::{
        alert::Group,
        matter::{About, Matter, Suspects},
        release::Release,
        route::{Kind, News},
    },
    matters, messages,
    store::{StoreProblem, Writing},
};

/// The label by which alerts say how grave they are.
const SEVERITY: &str = "severity";

/// A notification with all that is known before it is written.
pub(super) struct Prepared {
    pub(super) project: Option<String>,
    group: Group,
    /// The environment that it is about, and the release that runs there.
    environment: Option<String>,
    release: Option<Release>,
}

impl Prepared {
    /// Finds out whose the group is, and what runs there.
    pub(super) fn new(desk: &Desk, rules: &Rules, sender: &str, group: Group) -> Result<Self, StoreProblem> {
        let project = rules.project_of(desk, sender, &group);
        let (mut environment, version) = (group.environment().map(str::to_owned), group.deployed_version());
        let mut release = None;
        if let Some(project) = &project
            && let Some((running, at)) = good::running(desk, project, environment.as_deref(), version)?
        {
            environment.get_or_insert(at);
            release = Some(running);
        }
        Ok(Self { project, group, environment, release })
    }

    /// Stores it, and tells it if it brings anything.
    pub(super) fn take(self, desk: &Desk, rules: &Rules, writing: &mut Writing) -> Result<Taken, StoreProblem> {
        let (now, group) = (desk.clock.now(), &self.group);
        let mut known = writing.alerts(&group.group_key)?;
        let change = known.take(group, now);
        known.at = now;
        let Some(change) = change else {
            writing.put_alerts(&group.group_key, &known)?;
            return Ok(Taken::Known);
        };
        if let Some(project) = &self.project {
            // What it does not say is not guessed here: it may speak against any environment.
            noted::alerted(writing, project, group.environment(), group, &change, &known)?;
        }
        let mut matter = match known.matter.map(|number| writing.matter(number)).transpose()?.flatten() {
            Some(matter) => matter,
            None => self.begin(writing)?,
        };
        // Once nothing fires any more, whatever fires next is another matter.
        known.matter = (change.firing > 0).then_some(matter.number);
        writing.put_alerts(&group.group_key, &known)?;
        matter.at = now;
        matter.alerts_changed(group, &change, |alert| messages::report::words(group, alert));
        if change.firing > 0 {
            matter.is_wrong(now)
        } else {
            matter.is_right(now)
        }
        let (project, environment) = (self.project.as_deref(), self.environment.as_deref());
        let news = News { kind: Kind::Alert, project, environment, severity: group.label(SEVERITY) };
        let spots = rules.spots(desk, &news, self.release.as_ref());
        let event = messages::report::alerts(group, &change);
        let pings = if change.fired.is_empty() { vec![] } else { on_call(desk) };
        matters::tell(desk, writing, &mut matter, spots, true, &event, &pings)?;
        Ok(Taken::New)
    }

    fn begin(&self, writing: &mut Writing) -> Result<Matter, StoreProblem> {
        let about = About::Alerts {
            what: messages::report::what(&self.group),
            labels: vec![],
            url: String::new(),
            firing: vec![],
            count: 0,
            over: 0,
            left_out: 0,
        };
        Ok(Matter {
            at: chrono::DateTime::default(),
            number: writing.next_number("incident")?,
            project: self.project.clone(),
            environment: self.environment.clone(),
            version: self.release.as_ref().map(|release| release.brief.version.to_string()),
            release: self.release.as_ref().map(|release| (release.brief.id, release.name())),
            about,
            spots: vec![],
            trouble: None,
            suspects: Suspects::default(),
            said: None,
        })
    }
}
