//! People, their accounts, and what they may do.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// One human, whatever chat they speak in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The name used everywhere; unique.
    pub name: String,
    /// Discord user ids; the first one is pinged.
    pub discord: Vec<u64>,
    /// Telegram user ids; the first one is pinged.
    pub telegram: Vec<u64>,
    /// GitHub logins; the first one is asked for reviews, and assigned.
    pub github: Vec<String>,
    /// Addresses in commits that no account on GitHub is linked to.
    pub emails: Vec<String>,
    /// Role names.
    pub roles: BTreeSet<String>,
    /// The zone in which the person reads times; the team's otherwise.
    pub time_zone: Option<Tz>,
}

/// An account on one platform.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Account {
    /// A Discord user id.
    Discord(u64),
    /// A Telegram user id.
    Telegram(u64),
    /// A GitHub login.
    GitHub(String),
}

/// Somebody who speaks: the account, the name the platform shows, and roles that the platform itself vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// The account.
    pub account: Account,
    /// The name that the platform shows.
    pub shown_as: String,
    /// The name by which Telegram finds them, without the `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Discord role ids that the person holds in the server, or the word `admin` for Telegram chat administrators.
    #[serde(default)]
    pub platform_roles: Vec<String>,
}

/// What a command needs. Commands name it; the configuration says which roles have it.
pub use commands::Permission;

/// Everybody the bot knows, and what each role may do.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// The people, in the order of the configuration.
    pub people: Vec<Person>,
    /// Platform roles that count as one of ours: `"discord:ROLE_ID"` or `"telegram:admin"` → role.
    pub mapped_roles: BTreeMap<String, String>,
    /// Which roles hold each permission.
    pub permissions: BTreeMap<Permission, BTreeSet<String>>,
    /// The zone in which the team reads times.
    pub zone: Tz,
}

/// A known person who speaks now, with every role they hold. Handlers decide only with one of these in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The person's name.
    pub name: String,
    /// All roles, configured and mapped.
    pub roles: BTreeSet<String>,
}

impl People {
    /// The person behind an account.
    pub fn find(&self, account: &Account) -> Option<&Person> {
        self.people.iter().find(|person| match account {
            Account::Discord(id) => person.discord.contains(id),
            Account::Telegram(id) => person.telegram.contains(id),
            Account::GitHub(login) => person.github.iter().any(|own| own.eq_ignore_ascii_case(login)),
        })
    }

    /// The person who writes commits with this address.
    pub fn with_email(&self, email: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.emails.iter().any(|own| own.eq_ignore_ascii_case(email)))
    }

    /// The person with this name.
    pub fn named(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.name == name)
    }

    /// Who speaks, if the configuration knows them.
    pub fn recognise(&self, speaker: &Speaker) -> Option<Known> {
        let person = self.find(&speaker.account)?;
        let mapped = speaker.platform_roles.iter().filter_map(|role| self.mapped(&speaker.account, role));
        Some(Known { name: person.name.clone(), roles: person.roles.iter().chain(mapped).cloned().collect() })
    }

    /// The role of ours that a role of an account's platform counts as.
    pub fn mapped(&self, account: &Account, platform_role: &str) -> Option<&String> {
        let platform = match account {
            Account::Discord(_) => "discord",
            Account::Telegram(_) => "telegram",
            Account::GitHub(_) => "github",
        };
        self.mapped_roles.get(&format!("{platform}:{platform_role}"))
    }

    /// The name to show for a GitHub login: the person's, else the login.
    pub fn name_of_login(&self, login: &str) -> String {
        self.find(&Account::GitHub(login.to_owned())).map_or_else(|| login.to_owned(), |person| person.name.clone())
    }

    /// Who wrote a commit: the person behind the account that GitHub links it to, behind its address, or behind the login in a
    /// hidden address; else the login, if there is one. Nothing if nobody can say.
    pub fn author(&self, login: Option<&str>, email: &str) -> Option<String> {
        let hidden = email.strip_suffix("@users.noreply.github.com");
        let hidden = hidden.map(|login| login.split_once('+').map_or(login, |(_, login)| login));
        let with_login = |login: Option<&str>| self.find(&Account::GitHub(login?.to_owned()));
        let person = with_login(login).or_else(|| self.with_email(email)).or_else(|| with_login(hidden));
        person.map(|person| person.name.clone()).or_else(|| login.or(hidden).map(str::to_owned))
    }

    /// Names of all people who hold one of these roles, in the order of the configuration.
    pub fn holding(&self, roles: &[String]) -> Vec<String> {
        let holds = |person: &&Person| roles.iter().any(|role| person.roles.contains(role));
        self.people.iter().filter(holds).map(|person| person.name.clone()).collect()
    }

    /// Whether somebody with these roles has a permission.
    pub fn may(&self, roles: &BTreeSet<String>, permission: Permission) -> bool {
        permission == Permission::Anyone
            || self.permissions.get(&permission).is_some_and(|allowed| !allowed.is_disjoint(roles))
    }

    /// The roles that hold a permission, for refusals that say the way out.
    pub fn roles_with(&self, permission: Permission) -> Vec<String> {
        self.permissions.get(&permission).map(|roles| roles.iter().cloned().collect()).unwrap_or_default()
    }
}
