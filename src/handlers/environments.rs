//! `/release rollback` and `/release resume`: an environment goes back to what ran before, and takes nothing until somebody
//! says so.

use std::sync::Arc;

use commands::{Argument, ChangeRef, EnvironmentName, ProjectName, ReleaseResume, ReleaseRollback};

use super::{
    Asked, Refusal,
    stop_deploy::{Stopped, at_work},
};
use crate::{
    context::Context,
    domain::{
        deploy::ledger::{Bad, Hold, HoldCause},
        message::{Message, Tone, asked_back::AskedBack, post::Target},
        release::{Release, ReleaseId, ReleaseKind, hindrance::Ruling, next::Wait},
    },
    engine::{
        backfill,
        begin::{self, roll_back},
    },
    github::Repository,
    messages::{self, confirm::Replaces, either},
    record::{incidents::own, journal},
    store::{StoreProblem, Writing},
};

/// How many commits may be marked as bad in one environment.
const BAD: usize = 20;

impl Asked<'_> {
    pub(super) async fn rollback(&self, mut asked: ReleaseRollback) -> Result<Option<Message>, Refusal> {
        let mut of = None;
        if let Some(version) = &asked.of {
            let release = self.release(asked.project.as_ref(), Some(version))?;
            asked.project = ProjectName::parse(&release.spec.project).ok();
            of = Some(release.spec.tag.clone());
        }
        self.roll_back(asked, of).await
    }

    /// Rolls an environment back; only if this tag runs there or is on its way there, if one is given.
    pub(super) async fn roll_back(
        &self,
        asked: ReleaseRollback,
        of: Option<String>,
    ) -> Result<Option<Message>, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let environment = self.environment(&project.name, &asked.environment)?;
        backfill::of_project(self.context, &project.name, repository).await?;
        let ledger = self.context.store.ledger(&project.name, &environment)?;
        if let (Some(of), Some(there)) = (of, ledger.to_be_rolled_back().filter(|_| ledger.runs().is_some()))
            && of != there
        {
            return Err(messages::environment::gone(&of, &environment, there).into());
        }
        let open = self.context.store.open_releases()?;
        if let Some(rolling) = open.iter().find(|one| rolls_back(one, &project.name, &environment)) {
            return Err(begin::under_way(rolling).into());
        }
        let (by, at) = (self.who()?, self.context.clock.now());
        let mut bad = ledger.bad().to_vec();
        let marked = match &asked.bad {
            Some(change) => {
                let from = ledger.to_be_rolled_back().unwrap_or(&playbook.production);
                let FoundChange { commit, merge, pull, title } = change_in(repository, change, from).await?;
                Some(Bad { commit, merge, pull, title, by: by.clone(), at })
            }
            None => None,
        };
        bad.retain(|one| marked.as_ref().is_none_or(|marked| marked.commit != one.commit));
        bad.extend(marked.clone());
        if bad.len() > BAD {
            return Err(format!(
                "{BAD} commits are marked as bad in {environment} already; /release resume {environment} \
                 forget-bad forgets them."
            )
            .into());
        }
        let reason = asked.reason.as_str().to_owned();
        let to = asked.to.map(|version| playbook.tag_of(version.as_str()));
        let mut mine = open.iter().filter(|one| one.spec.project == project.name && !one.is_roll_back());
        let at_work =
            mine.find_map(|one| Some((one.spec.id, at_work((self.context, &self.context.store), one, &environment)?)));
        if let Some((id, step)) = at_work {
            let dry_run = asked.dry_run;
            return self.stop_deploy(Stopped { id, step, environment, to, bad, marked, reason, dry_run }).await;
        }
        let wanted = roll_back::RollBackSpec {
            project: &project.name,
            repository,
            playbook,
            environment: &environment,
            ledger: &ledger,
            to,
            bad: &bad,
            reason,
            requester: by,
        };
        let spec = roll_back::roll_back(self.context, wanted).await?;
        if asked.dry_run {
            return Ok(Some(messages::environment::roll_back_plan(&spec, marked.as_ref())));
        }
        let ReleaseKind::RollBack { environment, from, reason } = spec.kind.clone() else { return Err(not_one()) };
        let replaces = Replaces {
            from: playbook.version_of_tag(&from).unwrap_or(&from).to_owned(),
            to: spec.version.to_string(),
            tag: spec.tag.clone(),
            on_its_way: false,
            environment: environment.clone(),
        };
        let meant = replaces.in_words();
        if !self.agreed_to(&meant) {
            let ask = move |before: Option<&AskedBack>, number| {
                messages::confirm::roll_back(&replaces, &reason, marked.as_ref(), before, number)
            };
            return self.ask_back(meant, ask).await;
        }
        let (context, before) = (self.context.clone(), ledger);
        self.decide(move |writing| {
            let spec = begin::create(&context, writing, spec, None, Ruling::default())?;
            let (environment, from) = (&environment, &from);
            let mut ledger = writing.ledger(&spec.project, environment)?;
            if ledger.to_be_rolled_back() != before.to_be_rolled_back() {
                let place = messages::place(environment);
                return Err(format!("{place} has changed this very moment; nothing was done. Say it once more.").into());
            }
            let hold = Hold { at, from: from.clone(), cause: HoldCause::Person { by: spec.requester.clone(), reason } };
            ledger.held(hold);
            ledger.marked(bad);
            writing.put_ledger(&spec.project, environment, &ledger)?;
            let open = writing.open_releases()?;
            let mine = |one: &&Arc<Release>| one.spec.project == spec.project && one.spec.id != spec.id;
            let brought =
                open.iter().filter(mine).map(Arc::as_ref).find(|one| one.spec.tag == *from && !one.is_roll_back());
            let message = messages::environment::rolling_back(&spec, marked.as_ref(), brought);
            let began = Release::new(spec.clone(), vec![]);
            own::rolls_back(&context, writing, &began, &message, at)?;
            let wake = wake_all(&context, writing, &open, &spec.project)?.into_iter().chain([spec.id]).collect();
            Ok((messages::environment::roll_back_started(&spec), wake))
        })
        .await
    }

    pub(super) async fn resume(&self, asked: ReleaseResume) -> Result<Option<Message>, Refusal> {
        let (project, _, _) = self.project(asked.project.as_ref())?;
        let environment = self.environment(&project.name, &asked.environment)?;
        let (context, by, project) = (self.context.clone(), self.who()?, project.name.clone());
        let reason = asked.reason.as_str().to_owned();
        self.decide(move |writing| {
            let mut ledger = writing.ledger(&project, &environment)?;
            let hold = ledger.resumed();
            let forgotten = if asked.forget_bad { ledger.forgiven() } else { vec![] };
            if hold.is_none() && forgotten.is_empty() {
                return Err(format!("{environment} is not held: deploys are let in. /deploys shows what runs.").into());
            }
            let open = writing.open_releases()?;
            let rolling = open.iter().find(|one| rolls_back(one, &project, &environment));
            if let Some(rolling) = rolling.filter(|_| hold.is_some()) {
                return Err(format!(
                    "{} is still under way; once it is done, or cancelled, {environment} can be resumed.",
                    rolling.name()
                )
                .into());
            }
            writing.put_ledger(&project, &environment, &ledger)?;
            let now = context.clock.now();
            let stopped: Vec<Arc<Release>> = open
                .iter()
                .filter(|one| one.spec.project == project && stopped_in(&context, one, &environment))
                .cloned()
                .collect();
            let resumed = messages::environment::Resumed {
                environment: &environment,
                hold: hold.as_ref(),
                forgotten: &forgotten,
                still_bad: ledger.bad(),
                by: &by,
                reason: &reason,
                stopped: &stopped,
            };
            let message = resumed.told(now);
            let from = hold.as_ref().map_or("", |hold| hold.from.as_str());
            if !own::resumed(&context, writing, (&project, &environment, from), (&by, &reason), &message)? {
                let number = writing.next_number("resume")?;
                tell(&context, writing, &project, &format!("resume/{number}"), &message)?;
            }
            let wake = wake_all(&context, writing, &open, &project)?;
            Ok((
                Message::new(
                    Tone::Good,
                    format!("Deploys are let into {} again", crate::messages::spoken(&environment)),
                ),
                wake,
            ))
        })
        .await
    }

    /// The environment's name, if the project has it.
    pub(super) fn environment(&self, project: &str, named: &EnvironmentName) -> Result<String, Refusal> {
        let known = self.context.environments(project);
        let seen = self.context.store.ledgers(project)?;
        let is = |name: &String| name.eq_ignore_ascii_case(named.as_str());
        let found = known.iter().chain(seen.iter().map(|(name, _)| name)).find(|name| is(name)).cloned();
        found.ok_or_else(|| {
            let known = if known.is_empty() { "none".to_owned() } else { either(&known) };
            format!("{project} has no environment \u{201c}{}\u{201d}; it has {known}.", named.as_str()).into()
        })
    }
}

struct FoundChange {
    commit: String,
    merge: Option<String>,
    pull: Option<u64>,
    title: String,
}

/// A change that is part of what is to be rolled back.
async fn change_in(repository: &Repository, change: &ChangeRef, within: &str) -> Result<FoundChange, Refusal> {
    match change {
        ChangeRef::Pull(number) => {
            let pull = repository.pull_request(*number).await?;
            let head = pull.head_sha;
            let merged = pull.merged.ok_or_else(|| format!("#{number} is not merged, so it cannot run anywhere."))?;
            let (pull, title) = (Some(*number), pull.title);
            if repository.compare(&merged.commit, within).await?.behind == 0 {
                return Ok(FoundChange { commit: merged.commit, merge: None, pull, title });
            }
            // The branch itself was deployed, and merged apart from that.
            if repository.compare(&head, within).await?.behind == 0 {
                return Ok(FoundChange { commit: head, merge: Some(merged.commit), pull, title });
            }
            Err(format!("#{number} is not part of {within}.").into())
        }
        ChangeRef::Commit(id) => {
            let base = repository.compare(id, within).await?.merge_base;
            if !base.starts_with(id.as_str()) {
                return Err(format!("Commit {id} is not part of {within}.").into());
            }
            let message = repository.commit(&base).await?.message;
            let title = message.lines().next().unwrap_or_default().to_owned();
            Ok(FoundChange { commit: base, merge: None, pull: None, title })
        }
    }
}

/// Whether a release brings this environment back.
fn rolls_back(release: &Release, project: &str, environment: &str) -> bool {
    matches!(&release.spec.kind, ReleaseKind::RollBack { environment: of, .. } if of == environment)
        && release.spec.project == project
}

/// Whether a release waits for a person because its deploy to an environment was rolled back.
fn stopped_in(context: &Context, release: &Release, environment: &str) -> bool {
    let waits = context
        .surroundings(release)
        .map(|surroundings| crate::domain::release::next::next(release, &surroundings, context.clock.now()));
    let Ok(crate::domain::release::next::Next::Wait(waits)) = waits else { return false };
    waits.iter().any(|(_, wait)| {
        matches!(wait, Wait::RolledBack { environment: of, .. } | Wait::Undone { environment: of, .. } if of == environment)
    })
}

/// What is told of an environment is told where the project's incidents are.
fn tell(
    context: &Context,
    writing: &mut Writing,
    project: &str,
    key: &str,
    message: &Message,
) -> Result<(), StoreProblem> {
    let Some((project, _)) = context.projects.get(project) else { return Ok(()) };
    journal::post_everywhere(context, writing, key, project.incident_places(), Target::Channel, message)
}

/// Has the cards of a project's open releases brought up to date; the releases to be woken.
fn wake_all(
    context: &Context,
    writing: &mut Writing,
    open: &[Arc<Release>],
    project: &str,
) -> Result<Vec<ReleaseId>, StoreProblem> {
    let mine: Vec<&Arc<Release>> = open.iter().filter(|one| one.spec.project == project).collect();
    mine.iter().try_for_each(|one| journal::refresh_cards(context, writing, &one.spec))?;
    Ok(mine.into_iter().map(|one| one.spec.id).collect())
}

fn not_one() -> Refusal {
    Refusal::Broken("a roll-back was made as something else".into())
}
