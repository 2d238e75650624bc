//! Reviews on GitHub that count as a yes at a gate which says so.

use chrono::{DateTime, SubsecRound, Utc};

use super::{
    Release,
    counted::{CountedReview, NotCounted, NotTheirs, ReviewTakenBack},
    due::turn_of,
    fact::Fact,
    gate::Gate,
    plan::{Plan, PullRequestName, Step},
};
use crate::domain::team::people::{Account, People, Person};

/// The reviews of the release's pull request, as they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullReviews {
    /// The pull request's head.
    pub head: String,
    /// What was said there, oldest first; mere comments are left out.
    pub given: Vec<GivenReview>,
}

/// One review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenReview {
    /// Its number on GitHub.
    pub id: u64,
    /// Its page.
    pub url: String,
    /// The GitHub login of whoever gave it.
    pub login: String,
    /// Whether they belong to the repository: anybody may review what is public.
    pub is_insiders: bool,
    /// What it says.
    pub verdict: ReviewVerdict,
    /// The commit that was looked at.
    pub commit: String,
    /// When it was given, to the second.
    pub at: DateTime<Utc>,
}

/// What a review says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewVerdict {
    /// Yes.
    Approves,
    /// Not yet.
    AsksForChanges,
    /// Nothing any more: somebody dismissed it.
    Dismissed,
}

/// Refuses gates that a review cannot decide.
///
/// # Errors
/// A sentence that names the gate and the way out.
pub fn check(plan: &Plan) -> Result<(), String> {
    let opens = |step: &Step| matches!(step, Step::PullRequest { name: PullRequestName::Release, .. });
    for (step, gate) in plan.gates().filter(|(_, gate)| gate.github_review) {
        let name = &gate.name;
        if matches!(plan.step(step), Some(Step::Pick { .. })) {
            return Err(format!(
                "`github-review` of `{name}`: a choice of stories is not made by a review on GitHub; leave it out"
            ));
        }
        if plan.find(opens).is_none_or(|opened| opened > step) {
            return Err(format!(
                "`github-review` of `{name}`: no step before it opens the pull request that could be reviewed; put the gate \
                 behind `pull-request`, or leave it out"
            ));
        }
    }
    Ok(())
}

/// What the reviews of the release's pull request say at a gate that was not known yet. `open` is whether it is decided on now.
pub fn news(release: &Release, step: usize, open: bool, reviews: &PullReviews, people: &People) -> Option<Fact> {
    let gate = release.spec.plan.step(step)?.gate().filter(|gate| gate.github_review)?;
    let taken_back = || taken_back(release, gate, reviews, people).filter(|_| open || release.may_be_taken_back(step));
    let asked = || turn_of(release, step).filter(|_| open);
    taken_back().or_else(|| given(release, (gate, asked()?), reviews, people))
}

/// Whether somebody approved at a gate by a review that may still be taken back.
pub fn rests_on_reviews(release: &Release, step: usize) -> bool {
    let gate = release.spec.plan.step(step).and_then(Step::gate);
    let state = gate.and_then(|gate| release.state.gates.get(&gate.name));
    state.is_some_and(|state| !state.reviewed.is_empty()) && release.may_be_taken_back(step)
}

fn taken_back(release: &Release, gate: &Gate, reviews: &PullReviews, people: &People) -> Option<Fact> {
    let approved = release.state.gates.get(&gate.name)?.reviewed.keys();
    approved.into_iter().find_map(|by| {
        let latest = reviews.given.iter().rfind(|review| is_by(review, by, people))?;
        let dismissed = match latest.verdict {
            ReviewVerdict::Approves => return None,
            ReviewVerdict::AsksForChanges => false,
            ReviewVerdict::Dismissed => true,
        };
        let review = Some(ReviewTakenBack { url: latest.url.clone(), dismissed });
        Some(Fact::Withdrawn { gate: gate.name.clone(), by: by.clone(), review })
    })
}

/// What is news of what was given at a gate that has been asked for since then.
fn given(
    release: &Release,
    (gate, asked): (&Gate, DateTime<Utc>),
    reviews: &PullReviews,
    people: &People,
) -> Option<Fact> {
    let commit = release.commit_at(gate);
    // What was reviewed, what would be merged and what is decided on are the same.
    if reviews.head != commit {
        return None;
    }
    let approves = |(nth, review): &(usize, &GivenReview)| {
        let whose = whose(review, people).map(|person| person.name.clone());
        let later = reviews.given.iter().skip(nth + 1);
        let is_theirs = |other: &GivenReview| match &whose {
            Some(name) => is_by(other, name, people),
            None => other.login.eq_ignore_ascii_case(&review.login),
        };
        review.verdict == ReviewVerdict::Approves && review.commit == commit && !later.into_iter().any(is_theirs)
    };
    let latest = reviews.given.iter().enumerate().filter(approves);
    latest.into_iter().find_map(|(_, review)| counted(release, (gate, asked), review, people))
}

/// What an approving review of the commit that is decided on comes to, if that is news.
fn counted(
    release: &Release,
    (gate, asked): (&Gate, DateTime<Utc>),
    review: &GivenReview,
    people: &People,
) -> Option<Fact> {
    let state = release.state.gates.get(&gate.name)?;
    let passed_over = |why: NotCounted| {
        (!is_passed_over(release, gate, review, &why)).then(|| Fact::ReviewPassedOver {
            gate: gate.name.clone(),
            login: review.login.clone(),
            commit: review.commit.clone(),
            url: review.url.clone(),
            why,
        })
    };
    let Some(person) = whose(review, people) else {
        return passed_over(NotCounted::Unlinked).filter(|_| review.is_insiders);
    };
    let elsewhere = counted_at(release, review);
    if state.approved.contains(&person.name) || elsewhere == Some(&gate.name) {
        return None;
    }
    let holds = gate.roles.iter().any(|role| person.roles.contains(role));
    let against = if holds { release.stands_against(gate, &person.name, people) } else { Some(NotTheirs::Role) };
    if let Some(why) = against {
        return passed_over(NotCounted::NotTheirs(why));
    }
    let is_known = !release.minds_authors(gate) || release.authorship(gate).is_some();
    // What somebody rejected, whoever that was, is open again once they say so.
    if !is_known || state.rejected.is_some() {
        return None;
    }
    // A review says nothing of what nobody had asked yet, and whoever said yes once did not say so everywhere.
    if let Some(elsewhere) = elsewhere {
        return passed_over(NotCounted::Elsewhere(elsewhere.to_owned()));
    }
    if review.at < asked.trunc_subsecs(0) {
        return passed_over(NotCounted::Early);
    }
    if !gate.unticked(state).is_empty() {
        return passed_over(NotCounted::Unticked);
    }
    let (by, commit) = (person.name.clone(), review.commit.clone());
    let review = Some(CountedReview { id: review.id, url: review.url.clone() });
    Some(Fact::Approved { gate: gate.name.clone(), by, commit, note: None, review })
}

/// The gate at which a review was a yes before: whoever took that back in a chat is not asked to do it again.
fn counted_at<'a>(release: &'a Release, review: &GivenReview) -> Option<&'a String> {
    release.facts.iter().find_map(|recorded| {
        let Fact::Approved { gate, review: Some(counted), .. } = &recorded.fact else { return None };
        (counted.id == review.id).then_some(gate)
    })
}

/// Whether it was told already that somebody's review of this commit is no yes, and why.
fn is_passed_over(release: &Release, gate: &Gate, review: &GivenReview, why: &NotCounted) -> bool {
    release.facts.iter().any(|recorded| {
        matches!(&recorded.fact, Fact::ReviewPassedOver { gate: at, login, commit, why: told, .. }
            if *at == gate.name && login.eq_ignore_ascii_case(&review.login) && *commit == review.commit && told == why)
    })
}

fn whose<'a>(review: &GivenReview, people: &'a People) -> Option<&'a Person> {
    people.find(&Account::GitHub(review.login.clone()))
}

fn is_by(review: &GivenReview, name: &str, people: &People) -> bool {
    whose(review, people).is_some_and(|person| person.name == name)
}

impl Release {
    /// Whether a decision at a gate that is through can be taken back: until the merge nothing was done because of it.
    pub fn may_be_taken_back(&self, step: usize) -> bool {
        let merge = self.spec.plan.find(|step| matches!(step, Step::AwaitMerge { .. }));
        let acted = self.state.merged.is_some() || self.state.merge_asked.is_some();
        !acted && merge.is_some_and(|merge| merge >= step)
    }
}

#[cfg(test)]
mod tests;
