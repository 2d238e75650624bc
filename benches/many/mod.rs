//! A store of many releases, and a world that has the branches, tags and pull requests of those that are open.

use std::path::Path;

use sandbox::world::World;
use shipmate::{
    domain::release::{ReleaseId, ReleaseSpec, fact::Recorded},
    store::{Store, StoreProblem, Writing},
};

/// One release from its first fact to its last.
const TOLD: &str = include_str!("../../tests/stored/finished.json");
/// The commit that it has, and its pull request.
const COMMIT: &str = "74f00a8aa737b257807d8335ddbba0fa00d486fd";
const PULL: u64 = 13;
/// How many releases are written together.
const TOGETHER: usize = 50;
/// Who makes by hand what the bot would have made.
const WHO: &str = "dave-gh";

/// What an open release has on GitHub.
pub(crate) struct OnGitHub {
    commit: String,
    pull: u64,
}

/// Makes branch, tag and pull request of so many open releases, numbered from `first`.
pub(crate) async fn grow(world: &World, first: usize, open: usize) -> Vec<OnGitHub> {
    let github = world.github();
    let tip = github.branches().into_iter().find(|branch| branch.name == "develop").unwrap().commit;
    let mut made = vec![];
    for number in first..first + open {
        let (branch, tag) = (format!("release/v0.0.{number}"), format!("v0.0.{number}"));
        github.create_branch(WHO, &branch, &tip).await.unwrap();
        let commit = github.push_commit(WHO, &branch, "version.txt", &format!("0.0.{number}\n"), "chore: bump").await;
        let commit = commit.unwrap();
        github.move_tag(WHO, &tag, &commit).await.unwrap();
        let pull = github.open_pull_request(WHO, &branch, "main", &format!("Release {tag}")).await.unwrap();
        made.push(OnGitHub { commit, pull });
    }
    github.settled().await;
    made
}

/// Writes a store with so many finished releases, and the open ones after them, as the bot would.
pub(crate) async fn write(folder: &Path, finished: usize, open: &[OnGitHub]) {
    let store = Store::open(folder).unwrap();
    let (spec, facts): (ReleaseSpec, Vec<Recorded>) = serde_json::from_str(TOLD).unwrap();
    // Open ones wait for the first gate.
    let waits = facts.iter().position(|recorded| format!("{:?}", recorded.fact).starts_with("Asked")).unwrap() + 1;
    let (spec, begun) = (serde_json::to_string(&spec).unwrap(), serde_json::to_string(&facts[..waits]).unwrap());
    let whole = |number: usize| {
        let version = format!("0.0.{number}");
        let spec: ReleaseSpec = serde_json::from_str(&spec.replace("2.2.0", &version)).unwrap();
        let Some(on_github) = number.checked_sub(finished).map(|nth| &open[nth]) else { return (spec, facts.clone()) };
        let pull = |before: &str, number: u64| format!("{before}{number}");
        let begun = begun.replace("2.2.0", &version).replace(COMMIT, &on_github.commit);
        let begun = begun.replace(&pull("\"number\":", PULL), &pull("\"number\":", on_github.pull));
        (spec, serde_json::from_str(&begun.replace(&pull("/pull/", PULL), &pull("/pull/", on_github.pull))).unwrap())
    };
    let numbers: Vec<usize> = (0..finished + open.len()).collect();
    for some in numbers.chunks(TOGETHER) {
        let releases: Vec<_> = some.iter().map(|number| (whole(*number), *number < finished)).collect();
        let written = store.write(move |writing: &mut Writing| {
            for ((spec, facts), is_finished) in releases {
                let id = ReleaseId(writing.next_number("release")?);
                writing.create_release(&ReleaseSpec { id, ..spec })?;
                for (nth, recorded) in facts.iter().enumerate() {
                    writing.append_fact(id, nth, recorded)?;
                }
                if is_finished {
                    writing.close_release(id)?;
                }
            }
            Ok::<_, StoreProblem>(())
        });
        written.await.unwrap();
    }
    store.close().await.unwrap();
}
