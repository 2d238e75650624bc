//! Which environments are production, for `shipmate check`.

use crate::domain::{playbook::Playbook, team::project::Project};

use super::all;

/// What is production in a project and why, in a line; and what does not fit together, a line each.
pub fn production(project: &Project, playbook: &Playbook) -> Vec<String> {
    let said = project.said_to_be_production();
    let found = playbook.production(&said);
    let list = |names: &[String]| all(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let name = &project.name;
    let mut lines = vec![match (found.as_slice(), said.as_slice()) {
        ([], []) => format!("{name}: {} deploys nowhere, so nothing is production.", playbook.name),
        ([], _) => format!("{name}: nothing is production."),
        (found, []) => format!(
            "{name}: production is {}, where {} comes last; if users meet others, write `production = true` for each.",
            list(found),
            playbook.name
        ),
        (found, _) => format!("{name}: production is {}, as `production = true` says.", list(found)),
    }];
    let path = playbook.environments();
    let astray: Vec<String> = said.iter().filter(|environment| !path.contains(environment)).cloned().collect();
    if !astray.is_empty() {
        let list = list(&astray);
        lines.push(format!("{name}: {list} is said to be production, and {} never deploys there.", playbook.name));
    }
    for (what, path) in [("releases", &playbook.release), ("hotfixes", &playbook.hotfix)] {
        let deploys = !playbook.environments_of(path).is_empty();
        if !said.is_empty() && deploys && playbook.production_on(path, &said).is_empty() {
            lines.push(format!(
                "{name}: its {what} come to no production, so no freeze and no window keeps their deploys."
            ));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    use super::*;

    fn read(environments: &str) -> Vec<String> {
        let text = include_str!("../../bot.toml");
        let (before, _) = text.split_once("[projects.api.environments.staging]").unwrap();
        let text = format!("{before}{environments}");
        let config = Config::parse(&text, "bot.toml", &|_| Some("this-is-not-a-secret".to_owned())).unwrap();
        let playbooks = crate::playbooks::load(None).unwrap();
        production(&config.projects[0], &playbooks["quick-release"])
    }

    #[test]
    fn what_is_production_is_said_with_its_reason() {
        let one =
            |name: &str, more: &str| format!("[projects.api.environments.{name}]\nworkflow = \"{name}.yml\"\n{more}");
        let (staging, production) = (one("staging", ""), one("production", ""));
        let yes = "production = true\n";
        let last = "api: production is production, where quick-release comes last; if users meet others, write \
                    `production = true` for each.";
        let rows = [
            (format!("{staging}{production}"), vec![last]),
            (format!("{staging}{}", one("production", "production = false\n")), vec![last]),
            (
                format!("{}{}", one("staging", yes), one("production", yes)),
                vec!["api: production is staging and production, as `production = true` says."],
            ),
            (
                format!("{staging}{production}{}", one("us", yes)),
                vec![
                    "api: nothing is production.",
                    "api: us is said to be production, and quick-release never deploys there.",
                    "api: its releases come to no production, so no freeze and no window keeps their deploys.",
                    "api: its hotfixes come to no production, so no freeze and no window keeps their deploys.",
                ],
            ),
        ];
        for (environments, expected) in rows {
            assert_eq!(read(&environments), expected, "{environments}");
        }
    }
}
