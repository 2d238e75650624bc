//! Rules about how branches and tags may be called ("Restrict branch names", "Restrict tag names": GitHub's documentation,
//! "Available rules for rulesets", *Metadata restrictions*). They hold when a ref is made.

use serde_json::Value;

/// Why a ref may not be called so, if a rule says that.
pub(super) fn refused(rule: &Value, name: &str) -> Option<String> {
    let what = match rule["type"].as_str()? {
        "branch_name_pattern" => "Branch name",
        "tag_name_pattern" => "Tag name",
        _ => return None,
    };
    let parameters = &rule["parameters"];
    let (pattern, negate) = (parameters["pattern"].as_str()?, parameters["negate"] == true);
    let (fits, how) = match parameters["operator"].as_str()? {
        "starts_with" => (name.starts_with(pattern), "start with a matching pattern"),
        "ends_with" => (name.ends_with(pattern), "end with a matching pattern"),
        "contains" => (name.contains(pattern), "contain a matching pattern"),
        _ => (regex::Regex::new(pattern).is_ok_and(|regex| regex.is_match(name)), "match a given regex pattern"),
    };
    let must = if negate { "must not" } else { "must" };
    (fits == negate).then(|| format!("{what} {must} {how}: {pattern}"))
}
