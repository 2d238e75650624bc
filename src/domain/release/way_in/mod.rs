//! Which way into its base is open to a pull request that the bot brings in by itself.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use super::hindrance::{Hindered, Hindrance};

/// A pull request before its base.
#[derive(Debug, Clone, Default)]
pub struct PullAtBase<'a> {
    /// The rules that keep the base, as they were read last.
    pub rules: Vec<&'a Hindrance>,
    /// The account that opened it, which is the bot's.
    pub author: &'a str,
    /// Whether something is missing that the bot itself waits for: a check, or that it can be merged at all.
    pub waits: bool,
    /// Whether nothing is wrong with it: it merges cleanly, no check has failed, and nothing closes it.
    pub sound: bool,
    /// Whether GitHub says that rules keep it from being merged.
    pub blocked: bool,
    /// Whether what goes into the base is closed.
    pub frozen: bool,
    /// Since when the bot is at it: since somebody last asked it to try again, else since it began.
    pub since: Option<DateTime<Utc>>,
    /// What else GitHub shows of it, where that was looked at.
    pub progress: PullProgress,
}

/// What GitHub shows of a pull request on its way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullProgress {
    /// Whether it is in a merge queue.
    pub queued: bool,
    /// How it last left a queue.
    pub left: Option<QueueExit>,
    /// Whether it is merged by itself once nothing is in its way.
    pub auto_merge: Option<AutoMergeOn>,
    /// Whether the repository lets that be switched on.
    pub auto_merge_allowed: bool,
    /// Whether a review that is required is missing.
    pub lacks_review: bool,
}

/// How a pull request left a merge queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueExit {
    /// When.
    pub at: DateTime<Utc>,
    /// The login of whoever took it out.
    pub by: String,
    /// Why, in GitHub's word.
    pub reason: String,
}

/// An auto-merge that is switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoMergeOn {
    /// The login of whoever switched it on.
    pub by: String,
    /// In which way it merges, in GitHub's word.
    pub method: String,
}

/// The way that is open, or what keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayIn<'a> {
    /// The bot merges it.
    Merge,
    /// The bot puts it into the merge queue.
    Enqueue,
    /// The bot switches auto-merge on.
    LetGitHub,
    /// What the bot let GitHub do is taken back, because the base is closed.
    TakeBack,
    /// A way is open, but for the base, which is closed.
    Closed,
    /// It waits in the merge queue.
    Queued,
    /// It is merged by itself once what is required is there.
    ByItself,
    /// What the bot waits for is missing.
    Waits,
    /// People have to approve it.
    Review(&'a Hindrance),
    /// It was thrown out of the merge queue, or taken out.
    ThrownOut(&'a QueueExit),
    /// Somebody has it merged by itself in a way that makes other commits: in GitHub's word.
    OtherMethod(&'a str),
    /// A rule leaves it to people.
    Person(&'a Hindrance),
}

impl<'a> PullAtBase<'a> {
    /// The way that is open to it now. Into a closed base none is.
    pub fn way_in(&'a self) -> WayIn<'a> {
        match self.way_once_open() {
            WayIn::Merge | WayIn::Enqueue | WayIn::LetGitHub if self.frozen => WayIn::Closed,
            way => way,
        }
    }

    fn way_once_open(&'a self) -> WayIn<'a> {
        let progress = &self.progress;
        let queue = self.rule(|what| matches!(what, Hindered::Enqueued | Hindered::ThroughQueue)).is_some();
        if self.frozen && (progress.queued && self.since.is_some() || self.is_own_auto_merge()) {
            return WayIn::TakeBack;
        }
        if progress.queued {
            return WayIn::Queued;
        }
        if let Some(rule) = self.rule(Hindered::stops) {
            return if self.waits { WayIn::Waits } else { WayIn::Person(rule) };
        }
        if let Some(exit) = progress.left.as_ref().filter(|exit| queue && self.threw_out(exit)) {
            return WayIn::ThrownOut(exit);
        }
        match &progress.auto_merge {
            Some(auto) if queue || auto.method == "MERGE" => return WayIn::ByItself,
            Some(auto) => return WayIn::OtherMethod(&auto.method),
            None => {}
        }
        if self.blocked && self.sound && !queue && progress.auto_merge_allowed {
            return WayIn::LetGitHub;
        }
        if self.waits {
            return WayIn::Waits;
        }
        let lacks = if queue { progress.lacks_review } else { self.blocked };
        match self.rule(|what| matches!(what, Hindered::Reviewed { .. })).filter(|_| lacks) {
            Some(rule) => WayIn::Review(rule),
            None if queue => WayIn::Enqueue,
            None => WayIn::Merge,
        }
    }

    fn rule(&self, is: impl Fn(&Hindered) -> bool) -> Option<&'a Hindrance> {
        self.rules.iter().copied().find(|found| is(&found.what))
    }

    fn is_own_auto_merge(&self) -> bool {
        self.progress.auto_merge.as_ref().is_some_and(|auto| auto.by == self.author)
    }

    /// What left before the bot was at it, or what it took out itself in a freeze, is not thrown out.
    fn threw_out(&self, exit: &QueueExit) -> bool {
        self.since.is_some_and(|since| exit.at > since) && exit.by != self.author
    }
}
