//! The demo's tours: every stop is ticked when the story is there, and not before.

mod backups;
mod hotfix_first;
mod release_first;
mod stories_picked;
mod week;

use std::sync::Arc;

use crate::story::Story;

/// The page over a story's world, as a browser asks for it.
struct Tour {
    client: reqwest::Client,
    base: String,
}

impl Tour {
    async fn of(story: &Story) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = sandbox::page::router(Arc::clone(&story.world));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { client: reqwest::Client::new(), base }
    }

    /// The stops of a chapter in a row: `✓` for each that is reached, `·` for each that is not.
    async fn stops(&self, chapter: &str) -> String {
        let asked = self.client.get(format!("{}/fragments?tour={chapter}", self.base)).send().await.unwrap();
        let changes: serde_json::Value = serde_json::from_str(&asked.text().await.unwrap()).unwrap();
        let shown = changes["fragments"]["tour"][1].as_str().unwrap();
        let chosen = format!("data-name=\"{chapter}\" aria-selected=\"true\"");
        assert!(shown.contains(&chosen), "there is no chapter {chapter}: {shown}");
        let stops = shown.split("<li").skip(1);
        stops.map(|stop| if stop.starts_with(" class=\"done") { '✓' } else { '·' }).collect()
    }

    /// A part of the page.
    async fn fragment(&self, id: &str) -> String {
        let asked = self.client.get(format!("{}/fragments", self.base)).send().await.unwrap();
        let changes: serde_json::Value = serde_json::from_str(&asked.text().await.unwrap()).unwrap();
        changes["fragments"][id][1].as_str().unwrap().to_owned()
    }

    /// Somebody presses a button of the page.
    async fn press(&self, me: &str, address: &str, fields: &[(&str, &str)]) {
        let form: Vec<(&str, &str)> = [("me", me)].into_iter().chain(fields.iter().copied()).collect();
        let request = self.client.post(format!("{}{address}", self.base)).header("x-sandbox-page", "1").form(&form);
        assert!(request.send().await.unwrap().status().is_success());
    }
}
