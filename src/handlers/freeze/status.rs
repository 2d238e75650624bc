//! `/freeze status`: what is closed, how far it is enforced, and who may pass.

use commands::FreezeStatus;

use crate::{
    domain::{freeze::verdict::Act, message::Message, team::project::Project},
    handlers::{Asked, Refusal, next_close::next_close},
    messages::{self, freeze::Stand},
    store::StoreProblem,
};

impl Asked<'_> {
    pub(in crate::handlers) fn freeze_status(&self, asked: FreezeStatus) -> Result<Message, Refusal> {
        let named = match &asked.project {
            Some(project) => Some(self.project(Some(project))?.0.name.clone()),
            None => None,
        };
        let active = self.active(named.as_deref())?;
        let mine = |project: &str| named.as_deref().is_none_or(|named| named == project);
        let mut exemptions = self.context.store.exemptions()?;
        let recorded = |id: &u64| active.iter().any(|freeze| freeze.exemptions.contains(id));
        exemptions.retain(|one| mine(&one.project) && (recorded(&one.id) || one.waits() || one.is_granted()));
        let projects = self.context.projects.values().map(|(project, _)| project).filter(|project| mine(&project.name));
        let stands = projects.map(|project| self.stand(project)).collect::<Result<Vec<_>, _>>()?;
        Ok(messages::freeze::status(&active, &exemptions, &stands, &self.context.may_exempt()))
    }

    fn stand<'a>(&self, project: &'a Project) -> Result<Stand<'a>, StoreProblem> {
        let (context, now) = (self.context, self.context.clock.now());
        let freezes = context.store.freezes()?;
        let lines = context.lines(&project.name);
        let merge = |branch: &str| context.verdict(&freezes, &project.name, Act::Merge { branch }, None, now);
        let readings = context.store.readings(&project.repository)?;
        let readings = readings.into_iter().filter_map(|guard| {
            let verdict = merge(&guard.branch);
            let began = verdict.freezes().map(|freeze| freeze.from).max();
            (!verdict.is_open()).then(|| (guard.branch.clone(), guard.standing_since(began.unwrap_or(guard.at))))
        });
        let production = lines.first().map(String::as_str).unwrap_or_default();
        let deploys = context.production(&project.name).into_iter().map(|environment| {
            let act = Act::Deploy { environment: &environment, production: true };
            let verdict = context.verdict(&freezes, &project.name, act, None, now);
            (environment, verdict)
        });
        let verdict = merge(production);
        let next = if verdict.is_open() { next_close(context, project, production, &verdict)? } else { None };
        Ok(Stand {
            project: &project.name,
            readings: readings.collect(),
            deploys: deploys.collect(),
            closes_next: next,
        })
    }
}
