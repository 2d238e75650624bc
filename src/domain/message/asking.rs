//! A question that somebody answers in words on Telegram: whose it is, where it stands, and for how long.

use chrono::{DateTime, TimeDelta, Utc};
use commands::Invocation;
use serde::{Deserialize, Serialize};

use super::post::Place;

/// For how long an answer is waited for, in minutes.
const WAITS: i64 = 10;

/// Who is asked in words, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asker {
    /// The question's number.
    pub number: u64,
    /// The Telegram account of whoever is asked.
    pub user: u64,
    /// What they are called.
    pub name: String,
    /// Their name on Telegram, without the `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// When the question is forgotten.
    pub until: DateTime<Utc>,
}

impl Asker {
    /// When a question that is asked at this moment is forgotten.
    pub fn waits_until(at: DateTime<Utc>) -> DateTime<Utc> {
        at + TimeDelta::minutes(WAITS)
    }
}

/// A question that waits for its answer. Of one person there is one in a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenQuestion {
    /// Whose it is.
    pub asker: Asker,
    /// Where it is asked.
    pub place: Place,
    /// The command so far.
    pub said: Invocation,
    /// The argument that the answer becomes.
    pub argument: String,
    /// The message that asks, once it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<u64>,
}

/// What somebody says in a place where questions wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utterance {
    /// Who says it.
    pub user: u64,
    /// Where.
    pub place: Place,
    /// The message.
    pub message: u64,
    /// The message that it answers.
    pub answers: Option<u64>,
}

/// What somebody's words are to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heeded {
    /// Its answer.
    Answer(OpenQuestion),
    /// Somebody answers who was not asked.
    NotTheirs(OpenQuestion),
}

/// Which question words are meant for: the one that they answer; or that of whoever says them next in its place.
pub fn heeded(words: &Utterance, open: impl IntoIterator<Item = OpenQuestion>) -> Option<Heeded> {
    let is_here = |question: &OpenQuestion| match (question.place, words.place) {
        (Place::Telegram { chat, .. }, Place::Telegram { chat: here, .. }) => chat == here,
        (Place::Telegram { .. } | Place::Discord { .. }, _) => false,
    };
    let meant = |question: &OpenQuestion| match words.answers {
        Some(answered) => question.message == Some(answered) && is_here(question),
        None => {
            question.place == words.place
                && question.asker.user == words.user
                && question.message.is_some_and(|asked| asked < words.message)
        }
    };
    let question = open.into_iter().find(meant)?;
    Some(if question.asker.user == words.user { Heeded::Answer(question) } else { Heeded::NotTheirs(question) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(user: u64, place: &str, message: Option<u64>) -> Option<OpenQuestion> {
        let asker = Asker { number: user, user, name: format!("p{user}"), username: None, until: DateTime::UNIX_EPOCH };
        let (place, said) = (place.parse().ok()?, Invocation::new("reject"));
        Some(OpenQuestion { asker, place, said, argument: "reason".into(), message })
    }

    #[test]
    fn words_are_for_the_question_that_they_answer_or_for_the_speakers_own() {
        let open = || {
            let all = [(1, "telegram:-5/8", Some(30)), (2, "telegram:-5/8", Some(31)), (3, "telegram:-5/9", None)];
            all.into_iter().filter_map(|(user, place, message)| asked(user, place, message))
        };
        for (about, user, place, message, answers, expected) in [
            ("an answer", 1, "telegram:-5/8", 40, Some(30), Some((1, true))),
            ("somebody else's answer", 2, "telegram:-5/8", 40, Some(30), Some((1, false))),
            ("an answer to something else", 1, "telegram:-5/8", 40, Some(29), None),
            ("the same number in another chat", 1, "telegram:-6", 40, Some(30), None),
            ("a plain sentence", 2, "telegram:-5/8", 40, None, Some((2, true))),
            ("… of somebody who was not asked", 4, "telegram:-5/8", 40, None, None),
            ("… in another topic", 1, "telegram:-5/9", 40, None, None),
            ("… from before the question", 1, "telegram:-5/8", 12, None, None),
            ("… while the question is still to be sent", 3, "telegram:-5/9", 40, None, None),
        ] {
            let place: Place = place.parse().unwrap_or(Place::Discord { channel: 0 });
            let found = heeded(&Utterance { user, place, message, answers }, open()).map(|heeded| match heeded {
                Heeded::Answer(question) => (question.asker.user, true),
                Heeded::NotTheirs(question) => (question.asker.user, false),
            });
            assert_eq!(found, expected, "{about}");
        }
    }
}
