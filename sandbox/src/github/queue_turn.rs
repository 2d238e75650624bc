//! The merge queue at work: groups are built one on another, and the first in line is merged or sent away.

use chrono::Duration;
use serde_json::{Value, json};

use super::{
    GitHub,
    people::User,
    people_do::MergeMethod,
    problem::Problem,
    pulls::MergeWish,
    queue::{Group, Leaves, QueueExit, Queued},
    repository::Move,
    state::Merged,
};

/// The account that merges what comes out of the queue.
const QUEUE_BOT: &str = "github-merge-queue[bot]";

impl GitHub {
    /// The parameters of the merge queue of a branch; none if it has no queue.
    pub(super) fn queue_rule(&self, base: &str) -> Option<Value> {
        let rules = self.rules_for(&format!("refs/heads/{base}"));
        rules.into_iter().find(|rule| rule["type"] == "merge_queue").map(|mut rule| rule["parameters"].take())
    }

    /// Lets the queue look at itself as soon as whoever is at it has finished.
    pub(super) fn wake_queue(&self) {
        if self.state().queue.is_empty() && !self.waits_for_auto_merge() {
            return;
        }
        self.state().busy += 1;
        let github = self.clone();
        tokio::spawn(async move {
            let _turn = github.0.turn.write().await;
            if let Err(problem) = github.advance_queue().await {
                tracing::error!(%problem, "the merge queue failed");
            }
            github.advance_auto_merges().await;
            github.state().busy -= 1;
            github.0.webhooks.tell();
        });
    }

    /// Does everything that can be done in the queues now.
    pub(super) async fn advance_queue(&self) -> Result<(), Problem> {
        while let Some((number, leaves)) = self.next_to_leave().await? {
            let bot = self.person(QUEUE_BOT);
            if leaves == Leaves::Merged {
                self.merge_first(&bot, number).await?;
            } else {
                self.leave_queue(&bot, number, leaves).await?;
            }
        }
        Ok(())
    }

    /// Builds what is not built, and says who has to leave the queue next.
    async fn next_to_leave(&self) -> Result<Option<(u64, Leaves)>, Problem> {
        let queue = self.state().queue.clone();
        let mut lines: Vec<&str> = queue.iter().map(|queued| queued.base.as_str()).collect();
        lines.sort_unstable();
        lines.dedup();
        for base in lines {
            let line: Vec<&Queued> = queue.iter().filter(|queued| queued.base == base).collect();
            if let Some(found) = self.look_at_line(base, &line).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn look_at_line(&self, base: &str, line: &[&Queued]) -> Result<Option<(u64, Leaves)>, Problem> {
        for queued in line {
            let pull = self.find_pull(queued.number);
            if !pull.is_some_and(|pull| pull.open && pull.head_sha == queued.head_sha && pull.base == base) {
                return Ok(Some((queued.number, Leaves::Changed)));
            }
        }
        let Some((rule, mut on)) = self.queue_rule(base).zip(self.repository().branch(base)) else {
            return Ok(line.first().map(|first| (first.number, Leaves::Forbidden)));
        };
        let most = rule["max_entries_to_build"].as_u64().filter(|most| *most > 0).unwrap_or(5);
        for queued in line.iter().take(usize::try_from(most).unwrap_or(5)) {
            match &queued.group {
                Some(group) if group.base_sha == on => on.clone_from(&group.sha),
                stale => match self.build_group(queued, stale.as_ref(), &rule, &on).await? {
                    Some(sha) => on = sha,
                    None => return Ok(Some((queued.number, Leaves::Conflict))),
                },
            }
        }
        Ok(line.first().and_then(|first| self.judge(base, first.number)))
    }

    /// What becomes of the first in line: nothing as long as a check is awaited.
    fn judge(&self, base: &str, number: u64) -> Option<(u64, Leaves)> {
        let group = self.state().queue.iter().find(|queued| queued.number == number)?.group.clone()?;
        let closed = |rule: &Value| rule["type"] == "update";
        let leaves = match self.verdict_on(&group.sha, &self.required_checks(base))? {
            false => Leaves::Red,
            true if self.rules_for(&format!("refs/heads/{base}")).iter().any(closed) => Leaves::Forbidden,
            true => Leaves::Merged,
        };
        Some((number, leaves))
    }

    /// Builds the branch with the merge on top of `on`, and asks for the checks; none on a conflict.
    async fn build_group(
        &self,
        queued: &Queued,
        stale: Option<&Group>,
        rule: &Value,
        on: &str,
    ) -> Result<Option<String>, Problem> {
        let bot = self.person(QUEUE_BOT);
        if let Some(stale) = stale {
            self.destroy_group(&bot, &queued.base, stale, "invalidated").await?;
        }
        let Some(mut pull) = self.find_pull(queued.number) else { return Ok(None) };
        pull.base_sha = on.to_owned();
        let method = match rule["merge_method"].as_str() {
            Some("SQUASH") => MergeMethod::Squash,
            Some("REBASE") => MergeMethod::Rebase,
            _ => MergeMethod::Merge,
        };
        let author = if method == MergeMethod::Merge { &queued.by } else { &pull.author };
        let wish = MergeWish { method, title: None, message: None, sha: None };
        let Some(sha) = self.merged_commit(&self.person(author), &pull, &wish).await? else { return Ok(None) };
        let branch = format!("gh-readonly-queue/{}/pr-{}-{on}", queued.base, queued.number);
        let made = Move { name: format!("refs/heads/{branch}"), old: None, new: Some(sha.clone()) };
        if !self.move_refs(&bot, &[made]).await? {
            return Err(Problem::Git(format!("the branch {branch} could not be made")));
        }
        let timer = self.state().next_id();
        let group = Group { branch, sha: sha.clone(), base_sha: on.to_owned(), timer };
        if let Some(queued) = self.state().queue.iter_mut().find(|known| known.number == queued.number) {
            queued.group = Some(group.clone());
        }
        self.send_group(&bot, &queued.base, &group, json!({"action": "checks_requested"})).await?;
        self.start_ci(&group.branch, &sha).await?;
        self.lose_patience(queued.number, timer, rule["check_response_timeout_minutes"].as_i64().unwrap_or(60));
        Ok(Some(sha))
    }

    /// Sends a pull request away when its checks have not all reported in time.
    fn lose_patience(&self, number: u64, timer: u64, minutes: i64) {
        let end = self.now() + Duration::minutes(minutes);
        self.state().due.insert(timer, Some(end));
        let github = self.clone();
        tokio::spawn(async move {
            github.0.clock.reach(end).await;
            let _turn = github.0.turn.write().await;
            if github.state().due.contains_key(&timer) {
                let bot = github.person(QUEUE_BOT);
                let left = github.leave_queue(&bot, number, Leaves::Late).await;
                if let Err(problem) = left.and(github.advance_queue().await) {
                    tracing::error!(%problem, "the merge queue failed");
                }
            }
            github.0.webhooks.tell();
        });
    }

    async fn merge_first(&self, bot: &User, number: u64) -> Result<(), Problem> {
        let found = self.state().queue.iter().find(|queued| queued.number == number).cloned();
        let Some((queued, group)) = found.and_then(|queued| queued.group.clone().map(|group| (queued, group))) else {
            return Ok(());
        };
        let name = format!("refs/heads/{}", queued.base);
        let moved = Move { name, old: Some(group.base_sha.clone()), new: Some(group.sha.clone()) };
        if !self.repository().move_refs(std::slice::from_ref(&moved)).await? {
            return self.leave_queue(bot, number, Leaves::Changed).await;
        }
        // Marked before the push is looked at, which would otherwise find the head in the base by itself.
        self.change_pull(number, |pull| pull.open = false);
        self.refs_moved(bot, &moved, Some(group.base_sha.clone())).await?;
        self.leave_queue(bot, number, Leaves::Merged).await?;
        let merged = Merged { at: self.now(), by: bot.login.clone(), sha: group.sha };
        self.close_pull(bot, number, Some(merged));
        Ok(())
    }

    /// Takes a pull request and its group out of the queue, and says why.
    pub(super) async fn leave_queue(&self, actor: &User, number: u64, leaves: Leaves) -> Result<(), Problem> {
        let gone = {
            let mut state = self.state();
            let place = state.queue.iter().position(|queued| queued.number == number);
            place.map(|place| state.queue.remove(place))
        };
        let Some(queued) = gone else { return Ok(()) };
        let exit = QueueExit { number, at: self.now(), by: actor.login.clone(), leaves };
        self.state().queue_exits.push(exit);
        self.send_pull(actor, number, "dequeued", json!({"reason": leaves.word()})).await?;
        match &queued.group {
            Some(group) => self.destroy_group(actor, &queued.base, group, leaves.group_word()).await,
            None => Ok(()),
        }
    }

    async fn destroy_group(&self, actor: &User, base: &str, group: &Group, reason: &str) -> Result<(), Problem> {
        self.state().due.remove(&group.timer);
        self.send_group(actor, base, group, json!({"action": "destroyed", "reason": reason})).await?;
        let name = format!("refs/heads/{}", group.branch);
        self.move_refs(actor, &[Move { name, old: Some(group.sha.clone()), new: None }]).await.map(drop)
    }

    async fn send_group(&self, actor: &User, base: &str, group: &Group, mut payload: Value) -> Result<(), Problem> {
        let head = self.repository().commit(&group.sha).await?.map(|commit| self.mentioned_commit_json(&commit));
        payload["merge_group"] = json!({
            "head_sha": group.sha, "head_ref": format!("refs/heads/{}", group.branch), "base_sha": group.base_sha,
            "base_ref": format!("refs/heads/{base}"), "head_commit": head,
        });
        self.send("merge_group", actor, payload);
        Ok(())
    }
}
