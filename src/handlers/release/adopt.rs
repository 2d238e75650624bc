//! `/release adopt`: goes on with a branch that somebody made by hand.

use commands::{Permission, ReleaseAdopt};

use crate::{
    domain::message::Message,
    engine::begin::adopt,
    handlers::{Asked, Refusal, prepare::Asks},
    messages::all,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn adopt(&self, asked: ReleaseAdopt) -> Result<Option<Message>, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let branch = asked.branch.as_str();
        let Some(found) = playbook.hand_made(branch) else {
            let forms = [&playbook.release, &playbook.hotfix].map(|path| path.branch.as_str());
            return Err(format!(
                "{branch} is not called like a branch of {}: those are {}, with a version in it, and behind it \
                 nothing but letters, digits, `.`, `_` and `-`.",
                project.name,
                all(&forms)
            )
            .into());
        };
        if found.is_hotfix {
            self.authorise(Permission::Hotfix)?;
        }
        let question = repository.for_a_question();
        let repository = if asked.dry_run { &question } else { repository };
        let of = (project.name.as_str(), repository, playbook);
        let wanted = adopt::wanted(of, (branch, &found), self.who()?, self.context.clock.now());
        Box::pin(self.begin(wanted, asked.dry_run, Asks { empty: false, breaking: false })).await
    }
}
