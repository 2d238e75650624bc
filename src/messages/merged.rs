//! What the bot says about a merge into a closed branch.

use chrono_tz::Tz;

use super::freeze::in_words;
use crate::domain::{
    freeze::merged::{MergedWhileClosed, UpdateRight},
    github::GithubProblem,
    message::{Line, Message, Tone, line},
};

/// Somebody merged a pull request into a closed branch.
pub fn while_closed(repository: &str, merged: &MergedWhileClosed, zone: Tz) -> Message {
    let MergedWhileClosed { number, title, url, base, by, freeze, .. } = merged;
    let by = if by.is_empty() { "somebody" } else { by };
    let message =
        Message::new(Tone::Bad, format!("\u{1f6a8} Merged while closed: #{number} into {base} ({repository})"))
            .text(line().link(format!("#{number} {title}"), url).plain(format!(", merged by {by}")))
            .text(format!("{base} was {}.", in_words(freeze, zone)))
            .text(right(merged, by));
    message.text(runs(&merged.runs)).text("If it must not stay, revert it on GitHub.")
}

/// By which right it was merged, as far as GitHub tells, and how well the branch was kept.
fn right(merged: &MergedWhileClosed, by: &str) -> String {
    let said = match &merged.right {
        Ok(Some(UpdateRight::Bypassed(rules))) if rules.is_empty() => format!("{by} may pass the rules, and did."),
        Ok(Some(UpdateRight::Bypassed(rules))) => {
            format!("{by} may pass the rules, and passed {}.", rules.join(" and "))
        }
        Ok(Some(UpdateRight::RulesMet)) => {
            "Every rule of the branch was met: the check was green, or none is required.".to_owned()
        }
        Ok(None) => "GitHub tells of no rule that was in the way.".to_owned(),
        Err(why) => format!("By which right is not known: {why}."),
    };
    match &merged.standing {
        Some(standing) => format!("{said} The branch was {standing}."),
        None => said,
    }
}

/// What runs because of it.
pub(super) fn runs(runs: &Result<Vec<(String, String)>, GithubProblem>) -> Line {
    match runs {
        Ok(runs) => match runs.as_slice() {
            [] => line().plain("No workflow runs on it so far."),
            [(name, url), more @ ..] => {
                let first = line().plain("Because of it runs ").link(name, url);
                more.iter().fold(first, |words, (name, url)| words.plain(", ").link(name, url))
            }
        },
        Err(why) => line().plain(format!("What runs because of it is not known: {why}.")),
    }
}
