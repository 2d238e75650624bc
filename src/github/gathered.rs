//! Reads of the same kind that wait for one another are made together: many releases that look at the same time cost one look.
//!
//! A few are under way at once, each for itself. Whoever comes then waits for a turn, and the next turn reads for all who wait. What
//! is read is never older than the moment at which somebody began to wait for it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Semaphore, oneshot};

use super::problem::GithubResult;

/// How many turns are under way at once.
const TURNS: usize = 4;

/// What was read, by what was asked for.
pub(super) type Together<K, V> = BTreeMap<K, GithubResult<V>>;

/// The reads that wait, by what they have in common.
pub(super) struct GatheredReads<K, V>(Mutex<HashMap<String, Arc<WaitingReads<K, V>>>>);

/// Reads that can be made together.
pub(super) struct WaitingReads<K, V> {
    turns: Semaphore,
    waiting: Mutex<Vec<(K, oneshot::Sender<GithubResult<V>>)>>,
}

impl<K, V> Default for GatheredReads<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Ord + Clone, V: Clone> GatheredReads<K, V> {
    /// Those of one kind.
    pub(super) fn of(&self, kind: String) -> Arc<WaitingReads<K, V>> {
        let new = || Arc::new(WaitingReads { turns: Semaphore::new(TURNS), waiting: Mutex::default() });
        locked(&self.0).entry(kind).or_insert_with(new).clone()
    }
}

impl<K: Ord + Clone, V: Clone> WaitingReads<K, V> {
    /// Reads what is wanted, with what others want who wait too; `together` reads for all. `None` when it has to be read by itself.
    pub(super) async fn read<R: Future<Output = Together<K, V>>>(
        &self,
        wanted: K,
        together: impl FnOnce(Vec<K>) -> R,
    ) -> Option<GithubResult<V>> {
        let (tell, mut told) = oneshot::channel();
        locked(&self.waiting).push((wanted, tell));
        let turn = tokio::select! {
            biased;
            answer = &mut told => return answer.ok(),
            turn = self.turns.acquire() => turn,
        };
        let all = mem::take(&mut *locked(&self.waiting));
        if !all.is_empty() {
            let wanted: BTreeSet<K> = all.iter().map(|(wanted, _)| wanted.clone()).collect();
            let found = together(wanted.into_iter().collect()).await;
            for (wanted, tell) in all {
                // Whoever is not told reads by itself; whoever is gone needs nothing.
                if let Some(answer) = found.get(&wanted) {
                    let _ = tell.send(answer.clone());
                }
            }
        }
        drop(turn);
        told.await.ok()
    }
}

fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn who_waits_at_the_same_time_is_served_by_few_reads() {
        let (reads, gathered) = (Mutex::new(vec![]), GatheredReads::<u64, u64>::default());
        let together = async |wanted: Vec<u64>| {
            locked(&reads).push(wanted.len());
            tokio::task::yield_now().await;
            wanted.into_iter().filter(|one| *one != 13).map(|one| (one, Ok(one * 2))).collect::<Together<u64, u64>>()
        };
        let all = (0..1_000_u64).map(|one| {
            let waiting = gathered.of("refs".to_owned());
            let together = &together;
            async move { waiting.read(one, together).await }
        });
        let answers = futures::future::join_all(all).await;
        for (one, answer) in (0..).zip(answers) {
            assert_eq!(answer, (one != 13).then(|| Ok(one * 2)), "{one}");
        }
        assert!(locked(&reads).len() <= TURNS + 1, "{:?}", locked(&reads));
        assert_eq!(gathered.of("others".to_owned()).read(1, &together).await, Some(Ok(2)));
    }

    #[tokio::test]
    async fn whoever_is_left_alone_reads_by_itself() {
        let gathered = GatheredReads::<u64, u64>::default();
        let waiting = gathered.of("refs".to_owned());
        let never = |_: Vec<u64>| futures::future::pending::<Together<u64, u64>>();
        let mut leading: Vec<_> = (0..TURNS as u64).map(|one| Box::pin(waiting.read(one, never))).collect();
        for read in &mut leading {
            assert!(futures::poll!(read.as_mut()).is_pending());
        }
        let mut waits = Box::pin(waiting.read(9, |_| async { Together::new() }));
        assert!(futures::poll!(waits.as_mut()).is_pending());
        drop(leading);
        assert_eq!(waits.await, None);
    }
}
