//! `/freeze start`, `/freeze lift`, `/freeze status`.

use commands::{FreezeLift, FreezeRef, FreezeStart, FreezeStatus};

use super::{Asked, Refusal};
use crate::{
    desk::Desk,
    domain::{
        freeze::Freeze,
        message::{Message, Tone},
        moment,
        post::{Post, Target},
        release::ReleaseId,
    },
    messages,
    store::{StoreProblem, Writing},
};

impl Asked<'_> {
    pub(super) async fn freeze_start(&self, asked: FreezeStart) -> Result<Option<Message>, Refusal> {
        if let Some(project) = &asked.project {
            self.project(Some(project))?;
        }
        let (desk, owner, from) = (self.desk.clone(), self.who()?, self.desk.clock.now());
        let until = asked.until.as_deref().map(|text| moment::read(text, from, desk.zone)).transpose()?;
        let projects: Vec<String> = asked.project.iter().map(|project| project.as_str().to_owned()).collect();
        let reason = asked.reason.as_str().to_owned();
        self.decide(move |writing| {
            let id = writing.next_number("freeze")?;
            let freeze = Freeze { id, projects, until, ..Freeze::new(reason, owner, from) };
            writing.put_freeze(&freeze)?;
            tell(&desk, writing, &freeze, "started", &messages::freeze::started(&freeze))?;
            let words = messages::freeze::in_words(&freeze, desk.zone);
            Ok((Message::new(Tone::Good, format!("Freeze #{id} is active")).text(words), open(writing)?))
        })
        .await
    }

    pub(super) async fn freeze_lift(&self, asked: FreezeLift) -> Result<Option<Message>, Refusal> {
        let active = self.active(asked.project.as_ref().map(commands::ProjectName::as_str))?;
        let fits = |freeze: &&Freeze| match &asked.freeze {
            Some(FreezeRef::Number(number)) => freeze.id == *number,
            Some(FreezeRef::Name(name)) => freeze.reason.eq_ignore_ascii_case(name),
            None => true,
        };
        let found: Vec<&Freeze> = active.iter().filter(fits).collect();
        let id = match found.as_slice() {
            [] => return Err("No such freeze is active; /freeze status shows all.".to_owned().into()),
            [only] => only.id,
            several => {
                let choice =
                    |freeze: &&Freeze| (format!("#{} {}", freeze.id, freeze.reason), format!("#{}", freeze.id));
                return Err(self.choose("freeze", "Which freeze?", several.iter().map(choice).collect()));
            }
        };
        let (desk, by, now) = (self.desk.clone(), self.who()?, self.desk.clock.now());
        self.decide(move |writing| {
            let all = writing.freezes()?;
            let mut freeze = all
                .iter()
                .find(|freeze| freeze.id == id && freeze.is_active(now))
                .cloned()
                .ok_or_else(|| Refusal::Refused("That freeze is over already.".into()))?;
            freeze.lifted = Some((by.clone(), now));
            writing.put_freeze(&freeze)?;
            let others = all.iter().filter(|other| other.id != id && other.is_active(now)).count();
            tell(&desk, writing, &freeze, "lifted", &messages::freeze::lifted(&freeze, &by, others))?;
            Ok((Message::new(Tone::Good, format!("Freeze #{id} is lifted")), open(writing)?))
        })
        .await
    }

    pub(super) fn freeze_status(&self, asked: FreezeStatus) -> Result<Message, Refusal> {
        if let Some(project) = &asked.project {
            self.project(Some(project))?;
        }
        let active = self.active(asked.project.as_ref().map(commands::ProjectName::as_str))?;
        Ok(messages::freeze::status(&active))
    }

    fn active(&self, project: Option<&str>) -> Result<Vec<Freeze>, StoreProblem> {
        let now = self.desk.clock.now();
        let fits = |freeze: &Freeze| match project {
            Some(project) => freeze.closes(project, now),
            None => freeze.is_active(now),
        };
        Ok(self.desk.store.freezes()?.into_iter().filter(fits).collect())
    }
}

/// Tells every place of the projects that a freeze concerns, once.
fn tell(
    desk: &Desk,
    writing: &mut Writing,
    freeze: &Freeze,
    occasion: &str,
    message: &Message,
) -> Result<(), StoreProblem> {
    let concerned = |name: &String| freeze.projects.is_empty() || freeze.projects.contains(name);
    for (_, (project, _)) in desk.projects.iter().filter(|(name, _)| concerned(name)) {
        for place in &project.releases {
            let key = format!("freeze/{}/{occasion}/{place}", freeze.id);
            writing.post(Post { key, target: Target::Channel(*place), message: message.clone() })?;
        }
    }
    Ok(())
}

fn open(writing: &Writing) -> Result<Vec<ReleaseId>, StoreProblem> {
    Ok(writing.open_releases()?.into_iter().map(|release| release.brief.id).collect())
}
