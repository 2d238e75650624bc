//! Asks a platform what it says of somebody's rights: where its word counts, and when a role may matter.

use commands::{Invocation, Permission};

use super::{
    incoming::Incoming,
    telegram::{ADMIN, Admins},
};
use crate::{
    context::Context,
    domain::{message::post::Place, team::people::Account},
};

const NOT_TOLD: &str = "Telegram does not tell whether you administrate this chat, and what you may do depends on it: say it \
                        again in a moment, or have your role written into bot.toml.";

/// What was heard, with the rights that the platform tells only when it is asked. If it does not tell them, what was
/// said is answered with a sentence that says so.
///
/// Discord sends the roles along; Telegram is asked.
pub(super) async fn with_rights(context: &Context, admins: Option<&Admins>, mut heard: Incoming) -> Incoming {
    let (Place::Telegram { chat, .. }, Account::Telegram(user)) = (heard.place, &heard.speaker.account) else {
        return heard;
    };
    let Some(admins) = admins.filter(|_| matters(context, &heard)) else { return heard };
    match admins.is_admin(context.reached_as(chat), *user).await {
        Ok(true) => heard.speaker.platform_roles.push(ADMIN.to_owned()),
        Ok(false) => {}
        Err(why) => {
            tracing::warn!(why, chat, "whether somebody is an administrator is not known");
            heard.said = Err(NOT_TOLD.to_owned());
        }
    }
    heard
}

/// Whether it matters if the speaker is an administrator: for somebody who is known, who would get a role by it that
/// they do not have anyway, and who says something for which roles count.
fn matters(context: &Context, heard: &Incoming) -> bool {
    let Some(person) = context.people.find(&heard.speaker.account) else { return false };
    let gains = context.people.mapped(&heard.speaker.account, ADMIN).is_some_and(|role| !person.roles.contains(role));
    gains && context.here.believes(heard.place, heard.within) && heard.said.as_ref().is_ok_and(counts_roles)
}

fn counts_roles(said: &Invocation) -> bool {
    said.path == "whoami" || commands::spec(&said.path).is_some_and(|spec| spec.needs != Permission::Anyone)
}
