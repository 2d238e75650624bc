//! What people say of a pull request in reviews.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{problem::GithubResult, pulls::pull, repository::Repository};
use crate::domain::release::reviews::{GivenReview, PullReviews, ReviewVerdict};

/// A review as GitHub lists it; whoever has no account any more has no login.
#[derive(Deserialize)]
struct ShownReview {
    id: u64,
    #[serde(default)]
    html_url: String,
    user: Option<ReviewGiver>,
    #[serde(default)]
    state: String,
    commit_id: Option<String>,
    submitted_at: Option<DateTime<Utc>>,
    #[serde(default)]
    author_association: String,
}

#[derive(Deserialize)]
struct ReviewGiver {
    #[serde(default)]
    login: String,
}

impl Repository {
    /// The head of a pull request, and its reviews, oldest first. Two requests, and one more for each further hundred reviews.
    pub async fn reviews(&self, number: u64) -> GithubResult<PullReviews> {
        let call = self.get(pull(number), format!("/pulls/{number}/reviews"));
        let given = self.all(call, |page: Vec<ShownReview>| page.into_iter().filter_map(given).collect()).await?;
        Ok(PullReviews { head: self.pull_request(number).await?.head_sha, given })
    }
}

/// What a review says; nothing if it is a comment, not sent yet, or nobody's.
fn given(shown: ShownReview) -> Option<GivenReview> {
    let verdict = match shown.state.as_str() {
        "APPROVED" => ReviewVerdict::Approves,
        "CHANGES_REQUESTED" => ReviewVerdict::AsksForChanges,
        "DISMISSED" => ReviewVerdict::Dismissed,
        _ => return None,
    };
    Some(GivenReview {
        id: shown.id,
        url: shown.html_url,
        login: shown.user?.login,
        is_insiders: matches!(shown.author_association.as_str(), "OWNER" | "MEMBER" | "COLLABORATOR"),
        verdict,
        commit: shown.commit_id.unwrap_or_default(),
        at: shown.submitted_at?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(state: &str, of: &str, user: &str) -> String {
        let review = format!(
            r#"{{"id":80,"state":"{state}","author_association":"{of}","commit_id":"head","html_url":"page","user":{user},"submitted_at":"2026-03-02T09:00:07Z"}}"#
        );
        let Some(review) = given(serde_json::from_str(&review).unwrap()) else { return "nothing".into() };
        format!(
            "{} {:?} {} {}{}",
            review.login,
            review.verdict,
            review.commit,
            review.at.format("%T"),
            if review.is_insiders { " here" } else { "" }
        )
    }

    #[test]
    fn a_review_says_yes_or_no_or_nothing() {
        let bob = r#"{"login":"bob-gh"}"#;
        assert_eq!(read("APPROVED", "MEMBER", bob), "bob-gh Approves head 09:00:07 here");
        assert_eq!(read("APPROVED", "NONE", bob), "bob-gh Approves head 09:00:07");
        assert_eq!(read("CHANGES_REQUESTED", "OWNER", bob), "bob-gh AsksForChanges head 09:00:07 here");
        assert_eq!(read("DISMISSED", "COLLABORATOR", bob), "bob-gh Dismissed head 09:00:07 here");
        assert_eq!(read("COMMENTED", "MEMBER", bob), "nothing");
        assert_eq!(read("PENDING", "MEMBER", bob), "nothing");
        assert_eq!(read("APPROVED", "MEMBER", "null"), "nothing");
    }
}
