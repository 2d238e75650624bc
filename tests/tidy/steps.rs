//! Every kind of step is documented.

use std::path::Path;

/// The names that a playbook writes behind `do =`, off the variants of `Step`.
fn step_kinds(plan: &str) -> Vec<String> {
    let body = plan.split("pub enum Step {").nth(1).and_then(|rest| rest.split("\n}\n").next()).unwrap_or_default();
    let variant = |line: &str| {
        let name = line.strip_prefix("    ")?;
        if !name.starts_with(|letter: char| letter.is_ascii_uppercase()) {
            return None;
        }
        let name: String = name.chars().take_while(|letter| letter.is_alphanumeric()).collect();
        let dashed = name.char_indices().map(|(at, letter)| match letter {
            letter if letter.is_uppercase() && at > 0 => format!("-{}", letter.to_ascii_lowercase()),
            letter => letter.to_ascii_lowercase().to_string(),
        });
        Some(dashed.collect())
    };
    body.lines().filter_map(variant).collect()
}

#[test]
fn every_kind_of_step_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kinds = step_kinds(&std::fs::read_to_string(root.join("src/domain/release/plan/step.rs")).unwrap());
    for known in ["snapshot", "tag", "pull-request", "sign-off", "back-merge"] {
        assert!(kinds.iter().any(|kind| kind == known), "{known} is a kind of step, but is not seen to be: {kinds:?}");
    }
    let undocumented = |page: &str| -> Vec<String> {
        kinds.iter().filter(|kind| !page.contains(&format!("`{kind}`"))).cloned().collect()
    };
    assert_eq!(undocumented("only `snapshot`").len(), kinds.len() - 1);
    let Ok(page) = std::fs::read_to_string(root.join("docs/playbooks.md")) else { return };
    let missing = undocumented(&page);
    assert!(missing.is_empty(), "docs/playbooks.md says nothing of {}: tell what each does", missing.join(", "));
}
