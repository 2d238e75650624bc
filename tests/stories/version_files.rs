//! Version files and changelogs are edited as what they are: nothing but the version changes, and a new section comes in.

use axum::http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::story::Story;

/// What stands in the repository of the story, by path: the mode, the text before, and after v2.2.0.
const FILES: [(&str, &str, &str, &str); 8] = [
    ("version.txt", "100755", "v2.1.1\r\n\r\n", "v2.2.0\r\n\r\n"),
    (
        "Cargo.toml",
        "100644",
        "[package]\nname = \"api\"\nversion  = '2.1.1' # ours\n[dependencies]\nx = \"2.1.1\"\n",
        "[package]\nname = \"api\"\nversion  = '2.2.0' # ours\n[dependencies]\nx = \"2.1.1\"\n",
    ),
    (
        "Cargo.lock",
        "100644",
        "[[package]]\nname = \"api\"\nversion = \"2.1.1\"\n\n[[package]]\nname = \"x\"\nversion = \"2.1.1\"\nsource = \"r\"\n",
        "[[package]]\nname = \"api\"\nversion = \"2.2.0\"\n\n[[package]]\nname = \"x\"\nversion = \"2.1.1\"\nsource = \"r\"\n",
    ),
    ("web/package.json", "100644", "{\"version\":\"2.1.1\",\"x\":[ ]}", "{\"version\":\"2.2.0\",\"x\":[ ]}"),
    ("charts/api/Chart.yaml", "100644", "name: api\nversion: 2.1.1 # up\n", "name: api\nversion: 2.2.0 # up\n"),
    ("src/version.h", "100755", "#define VERSION \"2.1.1\"\r\n", "#define VERSION \"2.2.0\"\r\n"),
    ("web/VERSION.in", "100755", "\u{feff}2.1.1", "\u{feff}2.2.0"),
    ("VERSION", "120000", "web/VERSION.in", "web/VERSION.in"),
];

/// A world whose playbook keeps the version in many files; the folder holds the playbook.
async fn filed() -> (Story, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("files.toml"), include_str!("playbooks/files.toml")).unwrap();
    let place = format!("playbooks = {:?}\n", folder.path());
    let story = Story::begin_configured(|text| format!("{place}{text}")).await;
    (story, folder)
}

async fn ask(story: &Story, method: Method, path: &str, body: Value) -> Value {
    story
        .world
        .github()
        .ask_as("dave-gh", method, path, body)
        .await
        .unwrap_or_else(|problem| panic!("{path}: {problem}"))
}

/// Somebody pushes these lines of a tree to develop, with git on their own machine.
async fn pushes(story: &Story, lines: Value) {
    let tip = ask(story, Method::GET, "/git/ref/heads/develop", json!(null)).await["object"]["sha"].clone();
    let tree = ask(story, Method::POST, "/git/trees", json!({ "base_tree": tip, "tree": lines })).await["sha"].clone();
    let commit = json!({ "message": "chore: files", "tree": tree, "parents": [tip] });
    let commit = ask(story, Method::POST, "/git/commits", commit).await["sha"].clone();
    ask(story, Method::PATCH, "/git/refs/heads/develop", json!({ "sha": commit })).await;
    story.settle().await;
}

fn line(path: &str, mode: &str, content: &str) -> Value {
    json!({ "path": path, "mode": mode, "type": "blob", "content": content })
}

/// The modes of a branch's files, by path.
async fn modes(story: &Story, branch: &str) -> Vec<(String, String)> {
    let path = format!("/git/trees/{branch}?recursive=1");
    let tree = ask(story, Method::GET, &path, json!(null)).await["tree"].clone();
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    tree.as_array().into_iter().flatten().map(|line| (text(line, "path"), text(line, "mode"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_the_version_changes_in_files_of_any_kind() {
    let (story, _folder) = filed().await;
    let changelog = "# Changelog\r\n\r\n## v2.1.1\r\n\r\n- old\r\n";
    let files = FILES.iter().map(|(path, mode, before, _)| line(path, mode, before));
    let vendored = json!({ "path": "vendored", "mode": "160000", "type": "commit", "sha": "1".repeat(40) });
    let others = [line("CHANGELOG.md", "100755", changelog), vendored];
    pushes(&story, files.chain(others).collect()).await;
    let before = modes(&story, "develop").await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(3).await;
    assert_eq!(modes(&story, "release/v2.2.0").await, before, "{}", story.told());
    for (path, _, _, after) in FILES {
        let found = story.world.github().file("release/v2.2.0", path).await.unwrap();
        assert_eq!(found.as_deref(), Some(after), "{path}");
    }
    let written = story.world.github().file("release/v2.2.0", "CHANGELOG.md").await.unwrap().unwrap_or_default();
    assert!(written.ends_with("\r\n## v2.1.1\r\n\r\n- old\r\n"), "{written:?}");
    assert!(story.told().contains("is live"), "the files are validated: {}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_file_that_cannot_be_used_is_named_with_the_way_out() {
    let submodule = json!({ "path": "VERSION", "mode": "160000", "type": "commit", "sha": "1".repeat(40) });
    for (lines, told) in [
        (
            json!([line("web/package.json", "100644", "{\"version\": \"2.1.0\"}")]),
            "it says 2.1.0, but version.txt says 2.1.1",
        ),
        (json!([line("VERSION", "120000", "nowhere")]), "is a symlink that leads to no file of the repository"),
        (json!([submodule]), "is a submodule, not a file"),
        (json!([line("Cargo.toml", "100644", "[package]\nversion = 2\n")]), "line 2 holds no version as a plain text"),
        (json!([{ "path": "web/VERSION.in", "mode": "100644", "type": "blob", "sha": null }]), "leads to no file"),
    ] {
        let (story, _folder) = filed().await;
        pushes(&story, FILES.iter().map(|(path, mode, before, _)| line(path, mode, before)).collect()).await;
        pushes(&story, lines).await;
        story.telegram("alice", "/release prepare").await;
        assert!(story.told().contains(told) && story.told().contains("prepare again"), "{told}: {}", story.told());
        assert!(
            !story.world.github().branches().iter().any(|branch| branch.name.contains("v2.2.0")),
            "nothing has begun"
        );
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_file_behind_the_greatest_tag_is_refused_with_both_numbers() {
    let story = Story::begin().await;
    let main = ask(&story, Method::GET, "/git/ref/heads/main", json!(null)).await["object"]["sha"].clone();
    ask(&story, Method::POST, "/git/refs", json!({ "ref": "refs/tags/v2.3.0", "sha": main })).await;
    story.settle().await;
    story.discord("alice", "release prepare", &[]).await;
    story.telegram("bob", "/release next").await;
    // What production runs has it, so a fix of 2.1.1 would not come after it either.
    story.telegram("erin", "/hotfix orders are lost").await;
    let refusals = "version.txt on develop says 2.1.1, and tag v2.3.0 is there already: write 2.3.0 into version.txt, or prepare again \
                    with version=2.4.0.";
    assert_eq!(story.told().matches(refusals).count(), 2, "{}", story.told());
    assert!(
        story.told().contains("version.txt on main says 2.1.1, and tag v2.3.0 is there already"),
        "{}",
        story.told()
    );
    assert!(
        !story.world.github().branches().iter().any(|branch| branch.name.starts_with("release/")),
        "nothing has begun"
    );
    story.push("dave-gh", "develop", "version.txt", "2.3.0\n", "chore: catch up").await;
    story.telegram("alice", "/release prepare").await;
    assert!(story.told().contains("api v2.4.0 is on its way"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_of_another_line_stops_no_fix() {
    // An open release has its tag early; a cancelled one leaves it behind.
    for cancelled in [false, true] {
        let story = Story::begin().await;
        story.discord("alice", "release prepare", &[]).await;
        story.pass(9).await;
        if cancelled {
            story.telegram("alice", "/release cancel not today").await;
        }
        story.telegram("erin", "/hotfix orders are lost").await;
        story.pass(2).await;
        assert!(story.told().contains("v2.1.2"), "{cancelled}: {}", story.told());
        assert!(!story.told().contains("is there already"), "{cancelled}: {}", story.told());
        story.end().await;
    }
}
