//! What was read last, with GitHub's mark of it: what has not changed is answered in one word, which counts against no limit.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use serde::de::IgnoredAny;

use super::request::{Call, GitHubAnswer};

/// How much is remembered, in bytes, and how large a single answer may be.
const MOST: usize = 8 << 20;
const LARGEST: usize = 64 << 10;
/// What an answer takes besides its text, about, in bytes.
const BESIDE: usize = 512;

/// The last answers, by what was asked for.
#[derive(Default)]
pub(super) struct LastAnswers(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    answers: HashMap<String, MarkedAnswer>,
    bytes: usize,
    /// Grows with each answer that is remembered or was asked for again.
    turn: u64,
}

/// An answer with GitHub's mark of it.
struct MarkedAnswer {
    mark: HeaderValue,
    headers: HeaderMap,
    text: String,
    turn: u64,
}

impl LastAnswers {
    /// GitHub's mark of what was read there last.
    pub(super) fn mark(&self, call: &Call) -> Option<HeaderValue> {
        let mut remembered = self.locked();
        remembered.turn += 1;
        let turn = remembered.turn;
        let known = remembered.answers.get_mut(&key(call)?)?;
        known.turn = turn;
        Some(known.mark.clone())
    }

    /// What an answer says to a question with the mark `sent`: what had that mark, if it says that this has not changed. Nothing
    /// for an answer about something that was forgotten or replaced meanwhile.
    pub(super) fn of(&self, call: &Call, answer: GitHubAnswer, sent: Option<&HeaderValue>) -> Option<GitHubAnswer> {
        let Some(key) = key(call) else { return Some(answer) };
        if answer.status == StatusCode::NOT_MODIFIED {
            let remembered = self.locked();
            let known = remembered.answers.get(&key).filter(|known| Some(&known.mark) == sent)?;
            // What was on the page is as it was, and where it goes on; what it says of the limit and of the time is new.
            let mut headers = answer.headers;
            for (name, value) in &known.headers {
                headers.insert(name.clone(), value.clone());
            }
            return Some(GitHubAnswer { status: StatusCode::OK, headers, text: known.text.clone() });
        }
        self.locked().remember(key, &answer);
        Some(answer)
    }

    fn locked(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Remembered {
    fn remember(&mut self, key: String, answer: &GitHubAnswer) {
        self.forget(&key);
        let mark = answer.headers.get(header::ETAG).filter(|_| answer.status == StatusCode::OK);
        // Half an answer would be taken for all of it from then on.
        let is_whole = || answer.text.len() <= LARGEST && serde_json::from_str::<IgnoredAny>(&answer.text).is_ok();
        let Some(mark) = mark.filter(|_| is_whole()) else { return };
        let size = size(&key, &answer.text);
        while self.bytes + size > MOST {
            let oldest = self.answers.iter().min_by_key(|(_, known)| known.turn).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            self.forget(&oldest);
        }
        self.turn += 1;
        self.bytes += size;
        let headers =
            [header::LINK].into_iter().filter_map(|name| Some((name.clone(), answer.headers.get(&name)?.clone())));
        let known =
            MarkedAnswer { mark: mark.clone(), headers: headers.collect(), text: answer.text.clone(), turn: self.turn };
        self.answers.insert(key, known);
    }

    fn forget(&mut self, key: &str) {
        if let Some(known) = self.answers.remove(key) {
            self.bytes = self.bytes.saturating_sub(size(key, &known.text));
        }
    }
}

/// What remembering an answer takes, in bytes: with its mark, its links and its place, which outweigh small ones.
fn size(key: &str, text: &str) -> usize {
    key.len() + text.len() + BESIDE
}

/// Under what an answer is remembered: only what is read, and not by the App itself.
fn key(call: &Call) -> Option<String> {
    (call.method == Method::GET && !call.by_the_app).then(|| call.path.clone())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn answer(status: u16, mark: Option<&str>, text: &str) -> GitHubAnswer {
        let mark = mark.map(|mark| (header::ETAG, mark.parse().unwrap()));
        let headers = mark.into_iter().chain([(header::LINK, text.get(..1).unwrap_or("-").parse().unwrap())]).collect();
        GitHubAnswer { status: StatusCode::from_u16(status).unwrap(), headers, text: text.to_owned() }
    }

    fn call(path: &str) -> Call {
        Call::get("x", path.to_owned())
    }

    #[test]
    fn what_has_not_changed_is_what_was_read_last() {
        let (last, mark) = (LastAnswers::default(), |text: &str| Some(text.parse::<HeaderValue>().unwrap()));
        assert_eq!(last.mark(&call("/a")), None);
        for text in ["1", "2"] {
            last.of(&call("/a"), answer(200, Some(text), text), None).unwrap();
            assert_eq!(last.mark(&call("/a")), mark(text));
        }
        assert!(last.of(&call("/a"), answer(304, None, ""), mark("1").as_ref()).is_none(), "it was replaced meanwhile");
        let known = last.of(&call("/a"), answer(304, None, ""), mark("2").as_ref()).unwrap();
        assert_eq!(
            (known.status, known.text.as_str(), known.headers[header::LINK].to_str().unwrap()),
            (StatusCode::OK, "2", "2")
        );
        last.of(&call("/c"), answer(200, Some("x"), "[1, 2"), None).unwrap();
        assert_eq!(last.mark(&call("/c")), None, "it broke off");
        assert!(last.of(&call("/b"), answer(304, None, ""), None).is_none(), "nothing is known of it");
        last.of(&call("/a"), answer(404, Some("x"), "gone"), None).unwrap();
        assert_eq!(last.mark(&call("/a")), None, "what is gone is no more what it was");
        let change = Call::change(Method::POST, "x", "/a".to_owned(), serde_json::json!({}));
        last.of(&change, answer(200, Some("x"), "made"), None).unwrap();
        assert_eq!((last.mark(&change), last.mark(&call("/a"))), (None, None));
    }

    #[test]
    fn only_so_much_is_remembered_and_what_was_asked_for_last_stays() {
        let last = LastAnswers::default();
        last.of(&call("/large"), answer(200, Some("m"), &"1".repeat(LARGEST + 1)), None).unwrap();
        assert_eq!(last.mark(&call("/large")), None);
        for number in 0..3 * MOST / LARGEST {
            last.of(
                &call(&format!("/{number}")),
                answer(200, Some("m"), &format!("[{}]", "1".repeat(LARGEST - 2))),
                None,
            )
            .unwrap();
            assert!(last.mark(&call("/0")).is_some(), "it is asked for again and again");
        }
        let bytes = last.locked().bytes;
        assert!(bytes <= MOST && bytes + LARGEST + 2 * BESIDE > MOST, "{bytes}");
        assert!(last.mark(&call("/1")).is_none());
    }
}
