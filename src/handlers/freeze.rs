//! `/freeze start` and `/freeze status`.

use commands::{FreezeStart, FreezeStatus, ProjectName};

use super::{
    Asked, Refusal,
    next_close::next_close,
    suggest::{ALL, project_here},
};
use crate::{
    domain::{
        freeze::{Freeze, verdict::Act},
        message::{Message, Tone, line},
        release::ReleaseId,
        team::project::Project,
        time::moment,
    },
    messages::{self, freeze::Stand},
    record::freezes,
    store::{StoreProblem, Writing},
};

impl Asked<'_> {
    pub(super) async fn freeze_start(&self, asked: FreezeStart) -> Result<Option<Message>, Refusal> {
        let reason = asked.reason.as_str().to_owned();
        if asked.project.is_none() && self.context.projects.contains_key(&reason) {
            let example = format!("/freeze start {reason} until Mon 11:00 \"the quarter ends\"");
            return Err(format!("{reason} is a project. Say why it is frozen too, in quotes: {example}").into());
        }
        let projects = self.projects_to_freeze(&asked)?;
        let (context, owner, from) = (self.context.clone(), self.who()?, self.context.clock.now());
        let until = asked.until.as_ref().map(|text| moment::read(text.as_str(), from, context.zone)).transpose()?;
        let freeze = Freeze {
            projects,
            branches: branches(asked.branches.as_deref())?,
            until,
            hotfixes_pass: !asked.no_hotfixes,
            ..Freeze::new(reason, owner, from)
        };
        if asked.dry_run {
            return Ok(Some(self.plan_of_start(&freeze)));
        }
        self.decide(move |writing| {
            let freeze = freezes::start(&context, writing, freeze)?;
            let words = messages::freeze::in_words(&freeze, context.zone);
            Ok((Message::new(Tone::Good, format!("Freeze #{} is active", freeze.id)).text(words), open(writing)?))
        })
        .await
    }

    /// The projects that are meant: the one that is named, or that of this place; all of them only when somebody says so, and
    /// says their names.
    fn projects_to_freeze(&self, asked: &FreezeStart) -> Result<Vec<String>, Refusal> {
        let all: Vec<String> = self.context.projects.keys().cloned().collect();
        let one = match asked.project.as_ref().map(ProjectName::as_str) {
            Some(ALL) if !all.iter().any(|name| name == ALL) => None,
            Some(_) => Some(self.project(asked.project.as_ref())?.0.name.clone()),
            None if all.len() == 1 => None,
            None => Some(project_here(self.context, self.heard.place).ok_or_else(|| {
                let names = all.iter().map(|name| (name.clone(), name.clone()));
                let every = [("All of them\u{2026}".to_owned(), ALL.to_owned())];
                self.choose("project", "Which project?", names.chain(every).collect())
            })?),
        };
        if let Some(name) = one {
            return Ok(vec![name]);
        }
        let words = asked.confirm.as_deref().unwrap_or_default();
        let mut said: Vec<&str> = words.split([',', ' ']).filter(|word| !word.is_empty()).collect();
        said.sort_unstable();
        match all.len() == 1 || asked.dry_run || said == all {
            true => Ok(all),
            false => Err(Refusal::Answered(Box::new(messages::freeze::confirm_all(self.invocation, &all)))),
        }
    }

    pub(super) fn plan_of_start(&self, freeze: &Freeze) -> Message {
        let mut message = Message::new(Tone::Plain, "Plan (nothing has been done)")
            .text(format!("A freeze would begin now: {}.", messages::freeze::in_words(freeze, self.context.zone)));
        for project in freezes::concerned(self.context, freeze) {
            let lines = self.context.lines(&project.name);
            let branches = if freeze.branches.is_empty() { &lines } else { &freeze.branches };
            let how = if project.freeze.ruleset {
                "by the status shipmate/freeze and a ruleset"
            } else if project.freeze.is_at_once() {
                "by a ruleset that requires shipmate/pass, if GitHub takes it, and explained by the status shipmate/freeze"
            } else {
                "by the status shipmate/freeze"
            };
            message = message.text(line().bold(&project.name).plain(format!(": {} closed {how}", branches.join(", "))));
        }
        message
    }

    pub(super) fn freeze_status(&self, asked: FreezeStatus) -> Result<Message, Refusal> {
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

    pub(super) fn active(&self, project: Option<&str>) -> Result<Vec<Freeze>, StoreProblem> {
        let now = self.context.clock.now();
        let fits = |freeze: &Freeze| match project {
            Some(project) => freeze.closes(project, now),
            None => freeze.is_active(now),
        };
        Ok(self.context.store.freezes()?.into_iter().filter(fits).collect())
    }
}

/// Reads `main, release/*`.
fn branches(text: Option<&str>) -> Result<Vec<String>, Refusal> {
    let names: Vec<String> = text
        .unwrap_or_default()
        .split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let odd =
        |name: &&String| name.contains(char::is_whitespace) || name.chars().any(|letter| "~^:?[\\".contains(letter));
    match names.iter().find(odd) {
        Some(name) => Err(format!(
            "\u{201c}{name}\u{201d} cannot be a branch; write names with commas between them, such as main, release/*"
        )
        .into()),
        None => Ok(names),
    }
}

pub(super) fn open(writing: &Writing) -> Result<Vec<ReleaseId>, StoreProblem> {
    Ok(writing.open_releases()?.into_iter().map(|release| release.spec.id).collect())
}
