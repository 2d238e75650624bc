//! Which connections are open, and whose turn it is to go when there is no room for another.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Notify;

/// How long a connection may ask nothing, or not end what it asks.
const SILENCE: Duration = Duration::from_secs(40);
/// So long everybody has for their question, however many others come.
pub(super) const AT_LEAST: Duration = Duration::from_millis(50);

/// One connection.
struct OpenConnection {
    from: IpAddr,
    /// When it was opened, began to ask, had asked, or was answered, whichever was last.
    since: Instant,
    /// Its question has come in whole.
    answering: bool,
    close: Arc<Notify>,
}

/// All connections.
pub(super) struct ConnectionTable {
    most: usize,
    open: BTreeMap<u64, OpenConnection>,
    next: u64,
}

impl ConnectionTable {
    /// A table of so many connections, of which no address has more than a quarter.
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), open: BTreeMap::new(), next: 0 }
    }

    /// Whether there is room for one more from this address. Where there is none, the connection that has made us wait for
    /// longest goes: of the same address if that has its share, else of the address that has most. A flood so closes its
    /// own connections, and whoever asks and goes is served. While everybody is being answered, or has only just come,
    /// nobody goes.
    pub(super) fn has_room(&mut self, from: IpAddr, now: Instant) -> bool {
        let from = network(from);
        if self.of(from) >= self.most.div_ceil(4) {
            self.close_oldest(from, now)
        } else {
            self.open.len() < self.most || self.crowd().is_some_and(|crowd| self.close_oldest(crowd, now))
        }
    }

    /// Lets a connection in: its number, and what is notified when it has to go.
    pub(super) fn open(&mut self, from: IpAddr, now: Instant) -> (u64, Arc<Notify>) {
        let (number, close) = (self.next, Arc::new(Notify::new()));
        self.next += 1;
        let connection = OpenConnection { from: network(from), since: now, answering: false, close: close.clone() };
        self.open.insert(number, connection);
        (number, close)
    }

    /// A connection begins to ask or has been answered, or has asked all that it asks.
    pub(super) fn turn(&mut self, number: u64, answering: bool, now: Instant) {
        if let Some(connection) = self.open.get_mut(&number) {
            (connection.since, connection.answering) = (now, answering);
        }
    }

    /// A connection is over.
    pub(super) fn over(&mut self, number: u64) {
        self.open.remove(&number);
    }

    /// Closes those that have asked nothing for too long.
    pub(super) fn close_silent(&mut self, now: Instant) {
        self.open.retain(|_, connection| {
            let stays = connection.answering || now.saturating_duration_since(connection.since) < SILENCE;
            if !stays {
                connection.close.notify_one();
            }
            stays
        });
    }

    fn of(&self, from: IpAddr) -> usize {
        self.open.values().filter(|connection| connection.from == from).count()
    }

    /// The address that has most connections which are not being answered; of several the one that has made us wait for
    /// longest.
    fn crowd(&self) -> Option<IpAddr> {
        let mut crowds = BTreeMap::<IpAddr, (usize, Reverse<Instant>)>::new();
        for OpenConnection { from, since, .. } in self.open.values().filter(|connection| !connection.answering) {
            let (count, oldest) = crowds.entry(*from).or_insert((0, Reverse(*since)));
            (*count, *oldest) = (*count + 1, (*oldest).max(Reverse(*since)));
        }
        crowds.into_iter().max_by_key(|(_, crowd)| *crowd).map(|(from, _)| from)
    }

    fn close_oldest(&mut self, from: IpAddr, now: Instant) -> bool {
        let may_go = |connection: &OpenConnection| {
            !connection.answering && now.saturating_duration_since(connection.since) >= AT_LEAST
        };
        let own = self.open.iter().filter(|(_, connection)| connection.from == from && may_go(connection));
        let oldest = own.min_by_key(|(_, connection)| connection.since).map(|(number, _)| *number);
        let closed = oldest.and_then(|number| self.open.remove(&number));
        closed.map(|connection| connection.close.notify_one()).is_some()
    }
}

/// Whoever has an IPv6 address has its whole network of 64 bits.
pub(super) fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        IpAddr::V4(address) => address.into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    /// What happens in turn, one second each: an address comes, a connection has asked (`?1`), is answered (`!1`) or goes
    /// (`-1`). Who has to wait outside is told as `…`.
    fn left(most: usize, happens: &str, seconds: u64) -> String {
        let (mut table, start) = (ConnectionTable::new(most), Instant::now());
        let at = |index: usize| start + Duration::from_secs(index as u64);
        let mut outside = String::new();
        for (index, event) in happens.split_whitespace().enumerate() {
            let number = || event[1..].parse().unwrap();
            match &event[..1] {
                "?" => table.turn(number(), true, at(index)),
                "!" => table.turn(number(), false, at(index)),
                "-" => table.over(number()),
                _ if table.has_room(event.parse().unwrap(), at(index)) => {
                    table.open(event.parse().unwrap(), at(index));
                }
                _ => outside.push_str(" …"),
            }
        }
        table.close_silent(start + Duration::from_secs(seconds));
        table.open.keys().map(u64::to_string).collect::<Vec<_>>().join(" ") + &outside
    }

    #[test]
    fn who_stays_and_who_goes() {
        let table = [
            ("there is room", 8, "10.0.0.1 10.0.0.2 10.0.0.1", 3, "0 1 2"),
            ("an address has a quarter", 8, "10.0.0.1 10.0.0.2 10.0.0.1 10.0.0.1", 4, "1 2 3"),
            ("who is being answered stays", 8, "10.0.0.1 10.0.0.1 ?0 10.0.0.1", 4, "0 2"),
            ("who was answered goes when others come", 8, "10.0.0.1 10.0.0.1 ?0 !0 10.0.0.1", 5, "0 2"),
            ("while all are answered the next waits outside", 8, "10.0.0.1 10.0.0.1 ?0 ?1 10.0.0.1", 5, "0 1 …"),
            ("others are let in meanwhile", 8, "10.0.0.1 10.0.0.1 ?0 ?1 10.0.0.2", 5, "0 1 2"),
            ("who is over leaves room", 8, "10.0.0.1 10.0.0.1 -0 10.0.0.1", 4, "1 2"),
            ("the oldest of the crowd goes", 4, "1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 5.5.5.5", 5, "1 2 3 4"),
            ("so does the older of two crowds", 5, "4.4.4.4 4.4.4.4 3.3.3.3 3.3.3.3 2.2.2.2 1.1.1.1", 6, "1 2 3 4 5"),
            ("who has just asked is no older for it", 4, "1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 ?0 !0 5.5.5.5", 7, "0 2 3 4"),
            ("a crowd goes before who is older", 5, "9.9.9.9 2.2.2.2 2.2.2.2 1.1.1.1 3.3.3.3 4.4.4.4", 6, "0 2 3 4 5"),
            ("an IPv6 network is one", 8, "2001:db8::1 2001:db8::2 2001:db8::3 2001:db8:0:1::1", 4, "1 2 3"),
            ("an IPv4 address is one in either form", 4, "1.1.1.1 ::ffff:1.1.1.1", 2, "1"),
            ("who asks nothing goes", 8, "10.0.0.1 10.0.0.2", 40, "1"),
            ("who is being answered may wait", 8, "10.0.0.1 10.0.0.2 ?0", 90, "0"),
            ("who was answered may ask again for a while", 8, "10.0.0.1 10.0.0.2 ?0 !0", 42, "0"),
        ];
        for (name, most, happens, seconds, expected) in table {
            assert_eq!(left(most, happens, seconds), expected, "{name}");
        }
    }

    #[test]
    fn who_has_only_just_come_is_heard_first() {
        let (mut table, start, from) = (ConnectionTable::new(4), Instant::now(), IpAddr::from([10, 0, 0, 1]));
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        assert!(table.has_room(from, at(0)));
        table.open(from, at(0));
        let rooms = [0, 49, 50].map(|milliseconds| table.has_room(from, at(milliseconds)));
        assert_eq!(rooms, [false, false, true]);
    }
}
