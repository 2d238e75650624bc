//! What reviews come to, at gates that count them.

use super::{GivenReview, PullReviews, ReviewVerdict, check, news, rests_on_reviews};
use crate::domain::{
    release::{
        Release,
        counted::NotCounted,
        fact::Fact,
        samples::{compare, happened, minute, one_stage, release, step_named},
    },
    team::people::{People, Person},
};

const PULL: &str = r#"{ do = "snapshot", branch = "{branch}", commits = [] },
  { do = "pull-request", name = "release", head = "{branch}", base = "main", title = "x", labels = [] },"#;
const STAGE: &str = "[[release.stage]]\nname = \"All\"\nrepeat = \"on-push\"\nsteps = [";

fn with(gate: &str) -> Release {
    let gate = format!("{{ do = \"sign-off\", name = \"qa\", title = \"QA\", roles = [\"qa\"], {gate} }}");
    release(&format!("{STAGE}{PULL} {gate}, {{ do = \"await-merge\" }}]\n"))
}

/// bob and carol test, dave does not; whoever else there is, nobody knows.
fn people() -> People {
    let person = |name: &str, role: &str| Person {
        name: name.into(),
        github: vec![format!("{name}-gh"), format!("{name}-at-home")],
        roles: [role.to_owned()].into(),
        ..Person::default()
    };
    People { people: vec![person("bob", "qa"), person("carol", "qa"), person("dave", "dev")], ..People::default() }
}

/// `bob-gh yes c1; carol-gh no c1`, oldest first, numbered from 1, and late; `max-gh yes c1 outside`; `bob-gh yes c1 at 2` is of
/// minute 2.
fn reviews(head: &str, told: &str) -> PullReviews {
    let given = told.split(';').map(str::trim).filter(|one| !one.is_empty()).enumerate().map(|(nth, one)| {
        let words: Vec<&str> = one.split_whitespace().collect();
        let verdict = match words[1] {
            "yes" => ReviewVerdict::Approves,
            "no" => ReviewVerdict::AsksForChanges,
            "dismissed" => ReviewVerdict::Dismissed,
            other => panic!("{other} is no verdict"),
        };
        let (login, commit) = (words[0].to_owned(), words[2].to_owned());
        let at = words.iter().skip_while(|word| **word != "at").nth(1).map_or(9000, |at| at.parse().unwrap());
        let (is_insiders, at) = (!words.contains(&"outside"), minute(at));
        GivenReview { id: nth as u64 + 1, url: String::new(), login, is_insiders, verdict, commit, at }
    });
    PullReviews { head: head.into(), given: given.collect() }
}

/// What these reviews of a head come to, until nothing of it is news.
fn learnt(mut release: Release, history: &str, head: &str, told: &[&str]) -> String {
    release = happened(release, history);
    let step = step_named(&release, "qa");
    let (people, mut learnt) = (people(), vec![]);
    for told in told {
        let reviews = reviews(head, told);
        let open = |release: &Release| !release.state.step(step).is_over();
        while let Some(fact) = news(&release, step, open(&release), &reviews, &people) {
            learnt.push(match &fact {
                Fact::Approved { by, .. } => format!("{by} approved"),
                Fact::Withdrawn { by, review: Some(back), .. } => {
                    format!("{by} {}", if back.dismissed { "dismissed" } else { "asks for changes" })
                }
                Fact::ReviewPassedOver { login, why: NotCounted::NotTheirs(why), .. } => {
                    format!("{login} not: {why:?}")
                }
                Fact::ReviewPassedOver { login, why, .. } => format!("{login} not: {why:?}"),
                other => format!("{other:?}"),
            });
            crate::domain::release::samples::happens(&mut release, fact);
            assert!(learnt.len() < 9, "it never ends: {learnt:?}");
        }
    }
    learnt.join(", ")
}

const ASKED: &str = "done snapshot; done pull-request";

#[test]
fn a_review_of_what_is_decided_on_is_the_yes_of_whoever_may_give_it() {
    let yes = |told: &[&str]| learnt(with("github-review = true"), ASKED, "c1", told);
    compare([
        ("nobody said anything", yes(&[""]), "".to_owned()),
        ("bob", yes(&["bob-gh yes c1"]), "bob approved".into()),
        ("bob, by his other account", yes(&["BOB-at-home yes c1"]), "bob approved".into()),
        ("one person counts once", yes(&["bob-gh yes c1; bob-at-home yes c1"]), "bob approved".into()),
        ("two persons", yes(&["bob-gh yes c1; carol-gh yes c1"]), "bob approved, carol approved".into()),
        ("what was said last counts", yes(&["bob-gh yes c1; bob-at-home no c1"]), "".into()),
        ("an older commit", yes(&["bob-gh yes c0"]), "".into()),
        ("his role is another", yes(&["dave-gh yes c1"]), "dave-gh not: Role".into()),
        (
            "told once, however often",
            yes(&["dave-gh yes c1", "dave-gh yes c1; dave-gh yes c1"]),
            "dave-gh not: Role".into(),
        ),
        ("nobody is linked", yes(&["lin yes c1"]), "lin not: Unlinked".into()),
        ("a stranger to what is public", yes(&["lin yes c1 outside"]), "".into()),
        ("it is dismissed", yes(&["bob-gh yes c1", "bob-gh dismissed c1"]), "bob approved, bob dismissed".into()),
        (
            "he asks for changes, and then approves anew",
            yes(&["bob-gh yes c1", "bob-gh yes c1; bob-gh no c1", "bob-gh yes c1; bob-gh no c1; bob-gh yes c1"]),
            "bob approved, bob asks for changes, bob approved".into(),
        ),
        (
            "what was withdrawn is not given again by the same review",
            yes(&["bob-gh yes c1", "bob-gh dismissed c1", "bob-gh yes c1"]),
            "bob approved, bob dismissed".into(),
        ),
    ]);
    let of = |gate: &str, history: &str, head: &str| learnt(with(gate), history, head, &["bob-gh yes c1"]);
    compare([
        ("the gate counts none", of("author-may = true", ASKED, "c1"), "".to_owned()),
        ("the pull request has moved on", of("github-review = true", ASKED, "c2"), "".into()),
        (
            "the branch has moved on",
            of("github-review = true", "done snapshot; done pull-request; pushed c2", "c1"),
            "".into(),
        ),
        ("who wrote it is not read yet", of("github-review = true, author-may = false", ASKED, "c1"), "".into()),
        (
            "somebody rejected it",
            of("github-review = true", "done snapshot; done pull-request; rejected qa carol", "c1"),
            "".into(),
        ),
        (
            "he said so in a chat",
            of("github-review = true", "done snapshot; done pull-request; approved qa bob", "c1"),
            "".into(),
        ),
        (
            "lines are open",
            of("github-review = true, checklist = [{ name = \"UI\" }]", ASKED, "c1"),
            "bob-gh not: Unticked".into(),
        ),
        (
            "all are ticked",
            of(
                "github-review = true, checklist = [{ name = \"UI\" }]",
                "done snapshot; done pull-request; ticked qa 0",
                "c1",
            ),
            "bob approved".into(),
        ),
    ]);
}

#[test]
fn a_review_counts_only_once_the_gate_was_asked_for_and_at_one_gate() {
    let gate = |more: &str| with(&format!("github-review = true{more}"));
    let of = |told: &[&str]| learnt(gate(""), ASKED, "c1", told);
    compare([
        ("in the minute in which it is asked", of(&["bob-gh yes c1 at 2"]), "bob approved".to_owned()),
        ("before", of(&["bob-gh yes c1 at 1"]), "bob-gh not: Early".into()),
        (
            "told once",
            of(&["bob-gh yes c1 at 1", "bob-gh yes c1 at 0; bob-gh yes c1 at 1"]),
            "bob-gh not: Early".into(),
        ),
        (
            "before, and again",
            of(&["bob-gh yes c1 at 1", "bob-gh yes c1 at 1; bob-gh yes c1 at 3"]),
            "bob-gh not: Early, bob approved".into(),
        ),
        (
            "each one by their own",
            of(&["bob-gh yes c1 at 1; carol-gh yes c1 at 3"]),
            "bob-gh not: Early, carol approved".into(),
        ),
        (
            "before, and again while lines are open",
            learnt(
                gate(", checklist = [{ name = \"UI\" }]"),
                ASKED,
                "c1",
                &["bob-gh yes c1 at 1", "bob-gh yes c1 at 1; bob-gh yes c1 at 3"],
            ),
            "bob-gh not: Early, bob-gh not: Unticked".into(),
        ),
    ]);
    let two = "{ do = \"sign-off\", name = \"qa\", title = \"QA\", roles = [\"qa\"], github-review = true },
      { do = \"sign-off\", name = \"last\", title = \"Last\", roles = [\"qa\"], github-review = true }";
    let mut release = happened(release(&format!("{STAGE}{PULL} {two}, {{ do = \"await-merge\" }}]\n")), ASKED);
    let said = reviews("c1", "bob-gh yes c1 at 30");
    let first = news(&release, step_named(&release, "qa"), true, &said, &people()).unwrap();
    assert!(matches!(first, Fact::Approved { .. }), "{first:?}");
    crate::domain::release::samples::happens(&mut release, first);
    release = happened(release, "at 20; done qa");
    let second = news(&release, step_named(&release, "last"), true, &said, &people());
    assert!(
        matches!(&second, Some(Fact::ReviewPassedOver { why: NotCounted::Elsewhere(at), .. }) if at == "qa"),
        "{second:?}"
    );
}

#[test]
fn a_gate_that_is_through_is_opened_again_until_the_merge() {
    let approved = "done snapshot; done pull-request";
    let back = |then: &str| {
        let mut release = happened(with("github-review = true"), approved);
        let step = step_named(&release, "qa");
        let given = news(&release, step, true, &reviews("c1", "bob-gh yes c1"), &people()).unwrap();
        crate::domain::release::samples::happens(&mut release, given);
        release = happened(release, then);
        let news = news(&release, step, false, &reviews("c1", "bob-gh dismissed c1"), &people());
        (rests_on_reviews(&release, step), news.is_some())
    };
    compare([
        ("it is through", back("done qa"), (true, true)),
        ("somebody asked for the merge", back("done qa; merge-asked ann"), (false, false)),
        ("it is merged", back("done qa; done await-merge"), (false, false)),
        ("a push emptied it", back("done qa; pushed c2"), (false, false)),
    ]);
}

#[test]
fn a_gate_without_a_pull_request_before_it_counts_no_reviews() {
    let gate = r#"{ do = "sign-off", name = "qa", title = "QA", roles = ["qa"], github-review = true }"#;
    let told = |steps: &str| match std::panic::catch_unwind(|| one_stage(steps)) {
        Ok(release) => format!("{:?}", check(&release.spec.plan)),
        Err(refused) => refused.downcast_ref::<String>().cloned().unwrap_or_default(),
    };
    assert_eq!(told(&format!("{PULL}{gate}")), "Ok(())");
    for before in ["", "{ do = \"notes\" },"] {
        let told = told(&format!("{before}{gate},{PULL}"));
        assert!(told.contains("`github-review` of `qa`: no step before it opens the pull request"), "{told}");
    }
}
