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
        setback::{Approval, MergeObstacle, PullKind, PullSetback, ReviewRule},
        way_in::{PullAtBase, PullProgress, QueueExit, WayIn},
    },
    github::{
        merges::{MergeRefusal, refused},
        model::{Checks, Merge, PullRequest},
        problem::GithubProblem,
    },
};

/// A pull request that waits to be brought in, and all that was looked up about it.
pub(super) struct OnItsWay<'a> {
    context: &'a StepContext<'a>,
    /// What people call it.
    what: PullKind,
    pull_request: &'a PullRequest,
    checks: Checks,
    obstacle: Option<MergeObstacle>,
    at_base: PullAtBase<'a>,
}

/// Looks up how an open pull request stands. One request, and one more where its base has rules.
pub(super) async fn read<'a>(
    context: &'a StepContext<'a>,
    what: PullKind,
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
        Ok(match self.at_base.way_in() {
            // What is closed keeps it waiting, and says so.
            WayIn::Merge | WayIn::Enqueue | WayIn::LetGitHub | WayIn::Closed => Observation::Ready,
            WayIn::TakeBack => Observation::TakesBack,
            WayIn::ByItself if self.at_base.progress.lacks_review => Observation::asks(self.by_itself()),
            WayIn::ByItself => waits(self.by_itself(), &self.checks),
            WayIn::Queued => waits(self.queued(), &self.checks),
            WayIn::Waits => waits(self.obstructed(), &self.checks),
            WayIn::ThrownOut(exit) => return Err(StepError::person(self.thrown_out(exit))),
            WayIn::Review(rule) => Observation::asks(self.to_review(rule)),
            WayIn::OtherMethod(method) => Observation::asks(self.other_method(method)),
            WayIn::Person(rule) => Observation::asks(self.persons(rule)),
        })
    }

    /// Goes the way that is open.
    pub(super) async fn go(&self) -> Result<Outcome, StepError> {
        match self.at_base.way_in() {
            WayIn::Merge => self.merge().await,
            WayIn::Enqueue => self.enqueue().await,
            WayIn::LetGitHub => self.let_github().await,
            WayIn::TakeBack => self.take_back().await,
            WayIn::Queued => Err(StepError::Waits(self.queued().into())),
            WayIn::ByItself => Err(StepError::Waits(self.by_itself().into())),
            WayIn::Closed => {
                let (what, PullRequest { number, base, .. }) = (self.what, self.pull_request);
                let closed = PullSetback::AtClosedBase { what, number: *number, base: base.clone() };
                Err(StepError::Waits(closed.into()))
            }
            WayIn::Waits => Err(StepError::soon(self.obstructed())),
            WayIn::Review(rule) => Err(StepError::person(self.to_review(rule))),
            WayIn::ThrownOut(exit) => Err(StepError::person(self.thrown_out(exit))),
            WayIn::OtherMethod(method) => Err(StepError::person(self.other_method(method))),
            WayIn::Person(rule) => Err(StepError::person(self.persons(rule))),
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
                Err(StepError::soon(PullSetback::ConflictsNow { what: self.what, number }))
            }
            Merge::Refused(said) => Err(refusal(&said.clone(), PullSetback::NotMerged { number, said })),
        }
    }

    async fn enqueue(&self) -> Result<Outcome, StepError> {
        let PullRequest { id, number, head_sha, base, .. } = self.pull_request;
        match self.context.repository.enqueue(id, *number, head_sha).await {
            Ok(()) => Err(StepError::Waits(self.queued().into())),
            Err(GithubProblem::Refused(said)) => {
                let (number, base) = (*number, base.clone());
                Err(refusal(&said.clone(), PullSetback::NotQueued { number, base, said }))
            }
            Err(problem) => Err(problem.into()),
        }
    }

    async fn let_github(&self) -> Result<Outcome, StepError> {
        let PullRequest { id, number, head_sha, .. } = self.pull_request;
        match self.context.repository.enable_auto_merge(id, *number, head_sha, &self.title()).await {
            Ok(()) => Err(StepError::Waits(self.by_itself().into())),
            // Everything that is required has come meanwhile.
            Err(GithubProblem::Refused(words)) if words.contains("clean status") && self.obstacle.is_none() => {
                self.merge().await
            }
            Err(GithubProblem::Refused(said)) => {
                let problem = PullSetback::NotByItself { number: *number, said: said.clone() };
                let passes = ["clean status", "unstable status", "not allowed for this repository"];
                match passes.iter().any(|sign| said.contains(sign)) {
                    true => Err(StepError::soon(problem)),
                    false => Err(refusal(&said, problem)),
                }
            }
            Err(problem) => Err(problem.into()),
        }
    }

    /// In a freeze nothing of the bot's is merged by itself.
    async fn take_back(&self) -> Result<Outcome, StepError> {
        let PullRequest { id, number, base, .. } = self.pull_request;
        let (repository, queued) = (self.context.repository, self.at_base.progress.queued);
        let (what, base) = (self.what, base.clone());
        let taken = match queued {
            true => repository.dequeue(id, *number).await,
            false => repository.disable_auto_merge(id, *number).await,
        };
        match taken {
            // Whether it is out shows the next look.
            Ok(()) => Err(StepError::Waits(PullSetback::TakenBack { what, number: *number, base, queued }.into())),
            // Perhaps it is out already; the next poll looks.
            Err(GithubProblem::Refused(said)) => {
                let left = PullSetback::NotTakenBack { what, number: *number, base, queued, said };
                Err(StepError::Waits(left.into()))
            }
            Err(problem) => Err(problem.into()),
        }
    }

    fn title(&self) -> String {
        format!("{} (#{})", self.pull_request.title, self.pull_request.number)
    }

    fn obstructed(&self) -> PullSetback {
        let by = self.obstacle.clone().unwrap_or(MergeObstacle::Unchecked);
        PullSetback::Obstructed { what: Some(self.what), number: self.pull_request.number, by }
    }

    fn queued(&self) -> PullSetback {
        let PullRequest { number, base, .. } = self.pull_request;
        PullSetback::Queued { what: self.what, number: *number, base: base.clone() }
    }

    /// What auto-merge waits for, as far as it is known.
    fn by_itself(&self) -> PullSetback {
        if !self.at_base.sound {
            return self.obstructed();
        }
        let rule = || self.at_base.rules.iter().find(|found| matches!(found.what, Hindered::Reviewed { .. }));
        let approval = match self.at_base.progress.lacks_review {
            true => rule().map_or(Approval::Missing, |rule| Approval::MissingBy(self.review(rule))),
            false => Approval::Given,
        };
        let PullRequest { number, base, .. } = self.pull_request;
        let (what, base, pending) = (self.what, base.clone(), self.checks.pending.clone());
        PullSetback::MergesItself { what, number: *number, base, pending, approval }
    }

    fn to_review(&self, rule: &Hindrance) -> PullSetback {
        let queued = self.at_base.rules.iter().any(|found| found.what == Hindered::Enqueued);
        let (what, number) = (self.what, self.pull_request.number);
        PullSetback::ToReview { what, number, queued, review: self.review(rule) }
    }

    fn review(&self, rule: &Hindrance) -> ReviewRule {
        let nobody = reviews::logins(self.context, self.pull_request).is_empty();
        ReviewRule { rule: rule.clone(), nobody }
    }

    fn thrown_out(&self, QueueExit { by, reason, .. }: &QueueExit) -> PullSetback {
        let PullRequest { number, base, url, .. } = self.pull_request;
        let (what, base, url) = (self.what, base.clone(), url.clone());
        let by = self.context.people.name_of_login(by);
        PullSetback::LeftQueue { what, number: *number, base, url, why: reason.clone(), by }
    }

    fn other_method(&self, method: &str) -> PullSetback {
        let (what, number) = (self.what, self.pull_request.number);
        PullSetback::OtherMethod { what, number, method: method.to_owned() }
    }

    fn persons(&self, rule: &Hindrance) -> PullSetback {
        PullSetback::Persons { what: self.what, number: self.pull_request.number, rule: rule.clone() }
    }
}

/// What a refusal means: it comes right by itself, or a person is needed.
fn refusal(said: &str, problem: PullSetback) -> StepError {
    match refused(said) {
        MergeRefusal::Passing => StepError::soon(problem),
        MergeRefusal::ByARule => StepError::person(problem),
    }
}
