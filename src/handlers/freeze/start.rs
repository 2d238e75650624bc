//! `/freeze start`: closes merges and deploys.

use commands::{FreezeStart, ProjectName};

use super::open;
use crate::{
    domain::{
        freeze::Freeze,
        message::{Message, Tone, line},
        time::moment,
    },
    handlers::{
        Asked, Refusal,
        suggest::{ALL, project_here},
    },
    messages,
    record::freezes,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn freeze_start(&self, asked: FreezeStart) -> Result<Option<Message>, Refusal> {
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

    pub(in crate::handlers) fn plan_of_start(&self, freeze: &Freeze) -> Message {
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
