//! What GraphQL shows of a pull request on its way: queue, auto-merge, reviews, and what left a queue.

use serde_json::{Map, Value, json};

use super::{Problem, actor, page_size};
use crate::github::{
    GitHub,
    auto_merge::{AutoMerge, word},
    stamp,
    state::Pull,
};

impl GitHub {
    pub(super) fn queue_entry(&self, number: u64) -> Value {
        let state = self.state();
        let queued = state.queue.iter().find(|queued| queued.number == number);
        queued.map_or(Value::Null, |queued| json!({"id": format!("MQE_{number}"), "enqueuedAt": stamp(queued.since)}))
    }

    pub(super) fn auto_merge_node(&self, pull: &Pull) -> Value {
        let Some(AutoMerge { by, method, .. }) = &pull.auto_merge else { return Value::Null };
        let method = word(*method).to_uppercase();
        json!({"enabledAt": stamp(pull.updated), "enabledBy": actor(by), "mergeMethod": method})
    }

    /// "The current status of this pull request with respect to code review"; nothing where none is required.
    pub(super) fn review_decision(&self, pull: &Pull) -> Option<&'static str> {
        let rules = self.rules_for(&format!("refs/heads/{}", pull.base));
        let wanted = rules.iter().filter_map(|rule| rule["parameters"]["required_approving_review_count"].as_u64());
        let classic = self.state().protections.get(&pull.base).and_then(|protection| {
            protection["required_pull_request_reviews"]["required_approving_review_count"].as_u64()
        });
        let wanted = wanted.chain(classic).max().filter(|wanted| *wanted > 0)?;
        let rejected = |review: &Value| review["state"] == "CHANGES_REQUESTED";
        let against = self.state().reviews.iter().any(|(of, review)| *of == pull.number && rejected(review));
        Some(match self.approvals(pull.number) >= wanted {
            true => "APPROVED",
            false if against => "CHANGES_REQUESTED",
            false => "REVIEW_REQUIRED",
        })
    }

    /// The events by which a pull request left a queue, the last ones.
    pub(super) fn timeline(&self, pull: &Value, arguments: &Map<String, Value>) -> Result<Value, Problem> {
        let size = page_size("timelineItems", arguments)?;
        if arguments.get("itemTypes") != Some(&json!(["REMOVED_FROM_MERGE_QUEUE_EVENT"])) {
            return Err("the sandbox has one kind of timeline items only".to_owned().into());
        }
        let state = self.state();
        let mut of_pull = state.queue_exits.iter().filter(|exit| pull["number"] == exit.number).collect::<Vec<_>>();
        let last = of_pull.split_off(of_pull.len().saturating_sub(size));
        let node = |exit: &&crate::github::queue::QueueExit| {
            json!({"__typename": "RemovedFromMergeQueueEvent", "createdAt": stamp(exit.at),
                   "reason": exit.leaves.told(), "actor": actor(&exit.by)})
        };
        Ok(json!({"nodes": last.iter().map(node).collect::<Vec<_>>()}))
    }
}
