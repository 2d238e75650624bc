//! What can go wrong with GitHub, told apart by what helps.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A call to GitHub that did not give what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "github", content = "said", rename_all = "kebab-case")]
pub enum GithubProblem {
    /// No answer, or the connection broke: it is not known whether a change was made. Look, then try again.
    #[error("GitHub could not be reached ({0})")]
    Unreachable(String),
    /// GitHub answered 5xx. Look, then try again.
    #[error("GitHub is having trouble ({0})")]
    Trouble(String),
    /// A rate limit; nothing was changed.
    #[error("GitHub's rate limit is used up until {}", until.format("%H:%M UTC"))]
    RateLimited {
        /// When to try again.
        until: DateTime<Utc>,
    },
    /// What the limit still leaves is kept for releases, so this was not asked.
    #[error("what GitHub lets the bot ask until {} is kept for releases", until.format("%H:%M UTC"))]
    KeptForReleases {
        /// When to ask again.
        until: DateTime<Utc>,
    },
    /// 401.
    #[error("GitHub does not accept the token ({0}); put a valid one into [github]")]
    Unauthorized(String),
    /// 403 that is not a rate limit.
    #[error("GitHub forbids this to the bot's token ({0}); give it the permission")]
    Forbidden(String),
    /// 403 because the repository is archived.
    #[error("the repository is archived on GitHub, so nothing can be changed there: unarchive it in its settings")]
    Archived,
    /// Another store is the one that writes to the repository: nothing was sent.
    #[error(
        "another Shipmate, with a store of its own since {since}, is the one that writes to {repository}, so this one changes \
         nothing there: stop one of the two, and start the one that is to go on with `shipmate run --take-over`"
    )]
    AnotherWriter {
        /// The repository.
        repository: String,
        /// Since when the other store is there.
        since: DateTime<Utc>,
    },
    /// 404, or 422 for a ref: it is not there, or the token may not see it.
    #[error("GitHub does not find {0}, or the bot's token may not see it")]
    NotFound(String),
    /// 3xx to an address that is not to be followed; nothing was changed.
    #[error("GitHub says that {0} has moved; write its new name into bot.toml")]
    Moved(String),
    /// 422 because the thing exists already.
    #[error("{0} exists already on GitHub")]
    AlreadyExists(String),
    /// 409 or any other 4xx: GitHub's own words.
    #[error("GitHub refuses: {0}")]
    Refused(String),
    /// An answer that we cannot read.
    #[error("GitHub's answer could not be read ({0})")]
    Unreadable(String),
    /// What stands at a path is no text file of the repository.
    #[error("{0}")]
    NotAFile(String),
    /// A name that git or GitHub does not allow, or that cannot be put into an address.
    #[error("`{0}` is not a name that can be used on GitHub: letters, digits, `.`, `_`, `-` and `/` are safe")]
    BadName(String),
}

impl GithubProblem {
    /// Whether trying again later may help without anybody doing anything.
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::Trouble(_) | Self::RateLimited { .. } | Self::KeptForReleases { .. }
        )
    }

    /// Whether the same may be read later on, once GitHub lets the bot look again; what is not there does not come by that.
    pub fn may_be_read_later(&self) -> bool {
        matches!(self, Self::Unauthorized(_) | Self::Forbidden(_) | Self::Unreadable(_) | Self::NotAFile(_))
    }

    /// What it means for something that was looked at.
    pub fn hidden_by(&self) -> Hidden {
        match self {
            Self::Unreachable(_) | Self::Trouble(_) | Self::RateLimited { .. } | Self::KeptForReleases { .. } => {
                Hidden::Trouble
            }
            Self::Unauthorized(_) => Hidden::Unauthorized,
            Self::Forbidden(_) => Hidden::Forbidden,
            Self::Archived => Hidden::Archived,
            Self::AnotherWriter { .. } => Hidden::AnotherWriter,
            Self::NotFound(_) => Hidden::NotFound,
            Self::Moved(_) => Hidden::Moved,
            Self::AlreadyExists(_) | Self::Refused(_) | Self::BadName(_) => Hidden::Refused,
            Self::Unreadable(_) | Self::NotAFile(_) => Hidden::Unreadable,
        }
    }

    /// Whether GitHub answered, and the answer says nothing of what was asked for.
    pub fn hides(&self) -> bool {
        !matches!(self, Self::Unreachable(_) | Self::RateLimited { .. } | Self::KeptForReleases { .. })
    }
}

/// What keeps GitHub from showing something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hidden {
    /// It is not reached, has trouble, or takes no more requests for now.
    Trouble,
    /// It does not accept the token.
    Unauthorized,
    /// The token lacks a permission.
    Forbidden,
    /// The repository is archived.
    Archived,
    /// Another bot is the one that works there.
    AnotherWriter,
    /// It is not there, or not for the bot.
    NotFound,
    /// It has moved.
    Moved,
    /// It refuses.
    Refused,
    /// Its answer cannot be read.
    Unreadable,
}
