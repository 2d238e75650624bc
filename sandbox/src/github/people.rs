//! The people (and bots) that the sandbox's GitHub knows.

use super::objects::Signature;
use crate::cast::Person;

/// What somebody may do in the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// Everything.
    Admin,
    /// Push, merge, label.
    Write,
    /// Look.
    Read,
}

/// One account.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// The name people mention, such as `maya`.
    pub login: String,
    /// The name in commits, such as `Maya Okafor`.
    pub name: String,
    /// The number that never changes.
    pub id: u64,
    /// What this account may do.
    pub permission: Permission,
}

impl User {
    /// An account that may push.
    pub fn new(login: &str, name: &str) -> Self {
        // Any number will do as long as it is the same in every run.
        let id = login.bytes().fold(5381u64, |id, byte| (id * 33 + u64::from(byte)) % 90_000_000) + 1_000_000;
        Self { login: login.to_owned(), name: name.to_owned(), id, permission: Permission::Write }
    }

    /// The account of somebody of the cast; who leads the team administrates the repository.
    pub fn of(person: &Person) -> Self {
        let mut name = person.name.to_owned();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let user = Self::new(person.github, &name);
        if person.duties.contains(&"team-lead") { user.with(Permission::Admin) } else { user }
    }

    /// The same account with another permission.
    pub fn with(mut self, permission: Permission) -> Self {
        self.permission = permission;
        self
    }

    /// The address in this account's commits.
    pub fn email(&self) -> String {
        format!("{}+{}@users.noreply.github.com", self.id, self.login)
    }

    pub(super) fn is_bot(&self) -> bool {
        self.login.ends_with("[bot]")
    }

    pub(super) fn signs(&self, at: chrono::DateTime<chrono::Utc>) -> Signature {
        Signature::new(&self.name, &self.email(), at)
    }
}

/// GitHub itself, which commits what is made on its pages.
pub(super) fn web_flow(at: chrono::DateTime<chrono::Utc>) -> Signature {
    Signature::new("GitHub", "noreply@github.com", at)
}

/// The authors of the sample repository.
pub(super) fn sample() -> Vec<User> {
    vec![
        User::new("maya", "Maya Okafor").with(Permission::Admin),
        User::new("tomas", "Tomáš Novák"),
        User::new("lin", "Lin Wei"),
        User::new("sara", "Sara Lindqvist"),
        User::new("guest", "Gus Guest").with(Permission::Read),
    ]
}
