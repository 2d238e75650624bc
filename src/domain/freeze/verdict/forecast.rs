//! What closes for good, seen from today.

use chrono::{DateTime, Utc};

use super::{Act, Asking, ClosedBy, Closings, MOST_CHANGES};

impl Closings<'_> {
    /// The first moment until `until` from which on what is asked about never opens again, and the names of what closes it so:
    /// the rules that are in force then, and every window that has to be open.
    pub fn closed_for_good(
        &self,
        asking: &Asking<'_>,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Option<(DateTime<Utc>, Vec<String>)> {
        let mut at = now;
        for _ in 0..MOST_CHANGES {
            let by = self.closing(asking, at);
            if !by.is_empty() {
                match self.opens(asking, at) {
                    Some(opens) => at = opens,
                    None => return Some((at, self.names(asking, &by))),
                }
            }
            at = self.closes(asking, at).filter(|at| *at < until)?;
        }
        None
    }

    fn names(&self, asking: &Asking<'_>, by: &[ClosedBy]) -> Vec<String> {
        let rule = |by: &ClosedBy| Some(by.freeze()?.rule.as_ref()?.rule.clone());
        let windows = self.windows.iter().filter(|window| asking.is_bound_to(window)).map(|window| window.name.clone());
        let any = by.iter().any(|by| by.freeze().is_none());
        by.iter().filter_map(rule).chain(windows.filter(|_| any)).collect()
    }
}

impl Act<'_> {
    /// What would be done, in words.
    pub fn in_words(&self) -> String {
        match self {
            Self::Merge { branch } => format!("merge into `{branch}`"),
            Self::Deploy { environment, .. } => format!("deploy to `{environment}`"),
        }
    }
}
