//! Says what a failed request means for the post that wanted it.

use super::call::CallFailure;
use crate::chat::problem::ChatProblem;

/// What Telegram says of a chat in which the bot says nothing, in lower case, and what a person does about it.
const SHUT: &[(&str, &str)] = &[
    ("chat not found", "Add the bot to this chat, or correct its id in bot.toml."),
    ("blocked by the user", "That person has to open the chat with the bot and press Start."),
    ("can't initiate conversation", "That person has to open the chat with the bot and press Start."),
    ("deactivated", "Take this chat out of bot.toml."),
    ("have no rights", "Let the bot send messages there."),
    ("need administrator rights", "Let the bot send messages there."),
    ("not enough rights", "Let the bot send messages there."),
    ("chat_write_forbidden", "Let the bot send messages there."),
    ("kicked", "Add the bot to this chat again, or take the chat out of bot.toml."),
    ("forbidden", "Add the bot to this chat again, or take the chat out of bot.toml."),
];

/// Said of a message that is not there, or may not be changed any more.
const GONE: &[&str] = &["message to edit not found", "message_id_invalid", "message can't be edited"];

/// Said of a topic in which nothing can be said.
const NO_TOPIC: &[&str] = &["message thread not found", "topic_deleted", "topic_closed"];

/// What helps when something could not be said in `place`, named as in the configuration.
pub(super) fn from_failure(failure: CallFailure, place: &str) -> ChatProblem {
    match failure {
        CallFailure::Later { why, wait } => ChatProblem::Later { why, wait },
        // It is asked for there at once; this is what is left when it has moved once more meanwhile.
        CallFailure::Moved(to) => {
            ChatProblem::Later { why: format!("The group {place} has the new id telegram:{to}."), wait: None }
        }
        // Nothing that is to be said is given up over it.
        CallFailure::Answered { code: 401, .. } => ChatProblem::Later { why: WRONG_TOKEN.into(), wait: None },
        CallFailure::Answered { code, ref description } => {
            let said = description.trim_end_matches('.');
            if GONE.iter().any(|words| failure.says(words)) {
                return ChatProblem::Gone(format!("What was said in {place} is not there any more: {said}."));
            }
            if NO_TOPIC.iter().any(|words| failure.says(words)) {
                return ChatProblem::NoThread(format!("Telegram refuses the topic: {said}."));
            }
            match SHUT.iter().find(|(words, _)| failure.says(words)) {
                Some((_, way_out)) => ChatProblem::Shut(format!("Telegram refuses {place}: {said}. {way_out}")),
                None if code == 403 => ChatProblem::Shut(format!("Telegram refuses {place}: {said}.")),
                None => ChatProblem::Refused(format!(
                    "Telegram refuses {place}: {said}. The message cannot be shown as it is."
                )),
            }
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
        assert!(matches!(answered(400, "Bad Request: message thread not found"), ChatProblem::NoThread(_)));
        assert!(matches!(answered(400, "Bad Request: TOPIC_CLOSED"), ChatProblem::NoThread(_)));
        assert!(matches!(answered(403, "Forbidden: something new"), ChatProblem::Shut(_)));
        assert!(matches!(answered(400, "Bad Request: can't parse entities"), ChatProblem::Refused(_)));
        let refused = answered(403, "Forbidden: bot was kicked from the supergroup chat");
        let sentence = "Telegram refuses telegram:-5: Forbidden: bot was kicked from the supergroup chat. \
                        Add the bot to this chat again, or take the chat out of bot.toml.";
        assert_eq!(refused, ChatProblem::Shut(sentence.into()));
    }

    #[test]
    fn a_group_that_moved_is_told_by_its_new_id() {
        let why = "The group telegram:-5 has the new id telegram:-1007.".into();
        assert_eq!(from_failure(CallFailure::Moved(-1007), "telegram:-5"), ChatProblem::Later { why, wait: None });
    }
}
