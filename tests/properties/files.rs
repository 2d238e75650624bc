//! Files that people write: `bot.toml` and playbooks.

use proptest::prelude::*;
use shipmate::{config::Config, domain::playbook::Playbook};

use super::{cases, near::near};

const PLAYBOOKS: [&str; 6] = [
    include_str!("../../playbooks/git-flow.toml"),
    include_str!("../../playbooks/module.toml"),
    include_str!("../../playbooks/monthly.toml"),
    include_str!("../../playbooks/quick-release.toml"),
    include_str!("../../playbooks/trunk.toml"),
    include_str!("../../playbooks/weekly-train.toml"),
];

/// The sample with its comments taken for settings where they are some, so that every section is tried.
fn bot_toml() -> String {
    let setting = |line: &str| {
        let shown = line.strip_prefix("# ").filter(|rest| rest.contains(" = ") || rest.starts_with('['));
        shown
            .filter(|rest| rest.starts_with(|first: char| first.is_ascii_lowercase() || first == '['))
            .map(str::to_owned)
    };
    let text = include_str!("../../bot.toml");
    text.lines().map(|line| setting(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

/// Each line without its comment: slips then fall on what is read.
fn bare(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with('#')).map(|line| format!("{line}\n")).collect()
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn whatever_stands_in_bot_toml_is_read_or_refused_in_its_place(
        text in near([bare(include_str!("../../bot.toml")), bare(&bot_toml())]),
    ) {
        let variable = |_: &str| Some("a-secret-that-nobody-reads".to_owned());
        match Config::parse(&text, "bot.toml", &variable) {
            Ok(config) => prop_assert!(!config.projects.is_empty()),
            Err(problems) => {
                prop_assert!(!problems.0.is_empty());
                for problem in &problems.0 {
                    let (line, column) = problem.place.unwrap();
                    prop_assert!(line >= 1 && line <= text.lines().count() + 1 && column >= 1, "{problem}");
                    prop_assert!(!problem.sentence.is_empty() && !problem.sentence.contains('\n'), "{problem}");
                    prop_assert!(!problem.sentence.contains("a-secret"), "{problem}");
                }
            }
        }
    }

    #[test]
    fn whatever_stands_in_a_playbook_is_planned_or_refused(text in near(PLAYBOOKS.map(bare))) {
        match Playbook::read(&text, "my-way.toml") {
            Ok(playbook) => {
                prop_assert!(playbook.sample().is_some());
                prop_assert!(playbook.release.target_minutes() >= 0);
                prop_assert!(shipmate::messages::way::way(&playbook).is_ok());
            }
            Err(told) => prop_assert!(told.starts_with("my-way.toml"), "{told}"),
        }
    }
}
