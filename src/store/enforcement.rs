//! What the enforcer wrote on GitHub, commit by commit, what it read there, branch by branch, and what is told of that.

use serde::{Deserialize, Serialize};

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::{
    freeze::{enforcement::EnforcementReading, telling::Telling},
    message::post::Place,
};

/// The status that was last written on a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The commit.
    pub sha: String,
    /// Whether it closes.
    pub red: bool,
    /// What it says.
    pub description: String,
    /// The branch that its pull request went to.
    pub base: String,
    /// The status's id on GitHub; nothing in a row of an earlier version.
    #[serde(default)]
    pub id: Option<u64>,
    /// The bot's own login, which the status bears; nothing in a row of an earlier version.
    #[serde(default)]
    pub by: Option<String>,
}

impl Written {
    /// A status that is to be written.
    pub fn wish(sha: &str, red: bool, description: &str, base: &str) -> Self {
        let [sha, description, base] = [sha, description, base].map(str::to_owned);
        Self { sha, red, description, base, id: None, by: None }
    }
}

/// The message that announces a freeze in a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// The message.
    pub message: u64,
    /// A fingerprint of what it shows.
    pub shown: String,
}

impl Writing {
    /// Remembers what the announcement of a freeze says of GitHub.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_telling(&mut self, freeze: u64, telling: &Telling) -> Result<(), StoreProblem> {
        self.put(Tree::Enforcer, &telling_key(freeze), telling)
    }

    /// Remembers the message that announces a freeze in a place.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_announced(&mut self, place: Place, freeze: u64, announced: &Announced) -> Result<(), StoreProblem> {
        self.put(Tree::Enforcer, &announced_key(place, freeze), announced)
    }

    /// Remembers what was written on a commit of a repository.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_written(&mut self, repository: &str, written: &Written) -> Result<(), StoreProblem> {
        self.put(Tree::Enforcer, &key("status", repository, &written.sha), written)
    }

    /// Forgets what was written on a commit.
    pub fn forget_written(&mut self, repository: &str, sha: &str) {
        self.remove(Tree::Enforcer, &key("status", repository, sha));
    }

    /// Remembers what leave a commit of a repository has: green lets it pass the ruleset that requires it.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_leave(&mut self, repository: &str, written: &Written) -> Result<(), StoreProblem> {
        self.put(Tree::Enforcer, &key("leave", repository, &written.sha), written)
    }

    /// Forgets what leave a commit has.
    pub fn forget_leave(&mut self, repository: &str, sha: &str) {
        self.remove(Tree::Enforcer, &key("leave", repository, sha));
    }

    /// Remembers what was read of a branch.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_guard(&mut self, repository: &str, reading: &EnforcementReading) -> Result<(), StoreProblem> {
        self.put(Tree::Enforcer, &key("branch", repository, &reading.branch), reading)
    }
}

impl dyn View + '_ {
    /// What the announcement of a freeze says of GitHub; nothing before it is announced.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn telling(&self, freeze: u64) -> Result<Option<Telling>, StoreProblem> {
        self.get(Tree::Enforcer, &telling_key(freeze))
    }

    /// What was last read of a repository's branches.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn readings(&self, repository: &str) -> Result<Vec<EnforcementReading>, StoreProblem> {
        self.all(Tree::Enforcer, &key("branch", repository, ""))
    }

    /// The message that announces a freeze in a place.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn announced(&self, place: Place, freeze: u64) -> Result<Option<Announced>, StoreProblem> {
        self.get(Tree::Enforcer, &announced_key(place, freeze))
    }

    /// Everything that was written on commits of a repository and counts still.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn written(&self, repository: &str) -> Result<Vec<Written>, StoreProblem> {
        self.all(Tree::Enforcer, &key("status", repository, ""))
    }

    /// What leave commits of a repository were given, and have still or were refused again.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn leaves(&self, repository: &str) -> Result<Vec<Written>, StoreProblem> {
        self.all(Tree::Enforcer, &key("leave", repository, ""))
    }

    /// What was written on one commit of a repository, if that counts still.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn written_on(&self, repository: &str, sha: &str) -> Result<Option<Written>, StoreProblem> {
        self.get(Tree::Enforcer, &key("status", repository, sha))
    }
}

impl Writing {
    /// Removes a row that is not kept any more; with a freeze, what is known of its announcement.
    pub(super) fn forget_row(&mut self, tree: Tree, key: &[u8]) -> Result<(), StoreProblem> {
        if let (Tree::Freezes, Ok(id)) = (tree, <[u8; 8]>::try_from(key)) {
            let freeze = u64::from_be_bytes(id);
            self.remove(Tree::Enforcer, &telling_key(freeze));
            let announced: Vec<(Vec<u8>, serde::de::IgnoredAny)> =
                self.scan(Tree::Enforcer, format!("announced/{freeze}/").as_bytes())?;
            announced.iter().for_each(|(key, _)| self.remove(Tree::Enforcer, key));
        }
        self.remove(tree, key);
        Ok(())
    }
}

fn telling_key(freeze: u64) -> Vec<u8> {
    format!("telling/{freeze}").into_bytes()
}

fn announced_key(place: Place, freeze: u64) -> Vec<u8> {
    format!("announced/{freeze}/{place}").into_bytes()
}

/// GitHub does not tell capitals apart in the names of repositories.
fn key(kind: &str, repository: &str, name: &str) -> Vec<u8> {
    format!("{kind}/{}\0{name}", repository.to_lowercase()).into_bytes()
}
