//! `/schedule skip`: leaves one occurrence out.

use commands::ScheduleSkip;

use super::except::Wish;
use crate::{
    domain::message::Message,
    handlers::{Asked, Refusal},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn schedule_skip(&self, asked: ScheduleSkip) -> Result<Option<Message>, Refusal> {
        let ScheduleSkip { date, reason, on, project, version, dry_run } = asked;
        let reason = reason.as_str().to_owned();
        self.except(Wish { date, to: None, reason, on, project, version, dry_run }).await
    }
}
