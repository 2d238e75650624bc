//! Answers that come too late for the place where they were asked for.

use crate::domain::message::{Message, Tone, line};

/// The answer as it is said to the person alone.
pub fn in_private(answer: &Message) -> Message {
    answer.clone().text("I could not answer you in time where you said this, so the answer comes here.")
}

/// What everybody may read of an answer that could not be given: that there was one.
pub fn missed(to: &str) -> Message {
    Message::new(Tone::Plain, format!("To {to}, whom I could not answer in time")).text(
        line()
            .plain(
                "The answer is for you alone, so it is not said here: please ask again. What was decided stands, and ",
            )
            .code("/why")
            .plain(" says how it is."),
    )
}
