//! Looks at what is there: open pull requests, groups in merge queues, exemptions that lapse.

use std::collections::BTreeSet;

use super::{
    ground::{Ground, Law},
    watch::{Trouble, Watch},
};
use crate::{
    context::Desk,
    domain::freeze::{exemption::Lapse, guard::Guard},
    record::freezes,
    store::StoreProblem,
};

/// Where GitHub keeps the groups of a merge queue; nobody else can write there.
const QUEUE: &str = "gh-readonly-queue";

/// A group in a merge queue: the branch with some pull requests merged into it, the last of them named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The branch it goes to.
    pub base: String,
    /// Its commit.
    pub head: String,
    /// The last pull request in it.
    pub pull: u64,
    /// Whether that is the only one: it stands on the branch as it is.
    pub alone: bool,
}

impl Watch {
    /// Reads one thing that is due; whether there was one.
    pub(super) async fn read_one(&mut self, ground: &Ground, law: &Law<'_>, guards: &[Guard]) -> Result<bool, Trouble> {
        if self.list_due {
            let pulls = ground.repository.open_pulls().await?;
            self.pulls = pulls.into_iter().map(|pull| (pull.number, pull)).collect();
            self.touched.clear();
            self.list_due = false;
            return Ok(true);
        }
        if let Some(number) = self.touched.first().copied() {
            match ground.repository.open_pull(number).await? {
                Some(pull) => drop(self.pulls.insert(number, pull)),
                None => drop(self.pulls.remove(&number)),
            }
            self.touched.remove(&number);
            return Ok(true);
        }
        if self.groups_due {
            let required = guards.iter().filter(|guard| guard.required == Some(true)).map(|guard| guard.branch.clone());
            let bases: BTreeSet<String> =
                self.closed_branches(ground, law, guards).into_iter().chain(required).collect();
            let mut groups = vec![];
            for base in bases {
                groups.extend(read_groups(ground, &base).await?);
            }
            (self.groups, self.groups_due) = (groups, false);
            return Ok(true);
        }
        Ok(false)
    }

    /// The branches that are closed to ordinary merges, as far as anybody works on them.
    pub(super) fn closed_branches(&self, ground: &Ground, law: &Law<'_>, guards: &[Guard]) -> BTreeSet<String> {
        let bases = self.pulls.values().map(|pull| pull.base.clone());
        let known = guards.iter().map(|guard| guard.branch.clone());
        let all: BTreeSet<String> = ground.lines().into_iter().chain(law.named()).chain(bases).chain(known).collect();
        all.into_iter().filter(|branch| law.is_closed(branch)).collect()
    }

    /// Notes exemptions whose pull request is not any more what it was.
    pub(super) async fn lapse(&mut self, desk: &Desk, ground: &Ground, law: &Law<'_>) -> Result<(), Trouble> {
        let now = desk.clock.now();
        for exemption in &law.exemptions {
            let number = exemption.pull_request;
            let found = self.pulls.get(&number).map(|pull| (pull.head.as_str(), pull.base.as_str()));
            let Some(mut why) = exemption.lapse(found, now) else { continue };
            if why == Lapse::Closed {
                // The list may have missed it, so it is looked at by itself.
                let Some(pull) = ground.repository.open_pull(number).await? else {
                    note(desk, exemption.id, Lapse::Closed).await?;
                    continue;
                };
                let again = exemption.lapse(Some((&pull.head, &pull.base)), now);
                self.pulls.insert(number, pull);
                let Some(found) = again else { continue };
                why = found;
            }
            note(desk, exemption.id, why).await?;
        }
        Ok(())
    }
}

async fn note(desk: &Desk, id: u64, why: Lapse) -> Result<(), StoreProblem> {
    let writer = desk.clone();
    desk.write(move |writing| {
        let found =
            writing.exemptions()?.into_iter().find(|exemption| exemption.id == id && exemption.lapsed.is_none());
        match found {
            Some(exemption) => freezes::lapse(&writer, writing, exemption, why),
            None => Ok(()),
        }
    })
    .await
}

/// The groups in the merge queue of a branch. GitHub names each after its last pull request and the commit it stands on.
async fn read_groups(ground: &Ground, base: &str) -> Result<Vec<Group>, Trouble> {
    let prefix = format!("{QUEUE}/{base}/");
    let refs = ground.repository.branches_with_prefix(&prefix).await?;
    if refs.is_empty() {
        return Ok(vec![]);
    }
    let tip = ground.repository.branch(base).await?;
    let group = |(name, head): (String, String)| {
        let (number, stands_on) = name.strip_prefix(&prefix)?.strip_prefix("pr-")?.split_once('-')?;
        let alone = tip.as_deref() == Some(stands_on);
        Some(Group { base: base.to_owned(), head, pull: number.parse().ok()?, alone })
    };
    Ok(refs.into_iter().filter_map(group).collect())
}
