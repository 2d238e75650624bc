//! What the repository's rules keep a release from: read when it begins, and again while it is open.

use crate::{
    context::Context,
    domain::release::{
        Release, ReleaseId, ReleaseSpec,
        fact::Fact,
        hindrance::{Ruling, ruling, touched},
    },
    github::Repository,
    record::journal,
    store::StoreProblem,
};

/// What the rules keep a release from that is about to begin.
pub async fn look(repository: &Repository, spec: &ReleaseSpec) -> Ruling {
    read(repository, &Release::new(spec.clone(), vec![])).await.0
}

/// Reads the rules for an open release anew; what has changed is written down, and told.
///
/// # Errors
/// What the store says.
pub async fn look_again(context: &Context, repository: &Repository, id: ReleaseId) -> Result<(), StoreProblem> {
    let Some(release) = context.store.release(id)?.filter(|release| release.is_open()) else { return Ok(()) };
    let (found, passes) = read(repository, &release).await;
    // What GitHub does not say just now says nothing: what is known holds until it does.
    if passes {
        return Ok(());
    }
    let mut known = release.state.ruling.clone();
    known.hindrances.retain(|known| !release.state.steps[known.step].is_over());
    if found == known {
        return Ok(());
    }
    let writer = context.clone();
    let write = move |writing: &mut crate::store::Writing| {
        let Some(mut release) = writing.release(id)?.filter(Release::is_open) else { return Ok(()) };
        journal::record(&writer, writing, &mut release, fact(found), writer.clock.now())
    };
    context.write(write).await
}

/// The fact that the rules were read.
pub(super) fn fact(Ruling { hindrances, unread }: Ruling) -> Fact {
    Fact::Ruled { hindrances, unread }
}

/// What the rules keep it from, and whether some of it could not be read for a reason that passes.
async fn read(repository: &Repository, release: &Release) -> (Ruling, bool) {
    let touched = touched(release);
    if touched.branches.is_empty() && touched.tags.is_empty() {
        return (Ruling::default(), false);
    }
    let book = repository.rule_book(&touched).await;
    (ruling(release, &book), book.passes)
}
