//! `/freeze exempt`, `/freeze grant`, `/freeze refuse`: leave for one pull request at one commit, given by somebody else.

use commands::{ExemptionNumber, FreezeExempt, FreezeGrant, FreezeRefuse};

use super::{Asked, Refusal, next_close::next_close};
use crate::{
    context::Context,
    domain::{
        freeze::{
            exemption::{Decided, Exemption},
            verdict::Act,
        },
        message::{Message, Tone},
        release::Release,
        team::people::Account,
        time::moment,
    },
    messages,
    record::freezes,
    store::{StoreProblem, Writing},
};

impl Asked<'_> {
    pub(super) async fn freeze_exempt(&self, asked: FreezeExempt) -> Result<Option<Message>, Refusal> {
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
            lapsed: None,
        };
        let may = may_decide(&context, &exemption);
        if may.is_empty() {
            let roles = context.people.roles_with(commands::Permission::Exempt);
            return Err(format!(
                "Nobody could grant it: it takes somebody other than you and the pull request's author with the role {}.",
                messages::either(&roles)
            )
            .into());
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
            if let Some(other) = writing.exemptions()?.iter().find(|one| same(one) && (one.waits() || one.is_granted()))
            {
                let how = if other.waits() { "has been asked for" } else { "has been granted" };
                return Err(format!("An exemption of #{number} {how} already: E{}.", other.id).into());
            }
            let exemption = Exemption { id: writing.next_number("exemption")?, ..exemption };
            writing.put_exemption(&exemption)?;
            record(&context, writing, &exemption)?;
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

    pub(super) async fn freeze_grant(&self, asked: FreezeGrant) -> Result<Option<Message>, Refusal> {
        let exemption = self.exemption(asked.number)?;
        self.may_decide_on(&exemption)?;
        // What is granted is what is there now.
        let (_, repository) =
            self.context.projects.get(&exemption.project).ok_or_else(|| "Its project is gone.".to_owned())?;
        let number = exemption.pull_request;
        match repository.open_pull(number).await? {
            Some(pull) if pull.head == exemption.head && pull.base == exemption.base => {}
            Some(_) => {
                return Err(format!(
                    "#{number} is not any more what it was when {} asked; they have to ask again.",
                    exemption.asked_by
                )
                .into());
            }
            None => return Err(format!("#{number} is not open any more.").into()),
        }
        if asked.dry_run {
            let text = format!("#{number} would pass at {}: {}.", exemption.head, exemption.reason);
            return Ok(Some(Message::new(Tone::Plain, "Plan (nothing has been done)").text(text)));
        }
        self.settle_exemption(exemption, None).await
    }

    pub(super) async fn freeze_refuse(&self, asked: FreezeRefuse) -> Result<Option<Message>, Refusal> {
        let exemption = self.exemption(asked.number)?;
        if exemption.is_granted() {
            self.known()?;
        } else {
            self.may_decide_on(&exemption)?;
        }
        if asked.dry_run {
            let text = format!("The exemption of #{} would be refused.", exemption.pull_request);
            return Ok(Some(Message::new(Tone::Plain, "Plan (nothing has been done)").text(text)));
        }
        self.settle_exemption(exemption, Some(asked.reason.as_str().to_owned())).await
    }

    async fn settle_exemption(
        &self,
        exemption: Exemption,
        refusal: Option<String>,
    ) -> Result<Option<Message>, Refusal> {
        let (context, by, id) = (self.context.clone(), self.who()?, exemption.id);
        self.decide(move |writing| {
            let found = writing.exemptions()?.into_iter().find(|one| one.id == id);
            let mut exemption = found.ok_or_else(|| format!("There is no exemption E{id} any more."))?;
            let occasion = if exemption.waits() { "decided" } else { "withdrawn" };
            still_open(&exemption, refusal.is_some())?;
            exemption.decided = Some(Decided { by, at: context.clock.now(), refusal });
            writing.put_exemption(&exemption)?;
            record(&context, writing, &exemption)?;
            let ruleset = context.projects.get(&exemption.project).is_some_and(|(project, _)| project.freeze.ruleset);
            let message = messages::exemption::decided(&exemption, ruleset);
            freezes::tell_exemption(&context, writing, &exemption, occasion, &message)?;
            let done = if exemption.is_granted() { "Granted" } else { "Refused" };
            Ok((Message::new(Tone::Good, format!("{done}: E{id}, #{}", exemption.pull_request)), vec![]))
        })
        .await
    }

    fn exemption(&self, number: ExemptionNumber) -> Result<Exemption, Refusal> {
        let all = self.context.store.exemptions()?;
        let found = all.into_iter().find(|exemption| exemption.id == number.0);
        Ok(found.ok_or_else(|| format!("There is no exemption {number}; /freeze status shows those that count."))?)
    }

    /// Somebody else than who asked, and not the pull request's author.
    fn may_decide_on(&self, exemption: &Exemption) -> Result<(), Refusal> {
        let known = self.known()?;
        let may = may_decide(self.context, exemption);
        let own = match () {
            () if known.name == exemption.asked_by => "you asked for it yourself",
            () if is_author(self.context, exemption, &known.name) => "the pull request is yours",
            () => return Ok(()),
        };
        Err(format!("Somebody else has to decide, because {own}. Ask {}.", messages::either(&may)).into())
    }
}

/// The people who may decide on an exemption.
fn may_decide(context: &Context, exemption: &Exemption) -> Vec<String> {
    let mut names = context.may_exempt();
    names.retain(|name| *name != exemption.asked_by && !is_author(context, exemption, name));
    names
}

fn is_author(context: &Context, exemption: &Exemption, name: &str) -> bool {
    let author = context.people.find(&Account::GitHub(exemption.author.clone()));
    author.is_some_and(|person| person.name == name)
}

fn still_open(exemption: &Exemption, refusing: bool) -> Result<(), Refusal> {
    let id = exemption.id;
    if exemption.lapsed.is_some() {
        return Err(format!("E{id} has lapsed; #{} needs a new one.", exemption.pull_request).into());
    }
    match &exemption.decided {
        Some(decided) if decided.refusal.is_some() => Err(format!("{} has refused E{id} already.", decided.by).into()),
        Some(decided) if !refusing => Err(format!("{} has granted E{id} already.", decided.by).into()),
        _ => Ok(()),
    }
}

/// Records an exemption on every freeze that is not over and that it is one from.
fn record(context: &Context, writing: &mut Writing, exemption: &Exemption) -> Result<(), StoreProblem> {
    let now = context.clock.now();
    for mut freeze in writing.freezes()? {
        let known = freeze.exemptions.contains(&exemption.id);
        if !known && !freeze.is_over(now) && freezes::touches(context, &freeze, exemption) {
            freeze.exemptions.push(exemption.id);
            writing.put_freeze(&freeze)?;
        }
    }
    Ok(())
}

/// What keeps the pull request from being merged now, in words.
fn closed_by(context: &Context, writing: &Writing, exemption: &Exemption) -> Result<String, StoreProblem> {
    let (freezes, act) = (writing.freezes()?, Act::Merge { branch: &exemption.base });
    // A release passes its own freeze in any case.
    let open = writing.open_releases()?;
    let own = |release: &&Release| {
        release.spec.project == exemption.project && release.state.own_pulls().contains(&exemption.pull_request)
    };
    let verdict = context.verdict(&freezes, &exemption.project, act, open.iter().find(own), context.clock.now());
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
