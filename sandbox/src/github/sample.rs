//! The small git-flow repository that a sandbox starts with unless told otherwise: `main` at 2.1.1, `develop` ahead.

use super::{
    settings::Settings,
    telling::{Told, data, signature, written},
};

/// When the sample's first commit was made: 2 March 2026, 09:00 UTC.
const FIRST: i64 = 1_772_442_000;

const ON_MAIN: [Told; 6] = [
    Told("maya", "main", "chore: start the service", "README.md", "# api\n\nTakes orders and sends invoices.\n"),
    Told("sara", "main", "ci: deploy to staging", ".github/workflows/staging.yml", DEPLOYS),
    Told("sara", "main", "ci: deploy to production", ".github/workflows/production.yml", DEPLOYS),
    Told("tomas", "main", "feat(orders): take an order", "src/orders.txt", "take\n"),
    Told("lin", "main", "fix(orders): refuse an empty basket", "src/orders.txt", "take\nrefuse empty\n"),
    Told("maya", "main", "docs: update CHANGELOG", "CHANGELOG.md", CHANGELOG),
];

const ON_DEVELOP: [Told; 6] = [
    Told("lin", "develop", "feat(billing): pay by invoice", "src/billing.txt", "card\ninvoice\n"),
    Told("tomas", "develop", "fix(orders): count the last item too", "src/orders.txt", "take all\nrefuse empty\n"),
    Told("sara", "develop", "docs: say how to run the tests", "docs/testing.md", "Run the tests before you push.\n"),
    Told("tomas", "develop", "perf: look up customers by index", "src/customers.txt", "index\n"),
    Told("sara", "develop", "feat(api): answer with problem details", "src/errors.txt", "problem+json\n"),
    Told("lin", "develop", "chore(deps): bump the toolchain", "toolchain.txt", "1.95\n"),
];

/// Which of the commits on develop came in through a pull request: its number and its branch.
const PULLS: [(usize, u64, &str); 2] = [(0, 11, "invoices"), (4, 12, "problem-details")];

const DEPLOYS: &str =
    "on: workflow_dispatch\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy\n";

const CHANGELOG: &str = "# Changelog\n\n## 2.1.1 - 2026-03-05\n\n### Fixed\n\n- orders: refuse an empty basket\n";

/// The sample as a stream for `git fast-import`, one commit an hour.
pub(super) fn stream(settings: &Settings) -> String {
    let mut stream = String::new();
    let mut at = FIRST;
    for told in &ON_MAIN[..5] {
        stream += &written(settings, told, at, None, "maya");
        at += 3600;
    }
    let bump = Told("maya", "main", "chore: bump v2.1.1", "version.txt", "2.1.1\n");
    stream += &written(settings, &bump, at, None, "maya");
    stream += &written(settings, &ON_MAIN[5], at + 3600, None, "maya");
    let tagger = signature(settings, "maya", at + 7200);
    stream += &format!("tag v2.1.1\nfrom refs/heads/main\ntagger {tagger}\n{}", data("Release v2.1.1"));
    stream += "reset refs/heads/develop\nfrom refs/heads/main\n\n";
    at += 86_400;
    for (n, told) in ON_DEVELOP.iter().enumerate() {
        let pull = PULLS.iter().find(|(of, ..)| *of == n).map(|(_, number, branch)| (*number, *branch));
        stream += &written(settings, told, at, pull, "maya");
        at += 3600;
    }
    stream
}
