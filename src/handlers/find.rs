//! Finds what a command is about: the project, the release, the gate.

use std::sync::Arc;

use commands::{GateName, ProjectName, ReleaseRef};

use super::{
    Asked, Refusal,
    subject::{MeantGate, Subject},
    suggest::{open_gates, project_here},
};
use crate::{
    context::Context,
    domain::{
        message::{Block, Message, Tone},
        playbook::Playbook,
        release::{
            Release, ReleaseId,
            next::{Next, next},
        },
        team::project::Project,
    },
    github::Repository,
    messages::{buttons::on_present, either, refusal, spoken, wait},
    store::{View, Writing},
};

impl Asked<'_> {
    /// The project that is meant: the one named, the only one, or the only one of this place.
    pub(super) fn project(&self, named: Option<&ProjectName>) -> Result<(&Project, &Repository, &Playbook), Refusal> {
        let projects = &self.context.projects;
        let name = match named {
            Some(name) => name.as_str().to_owned(),
            None if projects.len() == 1 => projects.keys().next().cloned().unwrap_or_default(),
            None => project_here(self.context, self.heard.place).ok_or_else(|| {
                let names = projects.keys().map(|name| (name.clone(), name.clone())).collect();
                self.choose("project", "Which project?", names)
            })?,
        };
        let known: Vec<String> = projects.keys().cloned().collect();
        let (project, repository) = projects
            .get(&name)
            .ok_or_else(|| format!("There is no project \u{201c}{name}\u{201d}. Known are {}.", either(&known)))?;
        let playbook = self.context.playbooks.get(&project.playbook);
        let playbook = playbook.ok_or_else(|| format!("Project {name} names a playbook that is not there."))?;
        Ok((project, repository, playbook))
    }

    /// The release that is meant: the one named, or the only open one.
    pub(super) fn release(
        &self,
        project: Option<&ProjectName>,
        version: Option<&ReleaseRef>,
    ) -> Result<Arc<Release>, Refusal> {
        let store = &self.context.store;
        let mine = |release: &Arc<Release>| project.is_none_or(|project| release.spec.project == project.as_str());
        match version {
            Some(ReleaseRef::Number(number)) => {
                let found = store.shared(ReleaseId(*number))?;
                found
                    .ok_or_else(|| Refusal::Refused(format!("There is no release #{number}; /release list shows all.")))
            }
            Some(ReleaseRef::Version(version)) => {
                let found = store.release_of_version(project.map(ProjectName::as_str), version)?;
                found.ok_or_else(|| format!("There is no release {version}; /release list shows all.").into())
            }
            None => {
                let mut open: Vec<_> = store.open_releases()?.into_iter().filter(mine).collect();
                match (open.pop(), open.is_empty()) {
                    (Some(only), true) => Ok(only),
                    (None, _) => Err("No release is open. /release prepare starts one.".to_owned().into()),
                    (Some(last), false) => {
                        open.push(last);
                        let choices = open.iter().map(|release| (release.name(), release.spec.id.to_string()));
                        Err(self.choose("version", "Which release?", choices.collect()))
                    }
                }
            }
        }
    }

    /// The release that is meant: the one named, or the only open one that fits; if none does, as if all did.
    pub(super) fn release_that(
        &self,
        fits: impl Fn(&Release) -> bool,
        project: Option<&ProjectName>,
        version: Option<&ReleaseRef>,
    ) -> Result<Arc<Release>, Refusal> {
        if version.is_none() {
            let mine = |release: &Release| project.is_none_or(|project| release.spec.project == project.as_str());
            let open = self.context.store.open_releases()?.into_iter();
            let mut fitting: Vec<_> = open.filter(|release| mine(release) && fits(release)).collect();
            if fitting.len() == 1 {
                return Ok(fitting.remove(0));
            }
        }
        self.release(project, version)
    }

    /// That nothing goes on is an answer, too.
    pub(super) fn nothing_open(&self, project: Option<&ProjectName>, named: bool) -> Result<Option<Message>, Refusal> {
        if let Some(project) = project {
            self.project(Some(project))?;
        }
        let mut open = self.context.store.open_releases()?.into_iter();
        let some = open.any(|release| project.is_none_or(|project| release.spec.project == project.as_str()));
        let nothing = || {
            Message::new(Tone::Plain, "No release is open")
                .text("/release list shows those that are over; /release prepare starts one.")
        };
        Ok((!named && !some).then(nothing))
    }

    /// The release in which a decision is meant: the one that waits at this gate, or at any gate.
    pub(super) fn release_at(
        &self,
        gate: Option<&GateName>,
        project: Option<&ProjectName>,
        version: Option<&ReleaseRef>,
    ) -> Result<Arc<Release>, Refusal> {
        let waits = |release: &Release| {
            let open = open_gates(self.context, release);
            let meant = |gate: &GateName| match (MeantGate::read(release, gate.as_str()), Subject::read(gate.as_str()))
            {
                (Some(meant), _) => meant.name,
                (None, Some(story)) => story.story,
                (None, None) => gate.as_str().to_owned(),
            };
            gate.map_or(!open.is_empty(), |gate| open.contains(&meant(gate)))
        };
        self.release_that(waits, project, version)
    }

    /// The gate that is meant: the one named, or the only open one.
    pub(super) fn gate(&self, release: &Release, named: Option<&GateName>) -> Result<MeantGate, Refusal> {
        let (plan, name) = (&release.spec.plan, named.map(GateName::as_str));
        if let Some(name) = name {
            let story = || Subject::read(name).map(|_| MeantGate { name: name.to_owned(), commit: None });
            let all: Vec<String> = plan.gates().map(|(_, gate)| gate.name.clone()).collect();
            let unknown =
                || format!("{} has no gate \u{201c}{name}\u{201d}; it has {}.", release.name(), either(&all)).into();
            return MeantGate::read(release, name).or_else(story).ok_or_else(unknown);
        }
        let open = open_gates(self.context, release);
        match open.as_slice() {
            [only] => Ok(MeantGate { name: only.clone(), commit: None }),
            [] => Err(self.not_asked(release, "no such decision")?),
            several => {
                let gates = several.iter().filter_map(|name| plan.gate(name));
                let choices = gates.map(|(_, gate)| (gate.name.clone(), on_present(release, gate))).collect();
                Err(self.choose("gate", "Which decision?", choices))
            }
        }
    }

    /// The answer to a decision, named by `what`, that nobody asks for just now.
    pub(super) fn not_asked(&self, release: &Release, what: &str) -> Result<Refusal, Refusal> {
        too_early((self.context, &self.context.store), release, &format!("{} waits for {what} now", release.name()))
    }
}

/// The answer to something that comes too early, or too late: this, and what the release waits for.
pub(super) fn too_early(
    (context, view): (&Context, &dyn View),
    release: &Release,
    sentence: &str,
) -> Result<Refusal, Refusal> {
    Ok(match next(release, &context.surroundings_in(view, release, context.clock.now())?, context.clock.now()) {
        Next::Finished(_) => format!("{} is over: nothing is left to decide.", release.name()).into(),
        Next::Run(step) => {
            let step = release.doing(step);
            format!("{sentence}; it is working: {step}.").into()
        }
        Next::Wait(waits) => {
            let lines = waits.iter().map(|(step, waiting)| wait::in_words(release, *step, waiting, &context.people));
            let message = refusal::refused(format!("{sentence}. It waits for:")).block(Block::List(lines.collect()));
            Refusal::Answered(Box::new(message))
        }
    })
}

/// The release as it stands in this write.
pub(super) fn fresh(writing: &Writing, id: ReleaseId) -> Result<Release, Refusal> {
    let found = writing.release(id)?;
    let found = found.ok_or_else(|| Refusal::Refused(format!("There is no release {id} any more.")))?;
    still_open(&found)?;
    Ok(found)
}

/// Refuses what comes too late for a release that is over, and says how it ended.
pub(super) fn still_open(found: &Release) -> Result<(), Refusal> {
    if let Some((by, _, reason)) = &found.state.cancelled {
        return Err(format!("{by} cancelled {}: {reason}", found.name()).into());
    }
    if let (Some(_), Some(later)) = (found.state.finished, &found.state.overtaken) {
        let (there, by) = (spoken(&later.environment), &later.version);
        return Err(format!(
            "{} is over: {there} runs {by}, which came after it. Nothing is left to do.",
            found.name()
        )
        .into());
    }
    if found.state.finished.is_some() {
        return Err(format!("{} is released already: nothing is left to do.", found.name()).into());
    }
    Ok(())
}
