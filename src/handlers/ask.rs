//! Asks for what a command lacks: in words only for what would be done, of whoever said it, and for a while.

use commands::{ArgKind, ArgSpec, Argument, CommandSpec, Invocation, UsageError};

use super::{Asked, Refusal, suggested};
use crate::{
    chat::incoming::Incoming,
    context::Context,
    domain::{
        message::{
            Button, Look, Message, Question, Tone,
            asking::{Asker, OpenQuestion},
            post::Place,
        },
        release::ReleaseId,
        team::people::Account,
    },
    messages::question,
    store::{StoreProblem, Writing},
};

/// Stands for the reason that somebody is about to give.
const SOME_REASON: &str = "…";

/// What a decision came to that is dropped again.
enum Rehearsed {
    Done,
    Refused(Refusal),
}

impl From<StoreProblem> for Rehearsed {
    fn from(problem: StoreProblem) -> Self {
        Self::Refused(problem.into())
    }
}

impl Asked<'_> {
    /// A command that is not complete is completed with buttons, or with a question.
    pub(super) async fn misunderstood(&self, error: &UsageError) -> Refusal {
        let UsageError::Missing(arg, spec) = error else { return Refusal::Refused(error.to_string()) };
        if let Err(refusal) = self.authorise(spec.needs) {
            return refusal;
        }
        let suggestions = suggested(self.context, self.invocation, arg.name, "").await;
        if arg.kind.is_suggested() && !suggestions.is_empty() {
            return self.choose(arg.name, arg.question, suggestions);
        }
        if !matches!(arg.kind, ArgKind::Text | ArgKind::Reason | ArgKind::Number | ArgKind::Story) {
            return Refusal::Refused(error.to_string());
        }
        if let Err(refusal) = self.rehearse(arg, spec).await {
            return refusal;
        }
        let mut message = match self.why_cancel() {
            Ok(Some(message)) => message,
            Ok(None) => Message::new(Tone::Asking, question::asks(spec.path, arg, &self.about())),
            Err(refusal) => return refusal,
        };
        message.question = self.invocation.written().map(|invocation| Question {
            invocation,
            argument: arg.name.to_owned(),
            ask: arg.question.to_owned(),
            asker: None,
        });
        Refusal::Answered(Box::new(message))
    }

    /// Refuses what would be refused whatever the reason. What begins something new is looked at when it begins.
    async fn rehearse(&self, arg: &ArgSpec, spec: &CommandSpec) -> Result<(), Refusal> {
        if arg.kind != ArgKind::Reason || ["hotfix", "incident hotfix"].contains(&spec.path) {
            return Ok(());
        }
        let (original, known) = (self.rehearses.unwrap_or(self.invocation), self.known.clone());
        let invocation = &self.invocation.clone().with(arg.name, SOME_REASON);
        Box::pin(Asked { invocation, rehearses: Some(original), known, ..*self }.answer()).await.map(drop)
    }

    /// Decides as `decide` would, and keeps nothing of it.
    pub(super) async fn would_be_done(
        &self,
        decide: impl FnOnce(&mut Writing) -> Result<(Message, Vec<ReleaseId>), Refusal> + Send + 'static,
    ) -> Result<Option<Message>, Refusal> {
        let rehearse = move |writing: &mut Writing| match decide(writing) {
            Ok(_) => Err::<(), _>(Rehearsed::Done),
            Err(refusal) => Err(Rehearsed::Refused(refusal)),
        };
        match self.context.write(rehearse).await {
            Ok(()) | Err(Rehearsed::Done) => Ok(None),
            Err(Rehearsed::Refused(refusal)) => Err(refusal),
        }
    }

    /// What the command is about, as far as that is known: the gate, the release or the environment.
    fn about(&self) -> question::Concern {
        let arg = |name: &str| self.invocation.arg(name);
        let (project, version) = (
            arg("project").and_then(|text| Argument::parse(text).ok()),
            arg("version").and_then(|text| Argument::parse(text).ok()),
        );
        let gate = arg("gate").and_then(|text| Argument::parse(text).ok());
        let release = match self.invocation.path == "reject" {
            true => self.release_at(gate.as_ref(), project.as_ref(), version.as_ref()),
            false => self.release(project.as_ref(), version.as_ref()),
        };
        let release = release.ok();
        let gate = release.as_ref().and_then(|release| {
            self.gate(release, gate.as_ref()).ok()?.gate_of(release).map(|gate| gate.title.clone())
        });
        question::Concern {
            gate,
            release: release.map(|release| release.name()),
            project: arg("project").map(str::to_owned),
            environment: arg("environment").map(str::to_owned),
            story: arg("story").map(str::to_owned),
        }
    }

    /// Asks with one button a choice.
    pub(super) fn choose(&self, argument: &str, question: &str, choices: Vec<(String, String)>) -> Refusal {
        let said = self.rehearses.unwrap_or(self.invocation);
        let button =
            |(label, value): &(String, String)| Button::say(label, Look::Plain, &said.clone().with(argument, value));
        let buttons: Vec<Button> = choices.iter().filter_map(button).take(20).collect();
        let rows = buttons.chunks(4).map(<[Button]>::to_vec);
        Refusal::Answered(Box::new(rows.fold(Message::new(Tone::Asking, question), Message::row)))
    }
}

/// The message as it is said to this person: a question that is answered in words on Telegram is kept until then.
pub(super) fn kept(
    writing: &mut Writing,
    heard: &Incoming,
    mut message: Message,
    context: &Context,
) -> Result<Message, StoreProblem> {
    let (Some(question), Place::Telegram { .. }, Account::Telegram(user)) =
        (&mut message.question, heard.place, &heard.speaker.account)
    else {
        return Ok(message);
    };
    let known = context.people.find(&heard.speaker.account);
    let asker = Asker {
        number: writing.next_number("asking")?,
        user: *user,
        name: known.map_or_else(|| heard.speaker.shown_as.clone(), |person| person.name.clone()),
        username: heard.speaker.username.clone(),
        until: Asker::waits_until(context.clock.now()),
    };
    question.asker = Some(asker.clone());
    if let Some(said) = Invocation::read_back(&question.invocation) {
        let argument = question.argument.clone();
        writing.ask(&OpenQuestion { asker, place: heard.place, said, argument, message: None })?;
    }
    Ok(message)
}
