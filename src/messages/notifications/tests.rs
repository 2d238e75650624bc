//! What a post that asked for a sign-off, or told that a step failed, says once something came of it.

use crate::domain::{
    release::{
        fact::{Fact, Outcome},
        samples::{happens, release},
        setback::Setback,
    },
    team::people::People,
};

const LINE: &str = r#"
[[release.stage]]
name = "QA"
repeat = "on-push"
steps = [
  { do = "sign-off", name = "qa", title = "QA", roles = ["qa"] },
  { do = "await-merge" },
]
"#;

/// The line as which what tells the first of these facts ends, if it does.
fn ends(facts: Vec<Fact>) -> String {
    let mut release = release(LINE);
    let told = release.facts.len();
    facts.into_iter().for_each(|fact| happens(&mut release, fact));
    super::came_of::came_of(&release, told, People::default().zone).map(|line| line.title).unwrap_or_default()
}

fn approved(by: &str, note: Option<&str>) -> Fact {
    let note = note.map(str::to_owned);
    Fact::Approved { gate: "qa".into(), by: by.into(), commit: "abc".into(), note, review: None }
}

fn moved() -> Fact {
    Fact::HeadMoved { branch: None, from: "abc".into(), to: "def".into(), commits: vec![], back_merge: false }
}

#[test]
fn a_post_ends_with_what_came_of_it_and_not_before() {
    let (asked, done) = (Fact::Asked { step: 0 }, Fact::Done { step: 0, made: Outcome::Nothing });
    let (by, reason) = ("bob".to_owned(), "the total is wrong".to_owned());
    let failed = Fact::Failed { step: 0, problem: Setback::default(), retry_at: None, conflict: None, instead: None };
    let retried = Fact::RetryAsked { step: 0, by: "alice".into() };
    let ticked = Fact::Ticked { gate: "qa".into(), item: 0, on: true, by: by.clone() };
    let rejected = Fact::Rejected { gate: "qa".into(), by: by.clone(), commit: "abc".into(), reason: reason.clone() };
    let cancelled = Fact::Cancelled { by: by.clone(), reason: reason.clone(), cleans_up: false };
    let skipped = Fact::Skipped { step: 0, by, reason, second: None };
    for (about, facts, start, end) in [
        ("one has approved of two", vec![asked.clone(), approved("bob", None)], "", ""),
        ("ticked", vec![asked.clone(), ticked], "", ""),
        ("through", vec![asked.clone(), approved("bob", None), done.clone()], "\u{2713} QA: bob, ", ""),
        (
            "both",
            vec![asked.clone(), approved("bob", None), approved("eve", None), done.clone()],
            "\u{2713} QA: bob and eve, ",
            "",
        ),
        (
            "with a word",
            vec![asked.clone(), approved("bob", Some("fine")), done],
            "\u{2713} QA: bob, ",
            ": \u{201c}fine\u{201d}",
        ),
        ("no", vec![asked.clone(), rejected], "\u{2717} QA: bob said no, ", ": \u{201c}the total is wrong\u{201d}"),
        ("pushed to", vec![asked.clone(), moved()], "\u{2013} QA: new commits came, ", ""),
        ("asked once more", vec![asked.clone(), asked.clone()], "\u{2013} Asked again, ", ""),
        ("gone past", vec![asked.clone(), skipped], "\u{2013} QA: bob went past it, ", "wrong\u{201d}"),
        ("cancelled", vec![asked, cancelled], "\u{2013} Not needed any more: cancelled", ""),
        ("retried", vec![failed.clone(), retried], "\u{2713} Went on ", ": alice retried"),
        ("mended by a push", vec![failed, moved()], "\u{2713} Went on ", ": new commits came"),
    ] {
        let line = ends(facts);
        let fits = line.starts_with(start) && line.ends_with(end) && line.is_empty() == start.is_empty();
        assert!(fits, "{about}: {line}");
    }
}
