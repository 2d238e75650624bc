//! `POST /graphql`: a part of GitHub's schema, under its names (octokit/graphql-schema), and nothing that is not in it.
//!
//! Problems come as 200 with `errors`. A connection needs `first` or `last`, of at most 100. The login of a bot has no
//! `[bot]` behind it here, as it has in REST; its type says what it is.

mod mutations;
mod progress;
mod query;

use serde_json::{Map, Value, json};

pub(crate) use self::query::is_mutation;
use self::query::{Field, Kind};
use super::{
    GitHub,
    answer::{Answer, Answered},
    ask::Ask,
    people::User,
    shut::Shut,
    stamp,
    state::Pull,
};

/// A field: its name, the type of what it is (nothing for a scalar), and the arguments it takes.
type Known = (&'static str, &'static str, &'static [&'static str]);

/// The types with their fields.
const SCHEMA: [(&str, &[Known]); 20] = [
    ("Query", &[("repository", "Repository", &["owner", "name"])]),
    (
        "Repository",
        &[
            ("nameWithOwner", "", &[]),
            ("autoMergeAllowed", "", &[]),
            ("pullRequest", "PullRequest", &["number"]),
            ("pullRequests", "PullRequestConnection", &["states", "first", "after", "orderBy", "baseRefName"]),
        ],
    ),
    ("PullRequestConnection", &[("pageInfo", "PageInfo", &[]), ("nodes", "PullRequest", &[]), ("totalCount", "", &[])]),
    ("PageInfo", &[("hasNextPage", "", &[]), ("endCursor", "", &[])]),
    (
        "PullRequest",
        &[
            ("id", "", &[]),
            ("number", "", &[]),
            ("title", "", &[]),
            ("body", "", &[]),
            ("url", "", &[]),
            ("isDraft", "", &[]),
            ("isInMergeQueue", "", &[]),
            ("mergeQueueEntry", "MergeQueueEntry", &[]),
            ("reviewDecision", "", &[]),
            ("timelineItems", "PullRequestTimelineItemsConnection", &["itemTypes", "first", "last"]),
            ("createdAt", "", &[]),
            ("updatedAt", "", &[]),
            ("headRefOid", "", &[]),
            ("baseRefName", "", &[]),
            ("mergeStateStatus", "", &[]),
            ("author", "Actor", &[]),
            ("autoMergeRequest", "AutoMergeRequest", &[]),
            ("commits", "PullRequestCommitConnection", &["first", "last"]),
        ],
    ),
    ("AutoMergeRequest", &[("enabledAt", "", &[]), ("enabledBy", "Actor", &[]), ("mergeMethod", "", &[])]),
    ("MergeQueueEntry", &[("id", "", &[]), ("enqueuedAt", "", &[])]),
    ("PullRequestTimelineItemsConnection", &[("nodes", "PullRequestTimelineItems", &[])]),
    ("PullRequestTimelineItems", &[]),
    ("RemovedFromMergeQueueEvent", &[("createdAt", "", &[]), ("reason", "", &[]), ("actor", "Actor", &[])]),
    ("EnqueuePullRequestPayload", &[("clientMutationId", "", &[]), ("mergeQueueEntry", "MergeQueueEntry", &[])]),
    ("DequeuePullRequestPayload", &[("clientMutationId", "", &[]), ("mergeQueueEntry", "MergeQueueEntry", &[])]),
    ("EnablePullRequestAutoMergePayload", &[("clientMutationId", "", &[]), ("pullRequest", "PullRequest", &[])]),
    ("DisablePullRequestAutoMergePayload", &[("clientMutationId", "", &[]), ("pullRequest", "PullRequest", &[])]),
    ("Actor", &[("login", "", &[])]),
    ("PullRequestCommitConnection", &[("nodes", "PullRequestCommit", &[])]),
    ("PullRequestCommit", &[("commit", "Commit", &[])]),
    ("Commit", &[("oid", "", &[]), ("status", "Status", &[])]),
    ("Status", &[("state", "", &[]), ("context", "StatusContext", &["name"])]),
    (
        "StatusContext",
        &[
            ("context", "", &[]),
            ("state", "", &[]),
            ("description", "", &[]),
            ("createdAt", "", &[]),
            ("creator", "Actor", &[]),
        ],
    ),
];

/// Why a query has no answer: GitHub's type of it, if it has one, and its words.
struct Problem(Option<&'static str>, String);

impl From<String> for Problem {
    fn from(words: String) -> Self {
        Self(None, words)
    }
}

pub(super) async fn answer(hub: &GitHub, ask: &Ask) -> Answered {
    let body = ask.body.clone().unwrap_or_default();
    let text = body["query"].as_str().unwrap_or_default();
    let mut missing = vec![];
    let found = match query::read(text, &body["variables"]) {
        Ok((Kind::Query, fields)) => hub.select("Query", &Value::Null, &fields, &mut missing),
        Ok((Kind::Mutation, fields)) => mutations::carry_out(hub, ask, &fields).await,
        Err(words) => Err(Problem::from(words)),
    };
    let error = |Problem(kind, message)| {
        let mut error = json!({"message": message});
        if let Some(kind) = kind {
            error["type"] = json!(kind);
        }
        error
    };
    Answer::ok(match found {
        Ok(data) if missing.is_empty() => json!({"data": data}),
        Ok(data) => json!({"data": data, "errors": missing.into_iter().map(error).collect::<Vec<_>>()}),
        Err(problem) => json!({"data": null, "errors": [error(problem)]}),
    })
}

impl GitHub {
    /// What is asked of a value. What is not found is null there and stands among the `errors`, beside all that is found
    /// (spec.graphql.org, "Handling Execution Errors": a field that may be null takes the error alone).
    fn select(&self, of: &str, value: &Value, fields: &[Field], missing: &mut Vec<Problem>) -> Result<Value, Problem> {
        let known = SCHEMA.iter().find(|(name, _)| *name == of).map(|(_, known)| *known).unwrap_or_default();
        let mut selected = Map::new();
        for field in fields {
            let Field { alias, name, arguments, fields } = field;
            if name == query::ON {
                if value["__typename"] == json!(alias)
                    && let Value::Object(more) = self.select(alias, value, fields, missing)?
                {
                    selected.extend(more);
                }
                continue;
            }
            if name == "__typename" {
                selected.insert(alias.clone(), value.get("__typename").cloned().unwrap_or_else(|| json!(of)));
                continue;
            }
            let Some((_, kind, takes)) = known.iter().find(|(known, ..)| known == name) else {
                return Err(format!("Field '{name}' doesn't exist on type '{of}'").into());
            };
            if let Some(argument) = arguments.keys().find(|argument| !takes.contains(&argument.as_str())) {
                return Err(format!("Field '{name}' doesn't accept argument '{argument}'").into());
            }
            if kind.is_empty() != fields.is_empty() {
                return Err(format!("Selections must be made on objects and on nothing else, as on '{name}'").into());
            }
            let found = match self.resolve(of, name, value, arguments) {
                Err(problem @ Problem(Some("NOT_FOUND"), _)) => {
                    missing.push(problem);
                    Value::Null
                }
                found => found?,
            };
            let chosen = match (&found, kind.is_empty()) {
                (_, true) | (Value::Null, false) => found,
                (Value::Array(all), false) => {
                    all.iter().map(|one| self.select(kind, one, fields, missing)).collect::<Result<_, _>>()?
                }
                (one, false) => self.select(kind, one, fields, missing)?,
            };
            selected.insert(alias.clone(), chosen);
        }
        Ok(Value::Object(selected))
    }

    fn resolve(&self, of: &str, name: &str, value: &Value, arguments: &Map<String, Value>) -> Result<Value, Problem> {
        let argument = |name: &str| arguments.get(name).cloned().unwrap_or_default();
        Ok(match (of, name) {
            ("Query", "repository") => {
                let called =
                    [argument("owner"), argument("name")].map(|part| part.as_str().unwrap_or_default().to_owned());
                let settings = self.settings();
                let known = [settings.owner.as_str(), self.name()];
                // By an old name it is found as well: `followRenames` is true unless it is said otherwise.
                let named = [self.name(), &settings.name].iter().any(|name| name.eq_ignore_ascii_case(&called[1]));
                let gone = self.state().shut == Some(Shut::Deleted);
                if gone || !named || !called[0].eq_ignore_ascii_case(&settings.owner) {
                    let words = format!("Could not resolve to a Repository with the name '{}'.", called.join("/"));
                    return Err(Problem(Some("NOT_FOUND"), words));
                }
                json!({"nameWithOwner": known.join("/")})
            }
            ("Repository", "autoMergeAllowed") => json!(self.state().auto_merge_allowed),
            ("Repository", "pullRequest") => {
                let number = argument("number").as_u64().unwrap_or_default();
                let words = format!("Could not resolve to a PullRequest with the number of {number}.");
                let pull = self.find_pull(number).ok_or(Problem(Some("NOT_FOUND"), words))?;
                self.node(&pull)
            }
            ("Repository", "pullRequests") => self.open_page(arguments)?,
            ("PullRequest", "timelineItems") => self.timeline(value, arguments)?,
            ("PullRequest", "commits") => {
                page_size("commits", arguments)?;
                json!({"nodes": [{"commit": {"oid": value["headRefOid"]}}]})
            }
            ("Commit", "status") => {
                if self.withholds("statuses", false) {
                    return Err(Problem(Some("FORBIDDEN"), "Resource not accessible by integration".to_owned()));
                }
                let sha = &value["oid"];
                let any = self.state().statuses.iter().any(|status| status["sha"] == *sha);
                if any { json!({"oid": sha}) } else { Value::Null }
            }
            ("Status", "context") => {
                let (state, wanted) = (self.state(), argument("name"));
                let mut of_commit = state.statuses.iter().rev().filter(|status| status["sha"] == value["oid"]);
                of_commit.find(|status| status["context"] == wanted).map_or(Value::Null, |status| {
                    let state = status["state"].as_str().unwrap_or_default().to_uppercase();
                    let creator = actor(status["creator"]["login"].as_str().unwrap_or_default());
                    json!({"context": wanted, "state": state, "description": status["description"],
                           "createdAt": status["created_at"], "creator": creator})
                })
            }
            _ => value[name].clone(),
        })
    }

    /// A page of the open pull requests.
    fn open_page(&self, arguments: &Map<String, Value>) -> Result<Value, Problem> {
        if self.withholds("pull_requests", false) {
            return Err(Problem(Some("FORBIDDEN"), "Resource not accessible by integration".to_owned()));
        }
        let size = page_size("pullRequests", arguments)?;
        let after = arguments.get("after").and_then(Value::as_str).and_then(|cursor| cursor.strip_prefix("cursor:"));
        let after: u64 = after.and_then(|number| number.parse().ok()).unwrap_or_default();
        if arguments.get("states") != Some(&json!("OPEN")) {
            return Err("the sandbox lists open pull requests only".to_owned().into());
        }
        let open: Vec<Pull> = self.state().pulls.values().filter(|pull| pull.open).cloned().collect();
        let rest: Vec<&Pull> = open.iter().filter(|pull| pull.number > after).collect();
        let nodes: Vec<Value> = rest.iter().take(size).map(|pull| self.node(pull)).collect();
        let end = rest.iter().take(size).next_back().map(|pull| format!("cursor:{}", pull.number));
        let page = json!({"hasNextPage": rest.len() > size, "endCursor": end});
        Ok(json!({"pageInfo": page, "nodes": nodes, "totalCount": open.len()}))
    }

    fn node(&self, pull: &Pull) -> Value {
        let queued = self.queue_entry(pull.number);
        json!({
            "id": format!("PR_{}", pull.id), "isInMergeQueue": !queued.is_null(), "mergeQueueEntry": queued,
            "reviewDecision": self.review_decision(pull), "number": pull.number, "title": pull.title, "body": pull.body.clone().unwrap_or_default(), "url": self.html(&format!("/pull/{}", pull.number)),
            "isDraft": pull.draft, "createdAt": stamp(pull.created), "updatedAt": stamp(pull.updated),
            "headRefOid": pull.head_sha, "baseRefName": pull.base, "author": actor(&pull.author),
            "autoMergeRequest": self.auto_merge_node(pull),
            "mergeStateStatus": self.merge_state(pull),
        })
    }

    /// GitHub's word for whether a pull request can be merged now. That it merges cleanly is known only once it was looked at.
    fn merge_state(&self, pull: &Pull) -> &'static str {
        let clean = pull.mergeable.as_ref().map(|(.., clean)| *clean);
        let bad = || {
            let state = self.state();
            let check =
                state.checks.iter().any(|check| check["head_sha"] == pull.head_sha && check["conclusion"] != "success");
            check || state.statuses.iter().rev().any(|one| one["sha"] == pull.head_sha && one["state"] != "success")
        };
        match clean {
            _ if pull.draft => "DRAFT",
            Some(false) => "DIRTY",
            _ if self.what_blocks(&User::new("nobody-in-particular", "Nobody"), pull).is_some() => "BLOCKED",
            _ if bad() => "UNSTABLE",
            Some(true) | None => "CLEAN",
        }
    }
}

/// The size of a page, as it must be given.
fn page_size(connection: &str, arguments: &Map<String, Value>) -> Result<usize, Problem> {
    let Some(size) = ["first", "last"].into_iter().find_map(|key| arguments.get(key)?.as_u64()) else {
        let words =
            format!("You must provide a `first` or `last` value to properly paginate the `{connection}` connection.");
        return Err(Problem(Some("MISSING_PAGINATION_BOUNDARIES"), words));
    };
    if size > 100 {
        let words = format!(
            "Requesting {size} records on the `{connection}` connection exceeds the `first` limit of 100 records."
        );
        return Err(Problem(Some("EXCESSIVE_PAGINATION"), words));
    }
    Ok(usize::try_from(size).unwrap_or(100))
}

fn actor(login: &str) -> Value {
    match login.strip_suffix("[bot]") {
        Some(login) => json!({"login": login, "__typename": "Bot"}),
        None => json!({"login": login, "__typename": "User"}),
    }
}
