//! `/freeze lift`: ends one freeze, or takes that back.

use commands::{FreezeLift, FreezeRef, ProjectName};

use super::open;
use crate::{
    domain::{
        freeze::{Freeze, verdict::Act},
        message::{Message, Question, Tone, line},
        release::Release,
    },
    handlers::{Asked, Refusal},
    messages,
    record::freezes,
    store::StoreProblem,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn freeze_lift(&self, asked: FreezeLift) -> Result<Option<Message>, Refusal> {
        if asked.undo {
            return self.freeze_again(asked).await;
        }
        let active = self.active(asked.project.as_ref().map(ProjectName::as_str))?;
        let found: Vec<&Freeze> = active.iter().filter(|freeze| is_meant(asked.freeze.as_ref(), freeze)).collect();
        let freeze = match found.as_slice() {
            [] => return Err("No such freeze is active; /freeze status shows all.".to_owned().into()),
            [only] => (*only).clone(),
            several => {
                let choice =
                    |freeze: &&Freeze| (format!("#{} {}", freeze.id, freeze.reason), format!("#{}", freeze.id));
                return Err(self.choose("freeze", "Which freeze?", several.iter().map(choice).collect()));
            }
        };
        if asked.dry_run {
            return Ok(Some(self.plan_of_lift(&freeze)?));
        }
        let reason = asked.reason.map(|reason| reason.as_str().to_owned());
        if let (None, Some(release)) = (&reason, self.goes_on_without(&freeze)?) {
            return Err(self.ask_why(&freeze, &release));
        }
        let (context, by, now, id) = (self.context.clone(), self.who()?, self.context.clock.now(), freeze.id);
        self.decide(move |writing| {
            if !writing.freezes()?.iter().any(|freeze| freeze.id == id && freeze.is_active(now)) {
                return Err(Refusal::Refused("That freeze is over already.".into()));
            }
            freezes::lift(&context, writing, id, &by, reason)?;
            Ok((Message::new(Tone::Good, format!("Freeze #{id} is lifted")), open(writing)?))
        })
        .await
    }

    /// The open release whose code freeze this is.
    fn goes_on_without(&self, freeze: &Freeze) -> Result<Option<Release>, StoreProblem> {
        let Some(id) = freeze.release else { return Ok(None) };
        Ok(self.context.store.release(id)?.filter(Release::is_open))
    }

    /// A release's own freeze is not lifted by the way.
    fn ask_why(&self, freeze: &Freeze, release: &Release) -> Refusal {
        let id = freeze.id;
        let invocation = self.invocation.clone().with("freeze", format!("#{id}"));
        let mut message = Message::new(Tone::Asking, format!("Why is the freeze of {} lifted now?", release.name()))
            .text(messages::freeze::without(freeze, release));
        message.question = invocation.encode().map(|invocation| Question {
            invocation,
            argument: "reason".into(),
            ask: "Why does it end now?".into(),
            asker: None,
        });
        Refusal::Answered(Box::new(message))
    }

    /// Takes a lifting back: the same is closed again, for the same release.
    async fn freeze_again(&self, asked: FreezeLift) -> Result<Option<Message>, Refusal> {
        let now = self.context.clock.now();
        let mine = |freeze: &Freeze| asked.project.as_ref().is_none_or(|project| freeze.concerns(project.as_str()));
        let all = self.context.store.freezes()?;
        let found = all
            .into_iter()
            .rev()
            .find(|freeze| freeze.lifted.is_some() && mine(freeze) && is_meant(asked.freeze.as_ref(), freeze));
        let freeze =
            found.ok_or_else(|| "No such freeze was lifted; /freeze status shows those that hold.".to_owned())?;
        if freeze.until.is_some_and(|until| until <= now) {
            return Err(format!("Freeze #{} would be over by now; start another with /freeze start.", freeze.id).into());
        }
        if freeze.release.is_some() && self.goes_on_without(&freeze)?.is_none() {
            return Err("Its release is over; start another freeze with /freeze start.".to_owned().into());
        }
        let again = Freeze { owner: self.who()?, from: now, lifted: None, why_lifted: None, end_told: false, ..freeze };
        if asked.dry_run {
            return Ok(Some(self.plan_of_start(&again)));
        }
        let context = self.context.clone();
        self.decide(move |writing| {
            let same = |other: &&Freeze| {
                (&other.projects, &other.branches, &other.reason, other.release)
                    == (&again.projects, &again.branches, &again.reason, again.release)
            };
            if let Some(holds) = writing.freezes()?.iter().filter(|other| other.is_active(now)).find(same) {
                return Err(format!("It holds again already, as freeze #{}.", holds.id).into());
            }
            let freeze = freezes::begin(&context, writing, again)?;
            let words = messages::freeze::in_words(&freeze, context.zone);
            Ok((Message::new(Tone::Good, format!("Freeze #{} is active", freeze.id)).text(words), open(writing)?))
        })
        .await
    }

    /// What would be open once a freeze is lifted, and what would stay closed.
    fn plan_of_lift(&self, freeze: &Freeze) -> Result<Message, Refusal> {
        let (context, now) = (self.context, self.context.clock.now());
        let mut rest = context.store.freezes()?;
        rest.retain(|other| other.id != freeze.id);
        let mut message = Message::new(Tone::Plain, "Plan (nothing has been done)")
            .text(format!("Freeze #{} ({}) would be lifted.", freeze.id, freeze.reason));
        if let Some(release) = self.goes_on_without(freeze)? {
            message = message.text(messages::freeze::without(freeze, &release));
        }
        for project in freezes::concerned(context, freeze) {
            for branch in context.lines(&project.name) {
                if freeze.covers(&branch, &context.lines(&project.name)) {
                    let verdict = context.verdict(&rest, &project.name, Act::Merge { branch: &branch }, None, now);
                    let words = match verdict.closed() {
                        None => "open".to_owned(),
                        Some(closed) => format!("still closed: {}", messages::freeze::closed(&closed, &context.people)),
                    };
                    message =
                        message.text(line().bold(format!("{} {branch}", project.name)).plain(format!(" {words}")));
                }
            }
        }
        Ok(message)
    }
}

/// Whether a freeze is the one that somebody names; any is, if they name none.
fn is_meant(named: Option<&FreezeRef>, freeze: &Freeze) -> bool {
    match named {
        Some(FreezeRef::Number(number)) => freeze.id == *number,
        Some(FreezeRef::Name(name)) => freeze.reason.eq_ignore_ascii_case(name),
        None => true,
    }
}
