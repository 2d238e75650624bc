//! Writes facts, and with each fact everything that is said about it: the only way a release changes.

use chrono::{DateTime, Utc};

use crate::{
    context::Context,
    domain::{
        message::{
            Message,
            post::{Place, Post, Target},
        },
        release::{
            Release, ReleaseSpec, backport,
            before_merge::before_merge,
            fact::{Fact, Recorded},
            fixes,
            next::Surroundings,
        },
    },
    messages::{self, notifications::Audience},
    record::incidents,
    store::{
        StoreProblem, View, Writing,
        told::{ToldOf, ToldRow},
    },
};

/// Appends a fact to a release and posts what it has to tell, in one write.
///
/// # Errors
/// What the store says.
pub fn record(
    context: &Context,
    writing: &mut Writing,
    release: &mut Release,
    fact: Fact,
    at: DateTime<Utc>,
) -> Result<(), StoreProblem> {
    let recorded = Recorded { at, fact };
    let number = release.facts.len();
    writing.append_fact(release.spec.id, number, &recorded)?;
    let merges =
        |release: &Release| (release.state.own_pulls(), before_merge(release, at), fixes::rejected(release).is_some());
    let before = merges(release);
    release.add(recorded.clone());
    // Until its number is known, a pull request of the bot is not told from others; fixes are let in while something is rejected.
    if merges(release) != before || !release.is_open() {
        writing.note_merges();
    }
    tell_misfit(release, &recorded.fact);
    note_debt(writing, release, at)?;
    writing.mark_review(release)?;
    refresh_cards(context, writing, &release.spec)?;
    writing.refresh_all_told(release.spec.id)?;
    let Some((project, _)) = context.projects.get(&release.spec.project) else { return close(writing, release) };
    let surroundings = surroundings((context, writing), release, &recorded)?;
    for (nth, (audience, message)) in
        messages::notifications::by(release, &recorded, project, &context.people, &surroundings).into_iter().enumerate()
    {
        let (places, below) = match audience {
            Audience::Thread => (project.releases.as_slice(), true),
            Audience::Releases => (project.releases.as_slice(), false),
            Audience::Incidents => (project.incident_places(), false),
            Audience::Stakeholders => (project.stakeholder_places(), false),
        };
        let key = format!("{}/{number}/{nth}/{audience:?}", release.spec.id.0);
        let (id, fact) = (release.spec.id, number);
        if audience != Audience::Stakeholders && messages::notifications::may_end(release, &recorded.fact, &message) {
            let target = |place| Target::Told { place, release: id, fact, below };
            post_everywhere(context, writing, &key, places, target, &message)?;
            for place in places {
                let told = ToldRow::new(Message { pings: vec![], ..message.clone() }, below);
                writing.put_told(*place, id, ToldOf::Fact(fact), &told)?;
            }
        } else {
            let target = |place| if below { Target::Thread { place, release: id } } else { Target::Channel(place) };
            post_everywhere(context, writing, &key, places, target, &message)?;
        }
    }
    incidents::own::follow(context, writing, release, &recorded)?;
    close(writing, release)
}

/// What is over is not taken up again.
fn close(writing: &mut Writing, release: &Release) -> Result<(), StoreProblem> {
    if release.is_open() {
        return Ok(());
    }
    writing.mark_clean_up(release)?;
    writing.close_release(release.spec.id)
}

/// A fact that cannot have happened to a deploy changes nothing; whoever runs the bot should know of it.
fn tell_misfit(release: &Release, fact: &Fact) {
    let Fact::Done { step, .. } = fact else { return };
    if let Some(misfit) = release.state.steps.get(*step).and_then(|state| state.rollout.misfit) {
        tracing::error!(release = release.spec.id.0, step, %misfit, "a fact does not fit");
    }
}

/// What goes on around a release, for what is told about that.
fn surroundings(
    (context, view): (&Context, &dyn View),
    release: &Release,
    recorded: &Recorded,
) -> Result<Surroundings, StoreProblem> {
    let at = if let Fact::Reminded { step, .. } = &recorded.fact {
        // What will be over by then is not in the way.
        release.spec.plan.date_of(*step).and_then(|date| release.state.dates.get(date)).unwrap_or(recorded.at)
    } else if matches!(recorded.fact, Fact::Missed { .. } | Fact::Rejected { .. } | Fact::Cancelled { .. }) {
        recorded.at
    } else {
        return Ok(Surroundings::default());
    };
    context.surroundings_in(view, release, at)
}

/// What a hotfix owes follows from its facts, too.
fn note_debt(writing: &mut Writing, release: &Release, at: DateTime<Utc>) -> Result<(), StoreProblem> {
    if !release.is_hotfix() {
        return Ok(());
    }
    let before = writing.debt(release.spec.id)?;
    match backport::after(before.clone(), release, at) {
        Some(debt) if before.as_ref() != Some(&debt) => writing.put_debt(&debt),
        None if before.is_some() => {
            writing.drop_debt(release.spec.id);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Has a release's cards brought up to date everywhere.
///
/// # Errors
/// What the store says.
pub fn refresh_cards(context: &Context, writing: &mut Writing, spec: &ReleaseSpec) -> Result<(), StoreProblem> {
    let Some((project, _)) = context.projects.get(&spec.project) else { return Ok(()) };
    for place in &project.releases {
        writing.refresh_card(*place, spec.id)?;
    }
    Ok(())
}

/// Posts a message in several places. Everybody who is pinged is pinged once: where they spoke last, if it is told there.
///
/// # Errors
/// What the store says.
pub fn post_everywhere(
    context: &Context,
    writing: &mut Writing,
    key: &str,
    places: &[Place],
    target: impl Fn(Place) -> Target,
    message: &Message,
) -> Result<(), StoreProblem> {
    let pinged = context.pinged(writing, places, &message.pings)?;
    for (place, pings) in places.iter().zip(pinged) {
        let message = Message { pings, ..message.clone() };
        writing.post(Post { key: format!("{key}/{place}"), target: target(*place), message })?;
    }
    Ok(())
}
