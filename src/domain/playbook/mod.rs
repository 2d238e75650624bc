//! A playbook: how a team releases, as data. Read from TOML, turned into a plan when a release starts.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

mod by_hand;
mod expand;
mod target;
mod words;

use super::{
    freeze::rule::{FreezeRule, Rules, WindowRule},
    release::plan::{Plan, PlannedStep, Stage, Step, join::join, production_of},
    time::{
        dates::{self, DateSpec},
        duration::Lasting,
    },
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

/// What is wrong with a playbook, and at which byte of it, if that is known.
struct PlaybookMistake {
    at: Option<usize>,
    words: String,
}

impl From<String> for PlaybookMistake {
    fn from(words: String) -> Self {
        Self { at: None, words }
    }
}

/// Where a step is written.
struct StepPlace {
    at: Option<usize>,
    stage: String,
}

impl StepPlace {
    fn mistake(&self, words: String) -> PlaybookMistake {
        PlaybookMistake { at: self.at, words: format!("stage \"{}\": {words}", self.stage) }
    }
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
pub use words::{Words, fill_text, slug};

impl Playbook {
    /// Reads a playbook and tries its plans, so that a mistake shows at start and not in the middle of a release.
    ///
    /// # Errors
    /// A sentence with the place of the mistake.
    pub fn read(text: &str, file: &str) -> Result<Self, String> {
        let playbook: Self = toml::from_str(text).map_err(|mistake| {
            let place = mistake.span().map(|span| position(text, span.start)).unwrap_or_default();
            format!("{file}{place}: {}", mistake.message())
        })?;
        playbook.check().map_err(|mistake| {
            let at = mistake
                .at
                .or_else(|| mistake.words.split('`').nth(1).and_then(|word| text.find(&format!("\"{word}\""))));
            format!("{file}{}: {}", at.map(|at| position(text, at)).unwrap_or_default(), mistake.words)
        })?;
        Ok(playbook)
    }

    fn check(&self) -> Result<(), PlaybookMistake> {
        self.zone_or(chrono_tz::UTC)?;
        dates::check(&self.dates)?;
        self.rules("any", chrono_tz::UTC)?;
        for path in [&self.release, &self.hotfix] {
            let mut words = self.words("1.2.3", "v1.2.3", "", &path.source);
            words.extend([
                ("previous".to_owned(), "1.2.2".to_owned()),
                ("previous-tag".to_owned(), "v1.2.2".to_owned()),
            ]);
            let branch = words::fill_text(&path.branch, &words)?;
            words.insert("branch".to_owned(), branch);
            words::fill_text(&path.source, &words)?;
            path.planned(&words, self.dates_of(path))?;
        }
        Ok(())
    }

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

impl Path {
    /// The plan of one release.
    ///
    /// # Errors
    /// A sentence that names the stage and the mistake.
    pub fn plan(&self, words: &Words, dates: &[DateSpec]) -> Result<Plan, String> {
        self.planned(words, dates).map_err(|mistake| mistake.words)
    }

    fn planned(&self, words: &Words, dates: &[DateSpec]) -> Result<Plan, PlaybookMistake> {
        let mut plan = Plan {
            stages: vec![],
            steps: vec![],
            dates: dates.to_vec(),
            zone: None,
            said_to_be_production: vec![],
            version_files: vec![],
            target: self.target_nudges()?,
        };
        let (mut parts, mut places, mut opened) = (vec![], vec![], false);
        let here = |spec: &&StageSpec| spec.when.iter().all(|(word, meaning)| words.get(word) == Some(meaning));
        let unknown = |word: &&String| !words.contains_key(*word);
        if let Some(word) = self.stages.iter().flat_map(|spec| spec.when.keys()).find(unknown) {
            return Err(format!("`{word}` in `when` is no word of this playbook: add it to [words]").into());
        }
        for (number, spec) in self.stages.iter().filter(here).enumerate() {
            if spec.of.is_some() && spec.repeat == Repeat::Never {
                return Err(format!("stage \"{}\": `of` needs `repeat = \"on-push\"`", spec.name).into());
            }
            let of = spec.of.as_ref().map(|branch| words::fill_text(branch, words)).transpose()?;
            plan.stages.push(Stage {
                keeps_deploys: spec.keeps_deploys,
                name: spec.name.clone(),
                short: spec.short.clone(),
                timeline: spec.timeline,
                repeats: spec.repeat == Repeat::OnPush,
                of: of.filter(|branch| words.get("branch") != Some(branch)),
                background: spec.background,
                joins: spec.joins,
            });
            let (told_before, place) = (opened, |at: Option<usize>| StepPlace { at, stage: spec.name.clone() });
            for value in &spec.steps {
                let at = Some(value.span().start);
                for step in expand::steps(value.get_ref(), words).map_err(|words| place(at).mistake(words))? {
                    opened |= step.get("do").is_some_and(|does| does == "pull-request");
                    parts.push((number, step));
                    places.push(place(at));
                }
            }
            if spec.timeline && told_before {
                parts.push((number, serde_json::json!({ "do": "tick-timeline" })));
                places.push(place(None));
            }
        }
        let mistake = |part: Option<usize>, words: String| match part.and_then(|part| places.get(part)) {
            Some(place) => place.mistake(words),
            None => words.into(),
        };
        let joint = join(parts).map_err(|(part, words)| mistake(Some(part), words))?;
        for (index, (stage, step)) in joint.steps.into_iter().enumerate() {
            let first = joint.became.iter().position(|step| *step == index);
            let step = expand::read(step).map_err(|words| mistake(first, words))?;
            plan.steps.push(PlannedStep { stage, step });
        }
        check_dates(&plan)?;
        plan.gates().try_for_each(|(_, gate)| gate.check_due())?;
        super::release::reviews::check(&plan)?;
        Ok(plan)
    }

    /// The target in minutes.
    pub fn target_minutes(&self) -> i64 {
        self.target.length().num_minutes()
    }
}

/// Every date that a step names is one of the playbook's.
fn check_dates(plan: &Plan) -> Result<(), String> {
    let known: Vec<&str> = plan.dates.iter().map(|date| date.name.as_str()).collect();
    for (index, planned) in plan.steps.iter().enumerate() {
        if let Some(date) = plan.date_of(index).filter(|date| !known.contains(date)) {
            let stage = plan.stages.get(planned.stage).map(|stage| stage.name.as_str()).unwrap_or_default();
            let known =
                if known.is_empty() { "none is there".to_owned() } else { format!("known are {}", known.join(", ")) };
            return Err(format!("`{date}`, named in stage \"{stage}\", is no [[date]] of this path; {known}"));
        }
    }
    Ok(())
}

fn position(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!(":{line}:{column}")
}
