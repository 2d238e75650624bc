//! What git knows about how commits relate: logs, merge bases, merges and differences.

use super::{
    objects::{Commit, Signature},
    problem::Problem,
    repository::Repository,
};

/// One file that differs between two commits.
#[derive(Debug, Clone, Default)]
pub(super) struct Changed {
    pub path: String,
    pub previous: Option<String>,
    pub status: &'static str,
    pub sha: String,
    pub additions: u64,
    pub deletions: u64,
    /// The hunks; none of a file that is not text, or that only moved.
    pub patch: Option<String>,
}

/// How two commits lie to each other.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub merge_base: String,
    pub ahead: u64,
    pub behind: u64,
}

/// The empty tree, which git knows without having it stored.
pub(super) const NOTHING: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

const LOG: &str = "--format=%H%x01%T%x01%P%x01%an <%ae> %ad%x01%cn <%ce> %cd%x01%B";

impl Repository {
    /// `git log` with these arguments.
    pub(super) async fn log(&self, arguments: &[&str]) -> Result<Vec<Commit>, Problem> {
        let mut all = vec!["log", "-z", "--date=raw", LOG];
        all.extend(arguments);
        let text = self.git.text(&all, b"").await?;
        Ok(text.split('\0').filter_map(read_log_line).collect())
    }

    /// Whether `old` is reachable from `new`.
    pub(super) async fn is_ancestor(&self, old: &str, new: &str) -> Result<bool, Problem> {
        Ok(old == new || self.git.run(&["merge-base", "--is-ancestor", old, new], b"").await?.code == 0)
    }

    /// How `head` lies to `base`; none if they have nothing in common.
    pub(super) async fn relation(&self, base: &str, head: &str) -> Result<Option<Relation>, Problem> {
        let found = self.git.run(&["merge-base", base, head], b"").await?;
        let text = found.text();
        let Some(merge_base) = text.lines().next().filter(|_| found.code == 0) else { return Ok(None) };
        let range = format!("{base}...{head}");
        let counts = self.git.text(&["rev-list", "--left-right", "--count", &range], b"").await?;
        let mut counts = counts.split_whitespace().map(|count| count.parse().unwrap_or_default());
        let (behind, ahead) = (counts.next().unwrap_or_default(), counts.next().unwrap_or_default());
        Ok(Some(Relation { merge_base: merge_base.to_owned(), ahead, behind }))
    }

    /// The tree of `theirs` merged into `ours`; none on a conflict. `base` stands in for the real merge base if given.
    pub(super) async fn merge_trees(
        &self,
        ours: &str,
        theirs: &str,
        base: Option<&str>,
    ) -> Result<Option<String>, Problem> {
        let base = base.map(|base| format!("--merge-base={base}"));
        let mut arguments = vec!["merge-tree", "--write-tree", "--no-messages", "--allow-unrelated-histories"];
        arguments.extend(base.as_deref());
        arguments.extend([ours, theirs]);
        let merged = self.git.run(&arguments, b"").await?;
        match merged.code {
            0 => Ok(Some(merged.text())),
            1 => Ok(None),
            _ => Err(Problem::Git(merged.err)),
        }
    }

    /// The files that differ from `old` (a commit or a tree) to `new`.
    pub(super) async fn changed_files(&self, old: &str, new: &str) -> Result<Vec<Changed>, Problem> {
        let arguments = ["diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--no-abbrev", old, new];
        let hunks = ["diff-tree", "-r", "-M", "-p", old, new];
        let (files, hunks) = tokio::try_join!(self.git.text(&arguments, b""), self.git.text(&hunks, b""))?;
        let mut files = read_difference(&files);
        // Both name the files in the same order.
        for (file, patch) in files.iter_mut().zip(read_patches(&hunks)) {
            file.patch = patch;
        }
        Ok(files)
    }

    /// What differs from one commit to another, as `git diff` writes it.
    pub(super) async fn difference(&self, old: &str, new: &str) -> Result<String, Problem> {
        Ok(self.git.text(&["diff-tree", "-r", "-M", "-p", old, new], b"").await? + "\n")
    }

    /// The commits of a range as mails, as `git format-patch` writes them.
    pub(super) async fn mails(&self, range: &[&str]) -> Result<String, Problem> {
        let mut arguments = vec!["format-patch", "--stdout", "--no-signature"];
        arguments.extend(range);
        Ok(self.git.text(&arguments, b"").await? + "\n")
    }

    /// A commit as a mail.
    pub(super) async fn mail_of(&self, sha: &str) -> Result<String, Problem> {
        self.mails(&["-1", sha]).await
    }

    /// The files that a commit changed against its first parent.
    pub(super) async fn files_of(&self, commit: &Commit) -> Result<Vec<Changed>, Problem> {
        self.changed_files(commit.parents.first().map_or(NOTHING, String::as_str), &commit.sha).await
    }
}

fn read_log_line(line: &str) -> Option<Commit> {
    let fields: Vec<&str> = line.splitn(6, '\x01').collect();
    let [sha, tree, parents, author, committer, message] = fields[..] else { return None };
    let signature = |text: &str| Signature::parse(text).unwrap_or_default();
    Some(Commit {
        sha: sha.to_owned(),
        tree: tree.to_owned(),
        parents: parents.split_whitespace().map(str::to_owned).collect(),
        author: signature(author),
        committer: signature(committer),
        message: message.trim_end_matches('\n').to_owned(),
    })
}

/// Reads `--raw` lines followed by `--numstat` lines, all ended by NUL; a rename spends two more fields in both.
fn read_difference(text: &str) -> Vec<Changed> {
    let mut fields = text.split('\0');
    let mut files: Vec<Changed> = Vec::new();
    while let Some(field) = fields.next().filter(|field| !field.is_empty()) {
        if let Some(raw) = field.strip_prefix(':') {
            let words: Vec<&str> = raw.split(' ').collect();
            let letter = words.get(4).and_then(|word| word.chars().next()).unwrap_or('M');
            let status = match letter {
                'A' => "added",
                'D' => "removed",
                'R' => "renamed",
                'C' => "copied",
                _ => "modified",
            };
            let previous = matches!(letter, 'R' | 'C').then(|| fields.next().unwrap_or_default().to_owned());
            let path = fields.next().unwrap_or_default().to_owned();
            let sha = words.get(if letter == 'D' { 2 } else { 3 }).copied().unwrap_or_default().to_owned();
            files.push(Changed { path, previous, status, sha, ..Changed::default() });
            continue;
        }
        let words: Vec<&str> = field.splitn(3, '\t').collect();
        let [additions, deletions, path] = words[..] else { break };
        let path = if path.is_empty() { fields.nth(1).unwrap_or_default() } else { path };
        if let Some(file) = files.iter_mut().find(|file| file.path == path) {
            file.additions = additions.parse().unwrap_or_default();
            file.deletions = deletions.parse().unwrap_or_default();
        }
    }
    files
}

/// The hunks of each file of a difference, in its order.
fn read_patches(text: &str) -> Vec<Option<String>> {
    let mut patches: Vec<Option<String>> = Vec::new();
    for line in text.lines() {
        if line.starts_with("diff --git ") {
            patches.push(None);
        } else if let Some(patch) = patches.last_mut() {
            match patch {
                Some(patch) => {
                    patch.push('\n');
                    patch.push_str(line);
                }
                None if line.starts_with("@@") => *patch = Some(line.to_owned()),
                None => {}
            }
        }
    }
    patches
}
