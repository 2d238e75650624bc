//! Tells once that GitHub or a chat does not answer, and once that it does again: of GitHub in both chats, of a chat in the other.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    context::Context,
    domain::{
        message::{
            Message,
            post::{Place, Target},
        },
        platform::{Outage, Platform, Tidings, tidings},
    },
    messages,
    record::journal,
    store::{StoreProblem, Writing},
    work::{Failed, Hand, NextTurn, Worker},
};

/// How often GitHub is asked whether it answers again, where nobody else asks it anything.
const AGAIN: TimeDelta = TimeDelta::seconds(30);

/// Watches over the services until the bot ends.
pub fn watch_the_services(context: &Context) {
    let watcher = context.clone();
    let make = move || ServiceWatch(watcher.clone());
    drop(context.keep("the watch over the services", context.services.changed(), context.quiet.busy(), make));
}

struct ServiceWatch(Context);

impl Worker for ServiceWatch {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        let Self(context) = self;
        let any = context.projects.values().next();
        if let Some((_, repository)) = any.filter(|_| context.services.outage(Platform::GitHub).is_some()) {
            // It notes how that ends.
            let _ = repository.service().answers().await;
        }
        let mut next: Option<DateTime<Utc>> = None;
        for platform in Platform::ALL {
            let now = context.clock.now();
            let (outage, told) = (context.services.outage(platform), context.store.away(&name(platform))?);
            let again = outage.is_some() && platform == Platform::GitHub;
            let look = match tidings(now, outage, told, context.services.is_well(platform)) {
                Tidings::None => None,
                Tidings::Later(at) => Some(at),
                Tidings::Away(outage) => {
                    tracing::warn!(%platform, why = outage.why, "a service does not answer");
                    tell(context, platform, Some(outage.clone()), messages::away::away(platform, &outage)).await?;
                    None
                }
                Tidings::Back(outage) => {
                    tracing::info!(%platform, "a service answers again");
                    tell(context, platform, None, messages::away::back(platform, &outage, now)).await?;
                    None
                }
            };
            next = [next, look, again.then(|| now + AGAIN)].into_iter().flatten().min();
        }
        Ok(next.map_or(NextTurn::Woken, NextTurn::At))
    }
}

/// Tells it, and notes in the same write that it was told.
async fn tell(
    context: &Context,
    platform: Platform,
    outage: Option<Outage>,
    message: Message,
) -> Result<(), StoreProblem> {
    let (teller, places, now) = (context.clone(), places(context, platform), context.clock.now());
    let write = move |writing: &mut Writing| {
        writing.put_away(&name(platform), outage.as_ref())?;
        let what = if outage.is_some() { "away" } else { "back" };
        let key = format!("{what}/{platform}/{}", now.timestamp_millis());
        journal::post_everywhere(&teller, writing, &key, &places, Target::Channel, &message)
    };
    context.write(write).await
}

/// Where it is told: where incidents are, in every chat but the one that it is about; in a chat without such a place, where
/// releases are.
fn places(context: &Context, platform: Platform) -> Vec<Place> {
    let incidents = context.incident_places();
    let releases = || context.projects.values().flat_map(|(project, _)| project.releases.iter().copied());
    let mut places: Vec<Place> = incidents.iter().copied().collect();
    let elsewhere = |chat: &str| !incidents.iter().any(|place| place.chat() == chat);
    places.extend(releases().filter(|place| elsewhere(place.chat())));
    places.retain(|place| platform.chat() != Some(place.chat()));
    places.sort();
    places.dedup();
    places
}

fn name(platform: Platform) -> String {
    platform.to_string().to_lowercase()
}
