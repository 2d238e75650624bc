//! What GitHub shows of how far releases and hotfixes have come, whatever the bot calls it.

use super::Page;
use crate::github::{PullView, RefView};

/// A deployment that was asked for since the world began.
pub(super) struct Deployed {
    /// Where to.
    pub place: String,
    /// The tag or the branch.
    pub reference: String,
    /// The commit.
    sha: String,
    /// How much of the traffic it got, in per cent, if that was said.
    pub share: Option<String>,
    /// Whether it succeeded.
    pub stands: bool,
}

/// What has been made, and what is there.
pub(super) struct Facts {
    /// Every pull request, oldest first.
    pub pulls: Vec<PullView>,
    /// The branches and tags that were made since the world began.
    made: Vec<String>,
    branches: Vec<RefView>,
    tags: Vec<RefView>,
    deployed: Vec<Deployed>,
    /// The tags of the releases that have a page.
    published: Vec<String>,
    /// What ran somewhere when the world began.
    old: Vec<String>,
}

impl Facts {
    pub(super) fn read(page: &Page) -> Self {
        let github = page.world.github();
        let standing = &github.settings().standing;
        // Whatever stood somewhere at first was deployed there once.
        let deployed = github.deployments().into_iter().skip(standing.len()).map(|deployment| Deployed {
            place: deployment["environment"].as_str().unwrap_or_default().to_owned(),
            reference: deployment["ref"].as_str().unwrap_or_default().to_owned(),
            sha: deployment["sha"].as_str().unwrap_or_default().to_owned(),
            share: deployment["payload"]["share"].as_str().map(str::to_owned),
            // A success that was followed by another one is inactive.
            stands: deployment["id"]
                .as_u64()
                .and_then(|id| github.deployment_state(id))
                .is_some_and(|state| state == "success" || state == "inactive"),
        });
        let created = |made: String| made.strip_suffix(" created").map(str::to_owned);
        let releases = github.releases();
        Self {
            pulls: github.pull_requests(),
            made: github.objects_made().into_keys().filter_map(created).collect(),
            branches: github.branches(),
            tags: github.tags(),
            deployed: deployed.collect(),
            published: releases.iter().filter_map(|page| page["tag_name"].as_str().map(str::to_owned)).collect(),
            old: standing.iter().map(|stood| stood.tag.clone()).collect(),
        }
    }

    /// The branches of hotfixes that were made.
    fn fixes(&self) -> impl Iterator<Item = &str> {
        self.branches_made().filter(|name| name.starts_with("hotfix"))
    }

    fn branches_made(&self) -> impl Iterator<Item = &str> {
        self.made.iter().filter_map(|made| made.strip_prefix("branch "))
    }

    /// Whether a branch or a tag is a hotfix's.
    pub(super) fn is_fix(&self, reference: &str) -> bool {
        let named = |branch: &str| {
            let rest = branch.strip_prefix("hotfix/").and_then(|name| name.strip_prefix(reference));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        // Where a branch is named after the version before, its tag stands on what was deployed from it.
        let commit = self.tags.iter().find(|tag| tag.name == reference).map(|tag| tag.commit.as_str());
        let tagged = |one: &Deployed| one.reference.starts_with("hotfix") && commit == Some(one.sha.as_str());
        reference.starts_with("hotfix") || self.fixes().any(named) || self.deployed.iter().any(tagged)
    }

    /// Whether words name the version of a hotfix.
    pub(super) fn is_of_fix(&self, words: &str) -> bool {
        let version = |word: &str| word.starts_with(|first: char| first == 'v' || first.is_ascii_digit());
        words.split_whitespace().filter(|word| version(word)).any(|word| {
            let bare = word.trim_start_matches('v');
            self.is_fix(bare) || self.is_fix(&format!("v{bare}"))
        })
    }

    /// What a release, and no hotfix, has had deployed, oldest first. The way back to what ran before is not of it.
    pub(super) fn of_releases(&self) -> impl Iterator<Item = &Deployed> {
        self.deployed.iter().filter(|one| !self.old.contains(&one.reference) && !self.is_fix(&one.reference))
    }

    /// Whether a release has stood in a place.
    pub(super) fn stood_in(&self, place: &str) -> bool {
        self.of_releases().any(|one| one.stands && one.place == place)
    }

    /// Whether a release has had this much of production's traffic.
    pub(super) fn had_share(&self, share: &str) -> bool {
        self.of_releases().any(|one| one.stands && one.place == "production" && one.share.as_deref() == Some(share))
    }

    /// Whether a place has gone from a release to something else, and returned to the same.
    pub(super) fn returned_in(&self, place: &str) -> bool {
        let here = |one: &&Deployed| one.stands && one.place == place;
        let mut stood: Vec<&str> = self.deployed.iter().filter(here).map(|one| one.reference.as_str()).collect();
        stood.dedup();
        let twice = |reference: &str| stood.iter().filter(|one| **one == reference).count() > 1;
        self.of_releases().filter(here).any(|one| twice(&one.reference))
    }

    /// Whether a release has its tag.
    pub(super) fn has_tag(&self) -> bool {
        self.made.iter().filter_map(|made| made.strip_prefix("tag ")).any(|tag| !self.is_fix(tag))
    }

    /// Whether a release has its page.
    pub(super) fn has_page(&self) -> bool {
        let made = |tag: &String| self.made.contains(&format!("tag {tag}"));
        self.published.iter().any(|tag| made(tag) && !self.is_fix(tag))
    }

    /// The branches that were made for releases.
    fn own(&self) -> impl Iterator<Item = &str> {
        self.branches_made().filter(|name| name.ends_with("-release") && !name.starts_with("hotfix"))
    }

    fn is_gone(&self, name: &str) -> bool {
        !self.branches.iter().any(|branch| branch.name == name)
    }

    /// Whether a release has got a branch of its own.
    pub(super) fn has_branch(&self) -> bool {
        self.own().next().is_some()
    }

    /// Whether nothing is left to do for a release with a branch of its own: the bot deletes it at the end.
    pub(super) fn is_home(&self) -> bool {
        self.has_page() && self.own().any(|name| self.is_gone(name))
    }

    /// Whether a branch has come into another by a pull request.
    pub(super) fn merged(&self, branch: &str) -> bool {
        self.pulls.iter().any(|pull| pull.merged && pull.head == branch)
    }

    /// Whether a hotfix has begun.
    pub(super) fn fix_begun(&self) -> bool {
        self.fixes().next().is_some()
    }

    /// Whether somebody has pushed a fix: its branch is ahead of what it was cut from.
    pub(super) fn fix_pushed(&self) -> bool {
        let elsewhere = |commit: &str| {
            let others = self.branches.iter().filter(|branch| !branch.name.starts_with("hotfix"));
            let tags = self.tags.iter().filter(|tag| !self.is_fix(&tag.name));
            others.chain(tags).any(|other| other.commit == commit)
        };
        let fixed = |name: &str| {
            let branch = self.branches.iter().find(|branch| branch.name == name);
            branch.is_none_or(|branch| !elsewhere(&branch.commit))
        };
        self.fixes().any(fixed)
    }

    /// Whether production has run a hotfix.
    pub(super) fn fix_live(&self) -> bool {
        let production = |place: &str| place == "prod" || place == "production";
        self.deployed.iter().any(|one| one.stands && production(&one.place) && self.is_fix(&one.reference))
    }

    /// Whether nothing is left to do for a hotfix: the bot deletes its branch at the end.
    pub(super) fn fix_over(&self) -> bool {
        self.fix_live() && self.fixes().any(|name| self.is_gone(name))
    }
}
