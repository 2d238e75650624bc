//! How many requests a service still takes: most are kept for releases, some are for what people ask.

use chrono::{DateTime, Utc};

/// What a service says of its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// How many requests it takes in one stretch of time.
    pub limit: u64,
    /// How many of these are left.
    pub remaining: u64,
    /// When that stretch ends, and the next begins.
    pub reset: DateTime<Utc>,
}

/// What has been asked so far, and what is known of the limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spending {
    quota: Option<Quota>,
    /// How many requests people's questions have cost in this stretch.
    questions: u64,
    /// Since when and until when the service wants no requests at all.
    shut: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// That there are too few requests left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scarcity {
    /// None are taken until then.
    UsedUp(DateTime<Utc>),
    /// What is left until then is kept for releases.
    KeptForReleases(DateTime<Utc>),
}

impl Spending {
    /// Notes what the service says of its limit.
    pub fn note(&mut self, quota: Quota) {
        if self.quota.is_none_or(|known| known.reset != quota.reset) {
            self.questions = 0;
        }
        self.quota = Some(quota);
    }

    /// Notes at `now` that the service wants no requests until then.
    pub fn shut(&mut self, now: DateTime<Utc>, until: DateTime<Utc>) {
        self.shut = Some((now, until));
    }

    /// Until when the service wants no requests at all. What was said by a clock that was set back since is forgotten.
    pub fn shut_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.shut.filter(|(since, until)| *since <= now && now < *until).map(|(_, until)| until)
    }

    /// Takes one request for a question.
    ///
    /// # Errors
    /// Why there is none to be had: questions take at most half of the limit, and nothing of its last tenth.
    pub fn take_for_question(&mut self, now: DateTime<Utc>) -> Result<(), Scarcity> {
        if let Some(scarcity) = self.scarcity(now) {
            return Err(scarcity);
        }
        self.questions += 1;
        Ok(())
    }

    /// Whether there are too few requests left for questions.
    pub fn scarcity(&self, now: DateTime<Utc>) -> Option<Scarcity> {
        if let Some(until) = self.shut_until(now) {
            return Some(Scarcity::UsedUp(until));
        }
        let Quota { limit, remaining, reset } = self.quota.filter(|quota| quota.reset > now)?;
        match remaining {
            0 => Some(Scarcity::UsedUp(reset)),
            _ if self.questions >= limit / 2 || remaining <= limit / 10 => Some(Scarcity::KeptForReleases(reset)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn questions_leave_half_and_nothing_of_the_last_tenth() {
        let at = |time: &str| format!("2026-03-02T{time}:00Z").parse::<DateTime<Utc>>().unwrap();
        let quota = |remaining| Quota { limit: 100, remaining, reset: at("10:00") };
        let (kept, used_up) = (Some(Scarcity::KeptForReleases(at("10:00"))), Some(Scarcity::UsedUp(at("10:00"))));
        for (about, questions, remaining, now, expected) in [
            ("plenty", 49, 51, "09:00", None),
            ("questions had their half", 50, 50, "09:00", kept),
            ("questions had their half, others nothing", 50, 99, "09:00", kept),
            ("releases took much", 10, 11, "09:00", None),
            ("releases took nearly all", 10, 10, "09:00", kept),
            ("nothing is left", 10, 0, "09:00", used_up),
            ("it is over", 50, 0, "10:00", None),
        ] {
            let mut spending = Spending::default();
            assert_eq!(spending.scarcity(at(now)), None, "nothing is known: {about}");
            spending.note(quota(100));
            (0..questions).for_each(|_| spending.take_for_question(at("08:30")).unwrap());
            spending.note(quota(remaining));
            assert_eq!(spending.scarcity(at(now)), expected, "{about}");
        }
        let mut spending = Spending::default();
        spending.note(quota(100));
        while spending.take_for_question(at("09:00")).is_ok() {}
        assert_eq!(spending.questions, 50);
        spending.note(Quota { limit: 100, remaining: 99, reset: at("11:00") });
        assert_eq!(spending.take_for_question(at("10:05")), Ok(()), "the next hour");
        spending.shut(at("10:05"), at("10:10"));
        assert_eq!(spending.shut_until(at("10:04")), None, "the clock was set back");
        assert_eq!(spending.take_for_question(at("10:05")), Err(Scarcity::UsedUp(at("10:10"))));
        assert_eq!(spending.take_for_question(at("10:10")), Ok(()));
    }
}
