//! `/freeze start` and `/freeze status`.

use commands::{FreezeStart, FreezeStatus};

use super::{Asked, Refusal, next_close::next_close};
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
        if let Some(project) = &asked.project {
            self.project(Some(project))?;
        }
        let reason = asked.reason.as_str().to_owned();
        if asked.project.is_none() && self.desk.projects.contains_key(&reason) {
            let example = format!("/freeze start {reason} until Mon 11:00 \"the quarter ends\"");
            return Err(format!("{reason} is a project. Say why it is frozen too, in quotes: {example}").into());
        }
        let (desk, owner, from) = (self.desk.clone(), self.who()?, self.desk.clock.now());
        let until = asked.until.as_ref().map(|text| moment::read(text.as_str(), from, desk.zone)).transpose()?;
        let freeze = Freeze {
            projects: asked.project.iter().map(|project| project.as_str().to_owned()).collect(),
            branches: branches(asked.branches.as_deref())?,
            until,
            hotfixes_pass: !asked.no_hotfixes,
            ..Freeze::new(reason, owner, from)
        };
        if asked.dry_run {
            return Ok(Some(self.plan_of_start(&freeze)));
        }
        self.decide(move |writing| {
            let freeze = freezes::start(&desk, writing, freeze)?;
            let words = messages::freeze::in_words(&freeze, desk.zone);
            Ok((Message::new(Tone::Good, format!("Freeze #{} is active", freeze.id)).text(words), open(writing)?))
        })
        .await
    }

    pub(super) fn plan_of_start(&self, freeze: &Freeze) -> Message {
        let mut message = Message::new(Tone::Plain, "Plan (nothing has been done)")
            .text(format!("A freeze would begin now: {}.", messages::freeze::in_words(freeze, self.desk.zone)));
        for project in freezes::concerned(self.desk, freeze) {
            let lines = self.desk.lines(&project.name);
            let branches = if freeze.branches.is_empty() { &lines } else { &freeze.branches };
            let how = if project.freeze.ruleset {
                "by the status shipmate/freeze and a ruleset"
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
        let mut exemptions = self.desk.store.exemptions()?;
        let recorded = |id: &u64| active.iter().any(|freeze| freeze.exemptions.contains(id));
        exemptions.retain(|one| mine(&one.project) && (recorded(&one.id) || one.waits() || one.is_granted()));
        let projects = self.desk.projects.values().map(|(project, _)| project).filter(|project| mine(&project.name));
        let stands = projects.map(|project| self.stand(project)).collect::<Result<Vec<_>, _>>()?;
        Ok(messages::freeze::status(&active, &exemptions, &stands, &self.desk.may_exempt()))
    }

    fn stand<'a>(&self, project: &'a Project) -> Result<Stand<'a>, StoreProblem> {
        let (desk, now) = (self.desk, self.desk.clock.now());
        let freezes = desk.store.freezes()?;
        let lines = desk.lines(&project.name);
        let merge = |branch: &str| desk.verdict(&freezes, &project.name, Act::Merge { branch }, None, now);
        let guards = desk.store.guards(&project.repository)?;
        let guards = guards.into_iter().filter_map(|guard| {
            let verdict = merge(&guard.branch);
            let began = verdict.freezes().map(|freeze| freeze.from).max();
            (!verdict.is_open()).then(|| (guard.branch.clone(), guard.standing_since(began.unwrap_or(guard.at))))
        });
        let production = lines.first().map(String::as_str).unwrap_or_default();
        let deploys = desk.verdict(
            &freezes,
            &project.name,
            Act::Deploy { environment: "production", production: true },
            None,
            now,
        );
        let verdict = merge(production);
        let next = if verdict.is_open() { next_close(desk, project, production, &verdict)? } else { None };
        Ok(Stand { project: &project.name, guards: guards.collect(), deploys, closes_next: next })
    }

    pub(super) fn active(&self, project: Option<&str>) -> Result<Vec<Freeze>, StoreProblem> {
        let now = self.desk.clock.now();
        let fits = |freeze: &Freeze| match project {
            Some(project) => freeze.closes(project, now),
            None => freeze.is_active(now),
        };
        Ok(self.desk.store.freezes()?.into_iter().filter(fits).collect())
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
    Ok(writing.open_releases()?.into_iter().map(|release| release.brief.id).collect())
}
