//! `rulesets/rule-suites`: what the rules said to updates.

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

use super::number;
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
};

pub(crate) fn list(hub: &GitHub, ask: &Ask) -> Answered {
    let span = match ask.query("time_period") {
        Some("hour") => Duration::hours(1),
        Some("week") => Duration::days(7),
        Some("month") => Duration::days(30),
        // A day is what GitHub looks back where nothing is said.
        _ => Duration::days(1),
    };
    let since = hub.now() - span;
    let wanted = |suite: &&Value| {
        let is = |key: &str, value: &Value| ask.query(key).is_none_or(|wanted| value == wanted);
        let named = ask.query("ref").is_none_or(|name| {
            suite["ref"].as_str().is_some_and(|full| full == name || full.ends_with(&format!("/{name}")))
        });
        let pushed = suite["pushed_at"].as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok());
        let result = ask.query("rule_suite_result").is_none_or(|word| word == "all" || suite["result"] == word);
        named && result && is("actor_name", &suite["actor_name"]) && pushed.is_some_and(|at| at >= since)
    };
    let mut found: Vec<Value> = hub.state().suites_of_rules.iter().rev().filter(wanted).cloned().collect();
    for suite in found.iter_mut().filter_map(Value::as_object_mut) {
        suite.remove("rule_evaluations");
    }
    Answer::list(ask, found)
}

pub(crate) fn get(hub: &GitHub, id: &str) -> Answered {
    let id = number(id)?;
    let found = hub.state().suites_of_rules.iter().find(|suite| suite["id"] == id).cloned();
    Answer::ok(found.ok_or_else(Refusal::not_found)?)
}
