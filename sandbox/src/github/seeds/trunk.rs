//! A team with one long line: `main` at 1.8.0 and three changes further, and a short-lived branch.

use super::{Brought, Chronicle, Day::February, Settings, Told};

/// How a parcel is sent; what comes after v1.8.0 rewrites the second line.
const PARCEL: &str = "weigh it\nprint the label\nhand it over\n";
const PARCEL_AHEAD: &str = "weigh it\nprint the label twice\nhand it over\n";

const OPENED: [Told; 3] = [
    Told("alice-gh", "main", "chore: open the depot", "README.md", "# api\n\nSends parcels from one branch.\n"),
    Told("erin-gh", "main", "ci: build what is tagged", ".github/workflows/build.yml", BUILDS),
    Told("dave-gh", "main", "feat(parcel): send one", "src/parcel.txt", PARCEL),
];
const BUILDS: &str = "on:\n  push:\n    tags: ['v*']\njobs:\n  build:\n    environment: dev\n";
const BEFORE: [Brought; 2] = [
    (1, "express", Told("dave-gh", "main", "feat(express): deliver the next day", "src/express.txt", "next day\n")),
    (2, "insurance", Told("erin-gh", "main", "feat(insurance): insure what is dear", "src/insurance.txt", "insure\n")),
];
const AFTER: [Brought; 3] = [
    (3, "labels", Told("dave-gh", "main", "fix(parcel): print the label twice", "src/parcel.txt", PARCEL_AHEAD)),
    (4, "tracking", Told("erin-gh", "main", "feat(tracking): say where it is", "src/tracking.txt", "map\n")),
    (5, "returns", Told("frank-gh", "main", "feat(returns): take it back behind a flag", "src/returns.txt", "flag\n")),
];
const UNMERGED: Told =
    Told("dave-gh", "pickup", "feat(pickup): fetch it at the door", "src/pickup.txt", "ring twice\n");

/// The history as a stream for `git fast-import`.
pub(crate) fn stream(settings: &Settings) -> String {
    let mut history = Chronicle::begin(settings, February(16));
    history.pushed(&OPENED);
    history.tagged("v1.7.0", "main");
    history.brought(&BEFORE);
    history.on(February(24));
    history.tagged("v1.8.0", "main");
    history.on(February(26));
    history.brought(&AFTER);
    history.unmerged("main", &[UNMERGED]);
    history.end()
}
