//! A story is a set of commits: what people chose, compared with what the branch holds.

use serde::{Deserialize, Serialize};

use super::{
    Picking, Stands, Stories, Story,
    held::{HeldBranch, HeldCommit, HeldLine},
};
use crate::domain::release::{Release, plan::Step};

#[cfg(test)]
mod tests;

/// How the choice and the branch differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Difference {
    /// A story that nobody chose, or that was taken out, is in.
    Along {
        /// The story.
        story: String,
        /// The story that brought it; nothing if it was merged by hand.
        with: Option<String>,
        /// Whether its newest commits are not in.
        part: bool,
        /// Whether it was chosen, and taken out.
        taken_out: bool,
    },
    /// A story's branch has other commits than those that came in.
    Pushed {
        /// The story.
        story: String,
        /// The commit that is in.
        held: String,
        /// Its branch's commit now.
        now: String,
        /// Whether what is in is not on its branch any more.
        rewritten: bool,
    },
    /// A story that was merged is taken back on the branch.
    Reverted {
        /// The story.
        story: String,
        /// The commit that takes it back.
        by: String,
    },
    /// A story came in by somebody else's hands.
    ByHand {
        /// The story.
        story: String,
        /// The commit that brought it.
        by: String,
    },
    /// A story that was merged is not there.
    Lacking {
        /// The story.
        story: String,
    },
}

impl Difference {
    /// The story that it is about.
    pub fn story(&self) -> &str {
        match self {
            Self::Along { story, .. }
            | Self::Pushed { story, .. }
            | Self::Reverted { story, .. }
            | Self::ByHand { story, .. }
            | Self::Lacking { story } => story,
        }
    }
}

/// The branch that holds what was chosen: the release's own, once the stories have come there.
pub fn holder<'a>(release: &'a Release, picking: Picking<'a>) -> &'a str {
    let (spec, steps) = (&release.spec, release.state.steps.iter());
    let passes = |step: &Step| matches!(step, Step::Merge { branch, from, .. } if *branch == spec.branch && from == picking.into);
    let passed_on = spec.plan.steps.iter().zip(steps).any(|(planned, step)| passes(&planned.step) && step.is_over());
    if passed_on { &spec.branch } else { picking.into }
}

/// How what people chose and what the branch holds differ, story by story in the order of the choice.
pub fn differences(stories: &Stories, picking: Picking<'_>, held: &HeldBranch) -> Vec<Difference> {
    let takes_in = |commit: &HeldCommit| story_of(stories, picking, commit).is_some();
    let comparison = Compared { stories, picking, held, line: HeldLine::of(held, takes_in) };
    let chosen = stories.list.iter().filter(|story| story.is_in()).flat_map(|story| comparison.chosen(story));
    chosen.chain(comparison.others()).collect()
}

struct Compared<'a> {
    stories: &'a Stories,
    picking: Picking<'a>,
    held: &'a HeldBranch,
    line: HeldLine<'a>,
}

impl Compared<'_> {
    /// What is said about a story that is in.
    fn chosen(&self, story: &Story) -> Vec<Difference> {
        let (name, Some(head)) = (&story.name, &story.head) else { return vec![] };
        let Some(commit) = self.line.get(head) else {
            let there = self.held.there.contains(head);
            return if there { vec![] } else { vec![Difference::Lacking { story: name.clone() }] };
        };
        if let Some(by) = self.taken_back(commit, story.merge()) {
            return vec![Difference::Reverted { story: name.clone(), by: by.sha.clone() }];
        }
        let mut found: Vec<Difference> = self.by_hand(name, commit).into_iter().collect();
        let now = self.held.heads.get(name).filter(|now| *now != head);
        found.extend(now.and_then(|now| match self.line.get(now) {
            // What came to its branch later is in as well.
            Some(later) if found.is_empty() => self.by_hand(name, later),
            Some(_) => None,
            None => {
                let (story, held, now) = (name.clone(), head.clone(), now.clone());
                Some(Difference::Pushed { story, held, now, rewritten: self.held.rewritten.contains(name) })
            }
        }));
        found
    }

    /// What is there of stories that nobody chose.
    fn others(&self) -> Vec<Difference> {
        let branches = self.held.heads.iter().map(|(name, head)| (name, head, None));
        let out = self.stories.taken_out.iter().filter_map(|out| Some((&out.name, out.head.as_ref()?, out.merge())));
        let mut found: Vec<Difference> = vec![];
        for (name, head, merge) in out.chain(branches) {
            let open = |story: &Story| story.is_in() || !story.is_out();
            let known = self.stories.named(name).is_some_and(open) || found.iter().any(|one| one.story() == name);
            if !known {
                found.extend(self.along(name, head, merge));
            }
        }
        found
    }

    fn along(&self, name: &str, head: &str, merge: Option<&str>) -> Option<Difference> {
        let part = self.held.parts.get(name);
        let commit = self.line.get(head).or_else(|| self.line.get(part?))?;
        let part = commit.sha != head;
        // A branch without a commit of its own that begins at something else's.
        let begins = |story: &Story| story.name != name && story.head.as_deref() == Some(head);
        let brought: Vec<&HeldCommit> = self.line.merges_of(&commit.sha).collect();
        let bare = brought.is_empty() && commit.parents.len() > 1;
        if bare || self.stories.list.iter().any(begins) || self.taken_back(commit, merge).is_some() {
            return None;
        }
        let with = brought.iter().find_map(|merge| self.story_of(merge));
        let taken_out = self.stories.taken_out.iter().any(|out| out.name == name);
        Some(Difference::Along { story: name.to_owned(), with: with.filter(|with| with != name), part, taken_out })
    }

    /// What takes back what a commit came with.
    fn taken_back(&self, commit: &HeldCommit, merge: Option<&str>) -> Option<&HeldCommit> {
        let merges = merge.and_then(|merge| self.line.get(merge)).into_iter().chain(self.line.merges_of(&commit.sha));
        let mut ends = merges.filter_map(|merge| self.line.taken_back(merge));
        ends.next().or_else(|| self.line.reverted(commit, 0))
    }

    /// Whether somebody else than the bot brought a story's commit.
    fn by_hand(&self, story: &str, commit: &HeldCommit) -> Option<Difference> {
        let mut merges = self.line.merges_of(&commit.sha).peekable();
        let by = merges.peek().map_or(&commit.sha, |merge| &merge.sha).clone();
        let own = merges.any(|merge| self.story_of(merge).is_some());
        (!own).then(|| Difference::ByHand { story: story.to_owned(), by })
    }

    fn story_of(&self, merge: &HeldCommit) -> Option<String> {
        story_of(self.stories, self.picking, merge)
    }
}

/// The story for which the bot made a merge; one of which it did not live to hear the answer is known by its message.
fn story_of(stories: &Stories, picking: Picking<'_>, merge: &HeldCommit) -> Option<String> {
    let own = |story: &&Story| {
        story.merge() == Some(merge.sha.as_str())
            || (merge.parents.len() == 2 && merge.message.trim() == picking.message(&story.name))
    };
    stories.list.iter().chain(&stories.taken_out).find(own).map(|story| story.name.clone())
}

impl Story {
    /// The merge that brought it, if the bot made it.
    pub fn merge(&self) -> Option<&str> {
        match &self.stands {
            Stands::In { commit } => commit.as_deref(),
            Stands::Pending
            | Stands::Deploying { .. }
            | Stands::Testing { .. }
            | Stands::Rejected { .. }
            | Stands::LeftOut { .. } => None,
        }
    }
}
