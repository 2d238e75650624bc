//! Stories picked one by one: tried, merged, left out when they conflict, taken out again.

mod differ;
mod many;
mod own_branch;
mod shared_branch;

use axum::http::Method;
use sandbox::world::WorldSettings;
use serde_json::{Value, json};

use crate::story::Story;

/// A team that picks stories into a branch, after they were tried in `deploy` by those of the roles `test`.
async fn picks(world: WorldSettings, into: &str, deploy: &[&str], test: &[&str]) -> Story {
    let folder = tempfile::tempdir().unwrap();
    let playbook = include_str!("playbook.toml")
        .replace("INTO", into)
        .replace("DEPLOY", &format!("{deploy:?}"))
        .replace("TEST", &format!("{test:?}"));
    std::fs::write(folder.path().join("picking.toml"), playbook).unwrap();
    let own = |toml: &str| {
        let toml = toml.replace("playbook = \"module\"", "playbook = \"picking\"");
        let toml = toml.replace("playbook = \"monthly\"", "playbook = \"picking\"");
        format!("playbooks = {:?}\n{toml}", folder.path())
    };
    let story = Story::begin_in(world, own).await;
    story.discord("alice", "release prepare", &[]).await;
    story
}

/// A file as a branch has it.
async fn file(story: &Story, branch: &str, path: &str) -> String {
    story.world.github().file(branch, path).await.unwrap().unwrap_or_default()
}

/// Somebody merges `from` into `branch` on their own machine, resolves the one file that conflicts, and pushes it. Of all
/// other files they take what `newer` has, which is one of the two.
async fn merges_by_hand(story: &Story, login: &str, (branch, from, newer): (&str, &str, &str), path: &str, text: &str) {
    let github = story.world.github();
    let head = async |name: &str| {
        let found = github.ask_as(login, Method::GET, &format!("/git/ref/heads/{name}"), Value::Null).await.unwrap();
        found["object"]["sha"].as_str().unwrap().to_owned()
    };
    let (own, other) = (head(branch).await, head(from).await);
    let base = if newer == branch { &own } else { &other };
    let base = github.ask_as(login, Method::GET, &format!("/git/commits/{base}"), Value::Null).await.unwrap();
    let entry = json!({"path": path, "mode": "100644", "type": "blob", "content": text});
    let tree = json!({"base_tree": base["tree"]["sha"], "tree": [entry]});
    let tree = github.ask_as(login, Method::POST, "/git/trees", tree).await.unwrap();
    let message = format!("Merge remote-tracking branch 'origin/{from}' into {branch}");
    let commit = json!({"message": message, "tree": tree["sha"], "parents": [own, other]});
    let commit = github.ask_as(login, Method::POST, "/git/commits", commit).await.unwrap();
    let moved = json!({"sha": commit["sha"], "force": false});
    github.ask_as(login, Method::PATCH, &format!("/git/refs/heads/{branch}"), moved).await.unwrap();
    story.settle().await;
}
