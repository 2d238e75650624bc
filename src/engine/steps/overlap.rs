//! Finds files that a hotfix touches and that were also changed elsewhere since, so that both sides hear of it.

use std::collections::BTreeSet;

use super::{
    conflict,
    context::{StepContext, StepError},
};
use crate::domain::release::{conflict::Clash, fact::Outcome};

pub(super) async fn act(context: &StepContext<'_>, with: &str) -> Result<Outcome, StepError> {
    let (spec, repository, head) = (&context.release.spec, context.repository, context.release.head());
    let (own, theirs) =
        futures::try_join!(repository.compare(&spec.source_commit, head), repository.compare(head, with))?;
    let theirs: BTreeSet<&String> = theirs.files.iter().collect();
    // Every version writes these.
    let written: Vec<&str> =
        spec.plan.steps.iter().flat_map(|planned| planned.step.commits()).map(|commit| commit.file.as_str()).collect();
    let both = own.files.into_iter().filter(|path| theirs.contains(path) && !written.contains(&path.as_str()));
    let mut files: Vec<Clash> = vec![];
    for path in both {
        let mut file = conflict::clash(context, path, &[head, with]).await?;
        for touch in &mut file.last {
            touch.pull = repository.pull_request_of(&touch.commit).await?;
            if touch.on == head {
                touch.on.clone_from(&spec.branch);
            }
        }
        files.push(file);
    }
    Ok(Outcome::Overlap { with: with.to_owned(), files })
}
