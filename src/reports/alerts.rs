//! Takes in what fires, and what is over.

use super::{
    Taken,
    good::{self, Origin},
    noted,
    places::{ReportRules, on_call},
};
use crate::{
    context::Context,
    domain::{
        incident::{
            alert::{AlertChange, Group, KnownAlerts},
            matter::{About, Destination, Incident, Suspects},
        },
        message::route::{Kind, News},
    },
    messages,
    record::incidents,
    store::{StoreProblem, Writing},
};

/// A notification, or the part of it that belongs to one project, with all that is known before it is written.
pub(super) struct PreparedAlerts {
    pub(super) project: Option<String>,
    group: Group,
    /// What ran where it comes from when it began, as far as that is known.
    origin: Option<Origin>,
    /// Nobody said where it comes from.
    guessed: bool,
}

impl PreparedAlerts {
    /// Finds out whose the alerts of a group are, and what runs there. Each project has its own part; one that is not named
    /// any more has an empty one.
    pub(super) fn all(
        context: &Context,
        rules: &ReportRules,
        sender: &str,
        group: Group,
    ) -> Result<Vec<Self>, StoreProblem> {
        let empty = group.emptied();
        let mut parts = group.divided(|group, alert| rules.project_of(context, sender, group, alert));
        for project in context.store.alerts(&empty.group_key)?.projects {
            parts.entry(Some(project)).or_insert_with(|| empty.clone());
        }
        parts.into_iter().map(|(project, group)| Self::new(context, project, group)).collect()
    }

    fn new(context: &Context, project: Option<String>, group: Group) -> Result<Self, StoreProblem> {
        let (environment, version) = (group.environment(), group.deployed_version());
        let guessed = environment.is_none();
        // Alerts from several environments come from none of them in particular.
        let from_nowhere = group.is_state() || guessed && group.names_environment();
        let asked = project.as_ref().zip(group.began()).filter(|_| !from_nowhere);
        let found = asked.map(|(project, began)| good::origin(context, project, (environment, version), began));
        let origin = found.transpose()?.flatten();
        Ok(Self { project, group, origin, guessed })
    }

    /// The name under which it is known.
    fn key(&self) -> String {
        let key = &self.group.group_key;
        self.project.as_ref().map_or_else(|| key.clone(), |project| format!("{key}\0{project}"))
    }

    /// What is known of it. Before groups were divided, each was known as a whole.
    fn known(&self, context: &Context, writing: &mut Writing) -> Result<KnownAlerts, StoreProblem> {
        let known = writing.alerts(&self.key())?;
        let Some(project) = &self.project else { return Ok(known) };
        let mut whole = writing.alerts(&self.group.group_key)?;
        if !whole.projects.insert(project.clone()) {
            return Ok(known);
        }
        let matter = whole.matter.map(|number| writing.matter(number)).transpose()?.flatten();
        let mut known = known;
        if matter.is_some_and(|matter| matter.project.as_ref() == Some(project)) {
            known = std::mem::take(&mut whole);
            std::mem::swap(&mut known.projects, &mut whole.projects);
        }
        whole.at = context.clock.now();
        writing.put_alerts(&self.group.group_key, &whole)?;
        Ok(known)
    }

    /// Stores it, and tells it if it brings anything.
    pub(super) fn take(
        self,
        context: &Context,
        rules: &ReportRules,
        writing: &mut Writing,
    ) -> Result<Taken, StoreProblem> {
        let (now, group) = (context.clock.now(), &self.group);
        let mut known = self.known(context, writing)?;
        let change = known.take(group, now);
        known.at = now;
        // What goes on may have begun anew meanwhile: no news, but it speaks against what came between.
        if let Some(project) = &self.project {
            noted::alerted(writing, project, group, &known)?;
        }
        let Some(change) = change else {
            writing.put_alerts(&self.key(), &known)?;
            return Ok(Taken::Known);
        };
        let mut matter = match known.matter.map(|number| writing.matter(number)).transpose()?.flatten() {
            Some(matter) => matter,
            None => self.begin(writing)?,
        };
        // Once nothing fires any more, whatever fires next is another incident.
        known.matter = (!change.is_over()).then_some(matter.number);
        writing.put_alerts(&self.key(), &known)?;
        matter.at = now;
        let gone = matter.alerts_named(&change.gone);
        let what = (!change.fired.is_empty()).then(|| messages::report::what(group));
        matter.alerts_changed(group, &change, what, |alert| messages::report::words(group, alert));
        if change.firing > 0 {
            matter.environment = known.environment().map(str::to_owned);
        }
        if change.is_over() {
            matter.is_right(now)
        } else {
            matter.is_wrong(now)
        }
        let name = messages::matter::name(&matter);
        let event = messages::report::alerts(&name, group, &change, &gone);
        let pings = if change.fired.is_empty() { vec![] } else { on_call(context) };
        let destinations = self.destinations(context, rules, &known, &change, &matter);
        incidents::tell(context, writing, &mut matter, destinations, true, &event, &pings)?;
        Ok(Taken::New)
    }

    /// Where it is told: where that belongs which fires now, and wherever it was told before. What nobody heard of is not
    /// begun by its end.
    fn destinations(
        &self,
        context: &Context,
        rules: &ReportRules,
        known: &KnownAlerts,
        change: &AlertChange,
        matter: &Incident,
    ) -> Vec<Destination> {
        let mut destinations = vec![];
        if matter.destinations.is_empty() || change.firing > 0 {
            let severity = known.severity().or_else(|| self.group.severity());
            // Where it was guessed to come from decides nothing.
            let (project, environment) = (self.project.as_deref(), matter.environment.as_deref());
            let news = News { kind: Kind::Alert, project, environment, severity };
            let release = self.origin.as_ref().and_then(|origin| origin.release.as_ref());
            destinations = match self.project.is_none() && !self.group.names_project() {
                true => rules.of_nobody(&news).into_iter().map(Destination::own).collect(),
                false => rules.destinations(context, &news, release),
            };
        }
        for known in &matter.destinations {
            if !destinations.iter().any(|destination| destination.is(known)) {
                destinations.push(known.clone());
            }
        }
        destinations
    }

    fn begin(&self, writing: &mut Writing) -> Result<Incident, StoreProblem> {
        let origin = self.origin.as_ref();
        let about = About::Alerts {
            what: messages::report::what(&self.group),
            labels: vec![],
            url: String::new(),
            firing: vec![],
            count: 0,
            over: 0,
            left_out: 0,
            gone: 0,
            guessed: origin.filter(|_| self.guessed).map(|origin| origin.environment.clone()),
            replaced: origin.is_none_or(|origin| origin.replaced),
            reported_by: None,
        };
        let release = origin.and_then(|origin| origin.release.as_ref());
        Ok(Incident {
            at: chrono::DateTime::default(),
            number: writing.next_number("incident")?,
            project: self.project.clone(),
            environment: self.group.environment().map(str::to_owned),
            version: origin.map(|origin| origin.version.clone()),
            release: release.map(|release| (release.spec.id, release.name())),
            about,
            destinations: vec![],
            trouble: None,
            suspects: Suspects::default(),
            said: None,
        })
    }
}
