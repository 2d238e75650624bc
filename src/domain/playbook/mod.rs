//! A playbook: how a team releases, as data. Read from TOML, turned into a plan when a release starts.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

mod by_hand;
mod expand;
mod mistake;
mod plain;
mod planning;
mod reading;
mod sense;
mod target;
mod words;

use super::{
    freeze::rule::{FreezeRule, Rules, WindowRule},
    release::plan::{Plan, Step, production_of},
    time::{dates::DateSpec, duration::Lasting},
    version::{
        Bump, Scheme,
        file::{self, VersionedFile},
    },
};

/// How a team releases.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Playbook {
    /// Its name in `bot.toml`.
    pub name: String,
    /// What it is, in one line.
    pub title: String,
    /// The files that hold the version, the first of which says it; without one, the newest tag does.
    #[serde(default, rename = "version-file", deserialize_with = "file::named")]
    pub version_files: Vec<VersionedFile>,
    /// How versions are counted: `semver`, or a date such as `YY.MM.NN`.
    #[serde(default)]
    pub scheme: Scheme,
    /// The tag of a version, such as `v{version}`.
    pub tag: String,
    /// The branch that production runs.
    pub production: String,
    /// The branch that the next release grows on.
    pub development: String,
    /// Words of its own that steps may hold in braces; a project may give them another meaning.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// The IANA zone of its dates; without one, the team's.
    #[serde(default)]
    pub zone: Option<String>,
    /// The dates of the ordinary path, in order.
    #[serde(default, rename = "date")]
    pub dates: Vec<DateSpec>,
    /// Freezes that recur for every project that releases by it.
    #[serde(default, rename = "freeze")]
    pub freezes: Vec<FreezeRule>,
    /// Times at which its projects may be deployed.
    #[serde(default, rename = "window")]
    pub windows: Vec<WindowRule>,
    /// The ordinary path.
    pub release: Path,
    /// The path for what cannot wait.
    pub hotfix: Path,
}

/// One way from a command to production.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Path {
    /// The release branch, such as `release/v{version}`.
    pub branch: String,
    /// The branch it is cut from, unless the command names another.
    pub source: String,
    /// How the version grows, unless the command says otherwise.
    pub bump: Bump,
    /// How long it should take, such as `8h`.
    pub target: Lasting,
    /// How long before the target people are reminded of what is still open, such as `1h`.
    #[serde(default)]
    pub remind: Vec<Lasting>,
    /// Roles that are told when the target is missed, besides those who can act.
    #[serde(default)]
    pub escalate: Vec<String>,
    /// The least severe fault that it is for: 1 is critical; without one, any.
    #[serde(default)]
    pub severity: Option<u8>,
    /// What is done, in order.
    #[serde(rename = "stage")]
    pub stages: Vec<StageSpec>,
}

/// A stage as the playbook tells it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StageSpec {
    name: String,
    /// What it is called where there is little room.
    short: Option<String>,
    #[serde(default)]
    timeline: bool,
    #[serde(default)]
    repeat: Repeat,
    /// The branch whose pushes it repeats on, if that is not the release branch.
    #[serde(default)]
    of: Option<String>,
    /// Whether a push that only brings production back lets its deploys stand.
    #[serde(default)]
    keeps_deploys: bool,
    #[serde(default)]
    background: bool,
    #[serde(default)]
    joins: bool,
    #[serde(default)]
    when: BTreeMap<String, String>,
    steps: Vec<Spanned<Value>>,
}

/// When a stage begins again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Repeat {
    #[default]
    Never,
    OnPush,
}

pub use by_hand::HandMade;
pub use mistake::PlaybookMistake;
pub use planning::PlannedPath;
pub use words::{Words, fill_text, slug};

impl Playbook {
    /// The environments that its ordinary path deploys to, in order; those of its hotfix path after them.
    pub fn environments(&self) -> Vec<String> {
        let mut names = self.environments_of(&self.release);
        for name in self.environments_of(&self.hotfix) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The environments in which users meet what its releases and its hotfixes bring, in order. `said` are those of which a
    /// project says so.
    pub fn production(&self, said: &[String]) -> Vec<String> {
        let mut names = self.production_on(&self.release, said);
        for name in self.production_on(&self.hotfix, said) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The same of one of its paths.
    pub fn production_on(&self, path: &Path, said: &[String]) -> Vec<String> {
        let path = self.environments_of(path);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        production_of(&path, said).into_iter().map(str::to_owned).collect()
    }

    /// The ordinary path of a release that has no version yet: its steps and dates are those of every release.
    pub fn sample(&self) -> Option<Plan> {
        self.sample_of(&self.release)
    }

    /// The same of one of its paths.
    pub fn sample_of(&self, path: &Path) -> Option<Plan> {
        let words = self.words("1.2.3", "v1.2.3", "release/v1.2.3", "develop");
        path.plan(&words, self.dates_of(path)).ok()
    }

    /// The environments that one of its paths deploys to, in order.
    pub fn environments_of(&self, path: &Path) -> Vec<String> {
        let plan = self.sample_of(path);
        plan.map(|plan| plan.environments().into_iter().map(str::to_owned).collect()).unwrap_or_default()
    }

    /// The step by which its releases come to an environment last, or else its hotfixes, with what its words mean in a
    /// project.
    pub fn deploy_to(&self, environment: &str, meanings: &BTreeMap<String, String>) -> Option<Step> {
        let paths = [&self.release, &self.hotfix].into_iter();
        let plans = paths.filter_map(|path| {
            let mut words = self.words("1.2.3", "v1.2.3", "release/v1.2.3", "develop");
            words.extend(meanings.clone());
            path.plan(&words, self.dates_of(path)).ok()
        });
        let deploys = |plan: Plan| {
            let mut steps = plan.steps.into_iter().map(|planned| planned.step);
            steps.rfind(|step| matches!(step, Step::Deploy { environment: of, .. } if of == environment))
        };
        plans.filter_map(deploys).next()
    }

    /// The zone of its dates: its own, or else the team's.
    ///
    /// # Errors
    /// A sentence if it names a zone that does not exist; `read` refuses that.
    pub fn zone_or(&self, team: chrono_tz::Tz) -> Result<chrono_tz::Tz, String> {
        let Some(name) = &self.zone else { return Ok(team) };
        name.parse().map_err(|_| format!("`zone = \"{name}\"` is no IANA zone: write one such as \"America/Toronto\""))
    }

    /// What closes by the calendar for a project that releases by this playbook.
    ///
    /// # Errors
    /// A sentence that names the rule and the mistake; `read` refuses that.
    pub fn rules(&self, project: &str, team: chrono_tz::Tz) -> Result<Rules, String> {
        let zone = self.zone_or(team)?;
        let projects = || vec![project.to_owned()];
        let mut rules = Rules::default();
        for rule in &self.freezes {
            let mistake = |(key, words): (&str, String)| format!("freeze `{}`, `{key}`: {words}", rule.name);
            let name = format!("{project}/{}", rule.name);
            let own = FreezeRule { name, projects: projects(), ..rule.clone() };
            rules.recurring.push(own.ready(zone).map_err(mistake)?);
        }
        for rule in &self.windows {
            let mistake = |(key, words): (&str, String)| format!("window `{}`, `{key}`: {words}", rule.name);
            let name = format!("{project}/{}", rule.name);
            let own = WindowRule { name, projects: projects(), ..rule.clone() };
            rules.windows.push(own.ready(zone).map_err(mistake)?);
        }
        Ok(rules)
    }

    /// The dates of a path: only the ordinary one keeps to the week.
    pub fn dates_of(&self, path: &Path) -> &[DateSpec] {
        if std::ptr::eq(path, &self.release) { &self.dates } else { &[] }
    }

    /// The meanings of a word for which stages are there; none if no stage asks for it.
    pub fn choices(&self, word: &str) -> Vec<&str> {
        let stages = self.release.stages.iter().chain(&self.hotfix.stages);
        let mut chosen: Vec<&str> = stages.filter_map(|stage| stage.when.get(word)).map(String::as_str).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    /// The tag of a version.
    pub fn tag_of(&self, version: &str) -> String {
        self.tag.replace("{version}", version)
    }

    /// The version text in a tag, if the tag is one of ours.
    pub fn version_of_tag<'a>(&self, tag: &'a str) -> Option<&'a str> {
        let (before, after) = self.tag.split_once("{version}")?;
        tag.strip_prefix(before)?.strip_suffix(after)
    }
}
