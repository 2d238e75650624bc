//! `git/trees`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::is_sha;
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    objects::Entry,
};

pub(crate) async fn get(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    let resolved = hub.repository().resolve(name).await?;
    let name = resolved.or_else(|| is_sha(name).then(|| name.to_owned())).ok_or_else(Refusal::not_found)?;
    let (sha, entries) = hub.repository().tree(&name).await?.ok_or_else(Refusal::not_found)?;
    let mut lines = Vec::new();
    if ask.query("recursive").is_some() {
        let text = hub.repository().git.text(&["ls-tree", "-r", "-t", "-z", "-l", &sha], b"").await?;
        lines.extend(text.split('\0').filter_map(|line| read_line(hub, line)));
    } else {
        for entry in entries {
            let size = match entry.kind() {
                "blob" => hub.repository().git.object(&entry.sha).await?.map(|object| object.data.len()),
                _ => None,
            };
            lines.push(line_json(hub, &entry.name.clone(), &entry, size));
        }
    }
    Answer::ok(tree_json(hub, &sha, lines))
}

/// Reads one line of `git ls-tree -l`.
fn read_line(hub: &GitHub, line: &str) -> Option<Value> {
    let (head, path) = line.split_once('\t')?;
    let words: Vec<&str> = head.split_whitespace().collect();
    let [mode, _, sha, size] = words[..] else { return None };
    let entry = Entry { mode: mode.trim_start_matches('0').to_owned(), name: path.to_owned(), sha: sha.to_owned() };
    Some(line_json(hub, path, &entry, size.parse().ok()))
}

fn line_json(hub: &GitHub, path: &str, entry: &Entry, size: Option<usize>) -> Value {
    let kind = entry.kind();
    let url = hub.url(&format!("/git/{kind}s/{}", entry.sha));
    let mut line =
        json!({"path": path, "mode": format!("{:0>6}", entry.mode), "type": kind, "sha": entry.sha, "url": url});
    if let Some(size) = size {
        line["size"] = json!(size);
    }
    line
}

fn tree_json(hub: &GitHub, sha: &str, lines: Vec<Value>) -> Value {
    json!({"sha": sha, "url": hub.url(&format!("/git/trees/{sha}")), "tree": lines, "truncated": false})
}

pub(crate) async fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let fields = ask.fields(&["tree"], &["base_tree"])?;
    let lines = fields.get("tree").as_array().filter(|lines| !lines.is_empty());
    let lines = lines.ok_or_else(|| Refusal::invalid("Invalid tree info"))?;
    let mut changes = BTreeMap::new();
    for line in lines {
        let text = |key: &str| line[key].as_str().map(str::to_owned);
        let odd = line.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        let known = ["path", "mode", "type", "sha", "content"];
        if let Some(odd) = odd.into_iter().find(|key| !known.contains(key)) {
            return Err(
                ask.wrong(422, format!("Invalid request.\n\n\"{odd}\" is not a permitted key of a tree entry."))
            );
        }
        let path = text("path").filter(|path| is_path(path));
        let path = path.ok_or_else(|| Refusal::invalid("tree.path contains a malformed path component"))?;
        let mode = text("mode").unwrap_or_default();
        if !["100644", "100755", "040000", "160000", "120000"].contains(&mode.as_str()) {
            return Err(Refusal::invalid("Must supply a valid tree.mode: 100644, 100755, 040000, 160000 or 120000"));
        }
        let leaf = match (text("sha"), text("content")) {
            (Some(_), Some(_)) => return Err(Refusal::invalid("Must supply either tree.sha or tree.content")),
            (None, Some(content)) => Some((mode, hub.repository().git.store("blob", content.into_bytes()).await?)),
            (Some(sha), None) => {
                if mode != "160000" && (!is_sha(&sha) || hub.repository().git.object(&sha).await?.is_none()) {
                    return Err(Refusal::invalid(format!("tree.sha {sha} is not a valid blob")));
                }
                Some((mode, sha))
            }
            (None, None) if line["sha"].is_null() && line.get("sha").is_some() => None,
            (None, None) => return Err(Refusal::invalid("Must supply either tree.sha or tree.content")),
        };
        changes.insert(path, leaf);
    }
    let base = fields.text("base_tree")?;
    if let Some(base) = &base
        && (!is_sha(base) || hub.repository().tree(base).await?.is_none())
    {
        return Err(Refusal::invalid("base_tree is not a valid tree oid"));
    }
    let sha = hub.repository().change_tree(base.as_deref(), changes).await?;
    let (_, entries) = hub.repository().tree(&sha).await?.ok_or_else(Refusal::not_found)?;
    let lines = entries.iter().map(|entry| line_json(hub, &entry.name, entry, None)).collect();
    Answer::created(tree_json(hub, &sha, lines))
}

fn is_path(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | ".." | ".git")) && !path.contains(['\n', '\0'])
}
