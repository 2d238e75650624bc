//! Who writes is looked up for each repository by itself: one that does not answer holds up no other.

use std::time::Duration;

use sandbox::{
    wire::{Fault, Mishap, Service},
    world::{World, WorldSettings},
};
use shipmate::{
    clock::Clock,
    config::{Config, GitHubIdentity},
    github::{Credentials, GitHub, Repository, writer::WriterMark},
};

/// The bot's connection to a world, with a store of its own.
pub(crate) async fn connected(world: &World) -> GitHub {
    let text = world.bot_toml(std::path::Path::new("/nowhere"));
    let config = Config::parse(&text, "bot.toml", &|_| None).unwrap();
    let clock = Clock::following(&world.clock_url()).await.unwrap();
    let GitHubIdentity::Token(token) = &config.github.identity else { panic!("this world knows tokens") };
    let github = GitHub::connect(&world.github().api_url(), Credentials::Token(token.clone()), clock).unwrap();
    github.write_as(WriterMark { store: "one".into(), since: world.clock().now(), life: None });
    github
}

/// Whether a branch is made in this repository within some seconds.
async fn writes(repository: &Repository, world: &World, branch: &str) -> bool {
    let tip = world.github().branches()[0].commit.clone();
    let made = tokio::time::timeout(Duration::from_secs(5), repository.create_branch(branch, &tip)).await;
    made.is_ok_and(|made| made.is_ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_does_not_answer_holds_up_no_other() {
    let world = World::start(WorldSettings::default()).await.unwrap();
    let github = connected(&world).await;
    let (slow, fast) = (github.repository("acme/slow").unwrap(), github.repository("acme/api").unwrap());
    for looked in ["/repos/acme/slow/git/ref/shipmate/writer", "/repos/acme/slow/branches"] {
        let fault = Fault { service: Service::GitHub, method: "GET".into(), path: looked.into(), mishap: Mishap::Slow };
        world.wire().fail_next(fault);
    }
    let waits = tokio::spawn({
        let slow = slow.clone();
        async move { slow.add_labels(1, &["never".to_owned()]).await }
    });
    world.wire().holds().await;
    assert!(writes(&fast, &world, "one").await, "what is looked up for one is waited for by the other");
    // Looked up at once for both, and for the one by more than one caller: it is asked once.
    let (one, two) = tokio::join!(writes(&fast, &world, "two"), writes(&fast, &world, "three"));
    assert!(one && two);
    let looks = world.wire().recorded().into_iter().filter(|one| one.path == "/repos/acme/api/git/ref/shipmate/writer");
    assert_eq!(looks.count(), 1, "what is known is not looked up again");
    waits.abort();
}
