//! The pages behind `html_url`: plain, but enough to see what a link from a chat leads to.

use axum::{
    body::Body,
    http::{HeaderValue, Response, header},
};
use maud::{DOCTYPE, Markup, html};

use super::{GitHub, answer::Refusal};

impl GitHub {
    /// The page at `path` below the repository.
    pub(super) fn page(&self, path: &str) -> Response<Body> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let markup = match parts[..] {
            [] => Some(self.front_page()),
            ["pull", number] => number.parse().ok().and_then(|number| self.pull_page(number)),
            ["releases", "tag", ref tag @ ..] => self.release_page(&tag.join("/")),
            ["actions", "runs", id, ..] => id.parse().ok().and_then(|id| self.run_page(id)),
            ["deployments", id] => id.parse().ok().and_then(|id| self.deployment_page(id)),
            _ => None,
        };
        let Some(markup) = markup else { return Refusal::not_found().into_response() };
        let mut response = Response::new(Body::from(markup.into_string()));
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }

    fn front_page(&self) -> Markup {
        let pulls: Vec<_> = self.state().pulls.values().rev().cloned().collect();
        self.frame(
            "Pull requests",
            html! {
                ul { @for pull in &pulls {
                    li {
                        a href=(self.html(&format!("/pull/{}", pull.number))) { "#" (pull.number) " " (pull.title) }
                        " " (if pull.merged.is_some() { "merged" } else if pull.open { "open" } else { "closed" })
                    }
                } }
                p { "git clone " (self.clone_url()) }
            },
        )
    }

    fn pull_page(&self, number: u64) -> Option<Markup> {
        let pull = self.find_pull(number)?;
        let comments: Vec<String> = {
            let state = self.state();
            let of = state.comments.iter().filter(|(of, _)| *of == number);
            of.filter_map(|(_, comment)| comment["body"].as_str().map(str::to_owned)).collect()
        };
        let state = if pull.merged.is_some() {
            "merged"
        } else if pull.open {
            "open"
        } else {
            "closed"
        };
        Some(self.frame(
            &format!("{} #{number}", pull.title),
            html! {
                p { b { (state) } " · " (pull.author) " · " code { (pull.head) } " into " code { (pull.base) } }
                p { @for label in &pull.labels { code { (label) } " " } }
                pre { (pull.body.as_deref().unwrap_or("No description.")) }
                @for comment in &comments { hr; pre { (comment) } }
            },
        ))
    }

    fn release_page(&self, tag: &str) -> Option<Markup> {
        let release = self.state().releases.iter().find(|release| release["tag_name"] == tag).cloned()?;
        let title = release["name"].as_str().unwrap_or(tag).to_owned();
        Some(self.frame(&title, html! { pre { (release["body"].as_str().unwrap_or_default()) } }))
    }

    fn run_page(&self, id: u64) -> Option<Markup> {
        let run = self.state().run(id).cloned()?;
        let ended = run.conclusion.map_or(run.status, |outcome| outcome.word());
        Some(self.frame(
            &format!("{} #{}", run.workflow, run.number),
            html! {
                p { b { (ended) } " · " code { (run.branch) } " · " (run.actor) }
                ul { @for (name, value) in &run.inputs { li { (name) ": " code { (value) } } } }
            },
        ))
    }

    fn deployment_page(&self, id: u64) -> Option<Markup> {
        let (deployment, said) = {
            let state = self.state();
            let deployment = state.deployments.iter().find(|found| found["id"] == id).cloned()?;
            let of = state.deployment_statuses.iter().filter(|(of, _)| *of == id);
            let said: Vec<serde_json::Value> = of.map(|(_, status)| status.clone()).collect();
            (deployment, said)
        };
        let text = |record: &serde_json::Value, key: &str| record[key].as_str().unwrap_or_default().to_owned();
        Some(self.frame(
            &format!("{} to {}", text(&deployment, "ref"), text(&deployment, "environment")),
            html! {
                @for status in &said {
                    p { (text(status, "created_at")) " " b { (text(status, "state")) } " " (text(status, "description")) }
                }
            },
        ))
    }

    fn frame(&self, title: &str, inside: Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head { meta charset="utf-8"; title { (title) } }
                body style="font: 16px/1.5 system-ui; max-width: 46rem; margin: 2rem auto; padding: 0 1rem" {
                    p { a href=(self.html("")) { (self.settings().owner) "/" (self.settings().name) } " · sandbox" }
                    h1 { (title) }
                    (inside)
                }
            }
        }
    }
}
