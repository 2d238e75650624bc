//! From a rule as GitHub writes it to what it demands.

use serde_json::Value;

use crate::domain::release::hindrance::{Binding, Demand, NamePattern};

/// What a rule of a ruleset demands; nothing where it is in no release's way, or is looked at elsewhere.
pub(super) fn of_rule(kind: &str, parameters: &Value) -> Vec<Demand> {
    let word = |key: &str| parameters[key].as_str().unwrap_or_default().to_owned();
    match kind {
        "creation" => vec![Demand::NoCreation],
        "update" => vec![Demand::NoUpdate],
        "deletion" => vec![Demand::NoDeletion],
        "required_linear_history" => vec![Demand::LinearHistory],
        "required_signatures" => vec![Demand::Signatures],
        "branch_name_pattern" | "tag_name_pattern" => vec![Demand::Name(NamePattern {
            operator: word("operator"),
            pattern: word("pattern"),
            negate: parameters["negate"] == true,
        })],
        "merge_queue" => vec![Demand::Queue(word("merge_method"))],
        "required_deployments" => vec![Demand::Deployments(texts(&parameters["required_deployment_environments"]))],
        "pull_request" => {
            let reviews = parameters["required_approving_review_count"].as_u64().unwrap_or_default();
            let methods = &parameters["allowed_merge_methods"];
            let methods = methods.is_array().then(|| Demand::Methods(texts(methods)));
            std::iter::once(Demand::PullRequest(reviews)).chain(methods).collect()
        }
        _ => vec![],
    }
}

/// What classic protection demands of the bot: the App with this id, or a person's token that administrates or not.
pub(super) fn of_protection(protection: &Value, app: Option<u64>, admin: bool) -> Vec<Binding> {
    let on = |key: &str| protection[key]["enabled"] == true;
    // No App is an administrator.
    if admin && app.is_none() && !on("enforce_admins") {
        return vec![];
    }
    let is_ours = |app_: &Value| app.is_some() && app_["id"].as_u64() == app;
    let lists_us = |list: &Value| list["apps"].as_array().into_iter().flatten().any(is_ours);
    let reviews = &protection["required_pull_request_reviews"];
    let count = reviews["required_approving_review_count"].as_u64().unwrap_or_default();
    let reviewed = reviews.is_object() && !lists_us(&reviews["bypass_pull_request_allowances"]);
    let restrictions = &protection["restrictions"];
    // Whether a person's token is among those who may push is not looked up.
    let restricted = app.is_some() && restrictions.is_object() && !lists_us(restrictions);
    let demands = [
        on("lock_branch").then_some(Demand::NoUpdate),
        restricted.then_some(Demand::NoUpdate),
        on("required_linear_history").then_some(Demand::LinearHistory),
        on("required_signatures").then_some(Demand::Signatures),
        reviewed.then_some(Demand::PullRequest(count)),
    ];
    let bind = |demand| Binding { demand, by: "the branch's protection".to_owned(), passed_by_pull_request: false };
    demands.into_iter().flatten().map(bind).collect()
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_is_read_as_github_writes_it() {
        let pull_request = json!({"required_approving_review_count": 2, "allowed_merge_methods": ["squash"]});
        let named = json!({"operator": "regex", "pattern": "^v", "negate": true});
        let pattern = NamePattern { operator: "regex".into(), pattern: "^v".into(), negate: true };
        for (kind, parameters, demands) in [
            ("creation", json!(null), vec![Demand::NoCreation]),
            ("update", json!({"update_allows_fetch_and_merge": true}), vec![Demand::NoUpdate]),
            ("required_linear_history", json!(null), vec![Demand::LinearHistory]),
            ("tag_name_pattern", named, vec![Demand::Name(pattern)]),
            ("merge_queue", json!({"merge_method": "SQUASH"}), vec![Demand::Queue("SQUASH".into())]),
            ("pull_request", pull_request, vec![Demand::PullRequest(2), Demand::Methods(vec!["squash".into()])]),
            ("pull_request", json!({}), vec![Demand::PullRequest(0)]),
            ("required_status_checks", json!({}), vec![]),
            ("non_fast_forward", json!(null), vec![]),
        ] {
            assert_eq!(of_rule(kind, &parameters), demands, "{kind}");
        }
    }

    #[test]
    fn classic_protection_binds_whom_it_does_not_let_off() {
        let linear =
            |admins: bool| json!({"required_linear_history": {"enabled": true}, "enforce_admins": {"enabled": admins}});
        let reviews = |apps: Value| {
            json!({"enforce_admins": {"enabled": true}, "required_pull_request_reviews":
                {"required_approving_review_count": 1, "bypass_pull_request_allowances": {"apps": apps}}})
        };
        let pushers = |apps: Value| json!({"restrictions": {"apps": apps, "users": [], "teams": []}});
        for (protection, app, admin, demands) in [
            (linear(true), None, true, vec![Demand::LinearHistory]),
            (linear(false), None, true, vec![]),
            (linear(false), None, false, vec![Demand::LinearHistory]),
            (linear(false), Some(7), true, vec![Demand::LinearHistory]),
            (reviews(json!([])), Some(7), false, vec![Demand::PullRequest(1)]),
            (reviews(json!([{"id": 7}])), Some(7), false, vec![]),
            (reviews(json!([{"id": 7}])), None, false, vec![Demand::PullRequest(1)]),
            (pushers(json!([])), Some(7), false, vec![Demand::NoUpdate]),
            (pushers(json!([{"id": 7}])), Some(7), false, vec![]),
            (json!({"lock_branch": {"enabled": true}}), None, false, vec![Demand::NoUpdate]),
        ] {
            let found = of_protection(&protection, app, admin).into_iter().map(|binding| binding.demand);
            assert_eq!(found.collect::<Vec<_>>(), demands, "{protection} {app:?} {admin}");
        }
    }
}
