//! Freezes and windows that leave nothing open, by a year from today.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Findings, ProjectWay};
use crate::{
    config::Config,
    domain::freeze::{
        rule::Rules,
        verdict::{Act, Asking},
    },
};

/// How far ahead is looked.
const YEAR: TimeDelta = TimeDelta::days(366);

/// Notes what of a project is closed for good, by which rules.
pub(super) fn for_good(config: &Config, ways: &[ProjectWay<'_>], now: DateTime<Utc>, found: &mut Findings) {
    // What the same rules close is looked at once.
    let mut seen = BTreeSet::new();
    for way in ways {
        let Some(rules) = rules(config, way) else { continue };
        let (project, playbook) = (&way.project.name, way.playbook);
        let mut lines = vec![playbook.production.clone()];
        if playbook.development != playbook.production {
            lines.push(playbook.development.clone());
        }
        let production = playbook.production(&way.project.said_to_be_production());
        let deploys = way
            .project
            .environments
            .keys()
            .map(|environment| Act::Deploy { environment, production: production.contains(environment) });
        for act in lines.iter().map(|branch| Act::Merge { branch }).chain(deploys) {
            let names = |rules: &Rules| {
                let freezes = rules.recurring.iter().map(|rule| rule.name.clone());
                freezes.chain(rules.windows.iter().map(|window| window.name.clone())).collect::<Vec<_>>()
            };
            if !seen.insert((names(&rules), format!("{act:?} {lines:?}"))) {
                continue;
            }
            let asking = Asking { project, lines: &lines, act, release: None, hotfix: false };
            let Some((at, by)) = rules.with(&[]).closed_for_good(&asking, now, now + YEAR) else { continue };
            let place = by.iter().find_map(|name| config.places.closings.get(name)).unwrap_or(&way.place.section);
            let when = if at == now { String::new() } else { format!("from {} on ", at.format("%Y-%m-%d")) };
            let sentence = match by.as_slice() {
                [one] => format!(
                    "`{one}` never lets anybody {} of {project}: {when}it is closed for ever; write when it opens again",
                    act.in_words()
                ),
                several => format!(
                    "`{}` are never open together: {when}nobody can {} of {project}; write times that they share",
                    several.join("` and `"),
                    act.in_words()
                ),
            };
            // One sentence for each set of rules is enough.
            if seen.insert((by, String::new())) {
                found.problem(place, sentence);
            }
        }
    }
}

/// The rules that concern a project: the configuration's, and those of its playbook.
fn rules(config: &Config, way: &ProjectWay<'_>) -> Option<Rules> {
    let project = &way.project.name;
    let mut rules = Rules { holidays: config.rules.holidays.clone(), ..Rules::default() };
    let own = way.playbook.rules(project, config.time_zone).ok()?;
    let recurring = config.rules.recurring.iter().filter(|rule| rule.like.concerns(project)).cloned();
    let bound = |projects: &[String]| projects.is_empty() || projects.contains(project);
    let windows = config.rules.windows.iter().filter(|window| bound(&window.projects)).cloned();
    rules.recurring.extend(recurring.chain(own.recurring));
    rules.windows.extend(windows.chain(own.windows));
    let any = !rules.recurring.is_empty() || !rules.windows.is_empty();
    any.then_some(rules)
}
