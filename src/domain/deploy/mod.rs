//! What runs where: what was deployed, what is reported of it, what speaks against it.

pub mod drift;
pub mod hold;
pub mod ledger;
pub mod merged;
pub mod report;
pub mod run_end;
pub mod signal;
