//! A team with `develop` and `main`: 2.1.1 in production, `develop` ahead, and a file that a hotfix and develop share.

use super::{Brought, Chronicle, Day::February, Settings, Told};

/// How an order is taken. `develop` rewrites the third line: a hotfix of the last line merges cleanly, one of the third
/// conflicts.
const ORDERS: &str =
    "read the basket\nrefuse an empty one\ncount the items\nask for the address\ntake the money\nthank\n";
const ORDERS_ON_DEVELOP: &str = "read the basket\nrefuse an empty one\ncount every item, \
    the last one too\nask for the address\ntake the money\nthank\n";

const ON_MAIN: [Told; 5] = [
    Told("alice-gh", "main", "chore: start the service", "README.md", "# api\n\nTakes orders and sends invoices.\n"),
    Told("erin-gh", "main", "ci: deploy to staging", ".github/workflows/staging.yml", STAGING),
    Told("erin-gh", "main", "ci: deploy to production", ".github/workflows/production.yml", PRODUCTION),
    Told("dave-gh", "main", "feat(orders): take an order", "src/orders.txt", ORDERS),
    Told("dave-gh", "main", "chore: bump v2.1.0", "version.txt", "2.1.0\n"),
];
const STAGING: &str =
    "on:\n  push:\n    branches: [develop]\n  workflow_dispatch:\njobs:\n  deploy:\n    environment: staging\n";
const PRODUCTION: &str = "on:\n  workflow_dispatch:\n    inputs: {version: {}, tag: {}, share: {}, slot: {}, action: {}}\njobs:\n  \
    deploy:\n    environment: production\n";

const RELEASE: [Told; 2] = [
    Told("alice-gh", "main", "chore: bump v2.1.1", "version.txt", "2.1.1\n"),
    Told(
        "alice-gh",
        "main",
        "docs: update CHANGELOG",
        "CHANGELOG.md",
        "# Changelog\n\n## 2.1.1 - 2026-02-16\n\n### Fixed\n\n- billing: one invoice for one order\n",
    ),
];
const FIXED: Brought = (
    1,
    "hotfix/v2.1.1",
    Told("erin-gh", "main", "fix(billing): one invoice for one order", "src/billing.txt", "card\n"),
);

const ON_DEVELOP: [Brought; 4] = [
    (
        3,
        "feature/invoices",
        Told("dave-gh", "develop", "feat(billing): pay by invoice", "src/invoices.txt", "invoice\n"),
    ),
    (
        4,
        "feature/last-item",
        Told("erin-gh", "develop", "fix(orders): count the last item too", "src/orders.txt", ORDERS_ON_DEVELOP),
    ),
    (
        5,
        "feature/customers",
        Told("dave-gh", "develop", "perf: look up customers by index", "src/customers.txt", "index\n"),
    ),
    (
        6,
        "feature/problem-details",
        Told("frank-gh", "develop", "feat(api): answer with problem details", "src/errors.txt", "problem+json\n"),
    ),
];
const UNMERGED: Told =
    Told("dave-gh", "feature/dark-mode", "feat(theme): dark colours after sunset", "src/theme.txt", "dark\n");

/// The history as a stream for `git fast-import`.
pub(crate) fn stream(settings: &Settings) -> String {
    let mut history = Chronicle::begin(settings, February(9));
    history.pushed(&ON_MAIN);
    history.tagged("v2.1.0", "main");
    history.on(February(16));
    history.brought(&[FIXED]);
    history.pushed(&RELEASE);
    history.tagged("v2.1.1", "main");
    history.on(February(23));
    history.branched("develop", "main");
    history.brought(&ON_DEVELOP);
    history.unmerged("develop", &[UNMERGED]);
    history.end()
}
