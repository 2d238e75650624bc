//! What git knows about how commits relate: logs, merge bases, merges and differences.

use super::{
    objects::{Commit, Signature},
    problem::Problem,
    repository::Repository,
};

/// One file that differs between two commits.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    pub path: String,
    pub previous: Option<String>,
    pub status: &'static str,
    pub sha: String,
    pub additions: u64,
    pub deletions: u64,
}

/// How two commits lie to each other.
#[derive(Debug, Clone)]
pub struct Relation {
    pub merge_base: String,
    pub ahead: u64,
    pub behind: u64,
}

const LOG: &str = "--format=%H%x01%T%x01%P%x01%an <%ae> %ad%x01%cn <%ce> %cd%x01%B";

impl Repository {
    /// `git log` with these arguments.
    pub async fn log(&self, arguments: &[&str]) -> Result<Vec<Commit>, Problem> {
        let mut all = vec!["log", "-z", "--date=raw", LOG];
        all.extend(arguments);
        let text = self.git.text(&all, b"").await?;
        Ok(text.split('\0').filter_map(read_log_line).collect())
    }

    /// Whether `old` is reachable from `new`.
    pub async fn is_ancestor(&self, old: &str, new: &str) -> Result<bool, Problem> {
        Ok(old == new || self.git.run(&["merge-base", "--is-ancestor", old, new], b"").await?.code == 0)
    }

    /// How `head` lies to `base`; none if they have nothing in common.
    pub async fn relation(&self, base: &str, head: &str) -> Result<Option<Relation>, Problem> {
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
    pub async fn merge_trees(&self, ours: &str, theirs: &str, base: Option<&str>) -> Result<Option<String>, Problem> {
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
    pub async fn changed_files(&self, old: &str, new: &str) -> Result<Vec<Changed>, Problem> {
        let arguments = ["diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--no-abbrev", old, new];
        Ok(read_difference(&self.git.text(&arguments, b"").await?))
    }

    /// The files that a commit changed against its first parent.
    pub async fn files_of(&self, commit: &Commit) -> Result<Vec<Changed>, Problem> {
        // The empty tree, which git knows without having it stored.
        let nothing = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        let parent = commit.parents.first().map_or(nothing, String::as_str);
        self.changed_files(parent, &commit.sha).await
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
