//! Turns one path of a playbook into the plan of a release.

use super::{
    Path, Repeat, StageSpec, Words, expand, fill_text,
    mistake::{PlaybookMistake, StepPlace},
};
use crate::domain::{
    release::{
        plan::{Plan, PlannedStep, Stage, join::join},
        reviews,
    },
    time::dates::DateSpec,
};

/// A plan, and where each of its steps is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPath {
    /// The plan.
    pub plan: Plan,
    /// What its words stood for.
    pub words: Words,
    pub(super) places: Vec<StepPlace>,
}

impl PlannedPath {
    /// What is wrong with a step.
    pub fn mistake(&self, step: usize, words: impl AsRef<str>) -> PlaybookMistake {
        match self.places.get(step) {
            Some(place) => place.mistake(words),
            None => words.as_ref().to_owned().into(),
        }
    }
}

impl Path {
    /// The plan of one release.
    ///
    /// # Errors
    /// A sentence that names the stage and the mistake.
    pub fn plan(&self, words: &Words, dates: &[DateSpec]) -> Result<Plan, String> {
        let first = |mistakes: Vec<PlaybookMistake>| mistakes.into_iter().next().map(|first| first.words);
        self.planned(words, dates).map(|planned| planned.plan).map_err(|all| first(all).unwrap_or_default())
    }

    pub(super) fn planned(&self, words: &Words, dates: &[DateSpec]) -> Result<PlannedPath, Vec<PlaybookMistake>> {
        let mut mistakes: Vec<PlaybookMistake> = vec![];
        let target = self.target_nudges().unwrap_or_else(|sentence| {
            mistakes.push(sentence.into());
            Default::default()
        });
        let mut plan = Plan {
            stages: vec![],
            steps: vec![],
            dates: dates.to_vec(),
            zone: None,
            said_to_be_production: vec![],
            version_files: vec![],
            target,
        };
        let (mut parts, mut places, mut opened) = (vec![], vec![], false);
        let here = |spec: &&StageSpec| spec.when.iter().all(|(word, meaning)| words.get(word) == Some(meaning));
        let unknown = |word: &&String| !words.contains_key(*word);
        for word in self.stages.iter().flat_map(|spec| spec.when.keys()).filter(unknown) {
            mistakes.push(format!("`{word}` in `when` is no word of this playbook: add it to [words]").into());
        }
        for (number, spec) in self.stages.iter().filter(here).enumerate() {
            let place = |at: Option<usize>| StepPlace { at, stage: spec.name.clone() };
            let first = place(spec.steps.first().map(|step| step.span().start));
            if spec.of.is_some() && spec.repeat == Repeat::Never {
                mistakes.push(first.mistake("`of` needs `repeat = \"on-push\"`"));
            }
            let of = spec.of.as_ref().map(|branch| fill_text(branch, words)).transpose();
            let of = of.unwrap_or_else(|sentence| {
                mistakes.push(first.mistake(sentence));
                None
            });
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
            let told_before = opened;
            for value in &spec.steps {
                let place = place(Some(value.span().start));
                match expand::steps(value.get_ref(), words) {
                    Ok(steps) => {
                        for step in steps {
                            opened |= step.get("do").is_some_and(|does| does == "pull-request");
                            parts.push((number, step));
                            places.push(place.clone());
                        }
                    }
                    Err(sentence) => mistakes.push(place.mistake(sentence)),
                }
            }
            if spec.timeline && told_before {
                parts.push((number, serde_json::json!({ "do": "tick-timeline" })));
                places.push(place(None));
            }
        }
        // What follows would only be complained about for what is missing now.
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let nowhere = || StepPlace { at: None, stage: String::new() };
        let place = |part: Option<usize>| part.and_then(|part| places.get(part)).cloned().unwrap_or_else(nowhere);
        let joint = join(parts).map_err(|(part, words)| vec![place(Some(part)).mistake(words)])?;
        let mut of_steps = vec![];
        for (index, (stage, step)) in joint.steps.into_iter().enumerate() {
            let place = place(joint.became.iter().position(|step| *step == index));
            match expand::read(step) {
                Ok(step) => plan.steps.push(PlannedStep { stage, step }),
                Err(words) => mistakes.push(place.mistake(words)),
            }
            of_steps.push(place);
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let planned = PlannedPath { plan, words: words.clone(), places: of_steps };
        let mistakes = planned.contradictions();
        if mistakes.is_empty() { Ok(planned) } else { Err(mistakes) }
    }

    /// The target in minutes.
    pub fn target_minutes(&self) -> i64 {
        self.target.length().num_minutes()
    }
}

impl PlannedPath {
    /// Dates that there are not, times that contradict each other, reviews that cannot decide.
    fn contradictions(&self) -> Vec<PlaybookMistake> {
        let known: Vec<&str> = self.plan.dates.iter().map(|date| date.name.as_str()).collect();
        let mut mistakes: Vec<PlaybookMistake> = vec![];
        for (index, place) in self.places.iter().enumerate() {
            if let Some(date) = self.plan.date_of(index).filter(|date| !known.contains(date)) {
                let known = match known.as_slice() {
                    [] => "none is there".to_owned(),
                    known => format!("known are {}", known.join(", ")),
                };
                let (stage, at) = (&place.stage, place.at);
                let words = format!("`{date}`, named in stage \"{stage}\", is no [[date]] of this path; {known}");
                mistakes.push(PlaybookMistake { at, words });
            }
        }
        for (step, gate) in self.plan.gates() {
            let at = self.places.get(step).and_then(|place| place.at);
            mistakes.extend(gate.check_due().err().map(|words| PlaybookMistake { at, words }));
        }
        mistakes.extend(reviews::check(&self.plan).err().map(PlaybookMistake::from));
        mistakes
    }
}
