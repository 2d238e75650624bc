//! Refs, commits, trees, files, comparisons and merges.

use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn a_branch_with_a_commit_is_built_from_parts() {
    let house = House::new().await;
    let tip = house.tip("develop").await;
    let refs = json!({"ref": "refs/heads/release/v2.2.0", "sha": tip});
    assert_eq!(house.post("/git/refs", refs.clone()).await.0, 201);
    let (status, body) = house.post("/git/refs", refs).await;
    assert_eq!((status, body["message"].as_str()), (422, Some("Reference already exists")));
    let lost = json!({"ref": "refs/heads/lost", "sha": "1".repeat(40)});
    assert_eq!(house.post("/git/refs", lost).await.1["message"], "Object does not exist");

    let (_, commit) = house.get(&format!("/git/commits/{tip}")).await;
    let line = json!({"path": "docs/deep/version.txt", "mode": "100644", "type": "blob", "content": "2.2.0\n"});
    let gone = json!({"path": "toolchain.txt", "mode": "100644", "type": "blob", "sha": null});
    let tree = json!({"base_tree": commit["tree"]["sha"], "tree": [line, gone]});
    let (status, tree) = house.post("/git/trees", tree).await;
    assert_eq!(status, 201, "{tree}");
    let author = json!({"name": "Maya", "email": "maya@acme.test", "date": "2026-03-10T13:00:00+01:00"});
    let commit = json!({"message": "chore: bump v2.2.0", "tree": tree["sha"], "parents": [tip], "author": author});
    let (status, commit) = house.post("/git/commits", commit.clone()).await;
    assert_eq!(status, 201, "{commit}");
    assert_eq!(commit["author"]["date"], "2026-03-10T12:00:00Z");
    let moved = json!({"sha": commit["sha"]});
    assert_eq!(house.patch("/git/refs/heads/release/v2.2.0", moved).await.0, 200);
    let (_, file) = house.get("/contents/docs/deep/version.txt?ref=release/v2.2.0").await;
    assert_eq!((file["content"].as_str(), file["size"].as_u64()), (Some("Mi4yLjAK\n"), Some(6)));
    assert_eq!(house.get("/contents/toolchain.txt?ref=release/v2.2.0").await.0, 404);

    let (status, body) = house.patch("/git/refs/heads/release/v2.2.0", json!({"sha": tip})).await;
    assert_eq!((status, body["message"].as_str()), (422, Some("Update is not a fast forward")));
    assert_eq!(house.patch("/git/refs/heads/release/v2.2.0", json!({"sha": tip, "force": true})).await.0, 200);

    let tag = json!({"tag": "v2.2.0", "message": "Release v2.2.0", "object": commit["sha"], "type": "commit"});
    let (status, tag) = house.post("/git/tags", tag).await;
    assert_eq!(status, 201, "{tag}");
    let refs = json!({"ref": "refs/tags/v2.2.0", "sha": tag["sha"]});
    assert_eq!(house.post("/git/refs", refs).await.1["object"]["type"], "tag");
    let (_, read) = house.get(&format!("/git/tags/{}", tag["sha"].as_str().unwrap())).await;
    assert_eq!((read["message"].as_str(), &read["object"]["sha"]), (Some("Release v2.2.0"), &commit["sha"]));
    assert_eq!(house.delete("/git/refs/heads/release/v2.2.0").await.0, 204);
    assert_eq!(house.delete("/git/refs/heads/release/v2.2.0").await.0, 422);
    house.done().await;
}

#[tokio::test]
async fn a_symlink_answers_with_the_file_that_it_leads_to() {
    let house = House::new().await;
    let tip = house.tip("develop").await;
    let base = house.get(&format!("/git/commits/{tip}")).await.1["tree"]["sha"].clone();
    let line =
        |path: &str, mode: &str, content: &str| json!({"path": path, "mode": mode, "type": "blob", "content": content});
    let lines = json!([
        line("app/run.sh", "100755", "echo\n"),
        line("app/VERSION", "120000", "../version.txt"),
        line("again", "120000", "app/VERSION"),
        line("folder", "120000", "app"),
        line("outside", "120000", "../../etc/passwd"),
        line("absolute", "120000", "/etc/passwd"),
        {"path": "vendored", "mode": "160000", "type": "commit", "sha": tip},
    ]);
    let (status, tree) = house.post("/git/trees", json!({"base_tree": base, "tree": lines})).await;
    assert_eq!(status, 201, "{tree}");
    let commit = json!({"message": "chore: links", "tree": tree["sha"], "parents": [tip]});
    let (_, commit) = house.post("/git/commits", commit).await;
    let at = commit["sha"].as_str().unwrap();
    let read = async |path: &str| {
        let (_, item) = house.get(&format!("/contents/{path}?ref={at}")).await;
        let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
        (text("type"), text("content"), text("target"))
    };
    let (kind, content, _) = read("version.txt").await;
    assert_eq!((kind.as_str(), read("app/VERSION").await), ("file", ("file".to_owned(), content, String::new())));
    for (path, target) in
        [("again", "app/VERSION"), ("folder", "app"), ("outside", "../../etc/passwd"), ("absolute", "/etc/passwd")]
    {
        assert_eq!(read(path).await, ("symlink".to_owned(), String::new(), target.to_owned()), "{path}");
    }
    assert_eq!(read("vendored").await.0, "submodule");
    let (_, listed) = house.get(&format!("/contents?ref={at}")).await;
    let kind = |name: &str| {
        let found = listed.as_array().into_iter().flatten().find(|item| item["name"] == name);
        found.map(|item| item["type"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!((kind("vendored").as_deref(), kind("again").as_deref()), (Some("file"), Some("symlink")));
    let (_, tree) = house.get(&format!("/git/trees/{at}?recursive=1")).await;
    let mode = |path: &str| {
        let found = tree["tree"].as_array().into_iter().flatten().find(|line| line["path"] == path);
        found.map(|line| line["mode"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!((mode("app/run.sh").as_deref(), mode("vendored").as_deref()), (Some("100755"), Some("160000")));
    house.done().await;
}

#[tokio::test]
async fn commits_come_in_pages_and_compare() {
    let house = House::new().await;
    let (_, compare) = house.get("/compare/v2.1.1...develop").await;
    let subjects: Vec<&str> =
        compare["commits"].as_array().unwrap().iter().map(|c| c["commit"]["message"].as_str().unwrap()).collect();
    assert_eq!((compare["status"].as_str(), compare["ahead_by"].as_u64()), (Some("ahead"), Some(8)), "{subjects:#?}");
    assert!(subjects[1].starts_with("Merge pull request #11 from acme/invoices\n\n"), "{subjects:#?}");
    let (_, page) = house.get("/compare/main...develop?per_page=3&page=3").await;
    let third: Vec<&str> =
        page["commits"].as_array().unwrap().iter().map(|c| c["commit"]["message"].as_str().unwrap()).collect();
    assert_eq!(third, subjects[6..]);

    let url = format!("{}/repos/acme/api/commits?sha=develop&per_page=5", house.github.api_url());
    let token = house.github.settings().token.clone();
    let first = house.raw(reqwest::Method::GET, &url, &token, None).await;
    let link = first.headers()["link"].to_str().unwrap().to_owned();
    assert!(link.contains("page=2>; rel=\"next\"") && link.contains("page=3>; rel=\"last\""), "{link}");
    let (_, last) = house.get("/commits?sha=develop&per_page=5&page=3").await;
    assert_eq!(last[4]["commit"]["message"], "chore: start the service");
    let (_, touching) = house.get("/commits?path=version.txt").await;
    assert_eq!(touching.as_array().map(Vec::len), Some(1));
    assert_eq!(touching[0]["author"]["login"], "maya");
    house.done().await;
}

#[tokio::test]
async fn merging_says_done_nothing_to_do_or_conflict() {
    let house = House::new().await;
    let github = &house.github;
    github.create_branch("lin", "left", "main").await.unwrap();
    github.create_branch("lin", "right", "main").await.unwrap();
    github.push_commit("lin", "left", "README.md", "left\n", "docs: left").await.unwrap();
    let (status, merged) = house.post("/merges", json!({"base": "right", "head": "left"})).await;
    assert_eq!((status, merged["commit"]["message"].as_str()), (201, Some("Merge left into right")));
    assert_eq!(merged["parents"].as_array().map(Vec::len), Some(2));
    assert_eq!(house.post("/merges", json!({"base": "right", "head": "left"})).await.0, 204);
    github.push_commit("lin", "left", "README.md", "one\n", "docs: one").await.unwrap();
    github.push_commit("lin", "right", "README.md", "other\n", "docs: other").await.unwrap();
    let (status, body) = house.post("/merges", json!({"base": "right", "head": "left"})).await;
    assert_eq!((status, body["message"].as_str()), (409, Some("Merge conflict")));
    let (status, body) = house.post("/merges", json!({"base": "nowhere", "head": "left"})).await;
    assert_eq!((status, body["message"].as_str()), (404, Some("Base does not exist")));
    house.done().await;
}
