//! Says what a failed request means for the post that wanted it.

use super::call::CallFailure;
use crate::chat::problem::ChatProblem;

/// What Telegram says, in lower case, and what a person does about it.
const WAYS_OUT: &[(&str, &str)] = &[
    ("chat not found", "Add the bot to this chat, or correct its id in bot.toml."),
    ("blocked by the user", "That person has to open the chat with the bot and press Start."),
    ("can't initiate conversation", "That person has to open the chat with the bot and press Start."),
    ("deactivated", "Take this chat out of bot.toml."),
    ("topic_closed", "Open the topic again, or let the bot manage topics."),
    ("not enough rights", "Let the bot send messages there."),
    ("chat_write_forbidden", "Let the bot send messages there."),
    ("kicked", "Add the bot to this chat again, or take the chat out of bot.toml."),
    ("forbidden", "Add the bot to this chat again, or take the chat out of bot.toml."),
];

/// Said of a message that is not there, or may not be changed any more.
const GONE: &[&str] = &[
    "message to edit not found",
    "message_id_invalid",
    "message can't be edited",
    "message thread not found",
    "topic_deleted",
];

/// What helps when something could not be said in `place`, named as in the configuration.
pub(super) fn from_failure(failure: CallFailure, place: &str) -> ChatProblem {
    match failure {
        CallFailure::Later { why, wait } => ChatProblem::Later { why, wait },
        CallFailure::Moved(to) => ChatProblem::Refused(format!(
            "The group {place} has become a supergroup and has a new id: write telegram:{to} instead of {place} in \
             bot.toml."
        )),
        // Nothing that is to be said is given up over it.
        CallFailure::Answered { code: 401, .. } => ChatProblem::Later { why: WRONG_TOKEN.into(), wait: None },
        CallFailure::Answered { ref description, .. } => {
            let said = description.trim_end_matches('.');
            if GONE.iter().any(|words| failure.says(words)) {
                return ChatProblem::Gone(format!("What was said in {place} is not there any more: {said}."));
            }
            let way_out = WAYS_OUT.iter().find(|(words, _)| failure.says(words)).map(|(_, way_out)| *way_out);
            let way_out = way_out.unwrap_or("The message cannot be shown as it is.");
            ChatProblem::Refused(format!("Telegram refuses {place}: {said}. {way_out}"))
        }
    }
}

/// The sentence for a token that Telegram does not know.
pub(super) const WRONG_TOKEN: &str = "Telegram does not know this token: get the right one from @BotFather.";

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(code: u16, description: &str) -> ChatProblem {
        from_failure(CallFailure::Answered { code, description: description.into() }, "telegram:-5")
    }

    #[test]
    fn what_is_gone_is_told_from_what_is_refused() {
        assert!(matches!(answered(400, "Bad Request: message to edit not found"), ChatProblem::Gone(_)));
        assert!(matches!(answered(400, "Bad Request: message thread not found"), ChatProblem::Gone(_)));
        let refused = answered(403, "Forbidden: bot was kicked from the supergroup chat");
        let sentence = "Telegram refuses telegram:-5: Forbidden: bot was kicked from the supergroup chat. \
                        Add the bot to this chat again, or take the chat out of bot.toml.";
        assert_eq!(refused, ChatProblem::Refused(sentence.into()));
    }

    #[test]
    fn a_group_that_moved_is_told_by_its_new_id() {
        let sentence = "The group telegram:-5 has become a supergroup and has a new id: \
                        write telegram:-1007 instead of telegram:-5 in bot.toml.";
        assert_eq!(from_failure(CallFailure::Moved(-1007), "telegram:-5"), ChatProblem::Refused(sentence.into()));
    }
}
