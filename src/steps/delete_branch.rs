//! Deletes a branch; a branch that is gone is fine.

use super::scene::{Scene, Trouble};
use crate::domain::fact::Made;

pub(super) async fn act(scene: &Scene<'_>, name: &str) -> Result<Made, Trouble> {
    scene.repository.delete_branch(name).await?;
    Ok(Made::Nothing)
}
