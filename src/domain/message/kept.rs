//! Commands that are too long for a button: they are kept under a number, and the button carries that.

use commands::{BUTTON_BYTES, Invocation};

use super::{Action, Message};

/// The word of a button that carries a number; no command bears it.
const KEPT: &str = "kept";

/// The number under which a command is kept: the same command has the same one.
pub fn number_of(digest: &[u8]) -> String {
    crate::domain::hex::encoded(digest.get(..8).unwrap_or(digest))
}

/// The message with a number wherever a command is too long, and those commands with their numbers. `digest` is a
/// cryptographic one.
pub fn fitted(message: &Message, digest: impl Fn(&str) -> Vec<u8>) -> (Message, Vec<(String, String)>) {
    let (mut message, mut kept) = (message.clone(), vec![]);
    let said = message.buttons.iter_mut().flatten().filter_map(|button| match &mut button.action {
        Action::Say(words) => Some(words),
        Action::Open(_) => None,
    });
    let asked = message.question.iter_mut().map(|question| &mut question.invocation);
    for words in said.chain(asked).filter(|words| words.len() > BUTTON_BYTES) {
        let number = number_of(&digest(words));
        let carried = Invocation::new(KEPT).with("number", &number).written().unwrap_or_default();
        kept.push((number, std::mem::replace(words, carried)));
    }
    (message, kept)
}

/// The number that a button carried, if it carried one.
pub fn number(said: &Invocation) -> Option<&str> {
    said.arg("number").filter(|_| said.path == KEPT)
}

/// The whole command of a button that carried a number, with what was answered to its question.
pub fn whole(said: &Invocation, kept: &str) -> Option<Invocation> {
    let answers = said.args.iter().filter(|(name, _)| name != "number");
    let whole = Invocation::read_back(kept)?;
    Some(answers.fold(whole, |whole, (name, value)| whole.with(name, value)))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Button, Look, Question, Tone},
        *,
    };

    #[test]
    fn what_does_not_fit_is_carried_by_number() {
        let short = Invocation::new("approve").with("gate", "qa");
        let long = Invocation::new("reject").with("gate", "x".repeat(100)).with("project", "a|b=c\\");
        let buttons = [&short, &long].into_iter().filter_map(|said| Button::say("Say", Look::Plain, said)).collect();
        let mut message = Message::new(Tone::Asking, "QA?").row(buttons);
        let (argument, ask) = ("reason".into(), "Why?".into());
        message.question =
            Some(Question { invocation: long.written().unwrap_or_default(), argument, ask, asker: None });
        let (fitted, kept) = fitted(&message, |words| words.bytes().rev().collect());
        assert_eq!(kept.len(), 2, "{kept:?}");
        let carried: Vec<Invocation> = fitted.buttons[0]
            .iter()
            .filter_map(|button| match &button.action {
                Action::Say(words) => Invocation::decode(words),
                Action::Open(_) => None,
            })
            .collect();
        assert_eq!((carried.len(), &carried[0]), (2, &short));
        assert_eq!(number(&carried[1]), Some(kept[0].0.as_str()));
        assert_eq!(whole(&carried[1], &kept[0].1), Some(long.clone()));
        let asked = fitted.question.and_then(|question| Invocation::decode(&question.invocation));
        let answered = asked.map(|asked| asked.with("reason", "it breaks")).unwrap_or_default();
        assert_eq!(whole(&answered, &kept[1].1), Some(long.with("reason", "it breaks")));
    }
}
