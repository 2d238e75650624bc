//! `git/blobs`.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::is_sha;
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
};

pub(crate) async fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let fields = ask.fields(&["content"], &["encoding"])?;
    let content = fields.need("content")?;
    let content = match fields.text("encoding")?.as_deref() {
        Some("base64") => decode(&content)?,
        None | Some("utf-8") => content.into_bytes(),
        Some(_) => return Err(Refusal::field("Blob", "encoding", "invalid")),
    };
    let sha = hub.repository().git.store("blob", content).await?;
    Answer::created(json!({"sha": sha, "url": hub.url(&format!("/git/blobs/{sha}"))}))
}

pub(crate) async fn get(hub: &GitHub, ask: &Ask, sha: &str) -> Answered {
    let found = if is_sha(sha) { hub.repository().git.object(sha).await? } else { None };
    let blob = found.filter(|object| object.kind == "blob").ok_or_else(Refusal::not_found)?;
    if ask.accepts(".raw") {
        return Ok(Answer::raw("application/vnd.github.raw; charset=utf-8", blob.data));
    }
    Answer::ok(json!({
        "sha": sha, "node_id": format!("B_{sha}"), "size": blob.data.len(), "encoding": "base64",
        "url": hub.url(&format!("/git/blobs/{sha}")), "content": encode(&blob.data),
    }))
}

/// Base64 as GitHub writes it: broken into lines of sixty characters.
pub(crate) fn encode(data: &[u8]) -> String {
    let text = STANDARD.encode(data);
    let lines = text.as_bytes().chunks(60).map(|line| format!("{}\n", String::from_utf8_lossy(line)));
    lines.collect()
}

/// Reads base64, line breaks or not.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, Refusal> {
    let text: String = text.split_whitespace().collect();
    STANDARD.decode(text).map_err(|_| Refusal::invalid("content is not valid Base64"))
}
