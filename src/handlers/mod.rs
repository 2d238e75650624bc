//! What happens when somebody says something: understand, authorise, decide, reply. Nothing here changes GitHub.

mod acknowledge;
mod approve;
mod ask;
mod confirm;
mod decide;
mod deploys;
mod elsewhere;
mod environments;
mod find;
mod flag;
mod freeze;
mod help;
mod incident;
mod next_close;
mod prepare;
mod reject;
mod release;
mod schedule;
mod stop_deploy;
mod stories;
mod subject;
mod suggest;
mod tick;
mod whoami;
mod why;
mod withdraw;

use commands::{Command, Invocation, Permission};

use crate::{
    chat::incoming::Incoming,
    context::Context,
    domain::{
        message::{
            Message,
            asked_back::AskedBack,
            post::{LateAnswer, Post, ReplyTo, Target},
        },
        quota::Scarcity,
        release::ReleaseId,
        team::people::{Account, Known, Speaker},
    },
    engine::runner::Runner,
    github::problem::GithubProblem,
    messages::{away, either, refusal},
    store::{StoreProblem, Writing},
};

pub use suggest::{project_here, suggested};

/// Why something was not done.
#[derive(Debug)]
pub enum Refusal {
    /// The person is told this sentence; it names the way out.
    Refused(String),
    /// As `Refused`, with buttons or a question that lead on.
    Answered(Box<Message>),
    /// The bot itself is in trouble; logged once, with an apology.
    Broken(String),
}

impl From<StoreProblem> for Refusal {
    fn from(problem: StoreProblem) -> Self {
        Self::Broken(problem.to_string())
    }
}

impl From<GithubProblem> for Refusal {
    fn from(problem: GithubProblem) -> Self {
        let scarcity = match problem {
            GithubProblem::RateLimited { until } => Scarcity::UsedUp(until),
            GithubProblem::KeptForReleases { until } => Scarcity::KeptForReleases(until),
            problem => return Self::Refused(format!("{problem}. Please try again in a moment.")),
        };
        Self::Answered(Box::new(refusal::refused(away::scarce(scarcity))))
    }
}

impl From<String> for Refusal {
    fn from(sentence: String) -> Self {
        Self::Refused(sentence)
    }
}

/// One thing that somebody said, on its way to an answer.
pub struct Asked<'a> {
    context: &'a Context,
    runner: &'a Runner,
    key: &'a [u8],
    heard: &'a Incoming,
    invocation: &'a Invocation,
    known: Option<Known>,
    /// The question to which somebody says yes.
    agreed: Option<&'a AskedBack>,
    /// What was said, where it is only looked whether it would be done: nothing is decided.
    rehearses: Option<&'a Invocation>,
}

/// Handles what waits in the inbox under `key`: decides, and posts the reply in the same write.
///
/// # Errors
/// When the reply could not be stored.
pub async fn handle(context: &Context, runner: &Runner, key: &[u8], heard: &Incoming) -> Result<(), StoreProblem> {
    if let Some((message, reply)) = elsewhere::answer(context, heard) {
        return answered(context, key, heard, heard.reply.clone(), message, reply).await;
    }
    let answer = match &heard.said {
        Err(sentence) => Err(Refusal::Refused(sentence.clone())),
        Ok(invocation) => {
            let known = context.people.recognise(&believed(context, heard));
            let asked = Asked { context, runner, key, heard, invocation, known, agreed: None, rehearses: None };
            Box::pin(asked.answer()).await
        }
    };
    let message = match answer {
        Ok(None) => return Ok(()),
        Ok(Some(message)) => message,
        Err(Refusal::Refused(sentence)) => refusal::refused(&sentence),
        Err(Refusal::Answered(message)) => *message,
        Err(Refusal::Broken(problem)) => {
            tracing::error!(id = heard.id, problem, "a command could not be handled");
            refusal::broken()
        }
    };
    answered(context, key, heard, reply_to(heard), message, reply_key(heard)).await
}

/// Who speaks, with the roles that the platform vouches for only where its word counts.
fn believed(context: &Context, heard: &Incoming) -> Speaker {
    let believes = context.here.believes(heard.place, heard.within);
    let platform_roles = if believes { heard.speaker.platform_roles.clone() } else { vec![] };
    Speaker { platform_roles, ..heard.speaker.clone() }
}

/// Posts the answer as `reply`, and notes in the same write that this has been handled.
async fn answered(
    context: &Context,
    key: &[u8],
    heard: &Incoming,
    to: ReplyTo,
    message: Message,
    reply: String,
) -> Result<(), StoreProblem> {
    let (key, heard, target, asking) = (key.to_vec(), heard.clone(), Target::Reply(to), context.clone());
    context
        .write(move |writing| {
            let message = ask::kept(writing, &heard, message, &asking)?;
            writing.post(Post { key: reply, target, message })?;
            writing.handled(&key);
            Ok(())
        })
        .await
}

fn reply(writing: &mut Writing, heard: &Incoming, message: Message, context: &Context) -> Result<(), StoreProblem> {
    let message = ask::kept(writing, heard, message, context)?;
    writing.post(Post { key: reply_key(heard), target: Target::Reply(reply_to(heard)), message })
}

/// How somebody is answered, late if need be.
fn reply_to(heard: &Incoming) -> ReplyTo {
    let user = match heard.speaker.account {
        Account::Discord(user) => Some(user),
        Account::Telegram(_) | Account::GitHub(_) => None,
    };
    heard.reply.clone().given_late(LateAnswer { place: heard.place, to: heard.speaker.shown_as.clone(), user })
}

fn reply_key(heard: &Incoming) -> String {
    format!("reply/{}", heard.id)
}

impl Asked<'_> {
    /// What to say, or nothing if the decision has posted its own reply.
    async fn answer(&self) -> Result<Option<Message>, Refusal> {
        let command = match Command::read(self.invocation) {
            Ok(command) => command,
            Err(error) => return Err(self.misunderstood(&error).await),
        };
        self.authorise(command.spec().needs)?;
        match command {
            Command::ReleasePrepare(prepare) => Box::pin(self.prepare(prepare)).await,
            Command::Hotfix(hotfix) => Box::pin(self.hotfix(hotfix)).await,
            Command::ReleaseStatus(status) => self.status(status).map(Some),
            Command::ReleaseMore(more) => self.more(more).map(Some),
            Command::ReleaseList(list) => self.list(list).map(Some),
            Command::ReleaseNext(next) => self.next(next).await.map(Some),
            Command::ReleaseNotes(notes) => self.notes(notes).await.map(Some),
            Command::Why(why) => self.why(why).map(Some),
            Command::WhoAmI(_) => Ok(Some(self.whoami())),
            Command::Help(help) => self.help(help).map(Some),
            Command::Start(_) => Ok(Some(self.start())),
            Command::ReleaseOverview(overview) => self.overview(overview).map(Some),
            Command::ReleasePromote(promote) => self.promote(promote).await,
            Command::ReleaseAdd(add) => self.add(add).await,
            Command::ReleaseRemove(remove) => self.remove(remove).await,
            Command::ReleaseMerge(merge) => self.merge(merge).await,
            Command::ReleaseRetry(retry) => self.retry(retry).await,
            Command::ReleaseRollback(rollback) => self.rollback(rollback).await,
            Command::ReleaseResume(resume) => self.resume(resume).await,
            Command::Deploys(deploys) => self.deploys(deploys).await.map(Some),
            Command::ReleaseSkip(skip) => self.skip(skip).await,
            Command::ReleaseReview(review) => self.review(review).await,
            Command::ReleaseAdopt(branch) => Box::pin(self.adopt(branch)).await,
            Command::Agree(agree) => self.agree(agree).await,
            Command::ReleaseCancel(cancel) => self.cancel(cancel).await,
            Command::Cancel(cancel) => self.ask_cancel(&cancel).map(Some),
            Command::Approve(approve) => self.approve(approve).await,
            Command::Reject(reject) => self.reject(reject).await,
            Command::Withdraw(withdraw) => self.withdraw(withdraw).await,
            Command::Tick(tick) => self.tick(tick).await,
            Command::Acknowledge(acknowledge) => self.acknowledge(acknowledge).await,
            Command::Confirm(confirm) => self.confirm(confirm).await,
            Command::IncidentRollback(rollback) => self.incident_rollback(rollback).await,
            Command::IncidentHotfix(hotfix) => Box::pin(self.incident_hotfix(hotfix)).await,
            Command::IncidentResume(resume) => self.incident_resume(resume).await,
            Command::FreezeStart(start) => self.freeze_start(start).await,
            Command::FreezeLift(lift) => self.freeze_lift(lift).await,
            Command::FreezeStatus(status) => self.freeze_status(status).map(Some),
            Command::FreezeExempt(exempt) => self.freeze_exempt(exempt).await,
            Command::FreezeGrant(grant) => self.freeze_grant(grant).await,
            Command::FreezeRefuse(refuse) => self.freeze_refuse(refuse).await,
            Command::FlagList(list) => self.flag_list(list).await.map(Some),
            Command::FlagOff(off) => self.flag_off(off).await,
            Command::FlagOn(on) => self.flag_on(on).await,
            Command::ScheduleList(list) => self.schedule_list(list).map(Some),
            Command::SchedulePreview(preview) => self.schedule_preview(preview).map(Some),
            Command::ScheduleSkip(skip) => self.schedule_skip(skip).await,
            Command::ScheduleMove(moving) => self.schedule_move(moving).await,
        }
    }

    /// Roles are looked at before every decision. Whether somebody may decide at a gate, the gate itself says.
    fn authorise(&self, needs: Permission) -> Result<(), Refusal> {
        if needs == Permission::Anyone {
            return Ok(());
        }
        let known = self.known()?;
        let people = &self.context.people;
        if needs == Permission::Decide || people.may(&known.roles, needs) {
            return Ok(());
        }
        let roles = people.roles_with(needs);
        let who = people.holding(&roles);
        Err(Refusal::Refused(format!(
            "This needs the role {}, which you do not hold. Ask {}.",
            either(&roles),
            either(&who)
        )))
    }

    /// The person who speaks; unknown people decide nothing.
    fn known(&self) -> Result<&Known, Refusal> {
        self.known.as_ref().ok_or_else(|| {
            Refusal::Refused(
                "I do not know you, so you can read but not decide. Ask whoever keeps bot.toml to add you under \
                 [[people]]; /whoami shows what I see."
                    .into(),
            )
        })
    }

    fn who(&self) -> Result<String, Refusal> {
        Ok(self.known()?.name.clone())
    }

    /// Decides on fresh state, in one write: the facts, what they tell, the reply, and that this has been handled. Then
    /// wakes the releases that it concerns.
    async fn decide(
        &self,
        decide: impl FnOnce(&mut Writing) -> Result<(Message, Vec<ReleaseId>), Refusal> + Send + 'static,
    ) -> Result<Option<Message>, Refusal> {
        if self.rehearses.is_some() {
            return self.would_be_done(decide).await;
        }
        let (key, heard, context) = (self.key.to_vec(), self.heard.clone(), self.context.clone());
        let wake = self
            .context
            .write(move |writing| {
                if !writing.is_waiting(&key)? {
                    return Ok(vec![]);
                }
                let (message, wake) = decide(writing)?;
                reply(writing, &heard, message, &context)?;
                writing.handled(&key);
                Ok::<_, Refusal>(wake)
            })
            .await?;
        for id in wake {
            self.runner.wake(id);
        }
        Ok(None)
    }
}
