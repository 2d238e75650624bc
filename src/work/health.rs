//! Which parts of the bot are down just now, and why.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The parts that failed and are about to be started again. Cloning gives another handle.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<BTreeMap<String, String>>>);

impl Health {
    /// Notes that a part is down, and why.
    pub fn is_down(&self, part: &str, why: &str) {
        self.parts().insert(part.to_owned(), why.to_owned());
    }

    /// Notes that a part works, or is not needed any more.
    pub fn is_up(&self, part: &str) {
        self.parts().remove(part);
    }

    /// A sentence for each part that is down.
    pub fn down(&self) -> Vec<String> {
        let parts = self.parts();
        let sentence = |(part, why): (&String, &String)| {
            format!("{part} is down and is started again in a moment; it failed: {}", super::panics::line(why))
        };
        parts.iter().map(sentence).collect()
    }

    fn parts(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
