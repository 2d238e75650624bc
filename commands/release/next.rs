//! `/release next`: the next version and its notes, before anything happens.

use crate::{Bump, ProjectName};

command! {
    /// Tell the next version and its notes before anything happens
    "release next" => ReleaseNext needs Anyone {
        /// Project to look ahead for
        project: Option<ProjectName>,
        /// Which part of the version to raise
        bump: Option<Bump>,
    }
}
