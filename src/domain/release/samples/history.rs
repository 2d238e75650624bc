//! What happened to a release, told in a few words.
//!
//! Events stand behind each other with a semicolon, a minute apart; `at 90` lets the next one happen in minute 90. Steps are
//! called as `names` calls them. `to STEP` does everything before a step the way it goes when all is well.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    minute,
    parts::{self, HistoryPart},
};
use crate::domain::{
    release::{
        Release, ReleaseId,
        fact::{BackMerge, Fact, Joined, MergeTurn, NewCommit, OtherMerge, Outcome, Proposal, Provenance, Recorded},
        plan::Step,
        stories::{Difference, StoryFact},
    },
    time::dates::Dates,
};

/// All of this happens to a release.
pub fn happened(mut release: Release, history: &str) -> Release {
    let mut at = None;
    for event in history.split(';').map(str::trim).filter(|event| !event.is_empty()) {
        let words: Vec<&str> = event.split_whitespace().collect();
        match words.as_slice() {
            ["at", minutes] => at = Some(minute(number(minutes))),
            ["to", step] => {
                let (last, until) = parts::named(&release, step);
                let goes_well =
                    |part: &HistoryPart| !matches!(part, HistoryPart::AskBack | HistoryPart::Back | HistoryPart::Hold);
                let before = parts::all(&release).into_iter();
                let before = before.take_while(|(step, part, _)| (*step, *part) != (last, until));
                for (step, part, _) in before.filter(|(_, part, _)| goes_well(part)) {
                    if !parts::over(&release, step, part) {
                        let made = usually(&release, step, part);
                        add(&mut release, at.take(), Fact::Done { step, made });
                    }
                }
            }
            words => {
                let fact = read(&release, words);
                add(&mut release, at.take(), fact);
            }
        }
    }
    release
}

fn add(release: &mut Release, at: Option<DateTime<Utc>>, fact: Fact) {
    let before = release.facts.last().map_or(release.spec.at, |recorded| recorded.at);
    release.add(Recorded { at: at.unwrap_or(before + TimeDelta::minutes(1)), fact });
}

/// The step that is called so.
pub fn step_named(release: &Release, name: &str) -> usize {
    parts::named(release, name).0
}

fn number(text: &str) -> i64 {
    text.parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

/// What a step makes when all is well.
fn usually(release: &Release, step: usize, part: HistoryPart) -> Outcome {
    let id = 100 + release.facts.len() as u64;
    let url = format!("https://ci.example.com/{id}");
    match &release.spec.plan.steps[step].step {
        Step::Snapshot { .. } | Step::Branch { .. } => Outcome::Branch { commit: "c1".into(), contains: vec![] },
        Step::AwaitFix => Outcome::Fix { commit: "fix".into() },
        Step::Tag { .. } => Outcome::Tag { commit: release.head().into(), moved_from: None },
        Step::PullRequest { .. } => Outcome::PullRequest { number: 31, url },
        Step::Deploy { .. } | Step::Settle { .. } => match part {
            HistoryPart::Ask => Outcome::Run { id, url, build: "2.2.0".into() },
            HistoryPart::End => deployed("2.2.0", None),
            HistoryPart::AskBack => Outcome::Run { id, url, build: "2.1.0".into() },
            HistoryPart::Back => deployed("2.1.0", None),
            HistoryPart::Soak | HistoryPart::Watch | HistoryPart::Hold | HistoryPart::Whole => Outcome::Nothing,
        },
        Step::AwaitMerge { .. } => {
            Outcome::Merged { by: "ann".into(), commit: "merge".into(), head: release.head().into() }
        }
        Step::Merge { .. } => Outcome::Merge { commit: "joined".into(), how: Joined::Clean },
        Step::PublishRelease { .. } => Outcome::Page { url: "https://example.com/page".into() },
        _ => Outcome::Nothing,
    }
}

fn deployed(build: &str, digest: Option<&str>) -> Outcome {
    let proof = Provenance { digest: digest.map(str::to_owned), ..Provenance::default() };
    Outcome::Deployed { url: String::new(), seconds: 60, build: build.into(), proof }
}

/// What a step made that went otherwise than usual.
fn otherwise(release: &Release, step: &str, made: Outcome) -> Fact {
    Fact::Done { step: step_named(release, step), made }
}

fn read(release: &Release, words: &[&str]) -> Fact {
    let step = |name: &str| step_named(release, name);
    match *words {
        ["began", name] => Fact::Started { step: step(name) },
        ["done", name] => {
            let (step, part) = parts::named(release, name);
            Fact::Done { step, made: usually(release, step, part) }
        }
        ["asked", name, "as", run] => {
            let made = Outcome::Run { id: number(run) as u64, url: String::new(), build: "2.2.0".into() };
            otherwise(release, name, made)
        }
        ["expects", name] => otherwise(release, name, Outcome::Expected { build: "2.2.0".into() }),
        ["deployment", name] => otherwise(release, name, Outcome::Deployment { id: 5, build: "2.2.0".into() }),
        ["came", name, build] => otherwise(release, name, deployed(build, None)),
        ["came", name, build, digest] => otherwise(release, name, deployed(build, Some(digest))),
        ["brought", name] => otherwise(release, name, Outcome::BackMerge(BackMerge::Clean)),
        ["nothing", "brought", name] => otherwise(release, name, Outcome::BackMerge(BackMerge::Nothing)),
        ["tagged", name, commit] => otherwise(release, name, Outcome::Tag { commit: commit.into(), moved_from: None }),
        ["compared", name, line] => {
            let environments = ["staging".to_owned(), "production".to_owned()];
            otherwise(release, name, Outcome::Drift { environments, lines: vec![line.into()] })
        }
        ["failed", name] => failed(step(name), None),
        ["failed", name, "until", at] => failed(step(name), Some(minute(number(at)))),
        ["saw", name, what] => {
            Fact::Seen { step: step(name), what: Some(what.into()), asks: false, conflict: None, failed: vec![] }
        }
        ["asks", name, what] => {
            Fact::Seen { step: step(name), what: Some(what.into()), asks: true, conflict: None, failed: vec![] }
        }
        ["blind", name] => {
            Fact::Unseen { step: step(name), problem: "GitHub does not answer".into(), why: None, passes: false }
        }
        ["called", name] => Fact::Asked { step: step(name) },
        ["proposed", name] => Fact::Proposed { step: step(name), proposal: proposal() },
        ["retry", name, by] => Fact::RetryAsked { step: step(name), by: by.into() },
        ["skipped", name, by] => {
            Fact::Skipped { step: step(name), by: by.into(), reason: "it may".into(), second: None }
        }
        ["skip-asked", name, by] => {
            let commit = release.head().to_owned();
            Fact::SkipAsked { step: step(name), by: by.into(), reason: "it may".into(), commit }
        }
        ["reminded", name, at] => Fact::Reminded { step: step(name), due: minute(number(at)) },
        ["escalated", name, at] => Fact::Escalated { step: step(name), deadline: minute(number(at)) },
        ["target-near", at] => Fact::TargetNear { due: minute(number(at)) },
        ["target-missed", at] => Fact::TargetMissed { at: minute(number(at)) },
        ["missed", name, at] => Fact::Missed { step: step(name), at: minute(number(at)), missing: vec![] },
        ["moved", date, at] => Fact::Moved {
            date: date.into(),
            dates: with(release, date, at),
            by: "ann".into(),
            reason: "the customer asks".into(),
        },
        _ => others(words),
    }
}

/// The dates of a release once one of them is moved.
fn with(release: &Release, date: &str, at: &str) -> Dates {
    let mut dates = release.state.dates.clone();
    dates.0.insert(date.to_owned(), minute(number(at)));
    dates
}

fn failed(step: usize, retry_at: Option<DateTime<Utc>>) -> Fact {
    Fact::Failed { step, problem: "it broke".into(), retry_at, conflict: None, instead: None }
}

fn proposal() -> Proposal {
    let text = String::new;
    let (number, files) = (44, vec![]);
    Proposal { number, url: text(), head: text(), base: text(), commit: text(), why: "it conflicts".into(), files }
}

/// What happens to no step in particular.
fn others(words: &[&str]) -> Fact {
    let story = |story: &str, what| Fact::Story { story: story.into(), what };
    match *words {
        ["pushed", commit] => moved(commit, None, false),
        ["pushed", commit, "to", branch] => moved(commit, Some(branch), false),
        ["synced", commit] => moved(commit, None, true),
        ["synced", commit, "to", branch] => moved(commit, Some(branch), true),
        ["watched", branch, commit] => Fact::Watched { branch: branch.into(), commit: commit.into() },
        ["approved", gate, by] => {
            Fact::Approved { gate: gate.into(), by: by.into(), commit: String::new(), note: None, review: None }
        }
        ["rejected", gate, by] => {
            Fact::Rejected { gate: gate.into(), by: by.into(), commit: String::new(), reason: "no".into() }
        }
        ["withdrew", gate, by] => Fact::Withdrawn { gate: gate.into(), by: by.into(), review: None },
        ["ticked", gate, item] => ticked(gate, item, true),
        ["unticked", gate, item] => ticked(gate, item, false),
        ["squashed", "by", by] => Fact::MergedOtherwise {
            merge: OtherMerge {
                number: 31,
                by: by.into(),
                base: "main".into(),
                commit: "squash".into(),
                turn: MergeTurn::Come,
                rewritten: true,
            },
        },
        ["merge-asked", by] => Fact::MergeAsked { by: by.into() },
        ["waived", hotfix] => Fact::Waived {
            by: "ann".into(),
            reason: "it is not needed".into(),
            owed: vec![],
            hotfixes: vec![ReleaseId(number(hotfix) as u64)],
        },
        ["picked", name] => story(name, StoryFact::Added { by: "ann".into() }),
        ["dropped", name] => story(name, StoryFact::Removed { by: "ann".into(), reason: "later".into() }),
        ["took", name, commit] => story(name, StoryFact::Merged { commit: Some(commit.into()) }),
        ["along", name] => Fact::StoriesDiffer {
            differences: vec![Difference::Along { story: name.into(), with: None, part: false, taken_out: false }],
        },
        ["alike"] => Fact::StoriesDiffer { differences: vec![] },
        ["rebuilt", commit] => Fact::Rebuilt { commit: commit.into() },
        ["cancelled", by] => Fact::Cancelled { by: by.into(), reason: "no longer needed".into(), cleans_up: true },
        ["finished"] => Fact::Finished,
        _ => panic!("{words:?} does not happen"),
    }
}

fn moved(commit: &str, branch: Option<&str>, back_merge: bool) -> Fact {
    let new =
        NewCommit { sha: commit.into(), subject: format!("fix: {commit}"), author: "dave".into(), only_merges: false };
    let (branch, from, to) = (branch.map(str::to_owned), String::new(), commit.to_owned());
    Fact::HeadMoved { branch, from, to, commits: vec![new], back_merge }
}

fn ticked(gate: &str, item: &str, on: bool) -> Fact {
    Fact::Ticked { gate: gate.into(), item: number(item) as usize, on, by: "bob".into() }
}
