//! Files and trees, read and made.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::json;

use super::{
    address,
    model::{FileInTree, FileText},
    problem::{GithubProblem, GithubResult},
    repository::{Made, Repository},
};

/// What stands at a path, or a blob.
#[derive(Deserialize)]
struct FileContent {
    #[serde(rename = "type", default)]
    kind: String,
    sha: String,
    #[serde(default)]
    encoding: String,
    #[serde(default)]
    content: String,
}

/// What stands at a path: one thing, or the list of a folder.
#[derive(Deserialize)]
#[serde(untagged)]
enum AtPath {
    One(FileContent),
    #[expect(dead_code, reason = "that it is a list says enough")]
    Folder(Vec<IgnoredAny>),
}

#[derive(Deserialize)]
struct GitTree {
    #[serde(default)]
    truncated: bool,
    tree: Vec<TreeEntry>,
}

#[derive(Deserialize)]
struct TreeEntry {
    path: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    sha: String,
}

impl Repository {
    /// A file at a commit, branch or tag; nothing if there is none. A file of more than 1 MB takes two requests.
    /// A symlink to a file is answered with what that holds; `NotAFile` for other symlinks, for a folder, a submodule, and for
    /// what is not UTF-8.
    pub async fn file(&self, path: &str, at: &str) -> GithubResult<Option<FileText>> {
        let what = format!("file `{path}` at `{at}`");
        let call = self.get(&what, format!("/contents/{}", address::path(path)?)).with("ref", at);
        let content = match self.find::<AtPath>(call).await? {
            None => return Ok(None),
            Some(AtPath::One(content)) if matches!(content.kind.as_str(), "file" | "") => content,
            // A symlink to a file is answered with that file.
            Some(AtPath::One(other)) if other.kind == "symlink" => {
                return Err(GithubProblem::NotAFile(format!(
                    "{what} is a symlink that leads to no file of the repository"
                )));
            }
            Some(AtPath::One(other)) => {
                return Err(GithubProblem::NotAFile(format!("{what} is a {}, not a file", other.kind)));
            }
            Some(AtPath::Folder(_)) => {
                return Err(GithubProblem::NotAFile(format!("{what} is a folder, not a file")));
            }
        };
        // Above 1 MB the encoding is `none` and the content empty.
        let bytes = match content.encoding.as_str() {
            "none" => self.blob(&content.sha).await?,
            _ => content.bytes(&what)?,
        };
        Ok(Some(FileText { text: text(bytes, &what)?, sha: content.sha }))
    }

    /// The bytes of a blob; at most 100 MB.
    pub async fn blob(&self, sha: &str) -> GithubResult<Vec<u8>> {
        let what = format!("blob {sha}");
        let content: FileContent = self.read(self.get(&what, format!("/git/blobs/{}", address::segment(sha)?))).await?;
        content.bytes(&what)
    }

    /// All files under a tree or commit: their paths and blobs. `Unreadable` where GitHub does not list them all, which
    /// begins at 100 000.
    pub async fn tree(&self, sha: &str) -> GithubResult<Vec<(String, String)>> {
        let call = self.get(format!("tree {sha}"), format!("/git/trees/{}", address::segment(sha)?));
        let tree: GitTree = self.read(call.with("recursive", "1")).await?;
        if tree.truncated {
            return Err(GithubProblem::Unreadable(format!("tree {sha} is too large to be listed")));
        }
        let files = tree.tree.into_iter().filter(|entry| entry.kind == "blob");
        Ok(files.map(|entry| (entry.path, entry.sha)).collect())
    }

    /// Makes a tree like `base_tree` in which `files` have been written, each in its mode, and gives its id.
    pub async fn create_tree(&self, base_tree: &str, files: &[FileInTree]) -> GithubResult<String> {
        let mut entries = Vec::with_capacity(files.len());
        for FileInTree { path, mode, text } in files {
            address::path(path)?;
            entries.push(json!({ "path": path, "mode": mode, "type": "blob", "content": text }));
        }
        let body = json!({ "base_tree": base_tree, "tree": entries });
        Ok(self.post("a new tree", "/git/trees", body).await?.read::<Made>()?.sha)
    }
}

/// The text of a file.
pub(super) fn text(bytes: Vec<u8>, what: &str) -> GithubResult<String> {
    String::from_utf8(bytes).map_err(|_| GithubProblem::NotAFile(format!("{what} is not UTF-8 text")))
}

impl FileContent {
    /// The content, of which GitHub breaks the base64 into lines.
    fn bytes(&self, what: &str) -> GithubResult<Vec<u8>> {
        if self.encoding == "utf-8" {
            return Ok(self.content.clone().into_bytes());
        }
        let base64: Vec<u8> = self.content.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let odd = |_| GithubProblem::Unreadable(format!("{what} came in the encoding `{}`", self.encoding));
        STANDARD.decode(base64).map_err(odd)
    }
}
