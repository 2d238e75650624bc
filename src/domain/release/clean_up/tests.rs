//! What a cancelled release left on GitHub, as tables.

use std::collections::BTreeMap;

use super::*;
use crate::domain::release::samples::{compare, decided, happened, happens, ledger, one_stage, roll_back};

const STEPS: &str = r#"
    { do = "snapshot", branch = "{branch}", commits = [] },
    { do = "tag", name = "{tag}", message = "" },
    { do = "pull-request", name = "release", head = "{branch}", base = "{production}", title = "", labels = [] },
    { do = "deploy", environment = "staging", git-ref = "{branch}", build = "-rc.{time}" },
    { do = "await-merge" },
    { do = "deploy", environment = "production", git-ref = "{tag}" },
    { do = "delete-branch", name = "{branch}" },
    { do = "notes" },
"#;
const TAG: &str = "{ do = \"tag\", name = \"{tag}\", message = \"\" }";
const BY_PUSH: &str = r#"
    { do = "tag", name = "{tag}", message = "" },
    { do = "deploy", environment = "dev", git-ref = "{tag}", by = "push" },
"#;

fn named(left: &[Leftover]) -> String {
    let name = |left: &Leftover| match left {
        Leftover::PullRequest { number } => format!("#{number}"),
        Leftover::Tag { name } => format!("tag {name}"),
        Leftover::Branch { name } => format!("branch {name}"),
    };
    left.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn after(history: &str) -> Release {
    happened(one_stage(STEPS), history)
}

#[test]
fn what_its_steps_made_is_left() {
    let on_source = |release: Release| decided(release, |spec| spec.branch.clone_from(&spec.source));
    let rows = [
        ("nothing was made", after(""), ""),
        ("its branch is being made", after("began snapshot"), "branch release/v2.2.0"),
        ("all is there", after("to await-merge"), "#31, tag v2.2.0, branch release/v2.2.0"),
        ("its pull request is merged", after("to ask-production"), "tag v2.2.0, branch release/v2.2.0"),
        ("its branch is deleted", after("to notes"), "tag v2.2.0"),
        ("it lives on a line that stays", happened(on_source(one_stage(TAG)), "done tag"), "tag v2.2.0"),
        ("it is a roll-back", roll_back("production"), ""),
    ];
    compare(rows.map(|(about, release, expected)| (about, named(&release.leftovers()), expected.to_owned())));
}

#[test]
fn what_was_deployed_merged_or_made_by_others_stays() {
    let (tag, branch) = (Leftover::Tag { name: "v2.2.0".into() }, Leftover::Branch { name: "release/v2.2.0".into() });
    let deployed = |environment: &str| Some(KeptFor::Deployed { environment: environment.into() });
    let adopted = decided(one_stage(STEPS), |spec| spec.adopted = Some(0));
    let rows = [
        ("a build of its branch is on staging", after("to await-merge"), "+2.2.0-rc.5@7", &tag, None),
        ("others deployed its tag", after("to await-merge"), "+2.2.0@9", &tag, deployed("staging")),
        ("others had its tag before", after("to await-merge"), "+2.2.0@9 +2.3.0@9", &tag, deployed("staging")),
        ("others asked for its tag", after("to await-merge"), "?2.2.0@9", &tag, deployed("staging")),
        ("another tag is there", after("to await-merge"), "+2.1.0@6", &tag, None),
        (
            "production is asked for it",
            after("to ask-production; began ask-production"),
            "",
            &tag,
            deployed("production"),
        ),
        ("production has it", after("to delete-branch"), "", &tag, deployed("production")),
        ("it is merged", after("to ask-production"), "", &tag, Some(KeptFor::Merged)),
        ("CD watches tags", happened(one_stage(BY_PUSH), "done tag"), "", &tag, deployed("dev")),
        ("its branch", after("to await-merge"), "+2.2.0@9", &branch, None),
        ("its branch was made by hand", happened(adopted, "done snapshot"), "", &branch, Some(KeptFor::Others)),
        ("its pull request", after("to await-merge"), "", &Leftover::PullRequest { number: 31 }, None),
        (
            "what brings production back",
            after("to await-merge; proposed await-merge"),
            "",
            &Leftover::PullRequest { number: 44 },
            Some(KeptFor::BringsBack),
        ),
    ];
    compare(rows.map(|(about, release, staging, left, expected)| {
        let ledgers = BTreeMap::from([("staging".to_owned(), ledger(staging))]);
        (about, release.kept_for(left, &ledgers), expected)
    }));
}

#[test]
fn what_is_begun_is_gone_on_with_and_what_is_over_is_not_touched_again() {
    let came = |nth: usize, came: CleanUp| {
        move |release: &mut Release| {
            let what = release.leftovers().swap_remove(nth);
            happens(release, Fact::CleanUp { what, came: came.clone() });
        }
    };
    let all = "#31, tag v2.2.0, branch release/v2.2.0";
    let others = || CleanUp::Kept { why: KeptFor::Others };
    type Happens = Box<dyn Fn(&mut Release)>;
    let rows: [(&str, &str, Vec<Happens>, &str); 6] = [
        ("it is open", "to await-merge", vec![], ""),
        ("it is cancelled", "to await-merge; cancelled ann", vec![], all),
        ("one is begun", "to await-merge; cancelled ann", vec![Box::new(came(0, CleanUp::Begun))], all),
        (
            "one is done",
            "to await-merge; cancelled ann",
            vec![Box::new(came(0, CleanUp::Begun)), Box::new(came(0, CleanUp::Removed))],
            "tag v2.2.0, branch release/v2.2.0",
        ),
        (
            "one stays",
            "to await-merge; cancelled ann",
            vec![Box::new(came(0, CleanUp::Gone)), Box::new(came(1, others()))],
            "branch release/v2.2.0",
        ),
        (
            "a step ends after it",
            "to tag; began tag; cancelled ann; done tag",
            vec![],
            "tag v2.2.0, branch release/v2.2.0",
        ),
    ];
    compare(rows.map(|(about, history, then, expected)| {
        let mut release = after(history);
        then.iter().for_each(|happens| happens(&mut release));
        (about, named(&release.to_clean_up()), expected.to_owned())
    }));
    let mut kept = after("to await-merge");
    happens(&mut kept, Fact::Cancelled { by: "ann".into(), reason: "no".into(), cleans_up: false });
    assert_eq!(named(&kept.to_clean_up()), "", "it was asked to leave all there");
}
