//! Asks for one argument in the person's own words: a form with one field, and the names it goes by.

use commands::{ArgKind, Command, Invocation, UsageError};
use serenity::builder::{CreateActionRow, CreateInputText, CreateModal};
use serenity::model::application::InputTextStyle;

use super::limits::{CARRIED, shortened};
use crate::domain::message::{Action, Button, Look, Question};

/// Begins the name of every question; no command begins with it.
const MARK: char = '?';
/// Discord's limits, in characters.
const TITLE: usize = 45;
const PLACEHOLDER: usize = 100;

/// A command that misses one argument in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MissingArgument {
    /// The command so far.
    pub so_far: Invocation,
    /// The argument that the answer becomes.
    pub argument: String,
}

impl MissingArgument {
    /// What a command lacks, if that is a required argument that a person writes in words.
    pub(super) fn missing_in(said: &Invocation) -> Option<Self> {
        let Err(UsageError::Missing(arg, _)) = Command::read(said) else { return None };
        let in_words = matches!(arg.kind, ArgKind::Text | ArgKind::Reason);
        in_words.then(|| Self { so_far: said.clone(), argument: arg.name.to_owned() })
    }

    /// The name that a button or a form carries, if it fits.
    pub(super) fn name(&self) -> Option<String> {
        name(&self.argument, &self.so_far.encode()?)
    }

    /// What a button or a form carries, if it is a question.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (argument, so_far) = name.strip_prefix(MARK)?.split_once(':')?;
        Some(Self { so_far: Invocation::decode(so_far)?, argument: argument.to_owned() })
    }

    /// The command with the answer filled in.
    pub(super) fn answered(self, words: &str) -> Invocation {
        self.so_far.with(&self.argument, words)
    }

    /// The form, if its name fits.
    pub(super) fn form(&self) -> Option<CreateModal> {
        let arg = commands::spec(&self.so_far.path).and_then(|spec| spec.arg(&self.argument));
        let question = arg.map_or("In your own words?", |arg| arg.question);
        let title = shortened(question, TITLE);
        let field = CreateInputText::new(InputTextStyle::Paragraph, label(&self.argument), &self.argument);
        let whole = if title == question { arg.map_or("", |arg| arg.help) } else { question };
        let field = if whole.is_empty() { field } else { field.placeholder(shortened(whole, PLACEHOLDER)) };
        let form = CreateModal::new(self.name()?, title);
        Some(form.components(vec![CreateActionRow::InputText(field.required(true))]))
    }
}

/// The button that opens the form for a question, if it fits.
pub(super) fn button(question: &Question) -> Option<Button> {
    let action = Action::Say(name(&question.argument, &question.invocation)?);
    Some(Button { label: question.ask.clone(), action, look: Look::Primary })
}

fn name(argument: &str, so_far: &str) -> Option<String> {
    let name = format!("{MARK}{argument}:{so_far}");
    (name.chars().count() <= CARRIED).then_some(name)
}

/// `dry-run` → `Dry run`.
fn label(argument: &str) -> String {
    let words = argument.replace(['-', '_'], " ");
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    shortened(&(first + letters.as_str()), TITLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejection_without_a_reason_is_asked_why() {
        let pressed = Invocation::new("release skip").with("project", "api");
        let asked = MissingArgument::missing_in(&pressed).unwrap_or_else(|| panic!("a reason is missing"));
        assert_eq!(asked.name().as_deref(), Some("?reason:release skip|project=api"));
        assert_eq!(MissingArgument::named("?reason:release skip|project=api"), Some(asked.clone()));
        let answered = asked.clone().answered("flaky: a|b=c\nsecond line");
        assert_eq!(answered.arg("reason"), Some("flaky: a|b=c\nsecond line"));
        assert!(Command::read(&answered).is_ok());
        let form = serde_json::to_value(asked.form().as_ref()).unwrap_or_default();
        assert_eq!(form["title"], "Why may the release go on without this step?");
        let field = &form["components"][0]["components"][0];
        assert_eq!((&field["style"], &field["label"], &field["required"]), (&2.into(), &"Reason".into(), &true.into()));
    }

    #[test]
    fn only_missing_words_are_asked_for() {
        assert_eq!(MissingArgument::missing_in(&Invocation::new("release status")), None);
        assert_eq!(MissingArgument::missing_in(&Invocation::new("tick")), None);
        assert_eq!(MissingArgument::missing_in(&Invocation::new("nonsense")), None);
        assert_eq!(MissingArgument::named("approve|gate=qa"), None);
    }

    #[test]
    fn every_question_fits_its_form() {
        for spec in commands::SPECS {
            for arg in spec.args {
                assert!(arg.question.chars().count() <= PLACEHOLDER, "{}", arg.question);
                let longest = "x".repeat(commands::BUTTON_BYTES);
                assert!(name(arg.name, &longest).is_some(), "{}", arg.name);
            }
        }
    }
}
