//! The card in every state, as people read it in a chat.

use std::collections::BTreeSet;

use super::*;
use crate::domain::{
    message::{Block, Span},
    release::{
        ReleaseId, ReleaseKind, ReleaseSpec,
        fact::{Fact, Outcome},
        samples::{decided, happened, happens, minute, step_named, surroundings},
    },
    team::people::{Permission, Person},
    time::dates::Dates,
};

/// The team of the examples.
fn team() -> People {
    let person =
        |name: &str, role: &str| Person { name: name.into(), roles: [role.to_owned()].into(), ..Person::default() };
    let people = [
        ("alice", "team-lead"),
        ("bob", "qa"),
        ("dave", "developer"),
        ("erin", "devops"),
        ("carol", "product-manager"),
    ];
    let may = |roles: &[&str]| roles.iter().map(|role| (*role).to_owned()).collect::<BTreeSet<String>>();
    People {
        people: people.map(|(name, role)| person(name, role)).into(),
        permissions: [
            (Permission::Release, may(&["team-lead"])),
            (Permission::RollBack, may(&["team-lead", "devops"])),
        ]
        .into(),
        ..People::default()
    }
}

/// A release by one of the playbooks that ship.
fn shipped(playbook: &str, hotfix: bool) -> Release {
    let playbooks = crate::playbooks::load(None).unwrap();
    let playbook = &playbooks[playbook];
    let module = ["module", "monthly"].contains(&playbook.name.as_str());
    let (version, tag) = match (module, hotfix) {
        (true, _) => ("26.03.02", "26.03.02"),
        (false, false) => ("2.2.0", "v2.2.0"),
        (false, true) => ("2.1.2", "v2.1.2"),
    };
    let path = if hotfix { &playbook.hotfix } else { &playbook.release };
    let branch = if hotfix { format!("hotfix/{tag}") } else { format!("release/{tag}") };
    let mut words = playbook.words(version, tag, &branch, &path.source);
    for (word, meaning) in [("strategy", "canary"), ("phase", "26.03")] {
        words.entry(word.to_owned()).or_insert_with(|| meaning.to_owned());
    }
    let version = playbook.scheme.read(version).unwrap();
    let spec = ReleaseSpec {
        adopted: None,
        id: ReleaseId(7),
        project: "api".into(),
        next_version: version.clone(),
        version,
        kind: match hotfix {
            true => ReleaseKind::Hotfix { description: "Total is wrong with two coupons".into(), severity: None },
            false => ReleaseKind::Regular,
        },
        requester: "alice".into(),
        at: minute(0),
        plan: path.plan(&words, &playbook.dates).unwrap(),
        tag: tag.into(),
        branch,
        source: path.source.clone(),
        source_commit: "cut".into(),
        production: playbook.production.clone(),
        previous_tag: Some("v2.1.1".into()),
        target_minutes: 480,
        dates: Dates::default(),
    };
    Release::new(decide_next(spec), vec![])
}

fn decide_next(mut spec: ReleaseSpec) -> ReleaseSpec {
    if let Ok(next) = "2.3.0".parse() {
        spec.next_version = next;
    }
    spec
}

/// So many changes are in it.
fn with_changes(mut release: Release, changes: usize) -> Release {
    let contains = (1..=changes).map(|nth| format!("change {nth}")).collect();
    let step = step_named(&release, "snapshot");
    happens(&mut release, Fact::Done { step, made: Outcome::Branch { commit: "c1".into(), contains } });
    release
}

/// The card as it is read: the title, each line, the buttons of each row.
fn read(release: &Release, around: &str, people: &People) -> String {
    let now = crate::domain::release::samples::now(release, around);
    let message = card(release, &surroundings(release, around), people, now);
    shown(&message)
}

fn shown(message: &Message) -> String {
    let mut lines = vec![message.title.clone()];
    for (nth, block) in message.body.iter().enumerate() {
        if nth > 0 {
            lines.push(String::new());
        }
        match block {
            Block::Text(words) => lines.push(plain(words)),
            Block::Checklist(items) => {
                lines.extend(items.iter().map(|(ticked, words)| {
                    format!("{} {}", if *ticked { '\u{2611}' } else { '\u{2610}' }, plain(words))
                }))
            }
            Block::List(_) | Block::Fields(_) | Block::Code(_) | Block::Heading(_) | Block::Quote(_) => {
                panic!("no part of a card: {block:?}")
            }
        }
    }
    for row in &message.buttons {
        lines.push(row.iter().map(|button| format!("[{}]", button.label)).collect::<Vec<_>>().join(" "));
    }
    lines.join("\n").replace('\u{a0}', " ")
}

fn plain(words: &Line) -> String {
    let one = |span: &Span| match span {
        Span::Moment { at, near: true } => at.format("%H:%M").to_string(),
        Span::Moment { at, near: false } => at.format("%a %-d %b %H:%M").to_string(),
        Span::Plain(_) | Span::Bold(_) | Span::Code(_) | Span::Link { .. } | Span::Time(_) | Span::Left(_) => {
            Line(vec![span.clone()]).plain_text()
        }
    };
    words.0.iter().map(one).collect()
}

/// A state of the card: what it is called, the release, and what goes on around it.
type CardState = (&'static str, Release, &'static str);

fn states() -> Vec<CardState> {
    let quick = || with_changes(shipped("quick-release", false), 6);
    let after = |history: &str| happened(quick(), history);
    let fix = |history: &str| happened(shipped("quick-release", true), history);
    let train = |history: &str| {
        let release = decided(shipped("weekly-train", false), |spec| {
            let dates = [
                ("code-freeze", 0),
                ("qa-day", 960),
                ("qa-sign-off", 1800),
                ("pre-flight", 5805),
                ("departure", 5880),
                ("thaw", 5940),
            ];
            spec.dates = Dates(dates.iter().map(|(name, at)| ((*name).to_owned(), minute(*at))).collect());
        });
        happened(release, history)
    };
    let module = |history: &str| happened(shipped("module", false), history);
    const LIVE: &str = "in production +2.1.1@1 +2.2.0@7";
    vec![
        ("just begun", quick(), ""),
        ("just begun, in a freeze", quick(), "frozen audit"),
        ("deploying staging", after("to ask-staging; done ask-staging; done tell-prepared; done tell-snapshot"), ""),
        ("waits for QA", after("to qa"), ""),
        ("waits for QA, two ticked", after("to qa; ticked qa 0; ticked qa 1"), ""),
        (
            "waits for QA, all ticked",
            after("to qa; ticked qa 0; ticked qa 1; ticked qa 2; ticked qa 3; ticked qa 4"),
            "",
        ),
        ("waits for QA, past the target", after("to qa"), "now 500"),
        ("QA said no", after("to qa; rejected qa bob"), ""),
        ("not yet looked at the merge", after("to qa; approved qa bob; done qa; to await-merge"), ""),
        (
            "checks run",
            after("to qa; approved qa bob; done qa; to await-merge; saw await-merge checks-are-running"),
            "",
        ),
        ("ready to merge", after("to qa; approved qa bob; done qa; to await-merge; asks await-merge ready"), ""),
        ("merge frozen", after("to await-merge"), "frozen audit"),
        ("behind a hotfix", after("to await-merge"), "hotfix 2.1.2"),
        ("merge cannot be seen", after("to await-merge; blind await-merge"), ""),
        ("squashed by somebody", after("to await-merge; squashed by dave"), ""),
        (
            "deploying production",
            after("to ask-production; done ask-production; done tell-merged"),
            "in production +2.1.1@1 ?2.2.0@7",
        ),
        (
            "production is tried again",
            after("to ask-production; done ask-production; done tell-merged; failed production until 90"),
            "",
        ),
        (
            "production failed",
            after("to ask-production; done ask-production; done tell-merged; failed production"),
            "in production +2.1.1@1 ?2.2.0@7",
        ),
        (
            "staging failed",
            after("to ask-staging; done ask-staging; done tell-prepared; done tell-snapshot; failed staging"),
            "",
        ),
        ("a step stopped", after("to pull-request; failed pull-request"), ""),
        ("taken back and held", after("to post-deploy"), "in production +2.1.1@1 +2.2.0@7 <2.1.1@1; held production"),
        ("another version runs", after("to post-deploy"), "in production +2.2.0@7 +2.3.0@8"),
        ("live with checks", after("to post-deploy; brought back-merge"), LIVE),
        ("live, one checked", after("to post-deploy; brought back-merge; ticked post-deploy 0"), LIVE),
        ("closed", after("to tell-closed; done tell-closed; finished"), LIVE),
        ("cancelled", after("to qa; cancelled alice"), "in staging +2.2.0@7"),
        ("hotfix waits for its fix", fix("to await-fix"), ""),
        ("hotfix is reviewed", fix("to review"), ""),
        ("hotfix cancelled", fix("to review; cancelled alice"), ""),
        ("hotfix is closed", fix("to tell-closed; done tell-closed; finished"), ""),
        ("train, features", train("to features"), "freezing"),
        (
            "train, features are in",
            train("to features; approved features carol; done features; to await-time/2"),
            "freezing",
        ),
        ("train did not leave", train("to await-merge; missed await-merge 5880"), "now 5900"),
        ("module without stories", module("to pick"), ""),
        (
            "module with stories",
            module("to pick; picked S-10001; took S-10001 m1; picked S-10002; took S-10002 m2; picked S-10003"),
            "",
        ),
        ("canary", happened(shipped("git-flow", false), "to watch-production"), ""),
        ("promotes", happened(shipped("trunk", false), "to dev/2"), ""),
    ]
}

#[test]
fn every_state_has_its_card() {
    let people = team();
    let cards = states()
        .into_iter()
        .map(|(about, release, around)| format!("== {about}\n{}\n", read(&release, around, &people)));
    insta::assert_snapshot!(cards.collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_first_line_fits_a_telephone() {
    let people = team();
    for (about, release, around) in states() {
        let title = read(&release, around, &people).lines().next().unwrap_or_default().to_owned();
        let words = title.split_once(' ').map_or("", |(_, words)| words);
        if release.is_hotfix() {
            let broken = words.split('\u{201d}').next().unwrap_or_default().trim_start_matches('\u{201c}');
            assert!(broken.chars().count() <= heading::BROKEN, "{about}: {title}");
        } else {
            assert!(words.chars().count() <= heading::LINE, "{about}: {title}");
        }
    }
}

#[test]
fn a_card_is_known_by_its_first_line_however_it_stands() {
    let people = team();
    let (other, fix) = (shipped("trunk", false), shipped("quick-release", true));
    for (about, release, around) in states() {
        let now = crate::domain::release::samples::now(&release, around);
        let title = card(&release, &surroundings(&release, around), &people, now).title;
        assert!(is_title_of(&release, &title), "{about}: {title}");
        assert_eq!(is_title_of(&other, &title), release.name() == other.name(), "{about}: {title}");
        assert_eq!(is_title_of(&fix, &title), release.is_hotfix(), "{about}: {title}");
    }
    assert!(!is_title_of(&other, "\u{1f680} api v2.2.0 is prepared"));
}

#[test]
fn without_signs_and_colours_no_two_states_read_the_same() {
    let people = team();
    let mut told: Vec<(String, &str)> = vec![];
    for (about, release, around) in states() {
        let card = read(&release, around, &people);
        let (_, words) = card.split_once(' ').unwrap_or_default();
        let words = words.lines().filter(|line| !line.starts_with('[')).collect::<Vec<_>>().join("\n");
        let known = told.iter().find(|(known, _)| *known == words);
        assert!(known.is_none(), "{about} reads like {:?}: {words}", known.map(|(_, other)| other));
        told.push((words, about));
    }
}

#[test]
fn labels_fit_and_no_row_holds_too_many() {
    let people = team();
    for (about, release, around) in states() {
        let now = crate::domain::release::samples::now(&release, around);
        let message = card(&release, &surroundings(&release, around), &people, now);
        for button in message.buttons.iter().flatten() {
            assert!(button.label.chars().count() <= 18, "{about}: {}", button.label);
        }
        assert!(message.buttons.len() <= 3 && message.buttons.iter().all(|row| row.len() <= 5), "{about}");
    }
}

#[test]
fn the_list_shrinks_before_anything_else() {
    let lines: Vec<String> = (1..=17).map(|nth| format!("{{ name = \"Line {nth}\" }}")).collect();
    let gate = format!(
        "{{ do = \"sign-off\", name = \"qa\", title = \"QA sign-off\", roles = [\"qa\"], checklist = [{}] }}",
        lines.join(",")
    );
    let release = crate::domain::release::samples::one_stage(&gate);
    let text = read(&release, "", &team());
    assert!(text.contains("Line 12\n\u{2610} and 5 more"), "{text}");
    assert!(text.contains("[\u{2610} Line 4] [Tick\u{2026}]"), "{text}");
}

#[test]
fn a_time_of_another_day_has_its_date() {
    let release = happened(shipped("quick-release", false), "to qa");
    let last = release.facts.last().unwrap().at;
    let message = card(&release, &Surroundings::default(), &team(), last + chrono::TimeDelta::days(3));
    assert!(shown(&message).contains("Was due by Mon 2 Mar 13:"), "{}", shown(&message));
}

#[test]
fn where_nobody_can_decide_no_answer_is_offered() {
    let mut people = team();
    people.people.retain(|person| person.name != "bob");
    let text = read(&happened(shipped("quick-release", false), "to qa"), "", &people);
    assert!(text.contains("Nobody can decide on QA sign-off"), "{text}");
    assert!(text.contains("[Skip\u{2026}] [More\u{2026}]"), "{text}");
    assert!(!text.contains("[Approve") && !text.contains("[\u{2610}"), "{text}");
}

#[test]
fn whoever_is_not_known_by_name_is_not_said_to_be_nobody() {
    let names = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        super::view::names(&names).plain_text()
    };
    assert_eq!(names(&[]), "whoever may");
    assert_eq!(names(&["ann", "bob", "cleo"]), "ann, bob or 1\u{a0}more");
}
