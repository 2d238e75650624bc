//! Words by which a project chooses: its playbook, and what words of that mean.

use super::{Findings, ProjectWay};
use crate::{domain::nearest::nearest, playbooks::Shelf};

/// What to say of a playbook that there is not.
pub(super) fn unknown_playbook(name: &str, shelf: &Shelf) -> String {
    let known = || shelf.playbooks.keys().chain(&shelf.broken).map(String::as_str);
    match nearest(name, known()) {
        Some(meant) => format!("there is no playbook `{name}`; did you mean `{meant}`?"),
        None => format!("there is no playbook `{name}`; write one of `{}`", known().collect::<Vec<_>>().join("`, `")),
    }
}

/// Notes words that the playbook does not have, meanings for which no stage is, and sprints that nobody counts.
pub(super) fn astray(way: &ProjectWay<'_>, found: &mut Findings) {
    let (project, playbook) = (way.project, way.playbook);
    for (word, place) in &way.place.words {
        let meaning = project.words.get(word).map(String::as_str).unwrap_or_default();
        if !playbook.words.contains_key(word) {
            match nearest(word, playbook.words.keys().map(String::as_str)) {
                Some(meant) => found.problem(
                    place,
                    format!("`{word}` is no word of the playbook {}; did you mean `{meant}`?", playbook.name),
                ),
                None => found.doubt(
                    place,
                    format!("`{word}` is no word of the playbook {}, so it means nothing", playbook.name),
                ),
            }
            continue;
        }
        let chosen = playbook.choices(word);
        if !chosen.is_empty() && !chosen.contains(&meaning) {
            let way_out = match nearest(meaning, chosen.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("write one of `{}`", chosen.join("`, `")),
            };
            let sentence = format!("no stage of {} is there when `{word}` is `{meaning}`; {way_out}", playbook.name);
            found.problem(place, sentence);
        }
    }
    let counts = [&playbook.release, &playbook.hotfix].into_iter().any(|path| path.branch.contains("{sprint}"));
    if counts && project.sprint.is_none() {
        let name = &project.name;
        let sentence = format!(
            "the branches of {} name the sprint, and nothing says how {name} counts them; write [projects.{name}.sprint] with \
             `number` and `from`",
            playbook.name
        );
        found.problem(&way.place.playbook, sentence);
    }
}
