//! The playbook `monthly`: stories picked one by one in the first week of the month.

mod beside;
mod clock;
mod late_fix;
mod month;
mod trouble;
mod window;

use sandbox::world::WorldSettings;

use crate::story::Story;

/// A team that releases every month, on the first working day of March, half an hour before the window opens.
async fn begin() -> Story {
    Story::begin_with(WorldSettings::monthly()).await
}
