//! An incident: what happened to it, and how it stands then.

use std::collections::BTreeMap;

use super::{About, CHANGES, FIRING, Incident, Item, Said, Suspects};
use crate::domain::{
    deploy::report::{Deploy, DeployChange, Status},
    incident::alert::{self, Alert, Group, Nature},
    release::samples::{compare, minute},
};

fn matter(about: About) -> Incident {
    Incident {
        at: minute(0),
        number: 1,
        project: Some("api".into()),
        environment: Some("production".into()),
        version: Some("2.2.0".into()),
        release: None,
        about,
        destinations: vec![],
        trouble: None,
        suspects: Suspects::Unasked,
        said: None,
    }
}

fn report(status: Status, commit: &str) -> Deploy {
    let commit = Some(commit).filter(|commit| !commit.is_empty()).map(str::to_owned);
    Deploy {
        reported_by: None,
        project: "api".into(),
        environment: "production".into(),
        version: "2.2.0".into(),
        status,
        commit,
        digest: None,
        config_digest: None,
        url: None,
        id: None,
        at: None,
    }
}

fn deploy() -> Incident {
    matter(About::Deploy { deploy: Box::new(report(Status::Started, "c1")), changes: vec![] })
}

fn number(text: &str) -> i64 {
    text.parse().unwrap_or_default()
}

fn status(name: &str) -> Status {
    Status::NAMES.iter().find(|(known, _)| *known == name).map_or(Status::Started, |(_, status)| *status)
}

/// Each event is followed by its minute: `wrong 1`, `right 2`, `ann 3` looks at it, `failed reported 4`, `failed says 5`
/// the release itself.
fn happened(history: &str) -> Incident {
    let mut matter = deploy();
    for event in history.split(';').map(str::trim).filter(|event| !event.is_empty()) {
        match event.split(' ').collect::<Vec<_>>().as_slice() {
            ["wrong", at] => matter.is_wrong(minute(number(at))),
            ["right", at] => matter.is_right(minute(number(at))),
            [name, "reported", at] => {
                let (at, status) = (minute(number(at)), status(name));
                matter.deploy_changed(report(status, "c1"), DeployChange { at, status, since: None });
            }
            ["nothing", "says", at] => {
                matter.deploy_stands(report(Status::Started, ""), None, minute(number(at)));
            }
            [name, "says", at] => {
                matter.deploy_stands(report(status(name), ""), Some(status(name)), minute(number(at)));
            }
            [who, at] => matter.is_looked_at(who, minute(number(at))),
            _ => panic!("{event} does not happen to a matter"),
        }
    }
    matter
}

#[test]
fn something_is_wrong_until_it_is_right() {
    let rows = [
        ("nothing is wrong", "", "well"),
        ("nothing was wrong, and nothing is", "right 1", "well"),
        ("something is wrong, and nobody looks", "wrong 1", "since 1, nobody looks"),
        ("it gets no worse by being said again", "wrong 1; wrong 2", "since 1, nobody looks"),
        ("somebody looks at it", "wrong 1; ann 2", "since 1, ann looks since 2"),
        ("the first one who looks is the one", "wrong 1; ann 2; bob 3", "since 1, ann looks since 2"),
        ("somebody looks, and it goes on", "wrong 1; ann 2; wrong 3", "since 1, ann looks since 2"),
        ("it is right", "wrong 1; right 3", "since 1, over 3"),
        ("it is right twice", "wrong 1; right 3; right 4", "since 1, over 3"),
        ("somebody looked, and it is right", "wrong 1; ann 2; right 3", "since 1, ann looks since 2, over 3"),
        ("nobody looks at what is over", "wrong 1; right 3; ann 4", "since 1, over 3"),
        ("it is wrong again: that is new", "wrong 1; ann 2; right 3; wrong 5", "since 5, nobody looks"),
        ("nobody looks at what is well", "ann 1", "well"),
    ];
    compare(rows.map(|(about, history, expected)| {
        let matter = happened(history);
        let minutes = |at: chrono::DateTime<chrono::Utc>| (at - minute(0)).num_minutes();
        let told = matter.trouble.as_ref().map_or("well".into(), |trouble| {
            let looks = trouble.acknowledged.as_ref().map(|(by, at)| format!(", {by} looks since {}", minutes(*at)));
            let over = trouble.over.map(|at| format!(", over {}", minutes(at)));
            let waits = if matter.waits() { ", nobody looks" } else { "" };
            let (looks, over) = (looks.unwrap_or_default(), over.unwrap_or_default());
            format!("since {}{looks}{over}{waits}", minutes(trouble.since))
        });
        (about, told, expected.to_owned())
    }));
}

#[test]
fn how_a_deploy_stands_by_what_was_said_of_it() {
    let rows = [
        ("as it was first reported", "", "started:"),
        ("it is reported there", "succeeded reported 2", "succeeded: succeeded@2"),
        ("it failed after it had begun", "started reported 1; failed reported 2", "failed: started@1 failed@2"),
        (
            "a report that comes late belongs where it happened",
            "failed reported 2; started reported 1",
            "failed: started@1 failed@2",
        ),
        (
            "of two at the same time the worse counts",
            "rolled-back reported 2; failed reported 2",
            "rolled-back: failed@2 rolled-back@2",
        ),
        ("the release says that it failed", "started reported 1; failed says 2", "failed: started@1 failed@2"),
        ("what the release says twice is no news", "failed says 2; failed says 3", "failed: failed@2"),
        (
            "what the release says follows on what was said last",
            "failed reported 5; rolled-back says 3",
            "rolled-back: failed@5 rolled-back@5",
        ),
        ("the release says nothing of how it stands", "failed reported 5; nothing says 6", "failed: failed@5"),
        (
            "it comes and goes",
            "succeeded says 2; rolled-back says 3; succeeded says 4",
            "succeeded: succeeded@2 rolled-back@3 succeeded@4",
        ),
    ];
    compare(rows.map(|(about, history, expected)| {
        let matter = happened(history);
        let About::Deploy { changes, .. } = &matter.about else { return (about, String::new(), expected.to_owned()) };
        let one = |(at, status): &(chrono::DateTime<chrono::Utc>, Status)| {
            format!(" {}@{}", status.name(), (*at - minute(0)).num_minutes())
        };
        let stands = matter.status().map_or("nothing", Status::name);
        (about, format!("{stands}:{}", changes.iter().map(one).collect::<String>()), expected.to_owned())
    }));
}

#[test]
fn what_a_release_says_is_said_until_something_happens() {
    let said = || Some(Said { title: Some("rolling back".into()), ..Said::default() });
    let rows = [
        ("nothing happened", "", true),
        ("another report", "failed reported 3", false),
        ("the release goes on", "failed says 3", true),
    ];
    compare(rows.map(|(about, history, expected)| {
        let mut matter = Incident { said: said(), ..deploy() };
        match history {
            "failed reported 3" => {
                let change = DeployChange { at: minute(3), status: Status::Failed, since: None };
                matter.deploy_changed(report(Status::Failed, "c1"), change);
            }
            "failed says 3" => drop(matter.deploy_stands(report(Status::Failed, ""), Some(Status::Failed), minute(3))),
            _ => {}
        }
        (about, matter.said.is_some(), expected)
    }));
}

#[test]
fn what_is_known_of_a_deploy_stays_known_and_bounded() {
    let mut matter = deploy();
    assert!(matter.deploy_stands(report(Status::Failed, ""), Some(Status::Failed), minute(1)), "it is a change");
    assert!(!matter.deploy_stands(report(Status::Failed, ""), Some(Status::Failed), minute(2)), "it is none");
    assert!(!matter.deploy_stands(report(Status::Failed, ""), None, minute(2)), "nothing was said");
    for at in 0..50 {
        let status = if at % 2 == 0 { Status::Failed } else { Status::Succeeded };
        matter.deploy_stands(report(status, ""), Some(status), minute(10 + at));
        matter.deploy_changed(report(status, "c1"), DeployChange { at: minute(100 + at), status, since: None });
    }
    let About::Deploy { deploy, changes } = &matter.about else { return };
    assert_eq!((deploy.commit.as_deref(), changes.len()), (Some("c1"), CHANGES));
    assert!(!alerts().deploy_stands(report(Status::Failed, ""), Some(Status::Failed), minute(1)), "it is about alerts");
    assert_eq!(alerts().status(), None, "alerts are no deploy");
}

fn alerts() -> Incident {
    let (labels, firing, guessed) = (vec![], vec![], None);
    let (what, url) = ("errors".to_owned(), String::new());
    matter(About::Alerts {
        what,
        labels,
        url,
        firing,
        count: 0,
        over: 0,
        left_out: 0,
        gone: 0,
        guessed,
        replaced: false,
        reported_by: None,
    })
}

fn fires(name: &str) -> Alert {
    Alert::new(name, false, BTreeMap::new(), "", minute(0))
}

/// What begins to fire, what is over, what is not reported any more, how many fire, how many are left out.
fn change(fired: &[&str], resolved: &[&str], gone: &[&str], firing: usize, hidden: u64) -> alert::AlertChange {
    let all = |names: &[&str]| names.iter().map(|name| fires(name)).collect();
    let gone = gone.iter().map(|name| (*name).to_owned()).collect();
    alert::AlertChange { fired: all(fired), resolved: all(resolved), gone, firing, hidden }
}

#[test]
fn alerts_fire_and_are_over() {
    let rows = [
        ("two fire", vec![change(&["a", "b"], &[], &[], 2, 0)], "a b: 2, over 0 (0 gone), left out 0"),
        (
            "one is over",
            vec![change(&["a", "b"], &[], &[], 2, 0), change(&[], &["a"], &[], 1, 0)],
            "b: 1, over 1 (0 gone), left out 0",
        ),
        (
            "one is not reported any more",
            vec![change(&["a", "b"], &[], &[], 2, 0), change(&[], &[], &["b"], 1, 0)],
            "a: 1, over 1 (1 gone), left out 0",
        ),
        (
            "one fires again",
            vec![change(&["a", "b"], &[], &[], 2, 0), change(&["a"], &[], &[], 2, 0)],
            "b a: 2, over 0 (0 gone), left out 0",
        ),
        (
            "one is over and another fires",
            vec![change(&["a"], &[], &[], 1, 0), change(&["b"], &["a"], &[], 1, 0)],
            "b: 1, over 1 (0 gone), left out 0",
        ),
        ("some are left out", vec![change(&["a"], &[], &[], 1, 3)], "a: 1, over 0 (0 gone), left out 3"),
        (
            "what is over that was never described",
            vec![change(&[], &["z"], &[], 0, 0)],
            ": 0, over 1 (0 gone), left out 0",
        ),
    ];
    compare(rows.map(|(about, changes, expected)| {
        let mut matter = alerts();
        for change in &changes {
            let group = Group::of_one("key", fires("a"), "https://alerts", Nature::Listed);
            matter.alerts_changed(&group, change, None, Alert::name);
        }
        let About::Alerts { firing, count, over, left_out, gone, .. } = &matter.about else {
            return (about, String::new(), String::new());
        };
        let names: Vec<&str> = firing.iter().map(|item| item.name.as_str()).collect();
        let found = format!("{}: {count}, over {over} ({gone} gone), left out {left_out}", names.join(" "));
        (about, found, expected.to_owned())
    }));
}

#[test]
fn a_group_is_called_as_it_was_called_last() {
    let mut matter = Incident { said: Some(Said::default()), ..alerts() };
    let labels = BTreeMap::from([("job".to_owned(), "api".to_owned())]);
    let group = Group::of_one("key", Alert::new("a", false, labels, "", minute(0)), "https://alerts", Nature::Listed);
    matter.alerts_changed(&group, &change(&[], &["z"], &[], 0, 0), None, Alert::name);
    assert!(matter.said.is_some(), "what is over is answered by what the release said");
    matter.alerts_changed(&group, &change(&["a"], &[], &[], 1, 0), Some("slow".into()), Alert::name);
    assert!(matter.said.is_none(), "what fires now is new");
    let many: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    matter.alerts_changed(&group.emptied(), &change(&many, &[], &[], 101, 0), None, Alert::name);
    let About::Alerts { what, labels, url, firing, .. } = &matter.about else { return };
    let known = [("job".to_owned(), "api".to_owned())];
    assert_eq!((what.as_str(), labels.as_slice(), url.as_str()), ("slow", &known[..], "https://alerts"));
    assert_eq!(firing.len(), FIRING);
    let named: Vec<Item> = matter.alerts_named(&["a".into(), "z".into()]);
    assert_eq!(named.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(deploy().alerts_named(&["a".into()]), []);
}
