//! Real deliveries of GitHub's, posted to the running bot: each is taken, or ignored, and none is an error.
//!
//! `SHIPMATE_PAYLOADS` names a folder of files `event.action.n.json`; without it a few small bodies stand in.

use crate::story::{Story, signature};

/// The smallest bodies of what the bot reads.
const SMALL: [(&str, &str); 11] = [
    ("ping", r#"{"zen":"Keep it logically awesome.","hook_id":1,"repository":{"full_name":"acme/api"}}"#),
    (
        "pull_request",
        r#"{"action":"closed","repository":{"full_name":"acme/api"},"pull_request":{"number":7,"head":{"ref":"release/v2"},
           "base":{"ref":"main"},"merged":true}}"#,
    ),
    (
        "pull_request_review",
        r#"{"action":"submitted","repository":{"full_name":"acme/api"},"pull_request":{"number":7,"head":{"ref":"release/v2"},
           "base":{"ref":"main"},"merged_at":null}}"#,
    ),
    (
        "push",
        r#"{"ref":"refs/heads/gone","before":"aa","after":"00","head_commit":null,"repository":{"full_name":"acme/api"}}"#,
    ),
    ("create", r#"{"ref":"topic","ref_type":"branch","repository":{"full_name":"acme/api"}}"#),
    (
        "workflow_run",
        r#"{"action":"completed","workflow_run":{"id":1,"head_branch":"main"},"repository":{"full_name":"acme/api"}}"#,
    ),
    ("check_suite", r#"{"action":"completed","check_suite":{"head_sha":"aa"},"repository":{"full_name":"acme/api"}}"#),
    ("check_run", r#"{"action":"completed","check_run":{"head_sha":"aa"},"repository":{"full_name":"acme/api"}}"#),
    ("status", r#"{"sha":"aa","state":"success","repository":{"full_name":"acme/api"}}"#),
    (
        "deployment_status",
        r#"{"action":"created","deployment_status":{"state":"success"},"deployment":{"environment":"production","sha":"aa"},
           "repository":{"full_name":"acme/api"}}"#,
    ),
    ("star", r#"{"action":"created","repository":{"full_name":"acme/api"}}"#),
];

/// Event, name and body of each delivery.
fn deliveries() -> Vec<(String, String, Vec<u8>)> {
    let Some(folder) = std::env::var_os("SHIPMATE_PAYLOADS") else {
        let own = |(event, body): (&str, &str)| (event.to_owned(), event.to_owned(), body.as_bytes().to_vec());
        return SMALL.map(own).to_vec();
    };
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name.split('.').next().unwrap().to_owned(), name, std::fs::read(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// The delivery as it would be for the story's repository.
fn of_this_repository(body: &[u8]) -> Vec<u8> {
    let mut read: serde_json::Value = serde_json::from_slice(body).unwrap();
    if let Some(repository) = read.get_mut("repository") {
        repository["full_name"] = "acme/api".into();
    }
    read.to_string().into_bytes()
}

/// A release is open meanwhile, so that whatever is about its repository wakes it.
#[tokio::test(flavor = "multi_thread")]
async fn every_delivery_is_taken_or_ignored() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    let before = story.told();
    let deliveries = deliveries();
    let mut unproven = 0;
    for (event, name, body) in &deliveries {
        let mut knock = story.knock(event, body.as_slice());
        knock.signature = Some(signature("not the secret", body));
        // Who comes often without proof is slowed down, and no more of it is logged.
        let refused = knock.answer().await;
        assert!([401, 429].contains(&refused), "{name}, wrongly signed: {refused}");
        unproven += usize::from(refused == 401);
        // The right signature under the same id: had the refused one been noted, this would be a duplicate.
        knock.signature = Some(signature(&story.world.github().settings().webhook_secret, body));
        assert_eq!(knock.answer().await, 200, "{name}");
        assert_eq!(knock.answer().await, 200, "{name}, again");
        // The same about the release's own repository wakes the release.
        assert_eq!(story.knock(event, of_this_repository(body)).answer().await, 200, "{name}, about acme/api");
    }
    story.settle().await;
    assert_eq!(story.told(), before, "nothing of this is about the release");
    let log = story.bot.log();
    let errors: Vec<&str> = log.lines().filter(|line| line.contains("ERROR")).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let refused = log.lines().filter(|line| line.contains("did not prove who they are")).count();
    assert!((1..=unproven).contains(&refused), "strangers write a line a second at most: {refused}");
    assert!(unproven >= deliveries.len().min(60), "sixty at once are told that they lack proof: {unproven}");
    println!("payloads: {} deliveries refused unsigned, taken signed, ignored when repeated", deliveries.len());
    story.end().await;
}

/// What a delivery tells is told once, however often it comes.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_delivery_again_is_a_duplicate() {
    let story = Story::begin().await;
    story.world.github().lose_webhooks(true);
    story.world.github().create_branch("dave-gh", "release/v7.0.0", "develop").await.unwrap();
    let body = r#"{"ref":"release/v7.0.0","ref_type":"branch","repository":{"full_name":"acme/api"}}"#;
    let mut knock = story.knock("create", body);
    assert_eq!(knock.answer().await, 200);
    story.settle().await;
    let told = story.told();
    assert_eq!(told.matches("release/v7.0.0").count() % 2, 0, "told in both chats:\n{told}");
    assert!(told.contains("release/v7.0.0"), "{told}");
    for _ in 0..3 {
        assert_eq!(knock.answer().await, 200);
    }
    // GitHub's own redelivery has the id of the first; a second hook on the same repository has another.
    knock.id = Some("another".into());
    assert_eq!(knock.answer().await, 200);
    story.settle().await;
    assert_eq!(story.told(), told);
    story.end().await;
}
