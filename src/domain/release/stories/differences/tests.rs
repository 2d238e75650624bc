//! Choice × what the branch holds → how they differ, as a table.

#![allow(clippy::unwrap_used)]
use super::{Difference, differences};
use crate::domain::release::{
    gate::Gate,
    stories::{HeldBranch, HeldCommit, Picking, Stands, Stories, Story},
};

/// A story as `S-1=head` that nobody merged yet, or `S-1=head@merge`; `S-1=head@` came in without a merge of the bot's.
fn story(text: &str) -> Story {
    let (name, rest) = text.split_once('=').unwrap();
    let (head, stands) = match rest.split_once('@') {
        Some((head, "")) => (head, Stands::In { commit: None }),
        Some((head, merge)) => (head, Stands::In { commit: Some(merge.to_owned()) }),
        None => (rest, Stands::LeftOut { onto: String::new(), files: vec![] }),
    };
    let (name, head) = (name.to_owned(), Some(head.to_owned()));
    Story { name, by: "carol".into(), head, passed: 0, stands, asked: None, failed: None }
}

/// Commits as `id parent parent: message`, one behind the other with semicolons; the last one is the tip.
fn held(commits: &str, heads: &str) -> HeldBranch {
    let commit = |text: &str| {
        let (ids, message) = text.split_once(": ").unwrap();
        let mut ids = ids.split_whitespace().map(str::to_owned);
        HeldCommit { sha: ids.next().unwrap(), parents: ids.collect(), message: message.to_owned() }
    };
    let commits: Vec<HeldCommit> = commits.split(';').map(|text| commit(text.trim())).collect();
    let pair = |text: &str| text.split_once('=').map(|(name, head)| (name.to_owned(), head.to_owned()));
    let mut held = HeldBranch { tip: commits.last().unwrap().sha.clone(), commits, ..HeldBranch::default() };
    for word in heads.split_whitespace() {
        match word.split_once('~') {
            // `S-1~x=y`: the branch is at `y`, left the line at `x`; `S-1!=y`: it was written anew.
            Some((name, rest)) => {
                let (left, head) = rest.split_once('=').unwrap();
                held.parts.insert(name.to_owned(), left.to_owned());
                held.heads.insert(name.to_owned(), head.to_owned());
            }
            None => {
                let (name, head) = pair(word).unwrap();
                if let Some(name) = name.strip_suffix('!') {
                    held.rewritten.insert(name.to_owned());
                }
                held.heads.insert(name.trim_end_matches('!').to_owned(), head);
            }
        }
    }
    held
}

fn in_words(difference: &Difference) -> String {
    match difference {
        Difference::Along { story, with, part, taken_out } => {
            let what = if *part { "a part of " } else { "" };
            let how = with.as_ref().map_or("by hand".to_owned(), |with| format!("with {with}"));
            format!("{what}{story} {} {how}", if *taken_out { "stays" } else { "comes" })
        }
        Difference::Pushed { story, held, now, rewritten } => {
            format!("{story} was {}pushed: {held} is in, {now} is not", if *rewritten { "force-" } else { "" })
        }
        Difference::Reverted { story, by } => format!("{story} is reverted by {by}"),
        Difference::ByHand { story, by } => format!("{story} came by hand with {by}"),
        Difference::Lacking { story } => format!("{story} is not there"),
    }
}

/// The commits of a branch into which S-1 and S-2 were merged one after the other.
const BOTH: &str = "a main: feat: S-1; m main a: Merge S-1 into r; b main: feat: S-2; n m b: Merge S-2 into r";

/// What happens, what is chosen and what was taken out, the commits, the branches, and how they differ.
type DifferenceCase = (&'static str, &'static str, &'static str, String, &'static str, Vec<&'static str>);

#[test]
fn what_the_branch_holds_is_compared_with_the_choice() {
    let rows: Vec<DifferenceCase> = vec![
        ("it agrees", "S-1=a@m S-2=b@n", "", BOTH.into(), "S-1=a S-2=b", vec![]),
        ("branches that are gone say nothing", "S-1=a@m S-2=b@n", "", BOTH.into(), "", vec![]),
        ("one that is left out is not in", "S-1=a@m S-2=b@n S-3=c", "", BOTH.into(), "S-1=a S-2=b S-3=c", vec![]),
        (
            "a story brings another along",
            "S-1=b@m",
            "",
            "a main: feat: S-2; b a: feat: S-1; m main b: Merge S-1 into r".into(),
            "S-1=b S-2=a",
            vec!["S-2 comes with S-1"],
        ),
        (
            "by a merge on its own branch",
            "S-1=k@m",
            "",
            "a main: feat: S-2; b main: feat: S-1; k b a: Merge S-2; m main k: Merge S-1 into r".into(),
            "S-1=k S-2=a",
            vec!["S-2 comes with S-1"],
        ),
        (
            "or an older state of it",
            "S-1=b@m",
            "",
            "a main: feat: S-2; b a: feat: S-1; m main b: Merge S-1 into r".into(),
            "S-1=b S-2~a=z",
            vec!["a part of S-2 comes with S-1"],
        ),
        (
            "what is chosen too is no difference, though the bot had nothing to merge",
            "S-1=b@m S-2=a@",
            "",
            "a main: feat: S-2; b a: feat: S-1; m main b: Merge S-1 into r".into(),
            "S-1=b S-2=a",
            vec![],
        ),
        (
            "one that does not work comes along",
            "S-1=b@m S-2=a",
            "",
            "a main: feat: S-2; b a: feat: S-1; m main b: Merge S-1 into r".into(),
            "S-1=b S-2=a",
            vec!["S-2 comes with S-1"],
        ),
        (
            "a branch without a commit of its own is nobody's",
            "S-1=a@m S-2=b@n",
            "",
            BOTH.into(),
            "S-7=a S-8=n S-9=main",
            vec![],
        ),
        ("another base is no part", "S-1=a@m S-2=b@n", "", BOTH.into(), "S-7~main=z", vec![]),
        (
            "a story is pushed to",
            "S-1=a@m S-2=b@n",
            "",
            BOTH.into(),
            "S-1=z S-2=b",
            vec!["S-1 was pushed: a is in, z is not"],
        ),
        (
            "a story is written anew",
            "S-1=a@m S-2=b@n",
            "",
            BOTH.into(),
            "S-1!=z S-2=b",
            vec!["S-1 was force-pushed: a is in, z is not"],
        ),
        (
            "what was pushed later is merged by hand",
            "S-1=a@m",
            "",
            "a main: feat: S-1; m main a: Merge S-1 into r; c a: fix: S-1; h m c: Merge S-1".into(),
            "S-1=c",
            vec!["S-1 came by hand with h"],
        ),
        (
            "a merge is reverted",
            "S-1=a@m S-2=b@n",
            "",
            format!("{BOTH}; r n: Revert \"Merge S-1 into r\"\n\nThis reverts commit m, reversing\nchanges made to d."),
            "S-1=a S-2=b",
            vec!["S-1 is reverted by r"],
        ),
        (
            "with GitHub's button, and squashed",
            "S-1=a@m S-2=b@n",
            "",
            format!("{BOTH}; r n: Revert \"Merge S-1 into r\" (#7)\n\nReverts acme/api#5"),
            "",
            vec!["S-1 is reverted by r"],
        ),
        (
            "a revert is reverted",
            "S-1=a@m S-2=b@n",
            "",
            format!(
                "{BOTH}; e n: Revert \"Merge S-1 into r\"\n\nThis reverts commit m.; f e: Reapply\n\nThis reverts commit e."
            ),
            "",
            vec![],
        ),
        (
            "its one commit is reverted",
            "S-1=a@m S-2=b@n",
            "",
            format!("{BOTH}; r n: Revert \"feat: S-2\"\n\nThis reverts commit b."),
            "",
            vec!["S-2 is reverted by r"],
        ),
        (
            "what it reverts of itself is its own affair",
            "S-1=c@m",
            "",
            "a main: feat: S-1; b a: more; c b: Revert\n\nThis reverts commit b.; m main c: Merge S-1 into r".into(),
            "",
            vec![],
        ),
        (
            "somebody merges one that nobody chose",
            "S-1=a@m",
            "",
            "a main: feat: S-1; m main a: Merge S-1 into r; b main: feat: S-7; h m b: Merge branch 'S-7'".into(),
            "S-7=b",
            vec!["S-7 comes by hand"],
        ),
        (
            "forward, without a merge",
            "S-1=a@m",
            "",
            "a main: feat: S-1; m main a: Merge S-1 into r; b m: feat: S-7".into(),
            "S-7=b",
            vec!["S-7 comes by hand"],
        ),
        (
            "somebody merges one that is chosen",
            "S-1=a@",
            "",
            "a main: feat: S-1; h main a: Merge branch 'S-1'".into(),
            "S-1=a",
            vec!["S-1 came by hand with h"],
        ),
        (
            "a merge of the bot's whose answer got lost is the bot's",
            "S-1=a@",
            "",
            "a main: feat: S-1; m main a: Merge S-1 into r".into(),
            "S-1=a",
            vec![],
        ),
        (
            "a story that was brought up to date does not bring what the branch went through",
            "S-1=a@m S-3=k@n",
            "",
            "a main: feat: S-1; m main a: Merge S-1 into r; b main: feat: S-7; h m b: Merge branch 'S-7'; \
             c main: feat: S-3; k c h: Merge r; n h k: Merge S-3 into r"
                .into(),
            "S-1=a S-3=k S-7=b",
            vec!["S-7 comes by hand"],
        ),
        (
            "one that is taken out stays with another",
            "S-1=b@m",
            "S-2=a@x",
            "a main: feat: S-2; b a: feat: S-1; m main b: Merge S-1 into r".into(),
            "S-1=b",
            vec!["S-2 stays with S-1"],
        ),
        ("one that is taken out stays", "S-1=a@m", "S-2=b@n", BOTH.into(), "S-1=a S-2=b", vec!["S-2 stays by hand"]),
        (
            "one that is taken out and reverted is gone",
            "S-1=a@m",
            "S-2=b@n",
            format!("{BOTH}; r n: Revert\n\nThis reverts commit n, reversing"),
            "S-1=a S-2=b",
            vec![],
        ),
        ("what was merged is not there", "S-1=a@m S-5=q@o", "", BOTH.into(), "", vec!["S-5 is not there"]),
    ];
    let gate =
        Gate { name: "stories".into(), ..serde_json::from_str(r#"{"name":"s","title":"s","roles":[]}"#).unwrap() };
    let picking = Picking { step: 0, into: "r", deploy: &[], test: &[], gate: &gate };
    let mut wrong = vec![];
    for (what, chosen, out, commits, heads, expected) in rows {
        let list = chosen.split_whitespace().map(story).collect();
        let taken_out = out.split_whitespace().map(story).collect();
        let stories = Stories { list, taken_out, ..Stories::default() };
        let found: Vec<String> = differences(&stories, picking, &held(&commits, heads)).iter().map(in_words).collect();
        if found != expected {
            wrong.push(format!("{what}: {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_production_has_meanwhile_is_there() {
    let mut held = held("a main: feat: S-1; m main a: Merge S-1 into r", "");
    held.there.insert("old".into());
    let gate = serde_json::from_str::<Gate>(r#"{"name":"s","title":"s","roles":[]}"#).unwrap();
    let picking = Picking { step: 0, into: "r", deploy: &[], test: &[], gate: &gate };
    let stories = Stories { list: vec![story("S-1=a@m"), story("S-2=old@")], ..Stories::default() };
    assert_eq!(differences(&stories, picking, &held), []);
}
