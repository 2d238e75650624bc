//! What a decision looks at: the store as it is on disk, or a write under way, which sees its own changes and all that was
//! decided before it and is written with it.

use super::{Store, StoreProblem, Writing};
use crate::domain::{
    deploy::{ledger::Ledger, report::Deploy, signal::Signal},
    freeze::{Freeze, exemption::Exemption},
    release::{Release, backport::MissingBackport},
};

/// What goes on, as one sees it from one place. Each says what cannot be read.
#[allow(clippy::missing_errors_doc)]
pub trait View {
    /// Every open release, oldest first.
    fn open_releases(&self) -> Result<Vec<Release>, StoreProblem>;
    /// All freezes that people started.
    fn freezes(&self) -> Result<Vec<Freeze>, StoreProblem>;
    /// Who may pass one.
    fn exemptions(&self) -> Result<Vec<Exemption>, StoreProblem>;
    /// How a project's environments stand.
    fn ledgers(&self, project: &str) -> Result<Vec<(String, Ledger)>, StoreProblem>;
    /// What a project's hotfixes owe to other lines.
    fn debts(&self, project: &str) -> Result<Vec<MissingBackport>, StoreProblem>;
    /// What was last reported of a version in an environment.
    fn report_of(&self, project: &str, environment: &str, version: &str) -> Result<Option<Deploy>, StoreProblem>;
    /// What speaks, or has spoken, against what runs in a project's environments.
    fn signals(&self, project: &str) -> Result<Vec<Signal>, StoreProblem>;
}

impl View for Store {
    fn open_releases(&self) -> Result<Vec<Release>, StoreProblem> {
        Self::open_releases(self)
    }

    fn freezes(&self) -> Result<Vec<Freeze>, StoreProblem> {
        Self::freezes(self)
    }

    fn exemptions(&self) -> Result<Vec<Exemption>, StoreProblem> {
        Self::exemptions(self)
    }

    fn ledgers(&self, project: &str) -> Result<Vec<(String, Ledger)>, StoreProblem> {
        Self::ledgers(self, project)
    }

    fn debts(&self, project: &str) -> Result<Vec<MissingBackport>, StoreProblem> {
        Self::debts(self, project)
    }

    fn report_of(&self, project: &str, environment: &str, version: &str) -> Result<Option<Deploy>, StoreProblem> {
        Self::report_of(self, project, environment, version)
    }

    fn signals(&self, project: &str) -> Result<Vec<Signal>, StoreProblem> {
        Self::signals(self, project)
    }
}

impl View for Writing {
    fn open_releases(&self) -> Result<Vec<Release>, StoreProblem> {
        Self::open_releases(self)
    }

    fn freezes(&self) -> Result<Vec<Freeze>, StoreProblem> {
        Self::freezes(self)
    }

    fn exemptions(&self) -> Result<Vec<Exemption>, StoreProblem> {
        Self::exemptions(self)
    }

    fn ledgers(&self, project: &str) -> Result<Vec<(String, Ledger)>, StoreProblem> {
        Self::ledgers(self, project)
    }

    fn debts(&self, project: &str) -> Result<Vec<MissingBackport>, StoreProblem> {
        Self::debts(self, project)
    }

    fn report_of(&self, project: &str, environment: &str, version: &str) -> Result<Option<Deploy>, StoreProblem> {
        Self::report_of(self, project, environment, version)
    }

    fn signals(&self, project: &str) -> Result<Vec<Signal>, StoreProblem> {
        Self::signals(self, project)
    }
}
