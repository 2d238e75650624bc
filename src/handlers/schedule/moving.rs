//! `/schedule move`: moves one occurrence.

use commands::ScheduleMove;

use super::except::Wish;
use crate::{
    domain::message::Message,
    handlers::{Asked, Refusal},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn schedule_move(&self, asked: ScheduleMove) -> Result<Option<Message>, Refusal> {
        let ScheduleMove { date, to, reason, on, project, version, dry_run } = asked;
        let reason = reason.as_str().to_owned();
        self.except(Wish { date, to: Some(to), reason, on, project, version, dry_run }).await
    }
}
