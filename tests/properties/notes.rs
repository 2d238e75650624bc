//! Notes of any history name each change exactly once.

use proptest::{collection::vec, prelude::*};
use shipmate::domain::release::notes::{Change, Notes};

use super::cases;

/// What happens on a branch.
#[derive(Debug, Clone)]
enum Event {
    /// Somebody pushes.
    Commit,
    /// A pull request of so many commits is merged; it may have taken the branch in before.
    Pull(usize, bool),
    /// Another long-lived branch goes its way and is merged, by a pull request or by git alone.
    Lane(Vec<Event>, bool),
    /// The branch's newest commit is taken back.
    Revert,
    /// The bot puts a version up.
    Own,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => Just(Event::Commit),
        4 => (1..4_usize, any::<bool>()).prop_map(|(count, takes)| Event::Pull(count, takes)),
        1 => Just(Event::Revert),
        1 => Just(Event::Own),
    ];
    let nested = event.prop_recursive(3, 40, 6, |event| {
        prop_oneof![3 => event.clone(), 1 => (vec(event, 1..6), any::<bool>()).prop_map(|(on, pull)| Event::Lane(on, pull))]
    });
    vec(nested, 0..14)
}

/// A history as it grows, and what its notes have to say.
#[derive(Default)]
struct History {
    changes: Vec<Change>,
    expected: Vec<String>,
}

impl History {
    /// Adds a commit, and gives its id.
    fn add(&mut self, parents: &[&str], message: &str) -> String {
        let sha = format!("{:040x}", self.changes.len() + 0xabc_0000);
        let parents = parents.iter().map(|parent| (*parent).to_owned()).collect();
        self.changes.push(Change { sha: sha.clone(), message: message.to_owned(), parents, ..Change::default() });
        sha
    }

    /// Lets things happen on a branch that stands at `tip`, and gives where it stands then.
    fn happen(&mut self, mut tip: String, events: &[Event]) -> String {
        let mut newest: Option<(String, String)> = None;
        for event in events {
            let number = self.changes.len();
            match event {
                Event::Commit => {
                    let what = format!("feat: change {number}");
                    tip = self.add(&[&tip], &what);
                    self.expected.push(format!("change {number}"));
                    newest = Some((tip.clone(), what));
                    continue;
                }
                Event::Pull(count, takes) => {
                    let mut head = tip.clone();
                    for part in 0..*count {
                        head = self.add(&[&head], &format!("fix: part {number}-{part}"));
                    }
                    if *takes {
                        tip = self.add(&[&tip], &format!("feat: meanwhile {number}"));
                        self.expected.push(format!("meanwhile {number}"));
                        head = self.add(&[&head, &tip], "Merge branch 'main' into work");
                    }
                    let message =
                        format!("Merge pull request #{number} from acme/work-{number}\n\nfeat: pull {number}");
                    tip = self.add(&[&tip, &head], &message);
                    self.expected.push(format!("pull {number}"));
                }
                Event::Lane(events, by_pull) => {
                    let head = self.happen(tip.clone(), events);
                    if head == tip {
                        continue;
                    }
                    let number = self.changes.len();
                    tip = self.add(&[&tip], &format!("fix: beside {number}"));
                    self.expected.push(format!("beside {number}"));
                    let message = match by_pull {
                        true => format!("Merge pull request #{number} from acme/develop\n\nAll of it"),
                        false => "Merge branch 'develop'".to_owned(),
                    };
                    tip = self.add(&[&tip, &head], &message);
                }
                Event::Revert => {
                    let Some((sha, what)) = newest.take() else { continue };
                    tip = self.add(&[&tip], &format!("Revert \"{what}\"\n\nThis reverts commit {sha}."));
                    self.expected.retain(|told| !what.ends_with(told.as_str()));
                }
                Event::Own => {
                    tip = self.add(&[&tip], "chore: bump v2.2.0");
                    self.changes.last_mut().unwrap().own = true;
                }
            }
            newest = None;
        }
        tip
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn each_change_is_named_once(events in events()) {
        let mut history = History::default();
        history.happen("0".repeat(40), &events);
        let mut told = Notes::from_changes(&history.changes, None).lines();
        told.sort();
        history.expected.sort();
        prop_assert_eq!(told, history.expected, "{:#?}", history.changes);
    }
}
