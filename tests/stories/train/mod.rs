//! The weekly train: from the code freeze on Thursday to the end of the freeze on Monday.

mod good_week;

use sandbox::world::WorldSettings;

use crate::story::Story;

/// A team that releases by the weekly train; it is Thursday, 5 March 2026, 09:00 in Toronto.
async fn thursday_morning() -> Story {
    Story::begin_with(WorldSettings::weekly_train()).await
}
