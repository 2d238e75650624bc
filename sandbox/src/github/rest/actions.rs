//! `actions`: workflows, dispatches, runs and jobs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::number;
use crate::github::{
    GitHub, Outcome, Workflow,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    stamp,
    state::Run,
};

pub(crate) fn workflows(hub: &GitHub, ask: &Ask) -> Answered {
    let all = hub.settings().workflows.iter().map(|workflow| hub.workflow_json(workflow)).collect();
    Answer::counted(ask, "workflows", all)
}

pub(crate) fn workflow(hub: &GitHub, name: &str) -> Answered {
    Answer::ok(hub.workflow_json(hub.find_workflow(name).ok_or_else(Refusal::not_found)?))
}

pub(crate) async fn dispatch(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    let fields = ask.fields(&["ref"], &["inputs", "return_run_details"])?;
    let workflow = hub.find_workflow(name).cloned().ok_or_else(Refusal::not_found)?;
    let reference = fields.need("ref")?;
    let short = ["refs/heads/", "refs/tags/"].iter().find_map(|start| reference.strip_prefix(start));
    let short = short.unwrap_or(&reference).to_owned();
    let starts = ["refs/heads/", "refs/tags/"];
    let found = starts.iter().find_map(|start| hub.repository().find_ref(&format!("{start}{short}")));
    let found = found.ok_or_else(|| Refusal::invalid(format!("No ref found for: {reference}")))?;
    let inputs = inputs(fields.get("inputs"), &workflow)?;
    let id = hub.dispatch_run(&ask.actor, &workflow, &short, &found.commit, inputs).await?;
    if !fields.flag("return_run_details")? {
        return Answer::nothing();
    }
    Answer::ok(json!({
        "workflow_run_id": id, "run_url": hub.url(&format!("/actions/runs/{id}")),
        "html_url": hub.html(&format!("/actions/runs/{id}")),
    }))
}

fn inputs(given: &Value, workflow: &Workflow) -> Result<BTreeMap<String, String>, Refusal> {
    let mut inputs = BTreeMap::new();
    for (name, value) in given.as_object().into_iter().flatten() {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                return Err(Refusal::invalid(format!("Provided value for input '{name}' not a string")));
            }
            other => other.to_string(),
        };
        inputs.insert(name.clone(), text);
    }
    let odd: Vec<String> = inputs.keys().filter(|name| !workflow.inputs.contains(name)).cloned().collect();
    if !odd.is_empty() {
        return Err(Refusal::invalid(format!("Unexpected inputs provided: {odd:?}")));
    }
    if let Some(missing) = workflow.required.iter().find(|name| !inputs.contains_key(*name)) {
        return Err(Refusal::invalid(format!("Required input '{missing}' not provided")));
    }
    Ok(inputs)
}

pub(crate) fn runs(hub: &GitHub, ask: &Ask, workflow: Option<&str>) -> Answered {
    let file = match workflow {
        Some(name) => Some(hub.find_workflow(name).ok_or_else(Refusal::not_found)?.file.clone()),
        None => None,
    };
    let fits = |run: &&Run| {
        let is = |key: &str, value: &str| ask.query(key).is_none_or(|wanted| wanted == value);
        let ended = run.conclusion.map_or("", |outcome| outcome.word());
        file.as_ref().is_none_or(|file| *file == run.workflow)
            && is("branch", &run.branch)
            && is("event", run.event)
            && is("head_sha", &run.sha)
            && is("actor", &run.actor)
            && ask.query("status").is_none_or(|status| status == run.status || status == ended)
            && ask.query("created").is_none_or(|range| within(&stamp(run.created), range))
    };
    let found: Vec<Run> = hub.state().runs.iter().rev().filter(fits).cloned().collect();
    Answer::counted(ask, "workflow_runs", found.iter().map(|run| hub.run_json(run)).collect())
}

/// Whether a moment lies in a range as searches write it: `>=…`, `>…`, `<=…`, `<…`, `…..…` or a day.
fn within(moment: &str, range: &str) -> bool {
    // A day alone is shorter than a moment, and so compares as its very beginning.
    if let Some((from, to)) = range.split_once("..") {
        return (from == "*" || moment >= from) && (to == "*" || moment <= to || moment.starts_with(to));
    }
    if let Some(from) = range.strip_prefix(">=") {
        return moment >= from;
    }
    if let Some(to) = range.strip_prefix("<=") {
        return moment <= to || moment.starts_with(to);
    }
    if let Some(from) = range.strip_prefix('>') {
        return moment > from && !moment.starts_with(from);
    }
    range.strip_prefix('<').map_or(moment.starts_with(range), |to| moment < to)
}

fn find(hub: &GitHub, id: &str) -> Result<Run, Refusal> {
    let id = number(id)?;
    hub.state().run(id).cloned().ok_or_else(Refusal::not_found)
}

pub(crate) fn run(hub: &GitHub, id: &str) -> Answered {
    let run = find(hub, id)?;
    Answer::ok(hub.run_json(&run))
}

pub(crate) fn pending(hub: &GitHub, id: &str) -> Answered {
    let run = find(hub, id)?;
    Answer::ok(hub.pending_json(&run))
}

pub(crate) fn jobs(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    let run = find(hub, id)?;
    Answer::counted(ask, "jobs", vec![hub.job_json(&run)])
}

pub(crate) fn rerun(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    ask.fields(&[], &["enable_debug_logging"])?;
    let run = find(hub, id)?;
    match run.conclusion {
        None => return Err(Refusal::new(403, "This workflow is already running")),
        Some(Outcome::Success) if ask.path.last().is_some_and(|last| last == "rerun-failed-jobs") => {
            return Err(Refusal::new(403, "This workflow run cannot be retried"));
        }
        Some(_) => {}
    }
    hub.rerun(&ask.actor, run.id);
    Answer::created(json!({}))
}

pub(crate) fn cancel(hub: &GitHub, id: &str) -> Answered {
    let run = find(hub, id)?;
    if run.conclusion.is_some() {
        return Err(Refusal::new(409, "Cannot cancel a workflow run that is completed."));
    }
    hub.end_run(run.id, Outcome::Cancelled);
    Ok(Answer::with(202, &json!({})))
}
