//! The way a release takes by its playbook, as text for a terminal: stages, steps, and who decides where.

use std::fmt::Write;

use crate::domain::{
    playbook::{Path, Playbook, fill_text},
    release::{
        gate::{DueSince, Gate},
        plan::{Plan, Step},
    },
    time::dates::DateSpec,
};

/// Both paths of a playbook, stage by stage.
///
/// # Errors
/// A sentence when the playbook cannot be planned.
pub fn way(playbook: &Playbook) -> Result<String, String> {
    let mut text = String::new();
    for (title, path) in
        [("The ordinary path: /release prepare", &playbook.release), ("The hotfix path: /hotfix", &playbook.hotfix)]
    {
        let plan = planned(playbook, path, playbook.dates_of(path))?;
        // Writing to a string cannot fail.
        let target = nudges(&plan.target.remind, &plan.target.escalate, "missed");
        let _ = writeln!(text, "\n{title} (target {}{target})", path.target);
        for (number, stage) in plan.stages.iter().enumerate() {
            let beside = if stage.background { "  [beside the others]" } else { "" };
            let again = match (stage.repeats, &stage.of) {
                (true, Some(branch)) => format!("  [again after a push to {branch}]"),
                (true, None) => "  [again after a push]".to_owned(),
                (false, _) => String::new(),
            };
            let _ = writeln!(text, "  {}. {}{beside}{again}", number + 1, stage.name);
            let steps = plan.steps.iter().filter(|planned| planned.stage == number);
            for planned in steps.filter(|planned| planned.step != Step::TickTimeline) {
                let _ = writeln!(text, "       {}{}", planned.step.in_full(), who(&planned.step));
            }
        }
    }
    Ok(text)
}

/// The plan of a sample release: what is only known when it begins stands in angle brackets.
fn planned(playbook: &Playbook, path: &Path, dates: &[DateSpec]) -> Result<Plan, String> {
    let mut words = playbook.words("<version>", &playbook.tag_of("<version>"), "", &path.source);
    let samples =
        [("previous", "<previous>"), ("previous-tag", "<previous tag>"), ("slug", "<what>"), ("sprint", "<n>")];
    words.extend(samples.map(|(word, sample)| (word.to_owned(), sample.to_owned())));
    let (branch, source) = (fill_text(&path.branch, &words)?, fill_text(&path.source, &words)?);
    words.insert("branch".to_owned(), branch);
    words.insert("source".to_owned(), source);
    path.plan(&words, dates)
}

/// Who decides at a step, if anybody does.
fn who(step: &Step) -> String {
    let of = |gate: &Gate| {
        let quorum = if gate.quorum > 1 { format!("{} of ", gate.quorum) } else { String::new() };
        let by = gate.deadline.as_ref().map(|date| format!(", by {}", date.replace('-', " "))).unwrap_or_default();
        let since = if gate.since == DueSince::Release { "the begin" } else { "its turn" };
        let within = gate.due.as_ref().map(|due| format!(", within {due} of {since}")).unwrap_or_default();
        let nudges = nudges(&gate.remind, &gate.escalate, "late");
        let to = gate.promotes.as_ref().map(|to| format!(", and so promotes it to {to}")).unwrap_or_default();
        format!(" ({quorum}{}{by}{to}{within}{nudges})", gate.roles.join(" or "))
    };
    step.gate().map(of).unwrap_or_default()
}

/// When people are reminded, and who is told when that was not enough.
fn nudges(remind: &[String], escalate: &[String], late: &str) -> String {
    let remind = if remind.is_empty() { String::new() } else { format!("; reminder {} before", remind.join(" and ")) };
    let told =
        if escalate.is_empty() { String::new() } else { format!("; {late}: told to {}, too", escalate.join(", ")) };
    format!("{remind}{told}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_ways_of_all_shipped_playbooks() {
        let playbooks = crate::playbooks::load(None).unwrap();
        let ways = playbooks.values().map(|playbook| format!("{}\n{}", playbook.name, way(playbook).unwrap()));
        insta::assert_snapshot!(ways.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn every_gate_that_ships_is_due_and_simulate_shows_who_is_reminded_and_told() {
        let from = "2026-03-02T00:00:00Z".parse().unwrap();
        for playbook in crate::playbooks::load(None).unwrap().values() {
            let name = &playbook.name;
            for path in [&playbook.release, &playbook.hotfix] {
                let plan = planned(playbook, path, playbook.dates_of(path)).unwrap();
                assert!(!plan.target.escalate.is_empty(), "{name}: nobody is told of its target");
                for (_, gate) in plan.gates() {
                    let date = plan.dates.iter().find(|spec| gate.deadline.as_ref() == Some(&spec.name));
                    let reminded = date.map_or(&gate.remind, |spec| &spec.remind);
                    assert!(!reminded.is_empty(), "{name}: nobody is reminded of {}", gate.name);
                    // What has to be there at the departure is told with it.
                    assert!(date.is_some() || !gate.escalate.is_empty(), "{name}: nobody is told of {}", gate.name);
                }
            }
            let days = crate::domain::time::holidays::Holidays::default();
            let shown = crate::messages::simulate::simulate(playbook, chrono_tz::UTC, &days, from, 6).unwrap();
            let shown = format!("{shown}{}", way(playbook).unwrap());
            for told in ["reminder", "late: told to team-lead", "missed: told to team-lead"] {
                assert!(shown.contains(told), "{name} lacks \u{201c}{told}\u{201d}: {shown}");
            }
            let by_the_clock = playbook.dates.iter().any(|date| date.starts);
            assert_eq!(shown.contains("reminder: "), by_the_clock, "{name}: {shown}");
        }
    }
}
