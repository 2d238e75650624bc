//! The people of the sandbox: the same humans in both chats and on GitHub.

/// One human with the names they bear in each service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// What everybody calls them, and what the transcripts write.
    pub name: &'static str,
    /// Discord user id.
    pub discord: u64,
    /// Telegram user id.
    pub telegram: i64,
    /// Telegram username, without the `@`.
    pub telegram_username: &'static str,
    /// GitHub login.
    pub github: &'static str,
    /// Their Discord role, one of [`ROLES`].
    pub role: &'static str,
    /// What they do in the team, as `bot.toml` names it.
    pub duties: &'static [&'static str],
    /// Whether they administrate the Telegram groups.
    pub telegram_admin: bool,
}

/// Release manager; administrates the Telegram groups.
pub const ALICE: Person = Person {
    name: "alice",
    discord: 100_000_000_000_000_001,
    telegram: 1001,
    telegram_username: "alice_tg",
    github: "alice-gh",
    role: "release-manager",
    duties: &["release-manager", "team-lead"],
    telegram_admin: true,
};

/// Tests the releases.
pub const BOB: Person = Person {
    name: "bob",
    discord: 100_000_000_000_000_002,
    telegram: 1002,
    telegram_username: "bob_tg",
    github: "bob-gh",
    role: "qa",
    duties: &["qa"],
    telegram_admin: false,
};

/// Owns the product.
pub const CAROL: Person = Person {
    name: "carol",
    discord: 100_000_000_000_000_003,
    telegram: 1003,
    telegram_username: "carol_tg",
    github: "carol-gh",
    role: "product-owner",
    duties: &["product-manager"],
    telegram_admin: false,
};

/// Writes the code.
pub const DAVE: Person = Person {
    name: "dave",
    discord: 100_000_000_000_000_004,
    telegram: 1004,
    telegram_username: "dave_tg",
    github: "dave-gh",
    role: "developer",
    duties: &["developer"],
    telegram_admin: false,
};

/// Is on call.
pub const ERIN: Person = Person {
    name: "erin",
    discord: 100_000_000_000_000_005,
    telegram: 1005,
    telegram_username: "erin_tg",
    github: "erin-gh",
    role: "on-call",
    duties: &["devops", "developer"],
    telegram_admin: false,
};

/// Tests too, and leads the team when alice is away. Not in every world: see [`TRAIN`].
pub const FRANK: Person = Person {
    name: "frank",
    discord: 100_000_000_000_000_006,
    telegram: 1006,
    telegram_username: "frank_tg",
    github: "frank-gh",
    role: "qa",
    duties: &["qa", "team-lead"],
    telegram_admin: false,
};

/// Owns another product, and is on call at night. Not in every world: see [`TRAIN`].
pub const GRACE: Person = Person {
    name: "grace",
    discord: 100_000_000_000_000_007,
    telegram: 1007,
    telegram_username: "grace_tg",
    github: "grace-gh",
    role: "product-owner",
    duties: &["product-manager", "devops"],
    telegram_admin: false,
};

/// The team of the weekly train: everybody, and a second person for every role that decides something.
pub const TRAIN: [Person; 7] = [ALICE, BOB, CAROL, DAVE, ERIN, FRANK, GRACE];

/// The cast of every world.
pub const EVERYONE: [Person; 5] = [ALICE, BOB, CAROL, DAVE, ERIN];

/// The Discord roles: name and id.
pub const ROLES: [(&str, u64); 5] = [
    ("release-manager", 300_000_000_000_000_001),
    ("qa", 300_000_000_000_000_002),
    ("product-owner", 300_000_000_000_000_003),
    ("developer", 300_000_000_000_000_004),
    ("on-call", 300_000_000_000_000_005),
];

/// The id of a Discord role, if there is one of this name.
pub fn role_id(name: &str) -> Option<u64> {
    ROLES.iter().find(|role| role.0 == name).map(|role| role.1)
}
