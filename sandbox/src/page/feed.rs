//! The dates that the bot offers as a calendar, read now and then so that the week can show what is to come.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{Handle, locked};

/// How old what is shown may be, in real time.
const OLDEST: Duration = Duration::from_secs(2);

/// One event of the bot's calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// When it begins, or is.
    pub from: DateTime<Utc>,
    /// When it ends, if it lasts.
    pub until: Option<DateTime<Utc>>,
    /// What it is.
    pub title: String,
}

/// What was read, and when.
#[derive(Debug, Default)]
pub(super) struct Feed {
    pub events: Vec<Event>,
    asked: Option<Instant>,
}

/// Reads the calendar again if what is known is old. Does not wait for it; a bot that does not answer changes nothing.
pub(super) fn refresh(page: &Handle) {
    let Some(url) = page.world.calendar_url() else { return };
    {
        let mut feed = locked(&page.feed);
        if feed.asked.is_some_and(|asked| asked.elapsed() < OLDEST) {
            return;
        }
        feed.asked = Some(Instant::now());
    }
    let page = Arc::clone(page);
    tokio::spawn(async move {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build();
        let Ok(answer) = client.unwrap_or_default().get(url).send().await else { return };
        if answer.status().is_success()
            && let Ok(text) = answer.text().await
        {
            locked(&page.feed).events = events(&text);
        }
    });
}

/// The events of an iCalendar text whose times are in UTC, as the bot writes them.
fn events(text: &str) -> Vec<Event> {
    let text = text.replace("\r\n ", "").replace("\r\n\t", "");
    let mut events = Vec::new();
    for part in text.split("BEGIN:VEVENT").skip(1) {
        let value = |name: &str| {
            let mut lines = part.lines().map(str::trim_end).take_while(|line| *line != "END:VEVENT");
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        };
        let moment = |name: &str| NaiveDateTime::parse_from_str(value(name)?, "%Y%m%dT%H%M%SZ").ok();
        let title = value("SUMMARY").unwrap_or_default();
        let title = title.replace("\\n", " ").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
        if let Some(from) = moment("DTSTART") {
            events.push(Event { from: from.and_utc(), until: moment("DTEND").map(|end| end.and_utc()), title });
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_as_the_bot_writes_them() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:20260305T220000Z\r\nDTEND:20260309T150000Z\r\n\
            SUMMARY:Frozen: one\\, two\r\n  three\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20260309T140000Z\r\n\
            SUMMARY:Departure\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap_or_default();
        let frozen = Event {
            from: at("2026-03-05T22:00:00Z"),
            until: Some(at("2026-03-09T15:00:00Z")),
            title: "Frozen: one, two three".to_owned(),
        };
        let departure = Event { from: at("2026-03-09T14:00:00Z"), until: None, title: "Departure".to_owned() };
        assert_eq!(events(text), [frozen, departure]);
        assert_eq!(events("<html>"), []);
    }
}
