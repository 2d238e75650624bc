//! What is live in every environment, and what is on its way there.

use serde_json::Value;

use super::{
    GitHub,
    artifacts::Shipped,
    problem::Problem,
    state::Run,
    views::{RunView, run_view},
};

/// One place that things are deployed to.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// The version that is live.
    pub version: Option<String>,
    /// The tag or branch that it was deployed from.
    pub reference: Option<String>,
    /// The commit that is live.
    pub sha: Option<String>,
    /// Since when it is live.
    pub since: Option<String>,
    /// The artifact and the configuration that are live.
    pub shipped: Option<Shipped>,
    /// The latest run that deploys here.
    pub last_run: Option<RunView>,
    /// The version that is being deployed now.
    pub deploying: Option<String>,
    /// The log of the latest deployment, if it failed.
    pub failure: Option<String>,
}

impl GitHub {
    /// What is live and what is under way in every environment.
    pub async fn environments(&self) -> Result<Vec<Environment>, Problem> {
        let mut boards = Vec::new();
        for name in self.environment_names() {
            let deployments: Vec<Value> = {
                let state = self.state();
                state.deployments.iter().filter(|found| found["environment"] == name.as_str()).cloned().collect()
            };
            let mut board = Environment { name, ..Environment::empty() };
            for deployment in &deployments {
                let id = deployment["id"].as_u64().unwrap_or_default();
                board.failure = None;
                let version = self.version_of(deployment).await?;
                match self.deployment_state(id).as_deref() {
                    Some("success") => {
                        let text = |key: &str| deployment[key].as_str().map(str::to_owned);
                        board.version = version;
                        board.reference =
                            deployment["payload"]["tag"].as_str().map(str::to_owned).or_else(|| text("ref"));
                        board.sha = text("sha");
                        board.shipped = self.shipped(id);
                        board.since = text("updated_at");
                    }
                    Some("in_progress" | "queued" | "pending") => board.deploying = version,
                    Some("failure" | "error") => board.failure = self.log_of(id),
                    _ => {}
                }
            }
            let ids: Vec<u64> = deployments.iter().filter_map(|found| found["id"].as_u64()).collect();
            let runs = self.state().runs.clone();
            let deploys = |run: &Run| run.deployment.is_some_and(|id| ids.contains(&id));
            board.last_run = runs.into_iter().rev().find(deploys).map(run_view);
            boards.push(board);
        }
        Ok(boards)
    }

    fn log_of(&self, deployment: u64) -> Option<String> {
        let state = self.state();
        let latest = state.deployment_statuses.iter().rev().find(|(of, _)| *of == deployment);
        latest.and_then(|(_, status)| status["log_url"].as_str().map(str::to_owned))
    }

    /// The names of the environments, in order.
    pub fn environment_names(&self) -> Vec<String> {
        let known = self.settings().workflows.iter().filter_map(|workflow| workflow.environment.clone());
        let mut names: Vec<String> = known.chain(self.settings().environments.iter().cloned()).collect();
        for deployment in &self.state().deployments {
            if let Some(name) =
                deployment["environment"].as_str().filter(|name| !names.iter().any(|known| known == name))
            {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// What a deployment says its version is; otherwise the version tag on its commit, then `version.txt` there.
    pub(super) async fn version_of(&self, deployment: &Value) -> Result<Option<String>, Problem> {
        if let Some(version) = deployment["payload"]["version"].as_str() {
            return Ok(Some(version.to_owned()));
        }
        let sha = deployment["sha"].as_str().unwrap_or_default();
        let named = |tag: super::RefView| {
            let name = tag.name.strip_prefix('v').unwrap_or(&tag.name).to_owned();
            Some(name).filter(|_| tag.commit == sha)
        };
        let tagged =
            self.tags().into_iter().filter_map(named).find(|name| name.starts_with(|c: char| c.is_ascii_digit()));
        if tagged.is_some() {
            return Ok(tagged);
        }
        Ok(self.file(sha, "version.txt").await?.map(|text| text.trim().to_owned()))
    }
}

impl Environment {
    fn empty() -> Self {
        let name = String::new();
        let (version, reference, sha, since) = Default::default();
        Self { name, version, reference, sha, since, shipped: None, last_run: None, deploying: None, failure: None }
    }
}
