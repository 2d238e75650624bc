//! The last lines of a card: what is known of the release besides.

use crate::domain::{
    message::{Line, line},
    release::{
        ReleaseKind,
        fact::BackMerge,
        next::Wait,
        plan::{PullRequestName, Step},
        timeline::stages,
    },
};

use super::{
    super::{hindrance, lost, place, stories, wait},
    decision::is_open_gate,
    standing::CardStanding,
    view::{CardView, counted},
};

/// The most dates that are named.
const DATES: usize = 3;

/// All of them, those of where it stands first.
pub(super) fn details(view: &CardView<'_>, standing: &CardStanding) -> Vec<Line> {
    let release = view.release;
    let mut lines = standing.details.clone();
    if standing.facts && release.is_open() {
        lines.extend(facts(view));
    }
    if let ReleaseKind::RollBack { from, reason, .. } = &release.spec.kind {
        lines.push(line().plain(format!("Instead of {from}: {}", super::view::quoted(reason))));
    }
    lines.extend(beside(view));
    if release.is_open() {
        lines.extend(dates(view));
        lines.extend(hindrance::in_short(release).map(|rules| named("Rules in its way", rules)));
    }
    let picked = release.spec.plan.picking().filter(|picking| release.state.step(picking.step).is_over());
    lines.extend(picked.map(|_| named("Stories", stories::in_and_out(release))));
    let skipped: Vec<String> = stages(release)
        .iter()
        .flat_map(|stage| stage.skipped.iter().map(|(what, by)| format!("{what} ({by})")).collect::<Vec<_>>())
        .collect();
    if !skipped.is_empty() {
        lines.push(named("Skipped", skipped.join(", ")));
    }
    let to_review: Vec<String> =
        release.to_review().iter().map(|glass| format!("{}, skipped by {}", glass.title, glass.by)).collect();
    if !to_review.is_empty() {
        lines.push(named("To review", to_review.join("; ")));
    }
    if let Some(([one, other], differ)) = release.drift().filter(|(_, lines)| !lines.is_empty()) {
        lines.push(named(&format!("{} and {} differ", place(one), place(other)), differ.join("; ")));
    }
    lines.extend(
        lost::fields(release, &view.around.debts)
            .into_iter()
            .map(|(name, value)| line().plain(format!("{name}: ")).and(value)),
    );
    lines
}

fn named(name: &str, value: String) -> Line {
    line().plain(format!("{name}: {value}"))
}

/// Who decided, what runs where, the pull request, the tag and how much is in, in one line.
fn facts(view: &CardView<'_>) -> Option<Line> {
    let (release, plan, state) = (view.release, &view.release.spec.plan, &view.release.state);
    let mut parts: Vec<Line> = vec![];
    let ready = view.waits().iter().any(|(step, _)| matches!(view.step(*step), Some(Step::AwaitMerge { .. })));
    if let Some(merged) = &state.merged {
        parts.push(line().plain(format!("Merged by {}, ", merged.by)).moment(merged.at, view.now));
    } else if ready {
        parts.extend(signed_off(view));
    }
    let places: Vec<&str> = plan.environments();
    let latest =
        places.iter().filter_map(|place| Some((*place, release.brought(place)?))).max_by_key(|(_, brought)| brought.at);
    if let Some((name, brought)) =
        latest.filter(|(name, _)| !ready && (state.merged.is_none() || plan.is_production(name)))
    {
        let words = format!(
            "{}: {}{}",
            place(name),
            brought.build,
            if is_partly_there(view, name) { " (in part)" } else { "" }
        );
        parts.push(if brought.url.is_empty() { line().plain(words) } else { line().link(words, brought.url) });
    }
    parts.extend(back(view));
    if let Some((number, url)) = view.pull_request().filter(|_| state.merged.is_none() && !ready) {
        parts.push(line().link(number, url));
    }
    if state.tagged.is_some() && state.merged.is_none() && !ready {
        parts.push(line().plain(&release.spec.tag));
    }
    let told = standing_tells_changes(view);
    if view.changes() > 0 && state.merged.is_none() && !told {
        parts.push(line().plain(counted(view.changes(), "change")));
    }
    joined(parts)
}

/// By what production's changes came back to development.
pub(super) fn back(view: &CardView<'_>) -> Option<Line> {
    let state = &view.release.state;
    let base = view.release.spec.plan.steps.iter().find_map(|planned| {
        let Step::PullRequest { name: PullRequestName::Backport, base, .. } = &planned.step else { return None };
        Some(base)
    })?;
    let (number, url) = state.pull_requests.get(&PullRequestName::Backport)?;
    let came = !matches!(state.back_merge(), None | Some(BackMerge::Nothing));
    came.then(|| line().plain(format!("back in {base} by ")).link(format!("#{number}"), url))
}

/// Whether the count of what is in stands in the lines above already.
fn standing_tells_changes(view: &CardView<'_>) -> bool {
    let early = view.release.state.gates.values().all(|gate| gate.approved.is_empty());
    let asks = view.foremost().is_some_and(|(_, wait)| matches!(wait, Wait::Decision { .. }));
    early && !asks && !view.release.is_hotfix()
}

/// `QA: bob, 14:58`, for each gate through which it came.
fn signed_off(view: &CardView<'_>) -> Vec<Line> {
    let state = &view.release.state;
    let given = |(step, gate)| {
        let step: usize = step;
        let gate: &crate::domain::release::gate::Gate = gate;
        let (_, at) = state.step(step).done.as_ref()?;
        let by = state.gates.get(&gate.name)?.approved.join(" and ");
        let words = line().plain(format!("{}: {by}, ", view.gate_name(step, gate))).moment(*at, view.now);
        (!by.is_empty()).then_some(words)
    };
    view.release.spec.plan.gates().filter_map(given).collect()
}

/// What goes on beside what is said first.
fn beside(view: &CardView<'_>) -> Option<Line> {
    let foremost = view.foremost();
    // At a gate, the lines above ask for the other gates, too.
    let at_gate = foremost.is_some_and(|(step, wait)| is_open_gate(view, step, wait));
    let told = |step: usize, wait: &Wait| {
        let first = foremost.is_some_and(|(first, _)| first == step);
        first || matches!(wait, Wait::Until { .. }) || (at_gate && is_open_gate(view, step, wait))
    };
    let others = view.waits().iter().filter(|(step, wait)| !told(*step, wait));
    let words = others.map(|(step, waiting)| wait::in_words(view.release, *step, waiting, view.people));
    let words = words.map(|words| words.unbolded().at_moments(view.now));
    let mut words = words.peekable();
    words.peek()?;
    let all = words.fold(line().plain("Beside it: "), |all, one| {
        let dot = if all.0.len() > 1 { "; " } else { "" };
        all.plain(dot).and(one)
    });
    Some(all)
}

/// The dates to come.
fn dates(view: &CardView<'_>) -> Option<Line> {
    let ahead = view.release.dates_ahead(view.now);
    let one =
        |(at, title): &(chrono::DateTime<chrono::Utc>, &str)| line().moment(*at, view.now).plain(format!(" {title}"));
    joined(ahead.iter().take(DATES).map(one).collect())
}

/// Lines behind one another, with a dot between them.
pub(super) fn joined(parts: Vec<Line>) -> Option<Line> {
    let mut parts = parts.into_iter();
    let first = parts.next()?;
    Some(parts.fold(first, |all, one| all.plain(" \u{b7} ").and(one)))
}

/// Whether an environment's last deploy gave the version a share of it or another side, and none has given it all.
fn is_partly_there(view: &CardView<'_>, environment: &str) -> bool {
    let (plan, state) = (&view.release.spec.plan, &view.release.state);
    let last = view.release.brought(environment).map(|brought| brought.at);
    let own = plan.steps.iter().zip(&state.steps).filter(|(planned, _)| planned.step.deploys_to() == Some(environment));
    let mut own =
        own.filter_map(|(planned, step)| step.rollout.here.as_ref().map(|(_, at)| (planned.step.replaces_all(), *at)));
    let is_last = own.clone().any(|(_, at)| Some(at) == last);
    is_last && !own.any(|(all, _)| all)
}
