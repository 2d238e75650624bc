//! Counts the work under way: knows whether the bot has anything to do right now.

use std::sync::Arc;

use tokio::sync::watch;

/// Counts the work under way. Cloning gives another handle on the same count.
#[derive(Debug, Clone, Default)]
pub struct Quiet(Arc<Count>);

#[derive(Debug, Default)]
struct Count {
    under_way: watch::Sender<usize>,
    /// The work that this is a part of.
    whole: Option<Quiet>,
}

/// A piece of work under way, until it is dropped.
#[derive(Debug)]
pub struct Busy(Quiet);

impl Quiet {
    /// A part of this work that can be waited for by itself.
    pub fn part(&self) -> Self {
        Self(Arc::new(Count { whole: Some(self.clone()), ..Count::default() }))
    }

    /// Notes a piece of work.
    pub fn busy(&self) -> Busy {
        self.add(|count| *count += 1);
        Busy(self.clone())
    }

    /// Waits until nothing is under way. What waits for a time, for people or for the outside does not count.
    pub async fn settled(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.0.under_way.subscribe().wait_for(|count| *count == 0).await;
    }

    fn add(&self, change: impl Fn(&mut usize)) {
        let mut part = Some(self);
        while let Some(Self(count)) = part {
            count.under_way.send_modify(&change);
            part = count.whole.as_ref();
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.add(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_part_is_settled_by_itself_and_the_whole_with_all_its_parts() {
        let whole = Quiet::default();
        let part = whole.part();
        let settled = |quiet: &Quiet| quiet.settled().now_or_never().is_some();
        let (one, other) = (whole.busy(), part.busy());
        drop(one);
        assert_eq!((settled(&whole), settled(&part)), (false, false));
        let one = whole.busy();
        drop(other);
        assert_eq!((settled(&whole), settled(&part)), (false, true));
        drop(one);
        assert!(settled(&whole));
    }
}
