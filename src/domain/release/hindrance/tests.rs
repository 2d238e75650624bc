//! What a rule makes of each step, as tables.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::domain::release::samples::{done, happens, one_stage};

/// A release that cuts a branch, tags it, has it merged to main, and brings main back to develop.
fn whole() -> Release {
    one_stage(
        r#"
        { do = "snapshot", branch = "{branch}", commits = [{ write = "version", file = "v.txt", message = "v" }] },
        { do = "tag", name = "{tag}", message = "t" },
        { do = "deploy", environment = "staging", git-ref = "{tag}" },
        { do = "pull-request", name = "release", head = "{branch}", base = "main", title = "t", labels = [] },
        { do = "await-merge" },
        { do = "back-merge", branch = "back/{tag}", into = "develop", from = "main", message = "m" },
        { do = "pull-request", name = "backport", head = "back/{tag}", base = "develop", title = "t", labels = [] },
        { do = "merge-when-green" },
        { do = "delete-branch", name = "{branch}" }
        "#,
    )
}

fn binding(demand: Demand) -> Binding {
    Binding { demand, by: "ruleset r".into(), passed_by_pull_request: false }
}

fn branch(name: &str, demand: Demand) -> RuleBook {
    RuleBook { branches: [(name.to_owned(), vec![binding(demand)])].into(), ..RuleBook::default() }
}

fn tag(demand: Demand) -> RuleBook {
    RuleBook { tags: [("v2.2.0".to_owned(), vec![binding(demand)])].into(), ..RuleBook::default() }
}

fn pattern(operator: &str, pattern: &str, negate: bool) -> Demand {
    Demand::Name(NamePattern { operator: operator.into(), pattern: pattern.into(), negate })
}

#[test]
fn what_a_rule_hinders_is_known_before_its_turn() {
    let (own, back) = ("release/v2.2.0", "back/v2.2.0");
    let none: Option<(usize, Hindered)> = None;
    let queue = |method: &str| Demand::Queue(method.into());
    let only = |methods: &[&str]| Demand::Methods(methods.iter().map(|method| (*method).to_owned()).collect());
    let misnamed = |wanted: &str| Hindered::Misnamed { wanted: wanted.into() };
    let ran = |where_: &[&str]| Demand::Deployments(where_.iter().map(|name| (*name).to_owned()).collect());
    for (book, expected) in [
        (branch(own, Demand::NoCreation), Some((0, Hindered::NotMade))),
        (branch(own, Demand::Signatures), Some((0, Hindered::Unsigned))),
        (branch(own, pattern("starts_with", "release/", false)), none.clone()),
        (branch(own, pattern("starts_with", "rel-", false)), Some((0, misnamed("must start with rel-")))),
        (branch(own, pattern("regex", r"^release/v\d+", true)), Some((0, misnamed(r"must not match ^release/v\d+")))),
        (branch(own, pattern("regex", r"^release/v\d+", false)), none.clone()),
        (branch(own, pattern("regex", "(", false)), none.clone()),
        (branch(own, Demand::NoDeletion), Some((8, Hindered::NotDeleted))),
        (tag(Demand::NoCreation), Some((1, Hindered::NotMade))),
        (tag(pattern("ends_with", "-final", false)), Some((1, misnamed("must end with -final")))),
        (tag(Demand::NoUpdate), none.clone()),
        (branch("main", Demand::NoCreation), none.clone()),
        (branch("main", Demand::NoUpdate), Some((4, Hindered::NotMoved))),
        (branch("main", Demand::LinearHistory), Some((4, Hindered::NoMergeCommits))),
        (branch("main", only(&["squash", "rebase"])), Some((4, Hindered::NoMergeCommits))),
        (branch("main", only(&["squash", "merge"])), none.clone()),
        (branch("main", queue("MERGE")), Some((4, Hindered::ThroughQueue))),
        (branch("main", queue("SQUASH")), Some((4, Hindered::QueueMakesOthers { method: "squash".into() }))),
        (branch("main", Demand::PullRequest(0)), none.clone()),
        (branch("main", Demand::PullRequest(2)), Some((4, Hindered::Reviewed { reviews: 2 }))),
        (branch("main", Demand::Signatures), Some((4, Hindered::Unsigned))),
        (branch("main", ran(&["staging"])), none.clone()),
        (branch("main", ran(&["qa"])), Some((4, Hindered::NotDeployed { environments: vec!["qa".into()] }))),
        (branch(back, Demand::NoCreation), Some((5, Hindered::NotMade))),
        (branch(back, Demand::PullRequest(0)), Some((5, Hindered::NotMoved))),
        (branch(back, Demand::Signatures), Some((5, Hindered::Unsigned))),
        (branch(back, Demand::LinearHistory), Some((5, Hindered::NoMergeCommits))),
        (branch("develop", Demand::LinearHistory), Some((7, Hindered::NoMergeCommits))),
        (branch("develop", queue("MERGE")), Some((7, Hindered::Enqueued))),
        (branch("develop", Demand::PullRequest(1)), Some((7, Hindered::Reviewed { reviews: 1 }))),
        (branch("develop", Demand::Signatures), Some((7, Hindered::Unsigned))),
        (branch("elsewhere", Demand::NoUpdate), none),
        (RuleBook { merge_commits: Some(false), ..RuleBook::default() }, Some((4, Hindered::NoMergeCommits))),
        (RuleBook { merge_commits: Some(true), ..RuleBook::default() }, None),
        (RuleBook::default(), None),
    ] {
        let found = ruling(&whole(), &book);
        let first = found.hindrances.first().map(|found| (found.step, found.what.clone()));
        assert_eq!(first, expected, "{book:?}");
    }
}

#[test]
fn what_is_over_is_not_hindered_and_what_the_bot_passes_neither() {
    let mut release = whole();
    let book = branch("main", Demand::LinearHistory);
    for step in 0..5 {
        happens(&mut release, done(step));
    }
    assert_eq!(ruling(&release, &book).hindrances, vec![], "it is merged");
    assert_eq!(touched(&release).tags, BTreeSet::new(), "the tag is made");
    assert!(!touched(&release).bases.contains("main") && touched(&release).bases.contains("develop"));
    let mut passes = branch("main", Demand::Queue("SQUASH".into()));
    passes.branches.get_mut("main").unwrap()[0].passed_by_pull_request = true;
    assert_eq!(ruling(&whole(), &passes).hindrances, vec![]);
    // By a pull request only: the branch of the back-merge is moved without one.
    let mut moved = branch("back/v2.2.0", Demand::LinearHistory);
    moved.branches.get_mut("back/v2.2.0").unwrap()[0].passed_by_pull_request = true;
    assert_eq!(ruling(&whole(), &moved).hindrances.len(), 1);
}

#[test]
fn the_same_is_said_once_and_what_is_not_known_stays_so() {
    let mut book = branch("main", Demand::LinearHistory);
    let more = binding(Demand::Methods(vec!["squash".into()]));
    book.branches.get_mut("main").unwrap().push(more);
    book.merge_commits = Some(false);
    book.unread = vec!["the protection of main".into()];
    let found = ruling(&whole(), &book);
    let said: Vec<&str> = found.hindrances.iter().map(|found| found.name.as_str()).collect();
    assert_eq!((said, found.unread), (vec!["main", "develop"], vec!["the protection of main".to_owned()]));
}
