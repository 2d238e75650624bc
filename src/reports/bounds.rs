//! What a sender may speak of: the kinds of reports, the projects and the environments that the configuration gives it.

use super::{Reports, places::ReportRules};
use crate::{config::HookSender, context::Context, domain::incident::alert::Alert};

/// Leaves out what would be ignored: a sender need not be one who may speak of that.
pub(super) fn leave_out_ignored((context, rules): (&Context, &ReportRules), kind: &str, reports: &mut Reports) {
    if reports.known_only {
        let knows = |project: &str, environment: &str| rules.knows(context, kind, (project, environment));
        reports.deploys.retain(|deploy| knows(&deploy.project, &deploy.environment));
        reports.quiet.retain(|deploy| knows(&deploy.project, &deploy.environment));
        reports.stopped.retain(|one| knows(&one.project, &one.environment));
    }
}

/// Why a sender may not report this; nothing if it may. What names no environment comes from none in particular.
pub(super) fn beyond(
    (context, rules): (&Context, &ReportRules),
    sender: &HookSender,
    kind: &str,
    reports: &Reports,
) -> Option<String> {
    let project = |name: &str| rules.project(context, kind, name);
    let deploys = reports.deploys.iter().chain(&reports.quiet).chain(&reports.rolled_back);
    let mut spoken_of: Vec<(Option<String>, Option<String>)> =
        deploys.map(|deploy| (project(&deploy.project), Some(deploy.environment.clone()))).collect();
    spoken_of.extend(reports.stopped.iter().map(|one| (project(&one.project), Some(one.environment.clone()))));
    spoken_of.extend(reports.groups.iter().flat_map(|group| {
        let environment = |alert: &Alert| group.environment_of(alert).map(str::to_owned);
        group.alerts.iter().map(move |alert| (rules.project_of(context, kind, group, alert), environment(alert)))
    }));
    let merged = reports.merged.iter().map(|merged| project(&merged.project));
    let of_project = spoken_of.iter().map(|(project, _)| project.clone()).chain(merged);
    let (mut projects, mut environments) = (of_project, spoken_of.iter().map(|(_, environment)| environment));
    let found = outside(&sender.projects, &mut projects).map(|it| ("the project", it));
    let (what, it) = found.or_else(|| {
        let mut named = environments.by_ref().filter(|name| name.is_some()).cloned();
        outside(&sender.environments, &mut named).map(|it| ("the environment", it))
    })?;
    Some(format!("{} may not speak of {what} {it}; [[hooks.senders]] in bot.toml says of what it may", called(sender)))
}

/// Why a sender may not send this kind of report at all; nothing if it may.
pub(super) fn beyond_kind(sender: &HookSender, kind: &str) -> Option<String> {
    let may = sender.kinds.is_empty() || sender.kinds.iter().any(|own| own == kind);
    let kinds = sender.kinds.join(", ");
    (!may).then(|| format!("{} may send {kinds} only, by [[hooks.senders]] in bot.toml", called(sender)))
}

/// The first that is not among those that a sender may speak of; what is not said or not known is none of them.
fn outside(own: &[String], spoken_of: &mut impl Iterator<Item = Option<String>>) -> Option<String> {
    if own.is_empty() {
        return None;
    }
    let is_own =
        |name: &Option<String>| name.as_ref().is_some_and(|name| own.iter().any(|own| own.eq_ignore_ascii_case(name)));
    let found = spoken_of.find(|name| !is_own(name))?;
    Some(found.map_or_else(|| "that it does not name".to_owned(), |name| format!("\u{201c}{name}\u{201d}")))
}

fn called(sender: &HookSender) -> String {
    sender.name.clone().unwrap_or_else(|| "this sender".to_owned())
}
