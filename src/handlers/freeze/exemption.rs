//! Leave for one pull request at one commit: whether it still counts, and who may give it.

use commands::ExemptionNumber;

use crate::{
    context::Context,
    domain::{
        freeze::exemption::{Decided, Exemption},
        message::{Message, Tone},
        team::people::Account,
    },
    handlers::{Asked, Refusal},
    messages,
    record::freezes,
    store::{StoreProblem, Writing},
};

impl Asked<'_> {
    pub(super) async fn settle_exemption(
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

    pub(super) fn exemption(&self, number: ExemptionNumber) -> Result<Exemption, Refusal> {
        let all = self.context.store.exemptions()?;
        let found = all.into_iter().find(|exemption| exemption.id == number.0);
        Ok(found.ok_or_else(|| format!("There is no exemption {number}; /freeze status shows those that count."))?)
    }

    /// Somebody else than who asked, and not the pull request's author.
    pub(super) fn may_decide_on(&self, exemption: &Exemption) -> Result<(), Refusal> {
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
pub(super) fn may_decide(context: &Context, exemption: &Exemption) -> Vec<String> {
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
pub(super) fn record(context: &Context, writing: &mut Writing, exemption: &Exemption) -> Result<(), StoreProblem> {
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
