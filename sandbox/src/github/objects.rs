//! Commits, annotated tags and trees, read from and written in git's own format.

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Utc};

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Signature {
    pub name: String,
    pub email: String,
    pub at: DateTime<FixedOffset>,
}

/// One commit.
#[derive(Debug, Clone, Default)]
pub(super) struct Commit {
    pub sha: String,
    pub tree: String,
    pub parents: Vec<String>,
    pub author: Signature,
    pub committer: Signature,
    pub message: String,
}

/// One annotated tag.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    pub sha: String,
    pub object: String,
    pub kind: String,
    pub name: String,
    pub tagger: Signature,
    pub message: String,
}

/// One line of a tree.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub mode: String,
    pub name: String,
    pub sha: String,
}

impl Default for Signature {
    fn default() -> Self {
        Self::new("unknown", "unknown@localhost", DateTime::UNIX_EPOCH)
    }
}

impl Signature {
    pub(super) fn new(name: &str, email: &str, at: DateTime<Utc>) -> Self {
        let clean = |text: &str| text.replace(['<', '>', '\n', '\0'], "");
        Self { name: clean(name), email: clean(email), at: at.fixed_offset() }
    }

    /// The moment as GitHub writes it.
    pub(super) fn date(&self) -> String {
        self.at.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// Reads `name <email> seconds offset`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('<')?;
        let (email, when) = rest.split_once('>')?;
        let mut when = when.split_whitespace();
        let seconds = when.next()?.parse().ok()?;
        let offset: i32 = when.next()?.parse().ok()?;
        let offset = FixedOffset::east_opt((offset / 100 * 60 + offset % 100) * 60)?;
        let at = DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::seconds(seconds))?.with_timezone(&offset);
        Some(Self { name: name.trim().to_owned(), email: email.to_owned(), at })
    }

    fn write(&self) -> String {
        format!("{} <{}> {} {}", self.name, self.email, self.at.timestamp(), self.at.format("%z"))
    }
}

/// Splits the headers from the message; a header that goes on over several lines keeps only its first.
fn headers(data: &[u8]) -> (Vec<(String, String)>, String) {
    let text = String::from_utf8_lossy(data);
    let (head, message) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
    let named = |line: &str| line.split_once(' ').map(|(name, value)| (name.to_owned(), value.to_owned()));
    (head.lines().filter(|line| !line.starts_with(' ')).filter_map(named).collect(), message.to_owned())
}

impl Commit {
    pub(super) fn parse(sha: &str, data: &[u8]) -> Self {
        let (headers, message) = headers(data);
        let mut commit =
            Self { sha: sha.to_owned(), message: message.trim_end_matches('\n').into(), ..Self::default() };
        for (name, value) in headers {
            match name.as_str() {
                "tree" => commit.tree = value,
                "parent" => commit.parents.push(value),
                "author" => commit.author = Signature::parse(&value).unwrap_or_default(),
                "committer" => commit.committer = Signature::parse(&value).unwrap_or_default(),
                _ => {}
            }
        }
        commit
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let parents: String = self.parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let (author, committer) = (self.author.write(), self.committer.write());
        format!("tree {}\n{parents}author {author}\ncommitter {committer}\n\n{}", self.tree, self.message).into_bytes()
    }

    pub(super) fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

impl Tag {
    pub(super) fn parse(sha: &str, data: &[u8]) -> Self {
        let (headers, message) = headers(data);
        let find = |wanted: &str| {
            headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        Self {
            sha: sha.to_owned(),
            object: find("object"),
            kind: find("type"),
            name: find("tag"),
            tagger: Signature::parse(&find("tagger")).unwrap_or_default(),
            message: message.trim_end_matches('\n').to_owned(),
        }
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let Self { object, kind, name, message, .. } = self;
        let tagger = self.tagger.write();
        format!("object {object}\ntype {kind}\ntag {name}\ntagger {tagger}\n\n{message}\n").into_bytes()
    }
}

impl Entry {
    pub(super) fn is_tree(&self) -> bool {
        self.mode == "40000"
    }

    /// What git calls the thing behind this entry.
    pub(super) fn kind(&self) -> &'static str {
        match self.mode.as_str() {
            "40000" => "tree",
            "160000" => "commit",
            _ => "blob",
        }
    }
}

/// Reads a tree object.
pub(super) fn parse_tree(mut data: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    while let Some(end) = data.iter().position(|byte| *byte == 0) {
        let Some(sha) = data.get(end + 1..end + 21) else { break };
        let line = String::from_utf8_lossy(&data[..end]).into_owned();
        let (mode, name) = line.split_once(' ').unwrap_or(("100644", &line));
        entries.push(Entry { mode: mode.to_owned(), name: name.to_owned(), sha: super::loose::hex(sha) });
        data = &data[end + 21..];
    }
    entries
}

/// Writes a tree object, sorted as git demands: folders compare as if their names ended in a slash.
pub(super) fn write_tree(mut entries: Vec<Entry>) -> Vec<u8> {
    entries.sort_by_key(|entry| if entry.is_tree() { format!("{}/", entry.name) } else { entry.name.clone() });
    let mut data = Vec::new();
    for entry in entries {
        data.extend(format!("{} {}\0", entry.mode, entry.name).into_bytes());
        let byte = |at: usize| u8::from_str_radix(entry.sha.get(at..at + 2).unwrap_or("00"), 16).unwrap_or_default();
        data.extend((0..40).step_by(2).map(byte));
    }
    data
}
