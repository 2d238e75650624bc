//! `cancel`: ask what cancelling a release would remove; only buttons say it.

use crate::ReleaseRef;

command! {
    /// Ask what cancelling a release would remove
    "cancel" => Cancel needs Release, changing, hidden {
        /// Release that is meant; the open one when left out
        version: Option<ReleaseRef>,
    }
}
