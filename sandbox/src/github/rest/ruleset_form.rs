//! Checks what a ruleset is asked to be: GitHub's schema first, then what only GitHub itself can know.

use serde_json::{Value, json};

use crate::github::{
    GitHub,
    answer::Refusal,
    ask::{Ask, Fields},
};

/// The kinds of rule without parameters, or with parameters that the sandbox keeps but does not look at.
const PLAIN: [&str; 18] = [
    "creation",
    "deletion",
    "required_linear_history",
    "required_signatures",
    "non_fast_forward",
    "commit_message_pattern",
    "commit_author_email_pattern",
    "committer_email_pattern",
    "branch_name_pattern",
    "tag_name_pattern",
    "workflows",
    "code_scanning",
    "copilot_code_review",
    "license_compliance_scanning",
    "file_path_restriction",
    "max_file_path_length",
    "file_extension_restriction",
    "max_file_size",
];

const QUEUE: [(&str, Kind); 7] = [
    ("check_response_timeout_minutes", Kind::Number(1, 360)),
    ("grouping_strategy", Kind::Word(&["ALLGREEN", "HEADGREEN"])),
    ("max_entries_to_build", Kind::Number(0, 100)),
    ("max_entries_to_merge", Kind::Number(0, 100)),
    ("merge_method", Kind::Word(&["MERGE", "SQUASH", "REBASE"])),
    ("min_entries_to_merge", Kind::Number(0, 100)),
    ("min_entries_to_merge_wait_minutes", Kind::Number(0, 360)),
];

const PULL_REQUEST: [(&str, Kind); 5] = [
    ("dismiss_stale_reviews_on_push", Kind::Flag),
    ("require_code_owner_review", Kind::Flag),
    ("require_last_push_approval", Kind::Flag),
    ("required_approving_review_count", Kind::Number(0, 10)),
    ("required_review_thread_resolution", Kind::Flag),
];

/// What a parameter must be.
#[derive(Clone, Copy)]
enum Kind {
    Flag,
    Number(u64, u64),
    Word(&'static [&'static str]),
    List,
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Flag => value.is_boolean(),
            Self::Number(least, most) => value.as_u64().is_some_and(|number| (least..=most).contains(&number)),
            Self::Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Self::List => value.is_array(),
        }
    }
}

/// Refuses a ruleset that GitHub would refuse; `known` is the id of the one that is being changed.
pub(super) fn check(hub: &GitHub, ask: &Ask, fields: &Fields, known: Option<u64>) -> Result<(), Refusal> {
    words(ask, fields, "enforcement", &["active", "disabled", "evaluate"])?;
    words(ask, fields, "target", &["branch", "tag", "push"])?;
    for (n, rule) in list(fields, "rules").iter().enumerate() {
        if let Err(problem) = check_rule(rule) {
            return Err(ask.wrong(422, format!("Invalid request.\n\nInvalid property /rules/{n}: {problem}.")));
        }
    }
    for (n, entry) in list(fields, "bypass_actors").iter().enumerate() {
        if let Err(problem) = check_bypass(entry) {
            return Err(ask.wrong(422, format!("Invalid request.\n\nInvalid property /bypass_actors/{n}: {problem}.")));
        }
    }
    let mut problems = Vec::new();
    let name = fields.text("name")?;
    if hub
        .state()
        .rulesets
        .iter()
        .any(|set| name.as_ref().is_some_and(|name| set["name"] == *name) && set["id"].as_u64() != known)
    {
        problems.push(json!("Name must be unique"));
    }
    for entry in list(fields, "bypass_actors").iter().filter(|entry| !hub.knows_actor(entry)) {
        let kind = entry["actor_type"].as_str().unwrap_or_default().to_lowercase();
        problems.push(json!(format!("Actor {kind} must be part of the ruleset source or owner organization")));
    }
    let condition = &fields.get("conditions")["ref_name"];
    let patterns = ["include", "exclude"].map(|key| condition[key].as_array().cloned().unwrap_or_default());
    for pattern in patterns.iter().flatten().filter_map(Value::as_str) {
        if !pattern.starts_with("refs/") && !["~ALL", "~DEFAULT_BRANCH"].contains(&pattern) {
            problems.push(json!(format!("Invalid target patterns: '{pattern}'")));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Refusal { errors: problems, ..Refusal::invalid("Validation Failed") })
    }
}

fn list(fields: &Fields, key: &str) -> Vec<Value> {
    fields.get(key).as_array().cloned().unwrap_or_default()
}

fn words(ask: &Ask, fields: &Fields, key: &str, known: &[&str]) -> Result<(), Refusal> {
    match fields.text(key)? {
        Some(word) if !known.contains(&word.as_str()) => {
            let known = known.join(", ");
            Err(ask.wrong(422, format!("Invalid request.\n\n{word} is not a member of [{known}].")))
        }
        _ => Ok(()),
    }
}

fn check_rule(rule: &Value) -> Result<(), String> {
    let kind = rule["type"].as_str().ok_or("\"type\" wasn't supplied")?;
    let parameters = &rule["parameters"];
    let wanted: &[(&str, Kind)] = match kind {
        "update" if parameters.is_null() => return Ok(()),
        "update" => &[("update_allows_fetch_and_merge", Kind::Flag)],
        "merge_queue" => &QUEUE,
        "pull_request" => &PULL_REQUEST,
        "required_status_checks" => {
            &[("required_status_checks", Kind::List), ("strict_required_status_checks_policy", Kind::Flag)]
        }
        "required_deployments" => &[("required_deployment_environments", Kind::List)],
        kind if PLAIN.contains(&kind) => return Ok(()),
        kind => return Err(format!("{kind} is not a kind of rule")),
    };
    for (name, kind) in wanted {
        let value = &parameters[*name];
        if value.is_null() {
            return Err(format!("\"{name}\" wasn't supplied"));
        }
        if !kind.fits(value) {
            return Err(format!("{value} is not possible for \"{name}\""));
        }
    }
    let lenient = &parameters["do_not_enforce_on_create"];
    if !lenient.is_null() && !lenient.is_boolean() {
        return Err(format!("{lenient} is not possible for \"do_not_enforce_on_create\""));
    }
    for check in parameters["required_status_checks"].as_array().into_iter().flatten() {
        if !check["context"].is_string() {
            return Err("\"context\" wasn't supplied".to_owned());
        }
        let app = &check["integration_id"];
        if !app.is_null() && !app.is_u64() {
            return Err(format!("{app} is not possible for \"integration_id\""));
        }
    }
    Ok(())
}

fn check_bypass(entry: &Value) -> Result<(), String> {
    let kinds = ["Integration", "OrganizationAdmin", "RepositoryRole", "Team", "DeployKey", "User"];
    let kind = entry["actor_type"].as_str().ok_or("\"actor_type\" wasn't supplied")?;
    if !kinds.contains(&kind) {
        return Err(format!("{kind} is not a kind of actor"));
    }
    let mode = &entry["bypass_mode"];
    if mode.is_null() || ["always", "pull_request", "exempt"].iter().any(|known| mode == known) {
        return Ok(());
    }
    Err(format!("{mode} is not a bypass mode"))
}
