//! Two decisions that contradict each other and are written together: the second sees the first.

use chrono::DateTime;
use futures::future::join;
use shipmate::{
    domain::deploy::ledger::{Hold, HoldCause},
    store::{Store, StoreProblem, View},
};

use super::block_on;

/// What is told to whoever wants to deploy to production.
fn may_deploy(view: &dyn View) -> Result<&'static str, StoreProblem> {
    let held = view.ledgers("api")?.into_iter().any(|(name, status)| name == "production" && status.hold().is_some());
    Ok(if held { "production is held" } else { "deploys" })
}

/// Somebody holds production.
fn hold() -> Hold {
    let at = DateTime::from_timestamp(1_772_442_000, 0).unwrap();
    let cause = HoldCause::Person { by: "erin".into(), reason: "checkout is slow".into() };
    Hold { at, from: "v2.2.0".into(), cause }
}

#[test]
fn of_two_decisions_that_are_written_together_the_second_sees_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    block_on(async {
        let holds = store.write::<_, StoreProblem>(|writing| {
            let mut status = writing.ledger("api", "production")?;
            status.held(hold());
            writing.put_ledger("api", "production", &status)
        });
        let reader = store.clone();
        // What is on disk says nothing of it yet, for both are queued before either is written.
        let deploys = store.write::<_, StoreProblem>(move |writing| Ok((may_deploy(writing)?, may_deploy(&reader)?)));
        let (held, answers) = join(holds, deploys).await;
        held.unwrap();
        let (by_its_own_view, by_the_disk) = answers.unwrap();
        assert_eq!(by_its_own_view, "production is held");
        assert!(["production is held", "deploys"].contains(&by_the_disk));
        assert_eq!(may_deploy(&store).unwrap(), "production is held");
    });
}
