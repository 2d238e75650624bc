//! Brings a pull request of the bot's into its base by the way that is open there: merged, put into the merge queue, or left
//! to GitHub's auto-merge.

use super::{
    await_merge::{checks, obstacle, waits},
    context::{Observation, StepContext, StepError},
    reviews,
};
use crate::{
    domain::release::{
        fact::{Outcome, THE_BOT},
        hindrance::{Hindered, Hindrance},
        way_in::{PullAtBase, PullProgress, QueueExit, WayIn},
    },
    github::{
        merges::{MergeRefusal, refused},
        model::{Checks, Merge, PullRequest},
        problem::GithubProblem,
    },
    messages,
};

/// A pull request that waits to be brought in, and all that was looked up about it.
pub(super) struct OnItsWay<'a> {
    context: &'a StepContext<'a>,
    /// What people call it.
    what: &'a str,
    pull_request: &'a PullRequest,
    checks: Checks,
    obstacle: Option<String>,
    at_base: PullAtBase<'a>,
}

/// Looks up how an open pull request stands. One request, and one more where its base has rules.
pub(super) async fn read<'a>(
    context: &'a StepContext<'a>,
    what: &'a str,
    pull_request: &'a PullRequest,
) -> Result<OnItsWay<'a>, StepError> {
    let expects = context.project.checks;
    let checks = checks(context.repository, &pull_request.head_sha, expects).await?;
    let obstacle = obstacle(pull_request, &checks, expects);
    let of_base = |found: &&Hindrance| found.name == pull_request.base;
    let rules: Vec<&Hindrance> = context.release.state.ruling.hindrances.iter().filter(of_base).collect();
    let clean = !pull_request.draft && pull_request.mergeable == Some(true);
    let at_base = PullAtBase {
        author: &pull_request.author,
        waits: obstacle.is_some(),
        sound: clean && checks.failed.is_empty() && !checks.closed,
        blocked: pull_request.mergeable_state == "blocked",
        frozen: context.surroundings.back_merge.is_some(),
        since: context.release.at_it_since(context.index),
        progress: progress(context, pull_request, &rules).await?,
        rules,
    };
    Ok(OnItsWay { context, what, pull_request, checks, obstacle, at_base })
}

/// What only GraphQL shows, where it can matter.
async fn progress(
    context: &StepContext<'_>,
    pull_request: &PullRequest,
    rules: &[&Hindrance],
) -> Result<PullProgress, StepError> {
    let queue = rules.iter().any(|found| matches!(found.what, Hindered::Enqueued | Hindered::ThroughQueue));
    if !queue && !pull_request.auto_merge && pull_request.mergeable_state != "blocked" {
        return Ok(PullProgress::default());
    }
    match context.repository.progress(pull_request.number).await {
        // Without it there is neither queue nor auto-merge for the bot, and everything else goes on.
        Err(problem) if !queue && !problem.may_pass() => Ok(PullProgress::default()),
        found => Ok(found?),
    }
}

impl OnItsWay<'_> {
    /// What was seen of it.
    pub(super) fn seen(&self) -> Result<Observation, StepError> {
        let way = self.at_base.way_in();
        Ok(match way {
            // What is closed keeps it waiting, and says so.
            WayIn::Merge | WayIn::Enqueue | WayIn::LetGitHub | WayIn::Closed => Observation::Ready,
            WayIn::TakeBack => Observation::TakesBack,
            WayIn::ByItself if self.at_base.progress.lacks_review => Observation::Asks(self.in_words(&way)),
            WayIn::Queued | WayIn::ByItself | WayIn::Waits => waits(self.in_words(&way), &self.checks),
            WayIn::ThrownOut(_) => return Err(StepError::Person(self.in_words(&way))),
            WayIn::Review(_) | WayIn::OtherMethod(_) | WayIn::Person(_) => Observation::Asks(self.in_words(&way)),
        })
    }

    /// Goes the way that is open.
    pub(super) async fn go(&self) -> Result<Outcome, StepError> {
        let way = self.at_base.way_in();
        match way {
            WayIn::Merge => self.merge().await,
            WayIn::Enqueue => self.enqueue().await,
            WayIn::LetGitHub => self.let_github().await,
            WayIn::TakeBack => self.take_back().await,
            WayIn::Queued | WayIn::ByItself | WayIn::Closed => Err(StepError::Waits(self.in_words(&way))),
            WayIn::Waits => Err(StepError::Later(self.in_words(&way), None)),
            WayIn::Review(_) | WayIn::ThrownOut(_) | WayIn::OtherMethod(_) | WayIn::Person(_) => {
                Err(StepError::Person(self.in_words(&way)))
            }
        }
    }

    async fn merge(&self) -> Result<Outcome, StepError> {
        let (pull_request, number) = (self.pull_request, self.pull_request.number);
        let title = self.title();
        match self.context.repository.merge_pull_request(number, &pull_request.head_sha, &title).await? {
            Merge::Merged(commit) => {
                Ok(Outcome::Merged { by: THE_BOT.to_owned(), commit, head: pull_request.head_sha.clone() })
            }
            Merge::AlreadyThere | Merge::Conflict => {
                Err(StepError::Later(format!("{} #{number} conflicts", self.what), None))
            }
            Merge::Refused(words) => Err(said(format!("GitHub does not merge #{number}: {words}"), &words)),
        }
    }

    async fn enqueue(&self) -> Result<Outcome, StepError> {
        let PullRequest { id, number, head_sha, base, .. } = self.pull_request;
        match self.context.repository.enqueue(id, *number, head_sha).await {
            Ok(()) => Err(StepError::Waits(self.in_words(&WayIn::Queued))),
            Err(GithubProblem::Refused(words)) => {
                Err(said(format!("GitHub does not put #{number} into the merge queue of {base}: {words}"), &words))
            }
            Err(problem) => Err(problem.into()),
        }
    }

    async fn let_github(&self) -> Result<Outcome, StepError> {
        let PullRequest { id, number, head_sha, .. } = self.pull_request;
        match self.context.repository.enable_auto_merge(id, *number, head_sha, &self.title()).await {
            Ok(()) => Err(StepError::Waits(self.in_words(&WayIn::ByItself))),
            // Everything that is required has come meanwhile.
            Err(GithubProblem::Refused(words)) if words.contains("clean status") && self.obstacle.is_none() => {
                self.merge().await
            }
            Err(GithubProblem::Refused(words)) => {
                let problem = format!("GitHub does not switch auto-merge on for #{number}: {words}");
                let passes = ["clean status", "unstable status", "not allowed for this repository"];
                match passes.iter().any(|sign| words.contains(sign)) {
                    true => Err(StepError::Later(problem, None)),
                    false => Err(said(problem, &words)),
                }
            }
            Err(problem) => Err(problem.into()),
        }
    }

    /// In a freeze nothing of the bot's is merged by itself.
    async fn take_back(&self) -> Result<Outcome, StepError> {
        let PullRequest { id, number, base, .. } = self.pull_request;
        let (repository, progress) = (self.context.repository, &self.at_base.progress);
        let taken = match progress.queued {
            true => repository.dequeue(id, *number).await,
            false => repository.disable_auto_merge(id, *number).await,
        };
        match taken {
            // Whether it is out shows the next look.
            Ok(()) => {
                let from = if progress.queued { "is out of the merge queue" } else { "is not merged by itself" };
                Err(StepError::Waits(format!("{} #{number} {from} while {base} is closed", self.what)))
            }
            // Perhaps it is out already; the next poll looks.
            Err(GithubProblem::Refused(words)) => {
                let on = if progress.queued { "in the merge queue" } else { "merged by itself" };
                let what = format!("{} #{number} is not to be {on} while {base} is closed", self.what);
                Err(StepError::Waits(format!("{what}, and GitHub does not take that back: {words}")))
            }
            Err(problem) => Err(problem.into()),
        }
    }

    fn title(&self) -> String {
        format!("{} (#{})", self.pull_request.title, self.pull_request.number)
    }

    /// What is waited for, as a sentence without a full stop.
    fn in_words(&self, way: &WayIn<'_>) -> String {
        let PullRequest { number, base, .. } = self.pull_request;
        let it = format!("{} #{number}", self.what);
        match way {
            WayIn::Merge | WayIn::Enqueue | WayIn::LetGitHub | WayIn::TakeBack => format!("{it} is on its way"),
            WayIn::Closed => format!("{it} waits until {base} is open again"),
            WayIn::Waits => format!("{it}: {}", self.obstacle.as_deref().unwrap_or_default()),
            WayIn::Queued => {
                format!("{it} is in the merge queue of {base}, which merges it once its checks pass there")
            }
            WayIn::ByItself if !self.at_base.sound => {
                format!("{it}: {}", self.obstacle.as_deref().unwrap_or_default())
            }
            WayIn::ByItself => format!("{it} has auto-merge: GitHub merges it once {}", self.missing()),
            WayIn::Review(rule) => {
                let queued = self.at_base.rules.iter().any(|found| found.what == Hindered::Enqueued);
                let what = if queued { "goes into the merge queue" } else { "is merged" };
                format!("{it} {what} once it is approved: {}", self.review(rule))
            }
            WayIn::ThrownOut(exit) => self.thrown_out(&it, exit),
            WayIn::OtherMethod(method) => format!(
                "{it} has auto-merge by {}, which makes other commits than those that were decided on: somebody switches it to \
                 a merge commit",
                method.to_lowercase()
            ),
            WayIn::Person(rule) => format!("{it} is a person's to merge: {}", messages::hindrance::sentence(rule)),
        }
    }

    /// What auto-merge waits for, as far as it is known.
    fn missing(&self) -> String {
        let mut missing = vec![];
        if !self.checks.pending.is_empty() {
            missing.push(format!("{} passed", self.checks.pending.join(", ")));
        }
        if self.at_base.progress.lacks_review {
            let rule = self.at_base.rules.iter().find(|found| matches!(found.what, Hindered::Reviewed { .. }));
            let why = rule.map(|rule| format!(" ({})", self.review(rule))).unwrap_or_default();
            missing.push(format!("it is approved{why}"));
        }
        match missing.is_empty() {
            true => format!("everything is there that the rules of {} require", self.pull_request.base),
            false => missing.join(" and "),
        }
    }

    fn review(&self, rule: &Hindrance) -> String {
        let rule = messages::hindrance::sentence(rule);
        match reviews::logins(self.context, self.pull_request).is_empty() {
            true => format!("{rule}; bot.toml gives nobody who may release a GitHub account, so nobody was asked"),
            false => rule,
        }
    }

    fn thrown_out(&self, it: &str, QueueExit { by, reason, .. }: &QueueExit) -> String {
        let PullRequest { base, url, .. } = self.pull_request;
        let why = match reason.as_str() {
            "failed_checks" | "ci_failure" => "a required check failed there".to_owned(),
            "checks_timed_out" | "ci_timeout" => "a required check did not report in time".to_owned(),
            "merge_conflict" => "it conflicts with what is before it".to_owned(),
            "branch_protections" => "the rules of the branch do not let it in".to_owned(),
            "manual" => format!("{} took it out", self.context.people.name_of_login(by)),
            "" => "GitHub does not say why".to_owned(),
            other => format!("GitHub says {}", other.replace('_', " ")),
        };
        format!(
            "{it} left the merge queue of {base} without being merged: {why}. Put that right, then retry and the bot puts it in \
             again, or merge it there: {url}"
        )
    }
}

/// What a refusal means: it comes right by itself, or a person is needed.
fn said(problem: String, words: &str) -> StepError {
    match refused(words) {
        MergeRefusal::Passing => StepError::Later(problem, None),
        MergeRefusal::ByARule => StepError::Person(problem),
    }
}
