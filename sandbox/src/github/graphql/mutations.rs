//! What GraphQL changes: pull requests are put into a merge queue and taken out, and auto-merge is switched on and off.
//!
//! The inputs are those of octokit/graphql-schema; any other field is refused ("InputObject 'EnqueuePullRequestInput' doesn't
//! accept argument 'mergeMethod'", OmniNode-ai/omnibase_core#895). What GitHub does not do comes as 200 with an error of the
//! type `UNPROCESSABLE` and nothing in `data`. Entering a queue does not depend on the repository's setting for auto-merge
//! (cli/cli#13562).

use serde_json::{Map, Value, json};

use super::{Problem, query::Field};
use crate::github::{
    GitHub,
    ask::Ask,
    auto_merge::AutoMerge,
    people::{Permission, User},
    people_do::MergeMethod,
    problem::Problem as Refused,
    queue::Leaves,
    shut::Shut,
    state::Pull,
};

/// A mutation: its name, the type of its input, that of its answer, and the fields of the input, the first of which is
/// the id of the pull request.
type Mutation = (&'static str, &'static str, &'static str, &'static [&'static str]);

const MUTATIONS: [Mutation; 4] = [
    (
        "enqueuePullRequest",
        "EnqueuePullRequestInput",
        "EnqueuePullRequestPayload",
        &["pullRequestId", "clientMutationId", "expectedHeadOid", "jump"],
    ),
    ("dequeuePullRequest", "DequeuePullRequestInput", "DequeuePullRequestPayload", &["id", "clientMutationId"]),
    (
        "enablePullRequestAutoMerge",
        "EnablePullRequestAutoMergeInput",
        "EnablePullRequestAutoMergePayload",
        &[
            "pullRequestId",
            "authorEmail",
            "clientMutationId",
            "commitBody",
            "commitHeadline",
            "expectedHeadOid",
            "mergeMethod",
        ],
    ),
    (
        "disablePullRequestAutoMerge",
        "DisablePullRequestAutoMergeInput",
        "DisablePullRequestAutoMergePayload",
        &["pullRequestId", "clientMutationId"],
    ),
];

/// Carries out one mutation.
pub(super) async fn carry_out(hub: &GitHub, ask: &Ask, fields: &[Field]) -> Result<Value, Problem> {
    let [field] = fields else { return Err("the sandbox takes one mutation at a time".to_owned().into()) };
    let Some((name, takes, gives, keys)) = MUTATIONS.iter().find(|(name, ..)| *name == field.name) else {
        return Err(format!("Field '{}' doesn't exist on type 'Mutation'", field.name).into());
    };
    let input = field.arguments.get("input").and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(odd) = input.keys().find(|key| !keys.contains(&key.as_str())) {
        return Err(format!("InputObject '{takes}' doesn't accept argument '{odd}'").into());
    }
    let id = input.get(keys[0]).and_then(Value::as_str).unwrap_or_default();
    hub.may_mutate(ask)?;
    let pull = hub.state().pulls.values().find(|pull| format!("PR_{}", pull.id) == id).cloned();
    let words = format!("Could not resolve to a node with the global id of '{id}'");
    let pull = pull.ok_or(Problem(Some("NOT_FOUND"), words))?;
    let done = match *name {
        "enqueuePullRequest" => hub.enqueue_by(&ask.actor, &pull, &input).await,
        "dequeuePullRequest" => hub.dequeue_by(&ask.actor, &pull).await,
        "enablePullRequestAutoMerge" => hub.enable_by(&ask.actor, &pull, &input).await,
        _ => hub.disable_auto_merge_of(&ask.actor, pull.number).await,
    };
    done.map_err(unprocessable)?;
    let pull = hub.find_pull(pull.number).unwrap_or(pull);
    let node = hub.node(&pull);
    let entry = node["mergeQueueEntry"].clone();
    let answer =
        json!({"clientMutationId": input.get("clientMutationId"), "pullRequest": node, "mergeQueueEntry": entry});
    let mut data = Map::new();
    data.insert(field.alias.clone(), hub.select(gives, &answer, &field.fields, &mut vec![])?);
    Ok(Value::Object(data))
}

/// What a refusal says without the status that REST would have.
fn unprocessable(refused: Refused) -> Problem {
    let Refused::Refused(said) = refused else { return Problem(None, refused.to_string()) };
    let words = said.split_once(' ').filter(|(status, _)| status.parse::<u16>().is_ok());
    let (kind, words) = words.map_or(("422", said.as_str()), |(status, words)| (status, words));
    let kind = if kind == "403" { "FORBIDDEN" } else { "UNPROCESSABLE" };
    Problem(Some(kind), words.to_owned())
}

impl GitHub {
    fn may_mutate(&self, ask: &Ask) -> Result<(), Problem> {
        let forbidden = |words: &str| Err(Problem(Some("FORBIDDEN"), words.to_owned()));
        let held = ["pull_requests", "contents"].into_iter().any(|permission| self.withholds(permission, true));
        match self.state().shut {
            Some(Shut::Archived) => return forbidden("Repository was archived so is read-only."),
            Some(_) => return Err(Problem(Some("NOT_FOUND"), "Could not resolve to a Repository".to_owned())),
            None => {}
        }
        if ask.has_token(&self.settings().read_only_token) || ask.actor.permission == Permission::Read || held {
            let what = if ask.by_app() { "integration" } else { "personal access token" };
            return forbidden(&format!("Resource not accessible by {what}"));
        }
        Ok(())
    }

    async fn enqueue_by(&self, actor: &User, pull: &Pull, input: &Map<String, Value>) -> Result<(), Refused> {
        expects(pull, input)?;
        self.put_into_queue(actor, pull).await
    }

    async fn dequeue_by(&self, actor: &User, pull: &Pull) -> Result<(), Refused> {
        if !self.state().queue.iter().any(|queued| queued.number == pull.number) {
            return Err(Refused::Refused(format!("422 Failed to remove PR #{} from the merge queue", pull.number)));
        }
        self.leave_queue(actor, pull.number, Leaves::ByHand).await?;
        self.advance_queue().await
    }

    async fn enable_by(&self, actor: &User, pull: &Pull, input: &Map<String, Value>) -> Result<(), Refused> {
        expects(pull, input)?;
        let text = |key: &str| input.get(key).and_then(Value::as_str).map(str::to_owned);
        let method = match text("mergeMethod").as_deref() {
            None | Some("MERGE") => MergeMethod::Merge,
            Some("SQUASH") => MergeMethod::Squash,
            Some("REBASE") => MergeMethod::Rebase,
            Some(other) => return Err(Refused::Refused(format!("422 {other} is no PullRequestMergeMethod"))),
        };
        let by = actor.login.clone();
        self.switch_on_auto_merge(actor, pull.number, AutoMerge { by, method, title: text("commitHeadline") }).await
    }
}

/// The head has to be the one that is meant.
fn expects(pull: &Pull, input: &Map<String, Value>) -> Result<(), Refused> {
    let expected = input.get("expectedHeadOid").and_then(Value::as_str);
    if expected.is_none_or(|expected| expected == pull.head_sha) {
        return Ok(());
    }
    Err(Refused::Refused("422 Head branch was modified. Review and try the merge again.".to_owned()))
}
