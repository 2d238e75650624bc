//! What is in a release: everything that changed, once, and the same wherever it is read.

use sandbox::{github::MergeMethod, world::WorldSettings};

use crate::story::Story;

/// What was told in the first chat since somebody said this.
fn since(told: &str, said: &str) -> String {
    let answer = told.rsplit_once(&format!("alice: {said}")).unwrap().1;
    answer.split_once("━━").map_or(answer, |(answer, _)| answer).to_owned()
}

/// The lines of a text that tell of a change.
fn lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.contains("piece") || line.contains("gift")).map(str::trim).collect()
}

fn has_branch(story: &Story, name: &str) -> bool {
    story.world.github().branches().iter().any(|branch| branch.name == name)
}

#[tokio::test(flavor = "multi_thread")]
async fn all_readings_agree_on_what_is_in() {
    let story = Story::begin().await;
    let push = async |branch: &str, file: &str, message: &str| {
        story.push("lin", branch, &format!("src/{file}.txt"), "x\n", message).await
    };
    story.world.github().create_branch("lin", "gifts", "develop").await.unwrap();
    push("gifts", "gift-1", "half of the gifts").await;
    push("gifts", "gift-2", "feat: the other half of the gifts").await;
    let pull = story.world.github().open_pull_request("lin", "gifts", "develop", "Pay with gift cards").await.unwrap();
    story.world.github().merge_pull_request("erin", pull, MergeMethod::Merge).await.unwrap();
    push("develop", "own", "JIRA-7: a piece without a type").await;
    push("develop", "bump", "chore: bump vite, a piece of ours").await;
    let gone = push("develop", "gone", "feat: a piece that nobody wants").await;
    story.world.github().revert("lin", "develop", &gone).await.unwrap();
    for (file, name) in [("deps-1", "serde"), ("deps-2", "vite")] {
        push("develop", file, &format!("chore(deps): bump {name} from 1.0 to 2.0")).await;
    }
    let told = ["Pay with gift cards", "JIRA-7: a piece without a type", "bump vite, a piece of ours"];
    let updates = "3 dependency updates: the toolchain, serde 2.0, vite 2.0";
    let untold = ["half of the gifts", "nobody wants", "Merge pull request"];
    let agrees = |place: &str, text: &str| {
        for told in told.iter().chain([&updates]) {
            assert_eq!(text.matches(told).count(), 1, "{told} in {place}: {text}");
        }
        for untold in untold {
            assert!(!text.contains(untold), "{untold} in {place}: {text}");
        }
    };
    story.discord("alice", "release next", &[]).await;
    agrees("/release next", &since(&story.told(), "/release next"));
    story.telegram("alice", "/release prepare dry-run").await;
    let planned = story.shown("Releases");
    let all = planned.split_once(" changes since then").unwrap().0.rsplit_once(' ').unwrap().1.to_owned();
    story.discord("alice", "release prepare", &[]).await;
    let github = story.world.github();
    let changelog = github.file("release/v2.2.0", "CHANGELOG.md").await.unwrap().unwrap();
    let section = changelog.split_once("## 2.2.0").unwrap().1.split_once("\n## ").unwrap().0;
    agrees("the changelog", section);
    let folded = section.lines().filter(|line| line.starts_with("- ")).count();
    assert_eq!((folded - 1 + 3).to_string(), all, "the plan counts what the changelog lists: {section}");
    story.discord("alice", "release notes", &[]).await;
    agrees("/release notes", &since(&story.told(), "/release notes"));
    for (reading, inside) in [("qa", "1 internal change"), ("stakeholders", "1 internal change")] {
        story.telegram("alice", &format!("/release notes reading={reading}")).await;
        let told = story.told();
        let told = told.rsplit_once("Notes of").unwrap().1;
        assert!(told.contains("Pay with gift cards") && told.contains("JIRA-7: a piece without a type"), "{told}");
        assert!(told.contains(inside) && told.contains(updates), "{told}");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_commits_the_newest_are_never_missing() {
    let story = Story::begin().await;
    story.world.github().have_commits("lin", "develop", 1500).await.unwrap();
    story.discord("alice", "release prepare", &[]).await;
    let changelog = story.world.github().file("release/v2.2.0", "CHANGELOG.md").await.unwrap().unwrap();
    let missing: Vec<usize> = (1..=1500).filter(|n| !changelog.contains(&format!("- piece {n} ("))).collect();
    assert_eq!(missing, Vec::<usize>::new());
    story.discord("alice", "release next", &[]).await;
    let told = story.told();
    let answer = since(&told, "/release next");
    assert!(lines(&answer).len() <= 40 && answer.contains(" more."), "{answer}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_release_lists_what_is_there() {
    let story = Story::begin().await;
    for tag in story.world.github().tags() {
        story.world.github().delete_tag("alice", &tag.name).await.unwrap();
    }
    story.discord("alice", "release next", &[]).await;
    assert!(story.told().contains("It would hold everything on develop: "), "{}", story.told());
    story.discord("alice", "release prepare", &[]).await;
    let changelog = story.world.github().file("release/v2.2.0", "CHANGELOG.md").await.unwrap().unwrap();
    assert!(changelog.contains("### Features") && !changelog.contains("No changes"), "{changelog}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_next_stands_on_the_branch_that_is_taken_in() {
    let story = Story::begin_with(WorldSettings::module()).await;
    story.discord("alice", "release next", &[]).await;
    let told = story.told();
    assert!(told.contains("What phase1-proj holds beyond 26.02.01"), "{told}");
    assert!(told.contains("sign in by e-mail"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_asks_once_what_the_version_is_to_be() {
    let begin = async || {
        let story = Story::begin().await;
        let message = "feat: log in anew\n\nBREAKING CHANGE: old tokens end";
        story.push("lin", "develop", "src/login.txt", "x\n", message).await;
        story.discord("alice", "release prepare", &[]).await;
        let told = story.told();
        assert!(told.contains("api v2.2.0 would bring 1 breaking change without being a major version"), "{told}");
        assert!(!has_branch(&story, "release/v2.2.0"), "nothing has begun");
        story
    };
    let story = begin().await;
    story.discord_press("alice", "As a major version").await;
    assert!(story.told().contains("api v3.0.0 is on its way"), "{}", story.told());
    story.end().await;
    let story = begin().await;
    story.discord_press("alice", "v2.2.0 all the same").await;
    assert!(story.told().contains("api v2.2.0 is on its way"), "{}", story.told());
    let changelog = story.world.github().file("release/v2.2.0", "CHANGELOG.md").await.unwrap().unwrap();
    assert!(changelog.contains("- log in anew (") && changelog.contains("  - old tokens end\n"), "{changelog}");
    story.end().await;
    // Whoever says the version has decided.
    let story = Story::begin().await;
    story.push("lin", "develop", "src/login.txt", "x\n", "feat!: log in anew").await;
    story.telegram("alice", "/release prepare 2.2.0").await;
    assert!(story.told().contains("api v2.2.0 is on its way"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_a_pull_request_and_the_ticket_are_what_people_read() {
    let tickets = "[projects.api.tickets]\npattern = \"JIRA-[0-9]+\"\naddress = \"https://tickets.example/{ticket}\"\n";
    let story = Story::begin_configured(|bot_toml| format!("{bot_toml}\n{tickets}")).await;
    let github = story.world.github();
    github.create_branch("lin", "gifts", "develop").await.unwrap();
    story.push("lin", "gifts", "src/gifts.txt", "x\n", "feat: gifts").await;
    let pull = github.open_pull_request("lin", "gifts", "develop", "feat: gifts, the whole of it").await.unwrap();
    let body =
        serde_json::json!({"body": "Long.\n\n## Release note\n\nOrders can be paid with gift cards.\n\n## Tests\nno"});
    github.ask_as("lin", http::Method::PATCH, &format!("/pulls/{pull}"), body).await.unwrap();
    github.merge_pull_request("erin", pull, MergeMethod::Squash).await.unwrap();
    // There is no pull request of this number.
    story.push("lin", "develop", "src/total.txt", "x\n", "fix: JIRA-7 round the total (#4711)").await;
    story.discord("alice", "release next", &[]).await;
    let told = since(&story.told(), "/release next");
    assert!(told.contains("Orders can be paid with gift cards.") && !told.contains("the whole of it"), "{told}");
    assert!(told.contains("[JIRA-7](https://tickets.example/JIRA-7) round the total (#4711)"), "{told}");
    story.discord("alice", "release prepare", &[]).await;
    let changelog = github.file("release/v2.2.0", "CHANGELOG.md").await.unwrap().unwrap();
    assert!(changelog.contains("- [JIRA-7](https://tickets.example/JIRA-7) round the total (#4711) ("), "{changelog}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_only_write_down_what_is_released_are_left_out() {
    let story = Story::begin().await;
    for (path, message) in [
        ("CHANGELOG.md", "docs: update the changelog of the gifts"),
        ("docs/HISTORY.md", "v2.1.1 of the gifts"),
        ("src/changelog.txt.in", "feat: show the changelog of the gifts"),
        ("src/gifts.txt", "ignore: a release of gifts"),
    ] {
        story.push("lin", "develop", path, "x\n", message).await;
    }
    story.discord("alice", "release next", &[]).await;
    let told = since(&story.told(), "/release next");
    for left_out in ["update the changelog", "v2.1.1 of the gifts"] {
        assert!(!told.contains(left_out), "{left_out}: {told}");
    }
    for told_of in ["show the changelog of the gifts", "ignore: a release of gifts"] {
        assert!(told.contains(told_of), "{told_of}: {told}");
    }
    story.end().await;
}
