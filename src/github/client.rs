//! The connection to GitHub: one for all repositories.

use http::Uri;
use octocrab::{Octocrab, service::middleware::retry::RetryConfig};
use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock, atomic::AtomicBool},
    time::Duration,
};

use tokio::sync::Semaphore;

use super::{
    credentials::{Credentials, Identity},
    gathered::GatheredReads,
    git_ref::Ref,
    kept::KeptAnswers,
    model::PullHead,
    problem::{GithubProblem, GithubResult},
    request::Call,
    unchanged::LastAnswers,
    writers::Writers,
};
use crate::{clock::Clock, domain::quota::Spending};

/// How many requests are under way at once: GitHub takes no more than 100 ("Rate limits for the REST API", secondary limits).
const AT_ONCE: usize = 50;

/// The bot's connection to GitHub. Cheap to clone; all clones share connections and tokens.
#[derive(Clone)]
pub struct GitHub {
    pub(super) link: Arc<Connection>,
}

/// Who is told that GitHub answers, or why not.
pub(super) type TellReach = Box<dyn Fn(Result<(), String>) + Send + Sync>;

/// What a call needs.
pub(super) struct Connection {
    pub(super) crab: Octocrab,
    /// The API's address without a slash at the end.
    pub(super) api_url: String,
    pub(super) identity: Identity,
    pub(super) clock: Clock,
    /// Whether it was told that GitHub sends requests on.
    pub(super) told_moved: AtomicBool,
    /// Who writes to which repository.
    pub(super) writers: Writers,
    /// What was read for somebody's question.
    pub(super) kept: KeptAnswers,
    /// What was read for releases that begin.
    pub(super) begun: KeptAnswers,
    /// Refs that several wait for.
    pub(super) refs: GatheredReads<String, Option<Ref>>,
    /// Pull requests that several wait for.
    pub(super) pulls: GatheredReads<u64, PullHead>,
    /// What was read last, to hear that it has not changed.
    pub(super) last: LastAnswers,
    /// What was asked so far, and GitHub's limit.
    pub(super) spending: Mutex<Spending>,
    /// A request is under way for each that is taken.
    pub(super) slots: Semaphore,
    /// Who is told whether GitHub answers.
    pub(super) reach: OnceLock<TellReach>,
}

impl GitHub {
    /// Prepares the connection to the API at `api_url`, such as `https://api.github.com`; asks nothing yet.
    /// Must be called inside tokio.
    ///
    /// # Errors
    /// `Unreachable` for something that is not an address, `Unauthorized` for credentials that cannot be used.
    pub fn connect(api_url: &str, credentials: Credentials, clock: Clock) -> GithubResult<Self> {
        let not_an_address = || GithubProblem::Unreachable(format!("`{api_url}` is not an http address"));
        let uri: Uri = api_url.parse().map_err(|_| not_an_address())?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() || uri.query().is_some() {
            return Err(not_an_address());
        }
        let identity = Identity::from(&credentials)?;
        // octocrab knows no credentials: each call brings its own. Its read time-out also counts the time that a kept
        // connection lay idle, and so would break a call made just before that ends; each call has its own time limit.
        let crab = Octocrab::builder()
            .add_retry_config(RetryConfig::None)
            .add_header(http::header::USER_AGENT, concat!("shipmate/", env!("CARGO_PKG_VERSION")).to_owned())
            .set_connect_timeout(Some(Duration::from_secs(5)))
            .build()
            .map_err(|problem| GithubProblem::Unreachable(problem.to_string()))?;
        let api_url = api_url.trim_end_matches('/').to_owned();
        let (told_moved, writers, kept) = (AtomicBool::new(false), Writers::default(), KeptAnswers::default());
        let (last, spending, reach) = (LastAnswers::default(), Mutex::default(), OnceLock::new());
        let (refs, pulls) = (GatheredReads::default(), GatheredReads::default());
        let link = Connection {
            crab,
            api_url,
            identity,
            clock,
            told_moved,
            writers,
            kept,
            begun: KeptAnswers::default(),
            refs,
            pulls,
            last,
            spending,
            slots: Semaphore::new(AT_ONCE),
            reach,
        };
        Ok(Self { link: Arc::new(link) })
    }

    /// The login that the token belongs to, or the App's slug.
    ///
    /// # Errors
    /// Any [`GithubProblem`].
    pub async fn whoami(&self) -> GithubResult<String> {
        #[derive(serde::Deserialize)]
        struct Who {
            #[serde(alias = "slug")]
            login: String,
        }
        let call = match self.link.identity {
            Identity::Token(_) => Call::get("the token's user", "/user".to_owned()),
            Identity::App { .. } => Call::get("the App", "/app".to_owned()).by_the_app(),
        };
        Ok(self.link.send(call).await?.read::<Who>()?.login)
    }
}

impl fmt::Debug for GitHub {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "GitHub({})", self.link.api_url)
    }
}
