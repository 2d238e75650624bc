//! Tickets that changes name, and where each can be read.

use regex::Regex;

/// The word of the address that stands for the ticket.
const TICKET: &str = "{ticket}";

/// How a team's tickets are written, and where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tickets {
    /// A regular expression that finds one in a text, such as `[A-Z]+-[0-9]+`.
    pub pattern: String,
    /// The address of one, with `{ticket}` in it.
    pub address: String,
}

/// Finds tickets in texts.
pub(super) struct TicketFinder<'a> {
    pattern: Regex,
    address: &'a str,
}

impl Tickets {
    /// Reads what is configured.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn new(pattern: String, address: String) -> Result<Self, String> {
        let found = Regex::new(&pattern);
        let found =
            found.map_err(|_| format!("`{pattern}` is no regular expression; write one such as `[A-Z]+-[0-9]+`"))?;
        if found.is_match("") {
            return Err(format!("`{pattern}` fits no text at all; write one such as `[A-Z]+-[0-9]+`"));
        }
        if !address.contains(TICKET) || !(address.starts_with("https://") || address.starts_with("http://")) {
            return Err(format!(
                "`{address}` leads to no ticket; write one such as `https://tickets.example/{TICKET}`"
            ));
        }
        Ok(Self { pattern, address })
    }

    pub(super) fn finder(&self) -> Option<TicketFinder<'_>> {
        Regex::new(&self.pattern).ok().map(|pattern| TicketFinder { pattern, address: &self.address })
    }
}

impl TicketFinder<'_> {
    /// The tickets that a text names, each once, with their addresses.
    pub(super) fn find(&self, text: &str) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = vec![];
        for name in self.pattern.find_iter(text).map(|found| found.as_str()) {
            if found.iter().all(|(known, _)| known != name) {
                // An address has no spaces, whatever the pattern lets through.
                let bare: String = name.split_whitespace().collect();
                found.push((name.to_owned(), self.address.replace(TICKET, &bare)));
            }
        }
        found
    }
}

/// A text in pieces, of which some are tickets with an address; tickets that it does not name come behind.
pub(super) fn pieces<'a>(text: &str, tickets: &'a [(String, String)]) -> Vec<(String, Option<&'a str>)> {
    let mut pieces = vec![(text.to_owned(), None)];
    for (name, address) in tickets {
        let at = pieces.iter().position(|(piece, linked)| linked.is_none() && piece.contains(name.as_str()));
        let Some((at, (before, after))) = at.and_then(|at| Some((at, pieces.get(at)?.0.split_once(name.as_str())?)))
        else {
            pieces.push((" ".to_owned(), None));
            pieces.push((name.clone(), Some(address.as_str())));
            continue;
        };
        let split = [(before.to_owned(), None), (name.clone(), Some(address.as_str())), (after.to_owned(), None)];
        pieces.splice(at..=at, split);
    }
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, message: &str) -> String {
        let tickets = Tickets::new("[A-Z]+-[0-9]+".into(), "https://t.example/{ticket}".into()).expect("tickets");
        let found = tickets.finder().expect("a finder").find(&format!("{text}\n{message}"));
        let piece = |(text, address): (String, Option<&str>)| match address {
            Some(address) => format!("<{text} {address}>"),
            None => text,
        };
        pieces(text, &found).into_iter().map(piece).collect()
    }

    #[test]
    fn tickets_lead_to_where_they_are() {
        for (text, message, expected) in [
            ("round the total", "", "round the total"),
            ("JIRA-7: round", "", "<JIRA-7 https://t.example/JIRA-7>: round"),
            ("JIRA-7, JIRA-71", "", "<JIRA-7 https://t.example/JIRA-7>, <JIRA-71 https://t.example/JIRA-71>"),
            ("round", "Refs: JIRA-7", "round <JIRA-7 https://t.example/JIRA-7>"),
            ("JIRA-7 twice JIRA-7", "", "<JIRA-7 https://t.example/JIRA-7> twice JIRA-7"),
        ] {
            assert_eq!(told(text, message), expected, "{text}");
        }
    }

    #[test]
    fn what_finds_no_ticket_is_told() {
        for (pattern, address, said) in [
            (
                "[A-Z",
                "https://t.example/{ticket}",
                "`[A-Z` is no regular expression; write one such as `[A-Z]+-[0-9]+`",
            ),
            (".*", "https://t.example/{ticket}", "`.*` fits no text at all; write one such as `[A-Z]+-[0-9]+`"),
            (
                "A",
                "https://t.example/",
                "`https://t.example/` leads to no ticket; write one such as `https://tickets.example/{ticket}`",
            ),
        ] {
            assert_eq!(Tickets::new(pattern.into(), address.into()), Err(said.to_owned()));
        }
    }
}
