//! `/approve`, `/reject`, `/withdraw`: decisions at a gate, bound to the commit they are made on.

use commands::{Approve, Reject, ReleasePromote, Withdraw};

use super::{
    Asked, Refusal,
    find::{fresh, too_early},
    read::is_gate,
    subject::Subject,
    suggest::open_gates,
};
use crate::{
    context::Context,
    domain::{
        message::{Button, Look, Message, Tone},
        release::{
            Release,
            fact::Fact,
            gate::{Gate, NotTheirs},
            next::{Next, Wait, next},
            plan::Step,
        },
        team::people::Known,
    },
    messages::{about, capital, either, spoken, wait},
    record::{journal, ledger},
    store::View,
};

impl Asked<'_> {
    /// To promote is to approve at the gate before an environment.
    pub(super) async fn promote(&self, asked: ReleasePromote) -> Result<Option<Message>, Refusal> {
        let environment = asked.environment.as_ref().map(commands::EnvironmentName::as_str);
        let promotes = |release: &Release| {
            let open = open_gates(self.context, release);
            let gates = release.spec.plan.gates().map(|(_, gate)| gate);
            let fits = |gate: &&Gate| {
                let to = gate.promotes.as_deref();
                open.contains(&gate.name) && to.is_some() && environment.is_none_or(|wanted| to == Some(wanted))
            };
            gates.into_iter().find(fits).map(|gate| gate.name.clone())
        };
        let release =
            self.release_that(|release| promotes(release).is_some(), asked.project.as_ref(), asked.version.as_ref())?;
        let gate = match (promotes(&release), &asked.environment) {
            (Some(gate), _) => gate,
            (None, Some(named)) => {
                let to = self.environment(&release.spec.project, named)?;
                // One that was given is answered as such.
                let mut gates = release.spec.plan.gates();
                let given = gates
                    .find(|(step, gate)| gate.promotes.as_deref() == Some(&to) && release.state.steps[*step].is_over());
                match given {
                    Some((_, gate)) => gate.name.clone(),
                    None => return Err(self.not_asked(&release, &format!("no promotion to {to}"))?),
                }
            }
            (None, None) => return Err(self.not_asked(&release, "no promotion")?),
        };
        let gate = commands::Argument::parse(&gate).ok();
        self.approve(Approve { gate, project: asked.project, version: asked.version, note: asked.note }).await
    }

    pub(super) async fn approve(&self, asked: Approve) -> Result<Option<Message>, Refusal> {
        let release = self.release_at(asked.gate.as_ref(), asked.project.as_ref(), asked.version.as_ref())?;
        let gate = self.gate(&release, asked.gate.as_ref())?;
        if let Some(subject) = Subject::read(&gate) {
            return self.judge(&release, subject, None).await;
        }
        let (context, known, id) = (self.context.clone(), self.known()?.clone(), release.spec.id);
        let note = asked.note.map(|note| note.as_str().to_owned());
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let (gate, state) = open_gate((&context, writing), &release, &gate, &known)?;
            if let Some((by, reason)) = &state.rejected
                && *by != known.name
            {
                return Err(
                    format!("{by} rejected it: {reason}. A fix, or {by} withdrawing it, opens it again.").into()
                );
            }
            if state.approved.contains(&known.name) {
                return Err(
                    format!("You have approved already; {} of {} so far.", state.approved.len(), gate.quorum).into()
                );
            }
            let unticked = gate.unticked(&state);
            if !unticked.is_empty() {
                return Err(tick_first(&release, &gate, &unticked));
            }
            if let Some(picking) = release.spec.plan.picking().filter(|picking| picking.gate.name == gate.name)
                && picking.into == release.spec.branch
                && release.state.stories.taken().is_empty()
            {
                return Err(format!(
                    "No story is in {}, so nothing would be released. Pick some with /release add, or end it with \
                     /release cancel.",
                    release.name()
                )
                .into());
            }
            let commit = commit_at(&release, &gate);
            let fact = Fact::Approved { gate: gate.name.clone(), by: known.name, commit, note };
            journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            Ok((Message::new(Tone::Good, format!("Approved: {}", gate.title)), vec![id]))
        })
        .await
    }

    pub(super) async fn reject(&self, asked: Reject) -> Result<Option<Message>, Refusal> {
        let release = self.release_at(asked.gate.as_ref(), asked.project.as_ref(), asked.version.as_ref())?;
        // `/reject qa it is slow` means the gate, as `/approve qa` does.
        let named = asked
            .reason
            .as_str()
            .split_once(' ')
            .filter(|(word, _)| release.spec.plan.gate(word).is_some() || Subject::read(word).is_some());
        let (gate, reason) = match (&asked.gate, named) {
            (None, Some((word, rest))) => (word.to_owned(), rest.trim().to_owned()),
            (gate, _) => (self.gate(&release, gate.as_ref())?, asked.reason.as_str().to_owned()),
        };
        if let Some(subject) = Subject::read(&gate) {
            return self.judge(&release, subject, Some(reason)).await;
        }
        let (context, known, id) = (self.context.clone(), self.known()?.clone(), release.spec.id);
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let (gate, state) = open_gate((&context, writing), &release, &gate, &known)?;
            if let Some((by, reason)) = &state.rejected {
                return Err(format!("{by} has rejected it already: {reason}").into());
            }
            let commit = commit_at(&release, &gate);
            let fact = Fact::Rejected { gate: gate.name.clone(), by: known.name, commit, reason };
            ledger::note(writing, &release, &fact, context.clock.now())?;
            journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            Ok((Message::new(Tone::Good, format!("Rejected: {}", gate.title)), vec![id]))
        })
        .await
    }

    pub(super) async fn withdraw(&self, asked: Withdraw) -> Result<Option<Message>, Refusal> {
        let release = self.release_at(asked.gate.as_ref(), asked.project.as_ref(), asked.version.as_ref())?;
        let gate = self.gate(&release, asked.gate.as_ref())?;
        let (context, known, id) = (self.context.clone(), self.known()?.clone(), release.spec.id);
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let (gate, state) = given_gate((&context, writing), &release, &gate, &known)?;
            let rejected = state.rejected.as_ref().is_some_and(|(by, _)| *by == known.name);
            if !rejected && !state.approved.contains(&known.name) {
                return Err("You have not decided here, so there is nothing to withdraw.".to_owned().into());
            }
            let fact = Fact::Withdrawn { gate: gate.name.clone(), by: known.name };
            ledger::note(writing, &release, &fact, context.clock.now())?;
            journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            Ok((Message::new(Tone::Plain, format!("Withdrawn: {}", gate.title)), vec![id]))
        })
        .await
    }
}

/// The commit that is decided on at a gate.
fn commit_at(release: &Release, gate: &Gate) -> String {
    let step = release.spec.plan.gate(&gate.name).map(|(step, _)| step);
    step.map_or_else(|| release.head(), |step| release.head_at(step)).to_owned()
}

/// The gate, if it is open, or through and not yet acted on: until the merge a decision can be taken back.
fn given_gate(
    (context, view): (&Context, &impl View),
    release: &Release,
    name: &str,
    known: &Known,
) -> Result<(Gate, crate::domain::release::gate::GateState), Refusal> {
    let through = release.spec.plan.gate(name).filter(|(step, _)| release.state.steps[*step].done.is_some());
    let Some((step, gate)) = through else { return open_gate((context, view), release, name, known) };
    let merge = release.spec.plan.find(|step| matches!(step, Step::AwaitMerge { .. }));
    let acted = release.state.merged.is_some() || release.state.merge_asked.is_some();
    if acted || merge.is_none_or(|merge| merge < step) {
        return Err(format!("{} has been acted on already; it cannot be taken back.", capital(&gate.title)).into());
    }
    Ok((gate.clone(), release.state.gates.get(name).cloned().unwrap_or_default()))
}

/// The gate, if it is open and this person may decide there.
pub(super) fn open_gate(
    (context, view): (&Context, &impl View),
    release: &Release,
    name: &str,
    known: &Known,
) -> Result<(Gate, crate::domain::release::gate::GateState), Refusal> {
    let missing = || Refusal::Refused(format!("{} has no gate {name}.", release.name()));
    let (step, gate) = release.spec.plan.gate(name).ok_or_else(missing)?;
    let state = release.state.gates.get(name).cloned().unwrap_or_default();
    // What is decided is no secret, and nobody has to be asked for it any more.
    if release.state.steps[step].is_over() {
        let title = capital(&gate.title);
        if let (true, Some(later)) = (release.state.steps[step].overtaken, &release.state.overtaken) {
            return Err(format!(
                "{title} of {} is not decided on any more: {} runs {}.",
                release.name(),
                spoken(&later.environment),
                later.version
            )
            .into());
        }
        return Err(match &release.state.steps[step].skipped {
            Some((by, reason)) => format!("{by} skipped {}: {reason}", gate.title),
            None => format!("{title} has been given already, by {}.", either(&state.approved)),
        }
        .into());
    }
    let authors: Vec<String> = release.state.new_commits.iter().map(|commit| commit.author.clone()).collect();
    if let Err(why) = gate.may_decide(known, &release.spec.requester, &authors) {
        let who = either(&wait::may_decide(release, gate, &context.people));
        let why = match why {
            NotTheirs::Role => format!("{} needs the role {}, which you do not hold", gate.title, either(&gate.roles)),
            NotTheirs::Requester => format!("{} is not for the person who asked for the release", gate.title),
            NotTheirs::Author => format!("{} is not for somebody whose commit is decided on", gate.title),
        };
        return Err(format!("{}. Ask {who}.", capital(&why)).into());
    }
    let waits = match next(release, &context.surroundings_in(view, release, context.clock.now())?, context.clock.now())
    {
        Next::Wait(waits) => waits,
        Next::Run(_) | Next::Finished(_) => vec![],
    };
    let open = waits.iter().any(|(step, wait)| {
        is_gate(release, *step, name) && matches!(wait, Wait::Decision { .. } | Wait::Rejected { .. })
    });
    if !open {
        if waits.iter().any(|(_, wait)| matches!(wait, Wait::Undone { .. })) {
            let sentence = format!("{} of {} is not decided on now", capital(&gate.title), release.name());
            return Err(too_early((context, view), release, &sentence)?);
        }
        let sentence = format!("{} of {} is not asked for yet", capital(&gate.title), release.name());
        return Err(too_early((context, view), release, &sentence)?);
    }
    Ok((gate.clone(), state))
}

fn tick_first(release: &Release, gate: &Gate, unticked: &[&crate::domain::release::gate::Check]) -> Refusal {
    let names: Vec<&str> = unticked.iter().map(|check| check.name.as_str()).collect();
    let all = about(release, "tick").with("gate", &gate.name).with("item", "0");
    let message = Message::new(Tone::Asking, "Not everything is ticked yet")
        .text(format!("Still open: {}. Tick what you have checked on the card, then approve.", names.join(", ")))
        .row(Button::say("I checked all of it: tick all", Look::Plain, &all).into_iter().collect());
    Refusal::Answered(Box::new(message))
}
