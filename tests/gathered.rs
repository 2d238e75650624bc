//! What many releases look at, and what has not changed, costs few requests.

use futures::future::join_all;
use sandbox::{
    wire::Service,
    world::{World, WorldSettings},
};
use shipmate::github::model::PullHead;

use crate::writers::connected;

/// How many releases look at the same time.
const MANY: usize = 30;

/// The statuses that GitHub answered while this was done.
async fn answered<T>(world: &World, what: impl Future<Output = T>) -> (T, Vec<u16>) {
    let before = world.wire().requests();
    let done = what.await;
    let recorded = world.wire().recorded();
    let sent = recorded[before..].iter().filter(|one| one.service == Service::GitHub);
    (done, sent.map(|one| one.status).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_looks_at_one_repository_are_a_few_requests() {
    let world = World::start(WorldSettings::default()).await.unwrap();
    let repository = connected(&world).await.repository("acme/api").unwrap();
    let tip = world.github().branches()[0].commit.clone();
    let (mut heads, mut pulls) = (vec![], vec![]);
    for number in 0..MANY {
        let (branch, file) = (format!("release/v9.{number}"), format!("{number}.txt"));
        repository.create_branch(&branch, &tip).await.unwrap();
        let head = world.github().push_commit("dave-gh", &branch, &file, "x\n", "feat: x").await.unwrap();
        let pull = world.github().open_pull_request("dave-gh", &branch, "main", "x").await.unwrap();
        heads.push((branch, Some(head.clone())));
        pulls.push((pull, PullHead { is_open: true, sha: head }));
    }
    heads.push(("release/v9.99".to_owned(), None));
    heads.push(("develop".to_owned(), repository.branch("develop").await.unwrap()));
    let look = join_all(heads.iter().map(|(branch, _)| repository.branch(branch)));
    let (found, statuses) = answered(&world, look).await;
    for ((branch, head), found) in heads.iter().zip(found) {
        assert_eq!(found.as_ref(), Ok(head), "{branch}");
    }
    println!("{} branches: {} requests", heads.len(), statuses.len());
    assert!(statuses.len() <= 7, "{} requests for {} branches", statuses.len(), heads.len());
    let look = join_all(pulls.iter().map(|(number, _)| repository.pull_head(*number)));
    let (found, statuses) = answered(&world, look).await;
    for ((number, head), found) in pulls.iter().zip(found) {
        assert_eq!(found.as_ref(), Ok(head), "#{number}");
    }
    println!("{} pull requests: {} requests", pulls.len(), statuses.len());
    assert!(statuses.len() <= 6, "{} requests for {} pull requests", statuses.len(), pulls.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_changed_costs_nothing_of_the_limit() {
    let world = World::start(WorldSettings::default()).await.unwrap();
    let github = connected(&world).await;
    let repository = github.repository("acme/api").unwrap();
    let first = repository.branch("develop").await.unwrap();
    world.github().leave_requests(1);
    // One is left, and each of these would take it.
    for _ in 0..5 {
        let (found, statuses) = answered(&world, repository.branch("develop")).await;
        assert_eq!((found, statuses), (Ok(first.clone()), vec![304]));
    }
    let pushed = world.github().push_commit("dave-gh", "develop", "x.txt", "x\n", "feat: x").await.unwrap();
    let (found, statuses) = answered(&world, repository.branch("develop")).await;
    assert_eq!((found, statuses), (Ok(Some(pushed)), vec![200]), "what has changed is read");
    assert!(repository.branch("main").await.is_err(), "now none is left");
}
