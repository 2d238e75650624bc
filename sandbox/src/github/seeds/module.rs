//! A team with a project branch: `main` at 26.02.01, `phase1-proj` ahead, three stories of which two exclude each other.

use super::{Chronicle, Settings, Told};

/// Monday, 12 January 2026, 14:00 UTC.
const JANUARY: i64 = 1_768_226_400;
/// Monday, 16 February 2026, 14:00 UTC: the work of February is released that week.
const FEBRUARY: i64 = 1_771_250_400;
/// Monday, 23 February 2026, 14:00 UTC: the first phase of the project goes on.
const PHASE: i64 = 1_771_855_200;
/// Wednesday, 25 February 2026, 14:00 UTC: the stories are written.
const STORIES: i64 = 1_772_028_000;

/// What the shop searches by, before any story: [`TYPO`] and [`SYNONYMS`] both rewrite the second line.
const SEARCH: &str = "read the question\nmatch whole words\nrank by price\nshow ten\n";
const TYPO: &str = "read the question\nmatch words with one typo\nrank by price\nshow ten\n";
const SYNONYMS: &str = "read the question\nmatch synonyms, too\nrank by price\nshow ten\n";

const OPENED: [Told; 3] = [
    Told("alice-gh", "main", "chore: open the shop", "README.md", "# api\n\nSells things, module by module.\n"),
    Told("erin-gh", "main", "ci: deploy when asked", ".github/workflows/deploy-prod.yml", DEPLOYS),
    Told("dave-gh", "main", "feat(basket): keep a basket", "src/basket.txt", "keep\n"),
];
const DEPLOYS: &str = "on: workflow_dispatch\njobs:\n  deploy:\n    environment: prod\n";
const ROUNDED: Told = Told("erin-gh", "main", "fix(basket): round half cents up", "src/rounding.txt", "half up\n");
const SEARCHED: Told = Told("dave-gh", "main", "feat(search): find what is sold", "src/search.txt", SEARCH);
const PAID: Told = Told("erin-gh", "main", "feat(payment): pay by card", "src/payment.txt", "card\n");

const PROJECT: [(u64, &str, Told); 2] = [
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
pub fn stream(settings: &Settings) -> String {
    let mut history = Chronicle::begin(settings, JANUARY);
    history.pushed(&OPENED);
    history.tagged("26.01.01", "main");
    history.brought(1, "hotfix_26.01.01-release", &ROUNDED);
    history.tagged("26.01.02", "main");
    history.at(FEBRUARY);
    history.brought(2, "S-09001", &SEARCHED);
    history.brought(3, "S-09002", &PAID);
    history.tagged("26.02.01", "main");
    history.at(PHASE);
    history.branched("phase1-proj", "main");
    for (number, from, told) in &PROJECT {
        history.brought(*number, from, told);
    }
    history.at(STORIES);
    for story in ["S-10001", "S-10002", "S-10003"] {
        history.branched(story, "phase1-proj");
    }
    history.pushed(&OF_STORIES);
    history.end()
}
