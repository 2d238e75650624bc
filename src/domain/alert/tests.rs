//! Notifications may come in any order.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn group(alerts: &[(&str, i64, Status)]) -> Group {
    let alert = |(name, start, status): &(&str, i64, Status)| Alert {
        status: *status,
        labels: Labels::new(),
        annotations: Labels::new(),
        starts_at: at(*start),
        generator_url: String::new(),
        fingerprint: (*name).to_owned(),
    };
    Group { alerts: alerts.iter().map(alert).collect(), ..read(EXAMPLE.as_bytes()).unwrap() }
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000 + minute * 60, 0).unwrap()
}

fn counts(change: Option<Change>) -> Option<(usize, usize, usize)> {
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
    let mut known = Known::default();
    let both = group(&[("a", 0, Status::Firing), ("b", 0, Status::Firing)]);
    assert_eq!(counts(known.take(&both, at(1))), Some((2, 0, 2)));
    assert_eq!(known.take(&both, at(2)), None);
    let mixed = group(&[("a", 0, Status::Firing), ("b", 0, Status::Resolved)]);
    assert_eq!(counts(known.take(&mixed, at(3))), Some((0, 1, 1)));
    assert_eq!(known.take(&both, at(4)), None, "it is late");
    assert_eq!(counts(known.take(&group(&[("a", 0, Status::Resolved)]), at(5))), Some((0, 1, 0)));
    assert_eq!(counts(known.take(&group(&[("a", 9, Status::Firing)]), at(9))), Some((1, 0, 1)), "it fires anew");
}

proptest! {
    #[test]
    fn whatever_the_order_it_ends_the_same_and_nothing_is_told_twice(
        order in Just((0..18_usize).map(|one| one % 6).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let all: Vec<(&str, i64, Status)> = ["a", "b"].iter().flat_map(|name| {
            [(*name, 0, Status::Firing), (*name, 0, Status::Resolved), (*name, 5, Status::Firing)]
        }).collect();
        let (mut known, mut told) = (Known::default(), vec![]);
        for which in order {
            if let Some(change) = known.take(&group(&[all[which]]), at(10)) {
                told.push(which);
                prop_assert_eq!(change.fired.len() + change.resolved.len(), 1);
            }
        }
        let firing = known.alerts.values().filter(|(start, ended)| ended.is_none() && *start == at(5)).count();
        prop_assert_eq!(firing, 2);
        let before = told.len();
        told.sort_unstable();
        told.dedup();
        prop_assert_eq!(told.len(), before);
    }
}
