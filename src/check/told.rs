//! What `shipmate check` says: every problem, or what was understood, for people or for programs.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::CheckedConfig;
use crate::{
    config::{Problem, Problems},
    domain::time::local,
    messages::{days_off, production, understood},
};

/// What was understood, and what nobody could look at, a line each.
pub fn for_people(checked: &CheckedConfig, now: DateTime<Utc>) -> Vec<String> {
    let doubts = checked.doubts.iter().map(|doubt| format!("doubtful: {doubt}"));
    let end = format!("Nothing is wrong in what was read. {}", understood::NOT_LOOKED_AT);
    doubts.chain(lines(checked, now)).chain([end]).collect()
}

/// The same, or what is wrong, as one line of JSON.
pub fn for_programs(checked: &Result<CheckedConfig, Problems>, now: DateTime<Utc>) -> String {
    let list = |problems: &[Problem]| problems.iter().map(shown).collect::<Vec<_>>();
    let (problems, doubts, lines) = match checked {
        Ok(checked) => (vec![], list(&checked.doubts), lines(checked, now)),
        Err(problems) => (list(&problems.0), vec![], vec![]),
    };
    json!({
        "version": 1, "fine": checked.is_ok(), "problems": problems, "doubts": doubts, "understood": lines,
        "not_looked_at": understood::NOT_LOOKED_AT,
    })
    .to_string()
}

fn shown(problem: &Problem) -> Value {
    let (line, column) = problem.place.unzip();
    json!({ "file": problem.file, "line": line, "column": column, "sentence": problem.sentence })
}

fn lines(checked: &CheckedConfig, now: DateTime<Utc>) -> Vec<String> {
    let config = &checked.config;
    let holidays = &config.calendar.holidays;
    let mut lines = vec![];
    for project in &config.projects {
        let Some(playbook) = checked.playbooks.get(&project.playbook) else { continue };
        lines.extend(understood::project(project, playbook, &config.people));
        lines.extend(production::production(project, playbook));
        lines.extend(understood::dates(project, playbook, config.time_zone, holidays, now));
    }
    lines.extend(understood::schedules(&config.schedules, holidays, now));
    let today = local::shown(config.time_zone, now).date();
    lines.extend(days_off::days_off(holidays, &config.calendar.files, today));
    lines
}
