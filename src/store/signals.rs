//! What speaks against what runs somewhere, and the last that each version's deploys said.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::deploy::{
    report::{Deploy, bare},
    signal::Signal,
};

/// A signal, and when it was last heard of.
#[derive(Serialize, Deserialize)]
pub(super) struct Heard {
    at: DateTime<Utc>,
    signal: Signal,
}

/// The last that was said of a version in an environment.
#[derive(Serialize, Deserialize)]
pub(super) struct Noted {
    at: DateTime<Utc>,
    deploy: Deploy,
}

impl Writing {
    /// Remembers what a source – an alert group, the deploys of a version – says against a project's environment, in the
    /// place of what it said before. `now` is when it was heard.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_signal(
        &mut self,
        project: &str,
        source: &str,
        signal: Signal,
        now: DateTime<Utc>,
    ) -> Result<(), StoreProblem> {
        self.put(Tree::Reports, &key("signal", &[project, source]), &Heard { at: now, signal })
    }

    /// Remembers the last report of a version in an environment. `now` is when it was heard.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_report_of(&mut self, deploy: Deploy, now: DateTime<Utc>) -> Result<(), StoreProblem> {
        let key = key("last", &[&deploy.project, &deploy.environment, bare(&deploy.version)]);
        self.put(Tree::Reports, &key, &Noted { at: now, deploy })
    }
}

impl dyn View + '_ {
    /// What a source says against a project's environment.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn signal(&self, project: &str, source: &str) -> Result<Option<Signal>, StoreProblem> {
        let heard: Option<Heard> = self.get(Tree::Reports, &key("signal", &[project, source]))?;
        Ok(heard.map(|heard| heard.signal))
    }

    /// The last report of a version in an environment, with the commit and the digests that any of them gave. It is
    /// forgotten 90 days after the last report.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn report_of(&self, project: &str, environment: &str, version: &str) -> Result<Option<Deploy>, StoreProblem> {
        let noted: Option<Noted> = self.get(Tree::Reports, &key("last", &[project, environment, bare(version)]))?;
        Ok(noted.map(|noted| noted.deploy))
    }

    /// All that speaks, or has spoken, against what runs in a project's environments: alerts that fire or fired, deploys
    /// that failed or were rolled back. Each is forgotten 90 days after it was last heard of.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn signals(&self, project: &str) -> Result<Vec<Signal>, StoreProblem> {
        let found: Vec<Heard> = self.all(Tree::Reports, &key("signal", &[project, ""]))?;
        Ok(found.into_iter().map(|heard| heard.signal).collect())
    }

    /// The last report of each version in an environment.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn reports_in(&self, project: &str, environment: &str) -> Result<Vec<Deploy>, StoreProblem> {
        let found: Vec<Noted> = self.all(Tree::Reports, &key("last", &[project, environment, ""]))?;
        Ok(found.into_iter().map(|noted| noted.deploy).collect())
    }
}

/// Names come from outside and may hold any mark but this one.
fn key(kind: &str, parts: &[&str]) -> Vec<u8> {
    format!("{kind}/{}", parts.join("\0")).into_bytes()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{super::Store, *};

    #[tokio::test]
    async fn signals_are_found_by_project_and_reports_by_version() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let at = DateTime::from_timestamp(1_772_442_000, 0).unwrap();
        let signal = |environment: Option<&str>, firing| Signal {
            environment: environment.map(str::to_owned),
            at,
            what: "HighErrorRate".into(),
            firing,
        };
        let (qa, nowhere) = (signal(Some("qa"), false), signal(None, true));
        let (one, two) = (qa.clone(), nowhere.clone());
        let deploy = crate::domain::deploy::report::read(crate::domain::deploy::report::EXAMPLE.as_bytes()).unwrap();
        let noted = deploy.clone();
        let write = move |writing: &mut Writing| {
            writing.put_signal("api", "a", one.clone(), at)?;
            writing.put_signal("api", "b", two, at)?;
            writing.put_signal("api-2", "a", one, at)?;
            writing.put_report_of(noted, at)
        };
        store.write(write).await.unwrap();
        assert_eq!(store.signals("api").unwrap(), [qa.clone(), nowhere.clone()]);
        assert_eq!(store.signals("ap").unwrap(), []);
        let later = at + chrono::Duration::minutes(1);
        assert!(qa.is_against("qa", at) && !qa.is_against("qa", later) && !qa.is_against("production", at));
        assert!(signal(Some("qa"), true).is_against("qa", later), "it goes on");
        assert!(!nowhere.is_against("qa", at), "nobody said where it is");
        assert_eq!(store.report_of("api", "production", "v2.2.0").unwrap(), Some(deploy));
        assert_eq!(store.report_of("api", "staging", "2.2.0").unwrap(), None);
    }
}
