//! Who changes something: on GitHub, on the disk.

use super::{part, rule, source::sources};

/// The methods of our GitHub that change something: they send, and it is not a `get`.
fn changing_verbs() -> Vec<String> {
    let mut verbs = vec![];
    for source in sources(&["src/github"]) {
        let text: String = source.code().iter().map(|(_, line)| format!("{line}\n")).collect();
        for method in text.split("pub async fn ").skip(1) {
            let name = method.split(['(', '<']).next().unwrap_or_default();
            let body = method.split("\n    }\n").next().unwrap_or_default();
            if ["post(", "change(", "delete(", "put(", "patch(", "mutate("]
                .iter()
                .any(|verb| body.contains(&format!(".{verb}")))
            {
                verbs.push(name.to_owned());
            }
        }
    }
    verbs
}

#[test]
fn only_steps_change_github() {
    let verbs = changing_verbs();
    for known in
        ["create_branch", "move_tag", "delete_branch", "merge_branch", "dispatch", "publish_release", "set_status"]
    {
        assert!(verbs.iter().any(|verb| verb == known), "{known} changes GitHub, but is not seen to: {verbs:?}");
    }
    println!("tidy: {} verbs change GitHub: {}", verbs.len(), verbs.join(", "));
    rule(
        "only steps, and the enforcer of freezes, change anything on GitHub",
        "make it a step of the plan: it is looked for before it is done, recorded, retried, and survives a crash",
        &["src"],
        ("src/handlers/cancel.rs", "//! x\nrepository\n    .delete_branch(&name)\n    .await?;\n"),
        |source| {
            let inside = ["engine::steps", "enforcer", "github"].contains(&part(&source.path));
            let changes = |line: &str| verbs.iter().any(|verb| line.contains(&format!(".{verb}(")));
            let lines = source.where_code(|line| !inside && changes(line));
            lines.into_iter().map(|line| (line, "changes something on GitHub".to_owned())).collect()
        },
    );
}

#[test]
fn only_one_file_writes_to_the_disk_and_it_flushes() {
    let writing =
        ["apply_batch(", ".transaction(", "compare_and_swap(", "fetch_and_update(", "update_and_fetch(", "open_tree("];
    rule(
        "sled is written to in src/store/trees.rs only",
        "collect changes in `Writing`; the writer commits them together, with one flush, before anybody is answered",
        &["src"],
        ("src/store/outbox.rs", "//! x\nself.tree.apply_batch(batch)?;\n"),
        |source| {
            let elsewhere = !["src/store/trees.rs", "src/store/opening.rs"].contains(&source.path.as_str());
            let lines = source.where_code(|line| {
                let flushes =
                    part(&source.path) != "store" && (line.contains(".flush()") || line.contains(".flush_async("));
                elsewhere && (flushes || writing.iter().any(|word| line.contains(word)))
            });
            lines.into_iter().map(|line| (line, "writes to the database".to_owned())).collect()
        },
    );
    rule(
        "what is applied is flushed before anybody hears of it",
        "call `trees.flush()?` after `trees.apply(…)?` in the same function",
        &["src"],
        ("src/store/commits.rs", "//! x\nfn commit() {\n    trees.apply(changes)?;\n    answer();\n}\n"),
        |source| {
            let code = source.code();
            let flushed = |at: usize| code[at + 1..].iter().take(3).any(|(_, line)| line.contains("trees.flush()?"));
            let applied =
                code.iter().enumerate().filter(|(at, (_, line))| line.contains("trees.apply(") && !flushed(*at));
            applied.map(|(_, (line, _))| (*line, "is not flushed at once".to_owned())).collect()
        },
    );
}
