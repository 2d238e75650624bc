//! `/release review`: somebody looked at a gate that two people went past.

use std::sync::Arc;

use commands::ReleaseReview;

use crate::{
    domain::{
        message::{Message, Tone},
        release::{Release, fact::Fact},
    },
    handlers::{Asked, Refusal},
    record::journal,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn review(&self, asked: ReleaseReview) -> Result<Option<Message>, Refusal> {
        let release = self.to_review(&asked)?;
        let (context, by, id) = (self.context.clone(), self.who()?, release.spec.id);
        let findings = asked.findings.as_str().to_owned();
        self.decide(move |writing| {
            let missing = || Refusal::Refused(format!("There is no release {id} any more."));
            let mut release = writing.release(id)?.ok_or_else(missing)?;
            let open = release.to_review();
            if open.is_empty() {
                return Err(format!("Nothing of {} is to be reviewed.", release.name()).into());
            }
            for glass in &open {
                let fact = Fact::Reviewed { step: glass.step, by: by.clone(), findings: findings.clone() };
                journal::record(&context, writing, &mut release, fact, context.clock.now())?;
            }
            let titles: Vec<&str> = open.iter().map(|glass| glass.title.as_str()).collect();
            Ok((Message::new(Tone::Good, format!("Reviewed: {}", titles.join(", "))), vec![]))
        })
        .await
    }

    /// The release that is meant: the one named, or the only one with something to review.
    fn to_review(&self, asked: &ReleaseReview) -> Result<Arc<Release>, Refusal> {
        if asked.version.is_some() {
            return self.release(asked.project.as_ref(), asked.version.as_ref());
        }
        let mine =
            |release: &Arc<Release>| asked.project.as_ref().is_none_or(|name| release.spec.project == name.as_str());
        let mut open: Vec<_> = self.context.store.releases_to_review()?.into_iter().filter(mine).collect();
        match (open.pop(), open.is_empty()) {
            (None, _) => {
                Err("Nothing is to be reviewed: no gate was skipped on the way to production.".to_owned().into())
            }
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                open.push(last);
                let choices = open.iter().map(|release| (release.name(), release.spec.id.to_string()));
                Err(self.choose("version", "Which release?", choices.collect()))
            }
        }
    }
}
