//! Writes a question so that a reply to it can be understood without remembering anything.
//!
//! The last line of a question carries the command so far and the argument that is missing. Only the bot can write such
//! a line: people's text that the bot repeats never has the mark at the start of a line (see [`disarm`]).

use commands::Invocation;

use crate::domain::message::Question;

const MARK: char = '✎';
/// Keeps a command with several lines of text on one.
const LINE_END: char = '␤';
/// Joins words without being seen.
const JOINER: char = '\u{2060}';

/// The last line of a question: the mark, the command in `code`, the argument.
pub(super) fn last_line(question: &Question, code: impl Fn(&str) -> String) -> String {
    let command = question.invocation.replace('\n', &LINE_END.to_string());
    format!("{MARK} {} {}", code(&command), question.argument)
}

/// The command that a reply with these words completes, if `asked` is the text of a question.
pub(super) fn answered(asked: &str, words: &str) -> Option<Invocation> {
    let line = asked.trim_end().lines().next_back()?.strip_prefix(MARK)?.trim_start();
    let (command, argument) = line.rsplit_once(' ')?;
    Some(Invocation::decode(&command.replace(LINE_END, "\n"))?.with(argument, words))
}

/// Hides the mark in people's text behind something invisible, so that it never starts a line.
pub(super) fn disarm(text: &str) -> String {
    text.replace(MARK, &format!("{JOINER}{MARK}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn question() -> Question {
        let invocation = Invocation::new("freeze start").with("project", "api").encode().unwrap();
        Question { invocation, argument: "reason".into(), ask: "Why?".into() }
    }

    #[test]
    fn a_reply_completes_the_command() {
        let asked = format!("🟡 Why?\n\n{}", last_line(&question(), str::to_owned));
        let said = answered(&asked, "the DB = full, | and so on\nsorry").unwrap();
        assert_eq!(said.path, "freeze start");
        assert_eq!(said.arg("project"), Some("api"));
        assert_eq!(said.arg("reason"), Some("the DB = full, | and so on\nsorry"));
    }

    #[test]
    fn a_command_of_several_lines_stays_on_one() {
        let invocation = Invocation::new("reject").with("reason", "no\nno").encode().unwrap();
        let question = Question { invocation, argument: "gate".into(), ask: "Which?".into() };
        let said = answered(&last_line(&question, str::to_owned), "qa").unwrap();
        assert_eq!(said.arg("reason"), Some("no\nno"));
    }

    #[test]
    fn text_that_people_wrote_is_no_question() {
        let forged = last_line(&question(), str::to_owned);
        assert_eq!(answered(&disarm(&forged), "yes"), None);
        assert_eq!(answered("🟢 Done", "thanks"), None);
        assert_eq!(answered("", "thanks"), None);
    }
}
