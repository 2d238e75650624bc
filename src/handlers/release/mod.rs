//! `/release`: each of its commands.

mod adopt;
mod cancel;
mod list;
mod merge;
mod more;
mod next;
mod notes;
mod overview;
mod promote;
mod retry;
mod review;
mod skip;
mod status;
