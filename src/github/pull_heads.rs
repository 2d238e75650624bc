//! Where pull requests stand: one by one, or those that several wait for in the list of what is open.

use futures::future;
use serde::Deserialize;

use super::{
    gathered::Together, model::PullHead, problem::GithubResult, pulls::PullEnd, repository::Repository, request::Call,
};

/// Fewer than these are read one by one.
const FEW: usize = 5;

/// An open pull request as the list has it.
#[derive(Deserialize)]
struct ListedPull {
    number: u64,
    head: PullEnd,
}

impl Repository {
    /// Whether a pull request is open, and the commit at its end.
    pub async fn pull_head(&self, number: u64) -> GithubResult<PullHead> {
        if self.is_for_a_question() {
            return self.one_pull_head(number).await;
        }
        self.note_sent(false);
        let waiting = self.link().pulls.of(self.full_name());
        match waiting.read(number, |numbers| self.pull_heads(numbers)).await {
            Some(found) => found,
            None => self.one_pull_head(number).await,
        }
    }

    async fn one_pull_head(&self, number: u64) -> GithubResult<PullHead> {
        let pull = self.pull_request(number).await?;
        Ok(PullHead { is_open: pull.open, sha: pull.head_sha })
    }

    async fn pull_heads(&self, numbers: Vec<u64>) -> Together<u64, PullHead> {
        if numbers.len() < FEW {
            let read = numbers.into_iter().map(|number| async move { (number, self.one_pull_head(number).await) });
            return future::join_all(read).await.into_iter().collect();
        }
        // Whatever is not in the list is read by itself, and so is all where there is none.
        let listed = self.open_ones(numbers.len()).await.unwrap_or_default().into_iter();
        let wanted = listed.filter(|pull| numbers.contains(&pull.number));
        wanted.map(|pull| (pull.number, Ok(PullHead { is_open: true, sha: pull.head.sha }))).collect()
    }

    /// All that are open; none if that takes no fewer requests than it would take to read so many one by one.
    async fn open_ones(&self, wanted: usize) -> GithubResult<Vec<ListedPull>> {
        let page = |page: u64| self.open_page(page);
        let first = self.send(page(1)).await?;
        let (last, mut all) = (first.last_page().unwrap_or(1), first.read::<Vec<ListedPull>>()?);
        if last >= wanted as u64 {
            return Ok(vec![]);
        }
        for number in 2..=last {
            all.extend(self.read::<Vec<ListedPull>>(page(number)).await?);
        }
        Ok(all)
    }

    fn open_page(&self, page: u64) -> Call {
        let call = self.get("the open pull requests", "/pulls").with("state", "open");
        call.with("per_page", "100").with("page", &page.to_string())
    }
}
