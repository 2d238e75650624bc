//! What ran where, and what was merged: whom a failure may be about.

use chrono::{DateTime, Utc};

use super::Taken;
use crate::{
    context::Context,
    domain::{
        deploy::{
            ledger::{Movement, Shift},
            merged::Merged,
        },
        incident::matter::Incident,
        release::Release,
    },
    store::{StoreProblem, Writing},
};

/// What ran where an alert comes from when that began.
pub(super) struct Origin {
    /// The environment.
    pub environment: String,
    /// The version.
    pub version: String,
    /// The release of ours that brought it there.
    pub release: Option<Release>,
    /// Whether something else runs there by now, or is on its way.
    pub replaced: bool,
}

/// What ran where an alert comes from when that began: in the environment that the alert names, or in the one to which the
/// bot had deployed last; a version that it names was there whenever that began. Nothing if it is not known.
pub(super) fn origin(
    context: &Context,
    project: &str,
    (environment, version): (Option<&str>, Option<&str>),
    began: DateTime<Utc>,
) -> Result<Option<Origin>, StoreProblem> {
    let named = environment.map(str::to_owned);
    let candidates = named.clone().map_or_else(|| context.environments(project), |named| vec![named]);
    let (now, mut found) = (context.clock.now(), vec![]);
    for environment in candidates {
        let ledger = context.store.ledger(project, &environment)?;
        let ran = version.map_or_else(|| ledger.ran_at(began), |version| ledger.last_came(version, now));
        if let Some(ran) = ran.filter(|ran| named.is_some() || ran.release.is_some()) {
            let replaced = ledger.ran_at(now).is_none_or(|here| here.version != ran.version);
            found.push((environment, ran, replaced));
        }
    }
    let last = found.into_iter().max_by_key(|(_, ran, _)| ran.at);
    let Some((environment, Movement { version, release, .. }, replaced)) = last else { return Ok(None) };
    let release = release.map(|id| context.store.release(id)).transpose()?.flatten();
    Ok(Some(Origin { environment, version, release, replaced }))
}

/// The version before the one that an incident's release brings, as that release knows it.
pub(super) fn built_on(context: &Context, matter: &Incident) -> Result<Option<Movement>, StoreProblem> {
    let release = matter.release.as_ref().map(|(id, _)| context.store.release(*id)).transpose()?.flatten();
    Ok(release.and_then(|release| {
        let (tag, at) = (release.spec.previous_tag?, release.spec.at);
        let (version, release) = (tag.clone(), Some(release.spec.id));
        Some(Movement { at, shift: Shift::There, version, tag, commit: None, release })
    }))
}

impl Merged {
    /// The same, under the name that the project has in `bot.toml`.
    pub(super) fn of(self, known: impl Fn(&str) -> Option<String>) -> Self {
        Self { project: known(&self.project).unwrap_or(self.project), ..self }
    }

    /// Takes note of it.
    pub(super) fn take(&self, writing: &mut Writing, now: DateTime<Utc>) -> Result<Taken, StoreProblem> {
        let mut all = writing.merged(&self.project)?;
        all.at = now;
        let news = all.take(self.clone());
        writing.put_merged(&self.project, &all)?;
        Ok(if news { Taken::New } else { Taken::Known })
    }
}
