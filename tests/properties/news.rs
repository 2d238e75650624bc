//! What is reported in any order, and any number of times, is told once.

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use shipmate::domain::{
    deploy::report::{History, Status},
    incident::alert::{self, Group, KnownAlerts},
};

use super::cases;

fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000 + minute * 60, 0).unwrap()
}

/// A notification of one alert.
fn group(name: &str, began: i64, status: &str) -> Group {
    // What is over took three minutes.
    let ended = (status == "resolved").then(|| minute(began + 3));
    let alert =
        json!({ "status": status, "labels": {}, "startsAt": minute(began), "endsAt": ended, "fingerprint": name });
    let body = json!({ "version": "4", "groupKey": "{}", "alerts": [alert] });
    alert::read(body.to_string().as_bytes()).unwrap()
}

proptest! {
    #![proptest_config(cases(256))]

    /// The row is written and read again between any two reports, as a kill would have it.
    #[test]
    fn each_state_of_a_deploy_is_a_change_once_in_any_order(order in Just(vec![0_usize, 1, 2, 3, 4, 5]).prop_flat_map(|all| {
        (Just([all.clone(), all.clone(), all].concat()).prop_shuffle(), 6_usize..18)
    })) {
        use Status::{Failed, RolledBack, Started, Succeeded};
        let happened = [Started, Failed, Started, Succeeded, Failed, RolledBack];
        let (order, enough) = order;
        let (mut stored, mut told) = (serde_json::to_string(&History::default()).unwrap(), vec![]);
        for which in order.iter().copied().take(enough).chain(0..6) {
            let mut history: History = serde_json::from_str(&stored).unwrap();
            let changes = history.take(happened[which], minute(which as i64));
            told.extend(changes.iter().map(|change| (change.at, change.status)));
            stored = serde_json::to_string(&history).unwrap();
        }
        told.sort();
        let all: Vec<_> = happened.iter().enumerate().map(|(at, status)| (minute(at as i64), *status)).collect();
        prop_assert_eq!(told, all);
    }

    #[test]
    fn whatever_the_order_of_alerts_it_ends_the_same_and_nothing_is_told_twice(
        order in Just((0..18_usize).map(|one| one % 6).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let all: Vec<Group> = ["a", "b"].iter().flat_map(|name| {
            [group(name, 0, "firing"), group(name, 0, "resolved"), group(name, 5, "firing")]
        }).collect();
        let (mut known, mut told) = (KnownAlerts::default(), vec![]);
        for which in order {
            if let Some(change) = known.take(&all[which], minute(10)) {
                told.push(which);
                prop_assert_eq!(change.fired.len() + change.resolved.len(), 1);
            }
        }
        let stored = serde_json::to_value(&known).unwrap();
        let fires = |name: &str| stored["alerts"][name] == json!([minute(5), Value::Null]);
        prop_assert!(fires("a") && fires("b"), "{stored}");
        let before = told.len();
        told.sort_unstable();
        told.dedup();
        prop_assert_eq!(told.len(), before);
    }
}
