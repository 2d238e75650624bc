//! `incident …`: what the buttons of an incident say. An incident has a number, so that they fit however long the names are.

mod hotfix;
mod resume;
mod rollback;

pub use hotfix::IncidentHotfix;
pub use resume::IncidentResume;
pub use rollback::IncidentRollback;
