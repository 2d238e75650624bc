//! Testers say of a story whether it works: `/approve S-10001`, `/reject S-10001 …`, and the buttons that say so.

use super::super::{Asked, Refusal, find::fresh, subject::Subject};
use crate::{
    domain::{
        message::{Message, Tone},
        release::{
            Release,
            fact::Fact,
            stories::{Story, StoryFact},
        },
        team::people::Known,
    },
    messages::{either, short, spoken},
    record::journal,
};

impl Asked<'_> {
    /// Records that a story works, or why not.
    pub(in crate::handlers) async fn judge(
        &self,
        release: &Release,
        subject: Subject,
        reason: Option<String>,
    ) -> Result<Option<Message>, Refusal> {
        let (context, known, id) = (self.context.clone(), self.known()?.clone(), release.spec.id);
        self.decide(move |writing| {
            let mut release = fresh(writing, id)?;
            let testers = testers(&context.people, &release);
            let environment = open(&release, &subject, &known, &testers)?;
            let (story, by) = (subject.story, known.name);
            let (tone, title) = match &reason {
                None => (Tone::Good, format!("{story} works on {}", spoken(&environment))),
                Some(_) => (Tone::Good, format!("{story} does not work on {}", spoken(&environment))),
            };
            let what = match reason {
                None => StoryFact::Tested { environment, by },
                Some(reason) => StoryFact::Rejected { environment, by, reason },
            };
            journal::record(&context, writing, &mut release, Fact::Story { story, what }, context.clock.now())?;
            Ok((Message::new(tone, title), vec![id]))
        })
        .await
    }
}

fn testers(people: &crate::domain::team::people::People, release: &Release) -> Vec<String> {
    release.spec.plan.picking().map(|picking| people.holding(picking.test)).unwrap_or_default()
}

/// Where the story is being tried now, if this person may say whether it works and this is what they looked at.
fn open(release: &Release, subject: &Subject, known: &Known, testers: &[String]) -> Result<String, Refusal> {
    let (name, story) = (&subject.story, &subject.story);
    let roles = release.spec.plan.picking().map(|picking| picking.test).unwrap_or_default();
    let story: &Story =
        release.state.stories.named(story).ok_or_else(|| {
            format!("{name} is not picked for {}; /release status shows its stories.", release.name())
        })?;
    if !roles.iter().any(|role| known.roles.contains(role)) {
        return Err(match roles {
            [] => format!("Nobody needs to try {name}: its playbook names no testers."),
            roles => format!(
                "Whether {name} works is for the role {} to say, which you do not hold. Ask {}.",
                either(roles),
                either(testers)
            ),
        }
        .into());
    }
    let Some(environment) = story.tested_on() else {
        return Err(format!("{name} is not being tried now; /release status shows how it stands.").into());
    };
    if let Some(other) = subject.environment.as_ref().filter(|other| *other != environment) {
        return Err(format!(
            "{name} has gone on from {} and is on {} now: try it there.",
            spoken(other),
            spoken(environment)
        )
        .into());
    }
    let head = short(story.head.as_deref().unwrap_or_default());
    match subject.commit.as_ref().filter(|commit| *commit != head) {
        Some(commit) => {
            Err(format!("{name} has changed: this was about {commit}, and {head} is on {} now.", spoken(environment))
                .into())
        }
        None => Ok(environment.to_owned()),
    }
}
