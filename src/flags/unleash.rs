//! Unleash's Admin API: the flags of one project, in one environment.

use std::time::Duration;

use reqwest::{Client, Method, StatusCode, Url, header::AUTHORIZATION};
use serde::{Deserialize, de::DeserializeOwned};

use super::{Flag, FlagProblem};
use crate::{bounded, config::Secret};

/// How long Unleash may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// An Unleash. It does not print its token.
#[derive(Debug)]
pub struct Unleash {
    client: Client,
    url: Url,
    token: Secret,
    project: String,
    environment: String,
}

#[derive(Deserialize)]
struct FeatureList {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    environments: Vec<FeatureEnvironment>,
}

#[derive(Deserialize)]
struct FeatureEnvironment {
    name: String,
    enabled: bool,
}

/// What Unleash says when it does not do something.
#[derive(Deserialize)]
struct UnleashRefusal {
    message: String,
}

impl Unleash {
    /// An Unleash at `url`, without its `/api/admin`; nothing is asked yet.
    ///
    /// # Errors
    /// A sentence when the address cannot be used.
    pub fn new(url: &str, token: Secret, project: &str, environment: &str) -> Result<Self, String> {
        let client = Client::builder().timeout(PATIENCE).build().map_err(|problem| problem.to_string())?;
        let url = Url::parse(url).map_err(|problem| format!("{url}: {problem}"))?;
        Ok(Self { client, url, token, project: project.to_owned(), environment: environment.to_owned() })
    }

    /// The environment in which flags are read and switched.
    pub(super) fn environment(&self) -> &str {
        &self.environment
    }

    pub(super) async fn list(&self) -> Result<Vec<Flag>, FlagProblem> {
        let answer = self.ask(Method::GET, &[]).await?;
        let shown: FeatureList = read(answer).await?;
        Ok(shown.features.into_iter().filter_map(|feature| self.flag(feature)).collect())
    }

    /// Looks first, since an earlier try may have switched it.
    pub(super) async fn set(&self, name: &str, on: bool) -> Result<(), FlagProblem> {
        let turned = if on { "on" } else { "off" };
        if self.is(name, on).await? {
            return Ok(());
        }
        self.ask(Method::POST, &[name, "environments", &self.environment, turned]).await?;
        match self.is(name, on).await? {
            true => Ok(()),
            false => {
                let place = &self.environment;
                Err(FlagProblem::Person(format!("Unleash said yes, but {name} is not {turned} in {place}")))
            }
        }
    }

    async fn is(&self, name: &str, on: bool) -> Result<bool, FlagProblem> {
        let answer = self.ask(Method::GET, &[name]).await?;
        let feature: Feature = read(answer).await?;
        Ok(self.flag(feature).is_some_and(|flag| flag.on == on))
    }

    /// A flag as it stands in the environment; nothing if it is not in it.
    fn flag(&self, feature: Feature) -> Option<Flag> {
        let on = feature.environments.iter().find(|place| place.name == self.environment)?.enabled;
        Some(Flag { name: feature.name, on, about: feature.description.unwrap_or_default() })
    }

    async fn ask(&self, method: Method, path: &[&str]) -> Result<reqwest::Response, FlagProblem> {
        let mut url = self.url.clone();
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().extend(["api", "admin", "projects", &self.project, "features"]).extend(path);
        }
        let request = self.client.request(method, url).header(AUTHORIZATION, self.token.reveal());
        // The address may be shown; the token is in no part of it.
        let answer = request
            .send()
            .await
            .map_err(|problem| FlagProblem::Later(format!("Unleash does not answer: {problem}")))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let said = read::<UnleashRefusal>(answer).await.map_or_else(|_| status.to_string(), |refused| refused.message);
        let said = said.trim_end_matches('.');
        Err(match status {
            StatusCode::UNAUTHORIZED => {
                FlagProblem::Person("Unleash does not take the token of [flags] in bot.toml".into())
            }
            StatusCode::TOO_MANY_REQUESTS => FlagProblem::Later("Unleash wants to be asked less often".into()),
            status if status.is_server_error() => FlagProblem::Later(format!("Unleash has trouble: {said}")),
            _ => FlagProblem::Person(format!("Unleash refuses: {said}")),
        })
    }
}

async fn read<T: DeserializeOwned>(answer: reqwest::Response) -> Result<T, FlagProblem> {
    let unreadable = |why: String| FlagProblem::Later(format!("Unleash answers what cannot be read: {why}"));
    let bytes = bounded::read(reqwest::Body::from(answer)).await.map_err(|problem| unreadable(problem.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|problem| unreadable(problem.to_string()))
}
