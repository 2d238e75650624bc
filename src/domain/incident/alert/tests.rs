//! Notifications may come in any order.

#![allow(clippy::unwrap_used)]

use super::*;

fn group(alerts: &[(&str, i64, AlertStatus)]) -> Group {
    let alert = |(name, start, status): &(&str, i64, AlertStatus)| Alert {
        status: *status,
        labels: Labels::new(),
        annotations: Labels::new(),
        starts_at: at(*start),
        // What is over in these tables took three minutes.
        ends_at: (*status == AlertStatus::Resolved).then(|| at(*start + 3)),
        generator_url: String::new(),
        fingerprint: (*name).to_owned(),
    };
    Group { alerts: alerts.iter().map(alert).collect(), ..read(EXAMPLE.as_bytes()).unwrap() }
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000 + minute * 60, 0).unwrap()
}

fn counts(change: Option<AlertChange>) -> Option<(usize, usize, usize)> {
    change.map(|change| (change.fired.len(), change.resolved.len(), change.firing))
}

#[test]
fn only_version_4_with_alerts_is_read() {
    let group = read(EXAMPLE.as_bytes()).unwrap();
    assert_eq!(
        (group.label(PROJECT), group.label("severity"), group.label("x")),
        (Some("api"), Some("critical"), None)
    );
    assert!(read(EXAMPLE.replace("\"4\"", "\"3\"").as_bytes()).unwrap_err()[0].contains("only \"4\""));
    assert!(read(b"{}").unwrap_err()[0].contains("missing field"));
}

#[test]
fn an_alert_goes_from_firing_to_resolved_and_not_back() {
    let mut known = KnownAlerts::default();
    let both = group(&[("a", 0, AlertStatus::Firing), ("b", 0, AlertStatus::Firing)]);
    assert_eq!(counts(known.take(&both, at(1))), Some((2, 0, 2)));
    assert_eq!(known.take(&both, at(2)), None);
    let mixed = group(&[("a", 0, AlertStatus::Firing), ("b", 0, AlertStatus::Resolved)]);
    assert_eq!(counts(known.take(&mixed, at(3))), Some((0, 1, 1)));
    assert_eq!(known.take(&both, at(4)), None, "it is late");
    assert_eq!(counts(known.take(&group(&[("a", 0, AlertStatus::Resolved)]), at(5))), Some((0, 1, 0)));
    assert_eq!(counts(known.take(&group(&[("a", 9, AlertStatus::Firing)]), at(9))), Some((1, 0, 1)), "it fires anew");
}

/// What is told of one alert: each word of the history says since which minute it fires, or is over and until when (`-` if
/// that is not said), and after `@` when that is heard. `+` is told as firing, `-` as over.
fn told(history: &str) -> String {
    let mut known = KnownAlerts::default();
    let mut told = String::new();
    for event in history.split(';') {
        let (said, heard) = event.split_once('@').unwrap();
        let words: Vec<&str> = said.split_whitespace().collect();
        let minute = |word: &str| word.trim().parse().ok().map(at);
        let (status, ends_at) = match words.as_slice() {
            ["firing", _] => (AlertStatus::Firing, None),
            ["over", _, until] => (AlertStatus::Resolved, minute(until)),
            other => panic!("{other:?}"),
        };
        let mut group = group(&[("a", 0, status)]);
        (group.alerts[0].starts_at, group.alerts[0].ends_at) = (minute(words[1]).unwrap(), ends_at);
        if let Some(change) = known.take(&group, minute(heard).unwrap()) {
            told += &"+".repeat(change.fired.len());
            told += &"-".repeat(change.resolved.len());
        }
    }
    let fires = known.alerts.values().any(|(_, ended)| ended.is_none());
    format!("{told} {}", if fires { "fires" } else { "over" })
}

#[test]
fn an_alert_is_the_same_whatever_its_times() {
    let table = [
        ("the end says an earlier beginning", "firing 5 @6; over 4 30 @30", "+- over"),
        ("the end says a later beginning", "firing 5 @6; over 7 30 @30", "+- over"),
        ("the end says an earlier beginning, and no end", "firing 5 @6; over 4 - @30", "+- over"),
        ("each of a pair says its own beginning", "firing 5 @6; firing 4 @7; firing 5 @8; over 4 30 @30", "+- over"),
        ("the beginning moves on", "firing 5 @6; firing 9 @10; over 5 30 @30", "+- over"),
        ("both ends of a pair are told", "firing 5 @6; over 4 30 @30; over 5 31 @31", "+- over"),
        ("an end of before comes late", "firing 5 @6; over 0 3 @7", "+ fires"),
        ("an end of before comes late, and again", "firing 0 @1; firing 6 @7; over 0 5 @8", "+ fires"),
        ("a beginning comes late", "firing 0 @1; over 0 5 @6; firing 0 @7", "+- over"),
        ("a beginning that was moved comes late", "firing 5 @6; over 4 30 @30; firing 5 @31", "+- over"),
        ("the other of the pair goes on", "firing 0 @1; over 0 5 @6; firing 0 @11", "+-+ fires"),
        ("it fires anew at once", "firing 0 @1; over 0 5 @6; firing 6 @7", "+-+ fires"),
        ("it fires anew, and nobody said when it ended", "firing 0 @1; over 0 - @6; firing 6 @7", "+-+ fires"),
    ];
    let wrong: Vec<String> = table
        .iter()
        .filter(|(_, history, expected)| told(history) != *expected)
        .map(|(what, history, expected)| format!("{what}: {} and not {expected}", told(history)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_left_out_may_fire() {
    let cut = |status| Group { truncated_alerts: 2, ..group(&[("a", 0, status)]) };
    let mut known = KnownAlerts::default();
    known.matter = Some(1);
    assert!(known.take(&cut(AlertStatus::Firing), at(1)).is_some_and(|change| change.firing == 1));
    assert!(
        known.take(&cut(AlertStatus::Resolved), at(2)).is_some_and(|change| change.firing == 0 && !change.is_over())
    );
    assert_eq!(known.take(&cut(AlertStatus::Firing), at(3)), None, "it is late");
    let whole = group(&[("a", 0, AlertStatus::Resolved)]);
    assert!(known.take(&whole, at(4)).is_some_and(|change| change.is_over() && change.resolved.is_empty()));
    assert_eq!(known.take(&whole, at(5)), None);
}

#[test]
fn what_is_not_named_any_more_is_over_after_a_while() {
    let (both, one) = (
        group(&[("a", 0, AlertStatus::Firing), ("b", 0, AlertStatus::Firing)]),
        group(&[("b", 0, AlertStatus::Firing)]),
    );
    let mut known = KnownAlerts::default();
    assert_eq!(counts(known.take(&both, at(1))), Some((2, 0, 2)));
    assert_eq!(known.take(&one, at(20)), None, "it may be a late one");
    let cut = Group { truncated_alerts: 1, ..one.clone() };
    assert_eq!(known.take(&cut, at(50)), None, "it may have been left out");
    let change = known.take(&one, at(60)).unwrap();
    assert_eq!((change.gone.as_slice(), change.firing), (["a".to_owned()].as_slice(), 1));
    assert_eq!(counts(known.take(&both, at(70))), Some((1, 0, 2)), "it comes back");
    assert_eq!(
        counts(known.take(&group(&[("a", 0, AlertStatus::Resolved), ("b", 0, AlertStatus::Firing)]), at(71))),
        Some((0, 1, 1))
    );
    let cut = |status| Group { truncated_alerts: 1, ..group(&[("a", 106, status)]) };
    assert_eq!(counts(known.take(&cut(AlertStatus::Firing), at(106))), Some((1, 0, 2)));
    assert_eq!(counts(known.take(&cut(AlertStatus::Resolved), at(107))), Some((0, 1, 1)));
    let late = group(&[("a", 106, AlertStatus::Firing)]);
    assert_eq!(known.take(&late, at(109)), None, "it is late, and says nothing of what is not in it");
}

#[test]
fn an_incident_that_is_over_when_it_is_heard_of_is_told() {
    let one = |over, minute| {
        let alert = Alert::new("i", over, Labels::new(), "", at(minute));
        (Group::of_one("k", alert.clone(), "", Nature::Incident), Group::of_one("k", alert, "", Nature::State))
    };
    let (mut incident, mut state) = (KnownAlerts::default(), KnownAlerts::default());
    assert_eq!(counts(incident.take(&one(true, 5).0, at(5))), Some((0, 1, 0)));
    assert_eq!(state.take(&one(true, 5).1, at(5)), None, "that all is well is no news");
    assert_eq!(incident.take(&one(false, 1).0, at(6)), None, "it is late");
}

#[test]
fn each_alert_says_for_itself_where_and_how_grave_it_is() {
    let mut group =
        group(&[("a", 0, AlertStatus::Resolved), ("b", 0, AlertStatus::Firing), ("c", 0, AlertStatus::Firing)]);
    group.common_labels.clear();
    let said = [("critical", "production"), ("warning", "staging"), ("info", "qa")];
    for (alert, (severity, environment)) in group.alerts.iter_mut().zip(said) {
        let labels = [("severity", severity), ("environment", environment), (PROJECT, environment)];
        alert.labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    }
    assert_eq!((group.severity(), group.environment(), group.label(PROJECT)), (Some("warning"), None, None));
    let mut known = KnownAlerts::default();
    known.take(&group, at(1));
    assert_eq!((known.severity(), known.environment()), (Some("warning"), None));
    let against: Vec<_> = known.against().iter().map(|against| (against.environment, against.firing)).collect();
    assert_eq!(against, [("production", false), ("staging", true)], "what is only said speaks against nothing");
    let parts = group.divided(|group, alert| group.label_of(alert, PROJECT).map(str::to_owned));
    assert_eq!(parts.len(), 3);
    assert!(parts.values().all(|part| part.environment().is_some() && part.common_labels.len() == 3));
}
