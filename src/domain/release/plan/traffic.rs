//! What a deploy means for those who use what is deployed: by its inputs `share`, `slot` and `action`.

use super::Step;

impl Step {
    /// Whether people meet what a deploy brings: what stands beside what is live gets no traffic.
    pub fn takes_traffic(&self) -> bool {
        let Self::Deploy { inputs, .. } = self else { return true };
        !inputs.contains_key("slot") || inputs.get("action").is_some_and(|action| action == "switch")
    }

    /// Whether a deploy leaves nothing but its version in the environment: a share of a canary does not, nor what is
    /// deployed beside or taken away in a blue-green deploy.
    pub fn replaces_all(&self) -> bool {
        let Self::Deploy { inputs, .. } = self else { return true };
        let share = inputs.get("share").is_none_or(|share| matches!(share.trim_end_matches('%'), "100" | ""));
        let action = inputs.get("action").map(String::as_str);
        share && matches!((action, inputs.get("slot")), (Some("switch" | ""), _) | (None, None))
    }
}
