//! A team with a project branch: `main` at 26.02.01, `phase1-proj` ahead, three stories of which two exclude each other.

use super::{
    Brought, Chronicle, DEPLOYS_WHEN_ASKED,
    Day::{February, January},
    Settings, Told,
};

/// What the shop searches by, before any story: [`TYPO`] and [`SYNONYMS`] both rewrite the second line.
const SEARCH: &str = "read the question\nmatch whole words\nrank by price\nshow ten\n";
const TYPO: &str = "read the question\nmatch words with one typo\nrank by price\nshow ten\n";
const SYNONYMS: &str = "read the question\nmatch synonyms, too\nrank by price\nshow ten\n";

const OPENED: [Told; 3] = [
    Told("alice-gh", "main", "chore: open the shop", "README.md", "# api\n\nSells things, module by module.\n"),
    DEPLOYS_WHEN_ASKED,
    Told("dave-gh", "main", "feat(basket): keep a basket", "src/basket.txt", "keep\n"),
];
const ROUNDED: Brought = (
    1,
    "hotfix_26.01.01-release",
    Told("erin-gh", "main", "fix(basket): round half cents up", "src/rounding.txt", "half up\n"),
);
const OF_FEBRUARY: [Brought; 2] = [
    (2, "S-09001", Told("dave-gh", "main", "feat(search): find what is sold", "src/search.txt", SEARCH)),
    (3, "S-09002", Told("erin-gh", "main", "feat(payment): pay by card", "src/payment.txt", "card\n")),
];

const PROJECT: [Brought; 2] = [
    (
        5,
        "S-10010",
        Told("dave-gh", "phase1-proj", "feat(account): S-10010 sign in by e-mail", "src/account.txt", "e-mail\n"),
    ),
    (
        6,
        "S-10011",
        Told("erin-gh", "phase1-proj", "feat(account): S-10011 show one's orders", "src/orders.txt", "list\n"),
    ),
];

const OF_STORIES: [Told; 4] = [
    Told("dave-gh", "S-10001", "feat(search): S-10001 forgive a typo", "src/search.txt", TYPO),
    Told("dave-gh", "S-10001", "docs(search): S-10001 say what is forgiven", "docs/search.md", "One letter.\n"),
    Told("erin-gh", "S-10002", "feat(payment): S-10002 pay with gift cards", "src/gift-cards.txt", "take\n"),
    Told("frank-gh", "S-10003", "feat(search): S-10003 know synonyms", "src/search.txt", SYNONYMS),
];

/// The history as a stream for `git fast-import`.
pub(crate) fn stream(settings: &Settings) -> String {
    let mut history = Chronicle::begin(settings, January(12));
    history.pushed(&OPENED);
    history.tagged("26.01.01", "main");
    history.brought(&[ROUNDED]);
    history.tagged("26.01.02", "main");
    history.on(February(16));
    history.brought(&OF_FEBRUARY);
    history.tagged("26.02.01", "main");
    history.on(February(23));
    history.branched("phase1-proj", "main");
    history.brought(&PROJECT);
    history.on(February(25));
    history.unmerged("phase1-proj", &OF_STORIES);
    history.end()
}
