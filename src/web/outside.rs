//! Who waits outside until there is room for them.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    net::IpAddr,
};

/// Those who wait, in the order in which they came.
pub(super) struct OutsideQueue<T> {
    most: usize,
    waiting: VecDeque<(IpAddr, T)>,
}

impl<T> OutsideQueue<T> {
    /// A queue of so many at most.
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), waiting: VecDeque::new() }
    }

    /// Whether nobody waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Lets somebody wait. Where those are too many, one of the address goes of which most wait: who has waited for longest.
    pub(super) fn wait(&mut self, from: IpAddr, who: T) {
        self.waiting.push_back((from, who));
        if self.waiting.len() > self.most {
            let mut counts = BTreeMap::<IpAddr, usize>::new();
            self.waiting.iter().for_each(|(from, _)| *counts.entry(*from).or_default() += 1);
            let crowd = counts.into_iter().max_by_key(|(_, count)| *count).map(|(from, _)| from);
            let longest = self.waiting.iter().position(|(from, _)| Some(*from) == crowd);
            longest.map(|at| self.waiting.remove(at));
        }
    }

    /// Lets in whoever can enter, and who came before others of the same address first. Whom `enter` gives back waits on.
    pub(super) fn let_in(&mut self, mut enter: impl FnMut(IpAddr, T) -> Option<T>) {
        let mut full = BTreeSet::new();
        for (from, who) in std::mem::take(&mut self.waiting) {
            let stays = if full.contains(&from) { Some(who) } else { enter(from, who) };
            if let Some(who) = stays {
                full.insert(from);
                self.waiting.push_back((from, who));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Who waits after these came, each an address and a name, and who has gone in; there is room for those of `room`.
    fn left(most: usize, come: &str, room: &[&str]) -> (String, String) {
        let mut queue = OutsideQueue::new(most);
        for one in come.split_whitespace() {
            let (from, name) = one.split_once('/').unwrap();
            queue.wait(from.parse().unwrap(), name);
        }
        let mut inside = vec![];
        queue.let_in(|_, name| {
            let enters = room.contains(&name);
            inside.extend(enters.then_some(name));
            (!enters).then_some(name)
        });
        let names: Vec<&str> = queue.waiting.iter().map(|(_, name)| *name).collect();
        (names.join(" "), inside.join(" "))
    }

    #[test]
    fn who_waits_and_who_goes() {
        let table = [
            ("all wait", 4, "::1/a ::2/b ::1/c", &[][..], "a b c", ""),
            ("who can enter does", 4, "::1/a ::2/b ::3/c", &["b", "c"], "a", "b c"),
            ("nobody overtakes their own", 4, "::1/a ::2/b ::1/c", &["b", "c"], "a c", "b"),
            ("the crowd loses who waited for longest", 3, "::2/a ::1/b ::1/c ::3/d", &[], "a c d", ""),
            ("whoever the others are", 2, "::2/a ::1/b ::1/c ::1/d", &[], "a d", ""),
        ];
        for (name, most, come, room, waiting, inside) in table {
            assert_eq!(left(most, come, room), (waiting.to_owned(), inside.to_owned()), "{name}");
        }
    }
}
