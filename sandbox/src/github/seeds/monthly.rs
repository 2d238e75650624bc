//! A team that picks its stories once a month: `main` at 26.02.01, and four stories of which two exclude each other.

use super::{
    Brought, Chronicle, DEPLOYS_WHEN_ASKED,
    Day::{February, January},
    Settings, Told,
};

/// How an invoice is made: [`TAX`] and [`DISCOUNT`] both rewrite the third line.
const INVOICE: &str = "collect the items\nadd them up\nround\nsend\n";
const TAX: &str = "collect the items\nadd them up\nadd the tax, then round\nsend\n";
const DISCOUNT: &str = "collect the items\nadd them up\ntake the discount off, then round\nsend\n";

const OPENED: [Told; 3] = [
    Told("alice-gh", "main", "chore: open the office", "README.md", "# api\n\nSends invoices, and means it.\n"),
    DEPLOYS_WHEN_ASKED,
    Told("dave-gh", "main", "feat(invoice): send one", "src/invoice.txt", INVOICE),
];
const OF_FEBRUARY: [Brought; 2] = [
    (
        1,
        "s3_26.02.01-release",
        Told("erin-gh", "main", "feat(reminder): S-19001 remind who is late", "src/reminder.txt", "14 days\n"),
    ),
    (2, "S-19002", Told("dave-gh", "main", "fix(export): S-19002 keep umlauts", "src/export.txt", "utf-8\n")),
];

const OF_STORIES: [Told; 5] = [
    Told("dave-gh", "S-20001", "feat(invoice): S-20001 add the tax", "src/invoice.txt", TAX),
    Told("erin-gh", "S-20002", "fix(reminder): S-20002 not on Sundays", "src/calendar.txt", "no Sundays\n"),
    Told("erin-gh", "S-20002", "docs(reminder): S-20002 say when", "docs/reminder.md", "Never on Sundays.\n"),
    Told("frank-gh", "S-20003", "feat(invoice): S-20003 take the discount off", "src/invoice.txt", DISCOUNT),
    Told("dave-gh", "S-20004", "feat(export): S-20004 export as a spreadsheet", "src/spreadsheet.txt", "columns\n"),
];

/// The history as a stream for `git fast-import`.
pub(crate) fn stream(settings: &Settings) -> String {
    // The windows of January and February, and what is written for the next one.
    let mut history = Chronicle::begin(settings, January(5));
    history.pushed(&OPENED);
    history.tagged("26.01.01", "main");
    history.on(February(2));
    history.brought(&OF_FEBRUARY);
    history.tagged("26.02.01", "main");
    history.on(February(16));
    history.unmerged("main", &OF_STORIES);
    history.end()
}
