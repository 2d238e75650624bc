//! `/freeze exempt`: asks for leave for one pull request at one commit.

use std::sync::Arc;

use commands::FreezeExempt;

use super::{
    exemption::{may_decide, record},
    fixes,
};
use crate::{
    context::Context,
    domain::{
        freeze::{
            exemption::{Decided, Exemption},
            verdict::Act,
        },
        message::{Message, Tone},
        release::Release,
        time::moment,
    },
    handlers::{Asked, Refusal, next_close::next_close},
    messages,
    record::freezes,
    store::{StoreProblem, Writing},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn freeze_exempt(&self, asked: FreezeExempt) -> Result<Option<Message>, Refusal> {
        let (project, repository, _) = self.project(asked.project.as_ref())?;
        let number = asked.pull_request.0;
        let found = repository.open_pull(number).await?;
        let pull = found.ok_or_else(|| {
            format!(
                "There is no open pull request #{number} in {}; an exemption is for one that is open.",
                project.repository
            )
        })?;
        let (context, now) = (self.context.clone(), self.context.clock.now());
        let until = asked.until.as_ref().map(|text| moment::read(text.as_str(), now, context.zone)).transpose()?;
        let exemption = Exemption {
            id: 0,
            project: project.name.clone(),
            pull_request: number,
            title: pull.title,
            url: pull.url,
            head: pull.head,
            base: pull.base,
            author: pull.author,
            reason: asked.reason.as_str().to_owned(),
            asked_by: self.who()?,
            asked_at: now,
            until,
            decided: None,
            fix_of: None,
            lapsed: None,
        };
        let (may, known) = (may_decide(&context, &exemption), self.known()?.clone());
        let by_themselves = {
            let around = (context.store.freezes()?, context.store.open_releases()?);
            fixes::lets_in(&context, (&around.0, &around.1), &exemption, &known)
        };
        if may.is_empty() && by_themselves.is_none() {
            let roles = context.people.roles_with(commands::Permission::Exempt);
            return Err(format!(
                "Nobody could grant it: it takes somebody other than you and the pull request's author with the role {}.",
                messages::either(&roles)
            )
            .into());
        }
        if let Some((_, gate)) = by_themselves.as_ref().filter(|_| asked.dry_run) {
            let text = format!("You would let #{number} in at {} yourself: {gate} was rejected.", exemption.head);
            return Ok(Some(Message::new(Tone::Plain, "Plan (nothing has been done)").text(text)));
        }
        if asked.dry_run {
            let text =
                format!("{} would be asked to let #{number} pass at {}.", messages::either(&may), exemption.head);
            return Ok(Some(Message::new(Tone::Plain, "Plan (nothing has been done)").text(text)));
        }
        self.decide(move |writing| {
            let same = |other: &Exemption| {
                (&other.project, other.pull_request, &other.head, &other.base)
                    == (&exemption.project, number, &exemption.head, &exemption.base)
            };
            let around = (writing.freezes()?, writing.open_releases()?);
            let by_themselves = fixes::lets_in(&context, (&around.0, &around.1), &exemption, &known);
            let earlier = writing.exemptions()?.into_iter().find(|one| same(one) && (one.waits() || one.is_granted()));
            // What still waits for somebody else they let in by themselves, once something is rejected.
            if let Some(other) = earlier.as_ref().filter(|one| one.is_granted() || by_themselves.is_none()) {
                let how = if other.waits() { "has been asked for" } else { "has been granted" };
                return Err(format!("An exemption of #{number} {how} already: E{}.", other.id).into());
            }
            let fix_of = by_themselves.as_ref().map(|(release, _)| *release);
            let decided = fix_of.map(|_| Decided { by: known.name.clone(), at: now, refusal: None });
            let exemption = Exemption { decided, fix_of, ..exemption };
            let exemption = match earlier {
                Some(Exemption { id, asked_by, asked_at, .. }) => Exemption { id, asked_by, asked_at, ..exemption },
                None => Exemption { id: writing.next_number("exemption")?, ..exemption },
            };
            writing.put_exemption(&exemption)?;
            record(&context, writing, &exemption)?;
            if let Some((_, gate)) = by_themselves {
                let ruleset = project_ruleset(&context, &exemption);
                let message = messages::exemption::decided(&exemption, ruleset)
                    .text(messages::exemption::only_a_fix(&gate, &exemption.base));
                freezes::tell_exemption(&context, writing, &exemption, "decided", &message)?;
                return Ok((Message::new(Tone::Good, format!("Granted: E{}, #{number}", exemption.id)), vec![]));
            }
            let message = messages::exemption::asked(&exemption, &closed_by(&context, writing, &exemption)?, &may);
            freezes::tell_exemption(&context, writing, &exemption, "asked", &message)?;
            let text = format!(
                "{} can grant it, with the button in the channel or /freeze grant E{}.",
                messages::either(&may),
                exemption.id
            );
            Ok((Message::new(Tone::Good, format!("Asked for: E{}, #{number}", exemption.id)).text(text), vec![]))
        })
        .await
    }
}

/// Whether a ruleset closes the project's branches, which an exemption does not open.
fn project_ruleset(context: &Context, exemption: &Exemption) -> bool {
    context.projects.get(&exemption.project).is_some_and(|(project, _)| project.freeze.ruleset)
}

/// What keeps the pull request from being merged now, in words.
fn closed_by(context: &Context, writing: &Writing, exemption: &Exemption) -> Result<String, StoreProblem> {
    let (freezes, act) = (writing.freezes()?, Act::Merge { branch: &exemption.base });
    // A release passes its own freeze in any case.
    let open = writing.open_releases()?;
    let own = |release: &&Release| {
        release.spec.project == exemption.project && release.state.own_pulls().contains(&exemption.pull_request)
    };
    let verdict =
        context.verdict(&freezes, &exemption.project, act, open.iter().map(Arc::as_ref).find(own), context.clock.now());
    if verdict.is_open() {
        let next = match context.projects.get(&exemption.project) {
            Some((project, _)) => next_close(context, project, &exemption.base, &verdict)?,
            None => None,
        };
        return Ok(match next {
            Some((at, _)) => {
                format!(
                    "{} is open now and closes {}.",
                    exemption.base,
                    at.with_timezone(&context.zone).format("%a %-d %b %H:%M %Z")
                )
            }
            None => format!("{} is open now; it counts in a freeze to come.", exemption.base),
        });
    }
    let words: Vec<String> = verdict.freezes().map(|freeze| messages::freeze::in_words(freeze, context.zone)).collect();
    Ok(messages::capital(&words.join("; ")))
}
