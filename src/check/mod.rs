//! Everything that can be known of configuration and playbooks without asking anybody; `check` tells it, and `run` does not
//! start against it.

mod closings;
mod deciders;
mod environments;
mod schedules;
mod shared;
pub mod told;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use chrono::{DateTime, Utc};

use crate::{
    config::{Config, Problem, Problems, ProjectPlace},
    domain::{
        playbook::{PlannedPath, Playbook, PlaybookMistake},
        team::project::Project,
    },
    playbooks::Shelf,
};

/// A configuration and its playbooks, in which nothing is wrong that can be known.
#[derive(Debug, Clone)]
pub struct CheckedConfig {
    /// The configuration.
    pub config: Config,
    /// All playbooks, by name.
    pub playbooks: BTreeMap<String, Playbook>,
    /// What is doubtful but no reason to stop.
    pub doubts: Vec<Problem>,
}

/// Reads a file, with secrets from this process's environment, and the playbooks that it names.
///
/// # Errors
/// Everything that is wrong with them.
pub fn load(path: &Path, now: DateTime<Utc>) -> Result<CheckedConfig, Problems> {
    let (file, text) = Config::text(path)?;
    read(&text, &file, &|name| std::env::var(name).ok(), now)
}

/// Reads a text, and the playbooks that it names.
///
/// # Errors
/// Everything that is wrong with them.
pub fn read(
    text: &str,
    file: &str,
    environment: &dyn Fn(&str) -> Option<String>,
    now: DateTime<Utc>,
) -> Result<CheckedConfig, Problems> {
    let (config, Problems(problems)) = Config::read(text, file, environment);
    // What is no TOML names no playbooks either.
    let Some(config) = config else { return Err(Problems(problems)) };
    let shelf = Shelf::read(config.playbooks.as_deref());
    let mut found = Findings { doubts: config.warnings.iter().cloned().collect(), ..Findings::default() };
    found.problems.extend(problems);
    found.problems.extend(shelf.problems.iter().cloned());
    let ways = ways(&config, &shelf, &mut found);
    for way in &ways {
        environments::missing(way, &shelf, &mut found);
        words::astray(way, &mut found);
    }
    if config.places.people_are_right {
        deciders::missing(&ways, &config.people, &shelf, &mut found);
    }
    shared::repositories(&ways, &mut found);
    closings::for_good(&config, &ways, now, &mut found);
    schedules::odd(&config, &shelf, now, &mut found);
    if found.problems.is_empty() {
        Ok(CheckedConfig { config, playbooks: shelf.playbooks, doubts: found.doubts.into_iter().collect() })
    } else {
        Err(Problems(found.problems.into_iter().collect()))
    }
}

/// What was found, each thing once, in the order of files and lines.
#[derive(Default)]
struct Findings {
    problems: BTreeSet<Problem>,
    doubts: BTreeSet<Problem>,
}

impl Findings {
    /// Something is wrong.
    fn problem(&mut self, place: &Problem, sentence: impl Into<String>) {
        self.problems.insert(place.says(sentence));
    }

    /// Something is doubtful.
    fn doubt(&mut self, place: &Problem, sentence: impl Into<String>) {
        self.doubts.insert(place.says(sentence));
    }
}

/// A project that could be read, and the two ways by which it releases.
struct ProjectWay<'a> {
    project: &'a Project,
    place: &'a ProjectPlace,
    playbook: &'a Playbook,
    /// The ordinary one first.
    paths: Vec<PlannedPath>,
}

impl ProjectWay<'_> {
    /// The place of what is wrong in its playbook: in the team's own file, or else where the project names a shipped one.
    fn problem(&self, shelf: &Shelf, mistake: &PlaybookMistake) -> Problem {
        let shipped = || {
            let sentence = format!("{}, {}", self.playbook.name, mistake.words);
            self.place.playbook.says(sentence)
        };
        shelf.problem(&self.playbook.name, mistake).unwrap_or_else(shipped)
    }
}

/// The projects that can be looked at, each with its ways; notes what keeps others from it, and what is wrong with the ways.
fn ways<'a>(config: &'a Config, shelf: &'a Shelf, found: &mut Findings) -> Vec<ProjectWay<'a>> {
    let mut ways = vec![];
    for (project, place) in config.projects.iter().zip(&config.places.projects) {
        let name = &project.playbook;
        let Some(playbook) = shelf.playbooks.get(name) else {
            if !name.is_empty() && !shelf.broken.contains(name) {
                found.problem(&place.playbook, words::unknown_playbook(name, shelf));
            }
            continue;
        };
        let mut paths = vec![];
        for path in [&playbook.release, &playbook.hotfix] {
            match playbook.planned_for(path, &project.words) {
                Ok(planned) => paths.push(planned),
                Err(mistakes) => mistakes.iter().for_each(|mistake| {
                    let sentence = format!("with the words of [projects.{}.words], {}", project.name, mistake.words);
                    found.problem(&place.section, sentence);
                }),
            }
        }
        // A project that is wrong in itself would only be complained about for what is missing now.
        if paths.len() == 2 && place.is_right {
            ways.push(ProjectWay { project, place, playbook, paths });
        }
    }
    for way in &ways {
        for mistake in way.paths.iter().flat_map(|planned| way.playbook.hangs(planned)) {
            found.problems.insert(way.problem(shelf, &mistake));
        }
    }
    // The team's own that no project uses yet.
    for (name, playbook) in &shelf.playbooks {
        for path in [&playbook.release, &playbook.hotfix] {
            let mistakes = playbook.planned_for(path, &BTreeMap::new()).map(|planned| playbook.hangs(&planned));
            let problems = mistakes.unwrap_or_default().into_iter().filter_map(|one| shelf.problem(name, &one));
            found.problems.extend(problems);
        }
    }
    ways
}
