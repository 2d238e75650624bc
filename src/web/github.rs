//! GitHub's webhooks: verified, stored, then turned into wake-ups. What they say is looked up anew, so a forged order of
//! events, a lost one or a repeated one changes nothing.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::http::HeaderMap;

use super::{HookRefusal, concerned::concerned};
use crate::{
    config::Secret,
    context::Context,
    domain::team::project::Project,
    enforcer::Enforcer,
    engine::runner::Runner,
    github::event::{self, Event, Happened},
    reports::{self, Intake},
    store::{StoreProblem, Writing},
};

/// Where GitHub sends to.
const PATH: &str = "/hooks/github";
/// What proves that it is GitHub.
const SIGNATURE: &str = "x-hub-signature-256";

/// Whether a request can be GitHub's: it is signed.
pub fn is_signed(headers: &HeaderMap) -> bool {
    headers.get(SIGNATURE).is_some_and(|signature| signature.as_bytes().starts_with(b"sha256="))
}

/// Takes one delivery in.
///
/// # Errors
/// Why it was not taken.
pub async fn take(
    context: &Context,
    runner: &Runner,
    enforcer: &Enforcer,
    intake: &Intake,
    secret: &Secret,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), HookRefusal> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    if !event::verify(secret.reveal().as_bytes(), &header(SIGNATURE), body) {
        return Err(HookRefusal::Unproven);
    }
    let (kind, delivery) = (header("x-github-event"), header("x-github-delivery"));
    let read = match kind.is_empty() || delivery.is_empty() {
        true => Err("X-GitHub-Event or X-GitHub-Delivery is missing".to_owned()),
        false => event::read(&kind, body),
    };
    let event = match read {
        Ok(event) => as_configured(context, event),
        Err(why) => {
            let kept = intake.cannot_read(PATH, vec![why.clone()], body).await;
            kept.map_err(|problem| HookRefusal::NotStored(problem.to_string()))?;
            return Err(HookRefusal::Unreadable(why));
        }
    };
    context.clock.look_again().await;
    let now = context.clock.now();
    let (new, name) = (Arc::new(AtomicBool::new(false)), delivery.clone());
    let note = new.clone();
    let take = move |writing: &mut Writing| {
        let new = writing.take_delivery(&delivery, &kind, now)?;
        note.store(new, Ordering::Relaxed);
        Ok(new)
    };
    let not_stored = |problem: StoreProblem| HookRefusal::NotStored(problem.to_string());
    let reports = reports::github::reports(context, &event).map_err(not_stored)?;
    intake.take_with("github", name, reports, take).await.map_err(not_stored)?;
    // What was read a moment ago may be otherwise by now.
    context.projects.values().take(1).for_each(|(_, repository)| repository.forget_all());
    if new.load(Ordering::Relaxed)
        && (may_be_gone(&event) || may_be_out_of_turn(context, &event) || is_by_hand(context, &event))
    {
        context.gone.wake(context.quiet.busy());
    }
    if let (true, Some(repository)) = (new.load(Ordering::Relaxed), &event.repository)
        && !matches!(event.happened, Happened::Ping | Happened::Other)
        && !enforcer.hear(context, &event)
    {
        let open = runner.of_repository(repository).map_err(not_stored)?;
        concerned(open, &event.happened).iter().for_each(|release| runner.wake(release.spec.id));
    }
    Ok(())
}

/// A repository that is called otherwise by now is the one that the configuration means.
fn as_configured(context: &Context, mut event: Event) -> Event {
    let known = event.repository_id.and_then(|id| context.repository_ids.called(id));
    event.repository = known.or(event.repository);
    event
}

/// Whether something may have gone that a release rests on, or the repository itself; or its rules are others by now.
fn may_be_gone(event: &Event) -> bool {
    if let Happened::Push { after, .. } = &event.happened {
        return after.bytes().all(|digit| digit == b'0');
    }
    if let Happened::PullRequest { merged, .. } = &event.happened {
        return !merged && event.action.as_deref() == Some("closed");
    }
    event.kind == "repository" || event.happened == Happened::Rules
}

/// Whether something was merged into a project's production, perhaps out of turn, or may have been by a push.
fn may_be_out_of_turn(context: &Context, event: &Event) -> bool {
    let (base, pushed) = if let Happened::PullRequest { base, merged: true, .. } = &event.happened {
        (base.as_str(), false)
    } else if let Happened::Push { git_ref, .. } = &event.happened {
        (git_ref.strip_prefix("refs/heads/").unwrap_or_default(), true)
    } else {
        return false;
    };
    let here =
        |project: &Project| event.repository.as_ref().is_some_and(|name| project.repository.eq_ignore_ascii_case(name));
    // Where everybody works on production itself, a push is nothing out of the ordinary.
    context.projects.values().filter(|(project, _)| here(project)).any(|(project, _)| {
        let lines = context.lines(&project.name);
        lines.first().is_some_and(|production| production == base) && (!pushed || lines.len() > 1)
    })
}

/// Whether a branch or a tag has come that is called like a release's and that none of the open ones made.
fn is_by_hand(context: &Context, event: &Event) -> bool {
    let (Happened::Created { name, is_branch }, Some(repository)) = (&event.happened, &event.repository) else {
        return false;
    };
    let here = |project: &Project| project.repository.eq_ignore_ascii_case(repository);
    let is_called_so = |project: &Project| {
        context.playbooks.get(&project.playbook).is_some_and(|playbook| match is_branch {
            true => playbook.hand_made(name).is_some(),
            false => playbook.version_of_tag(name).is_some(),
        })
    };
    let open = context.store.open_releases().unwrap_or_default();
    let led = open.iter().any(|release| release.spec.branch == *name || release.spec.tag == *name);
    !led && context.projects.values().any(|(project, _)| here(project) && is_called_so(project))
}
