//! Reviews: given, dismissed, and what becomes of them.
//!
//! Source: the operations `pulls/create-review` and `pulls/dismiss-review` of GitHub's API description, and
//! docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request_review.

use serde_json::{Value, json};

use super::{
    GitHub,
    answer::Refusal,
    people::{Permission, User},
    problem::Problem,
    stamp,
};

/// What a reviewer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Good.
    Approve,
    /// Not yet.
    RequestChanges,
    /// Neither.
    Comment,
}

impl Verdict {
    /// GitHub's word for the state of such a review.
    fn state(self) -> &'static str {
        match self {
            Self::Approve => "APPROVED",
            Self::RequestChanges => "CHANGES_REQUESTED",
            Self::Comment => "COMMENTED",
        }
    }
}

impl GitHub {
    /// Reviews a pull request. Fails if there is none.
    pub async fn review(&self, login: &str, number: u64, verdict: Verdict, body: &str) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let person = self.person(login);
        self.add_review(&person, number, verdict, body, None).await?;
        Ok(())
    }

    /// Dismisses the latest review that somebody gave of a pull request. Fails if there is none to dismiss.
    pub async fn dismiss_review(&self, login: &str, number: u64, of: &str) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let person = self.person(login);
        let is_theirs = |review: &Value| review["user"]["login"] == of && review["state"] != "COMMENTED";
        let latest = {
            let state = self.state();
            state
                .reviews
                .iter()
                .rfind(|(at, review)| *at == number && is_theirs(review))
                .map(|(_, found)| found.clone())
        };
        let id = latest.as_ref().and_then(|review| review["id"].as_u64()).ok_or_else(Refusal::not_found)?;
        self.dismiss(&person, number, id)?;
        Ok(())
    }

    /// Keeps a review, says so, and gives it. Without a commit it is of the newest one.
    pub(super) async fn add_review(
        &self,
        by: &User,
        number: u64,
        verdict: Verdict,
        body: &str,
        commit: Option<String>,
    ) -> Result<Value, Refusal> {
        let pull = self.find_pull(number).ok_or_else(Refusal::not_found)?;
        if by.login == pull.author && verdict != Verdict::Comment {
            let word = if verdict == Verdict::Approve { "approve" } else { "request changes on" };
            return Err(Refusal::custom("PullRequestReview", format!("Can not {word} your own pull request")));
        }
        let commit = commit.unwrap_or_else(|| pull.head_sha.clone());
        let is_known = self.repository().is_ancestor(&commit, &pull.head_sha).await;
        if !is_known.is_ok_and(|known| known) {
            return Err(Refusal::invalid("Commit is not part of the pull request"));
        }
        let id = self.state().next_id();
        let html = self.html(&format!("/pull/{number}#pullrequestreview-{id}"));
        let url = self.url(&format!("/pulls/{number}"));
        let review = json!({
            "id": id, "node_id": format!("PRR_{id}"), "user": self.user_json(by), "body": body,
            "state": verdict.state(), "html_url": html, "pull_request_url": url, "commit_id": commit,
            "submitted_at": stamp(self.now()), "author_association": self.association(by),
            "_links": {"html": {"href": html}, "pull_request": {"href": url}},
        });
        {
            let mut state = self.state();
            state.reviews.push((number, review.clone()));
            if let Some(pull) = state.pulls.get_mut(&number) {
                pull.reviewers.retain(|login| *login != by.login);
            }
        }
        self.tell_of_review(by, number, "submitted", &review);
        self.wake_queue();
        Ok(review)
    }

    /// A review says nothing any more: its state changes in its place.
    pub(super) fn dismiss(&self, by: &User, number: u64, id: u64) -> Result<Value, Refusal> {
        let dismissed = {
            let mut state = self.state();
            let review = state.reviews.iter_mut().find(|(of, review)| *of == number && review["id"] == id);
            let Some((_, review)) = review else { return Err(Refusal::not_found()) };
            if !matches!(review["state"].as_str(), Some("APPROVED" | "CHANGES_REQUESTED")) {
                let state = review["state"].as_str().unwrap_or_default().to_lowercase();
                return Err(Refusal::invalid(format!("Can not dismiss a {state} pull request review")));
            }
            review["state"] = json!("DISMISSED");
            review.clone()
        };
        self.tell_of_review(by, number, "dismissed", &dismissed);
        Ok(dismissed)
    }

    fn tell_of_review(&self, by: &User, number: u64, action: &str, review: &Value) {
        let Some(pull) = self.find_pull(number) else { return };
        let mut said = review.clone();
        said["state"] = json!(review["state"].as_str().unwrap_or_default().to_lowercase());
        let payload = json!({"action": action, "review": said, "pull_request": self.pull_json(&pull)});
        self.send("pull_request_review", by, payload);
    }

    /// What somebody is to the repository: whoever may only look at what is public is nobody to it.
    fn association(&self, user: &User) -> &'static str {
        match user.permission {
            _ if user.login == self.settings().owner => "OWNER",
            Permission::Admin | Permission::Write => "MEMBER",
            Permission::Read => "NONE",
        }
    }
}
