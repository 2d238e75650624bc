//! The bodies of pull requests: the release's keeps its timeline ticked.

use chrono::Duration;

use crate::domain::{
    fact::BackMerge,
    plan::Step,
    release::{Release, ReleaseKind},
    timeline::{Progress, stages},
};

/// The body of the pull request that brings a release to production.
pub fn release(release: &Release) -> String {
    let brief = &release.brief;
    let at = brief.at.format("%Y-%m-%d %H:%M UTC");
    let tagged_first = brief.plan.steps.iter().any(|planned| matches!(planned.step, Step::CatchUpTag { .. }));
    let mut body = match &brief.kind {
        ReleaseKind::Regular if !tagged_first => format!(
            "Brings `{}` to `{}` as {}, as it was frozen on {at} and mended since.\n\n{}",
            brief.branch,
            brief.production,
            brief.tag,
            release.state.notes.markdown().trim_start()
        ),
        ReleaseKind::Hotfix { description, .. } if !tagged_first => {
            format!("**CRITICAL**: {}\n\nFixes pushed to `{}` are part of it.\n", quiet(description), brief.branch)
        }
        ReleaseKind::Regular => format!(
            "Tag `{}` created. Snapshot of `{}` at {at}.\n\n**FEATURE CUTOFF ACTIVE**: what merges into `{}` from now \
             on goes to v{}.\n",
            brief.tag, brief.source, brief.source, brief.next_version
        ),
        ReleaseKind::Hotfix { description, .. } => format!(
            "Tag `{}` created from `{}` at {at}.\n\n**CRITICAL**: {}\n\nPush the fix to `{}`; the tag follows once it is \
             approved.\n",
            brief.tag,
            brief.source,
            quiet(description),
            brief.branch
        ),
    };
    body.push_str("\n### Timeline\n\n");
    // The pull request opens within its own stage, so a stage that only lacks this step counts as done.
    let opening = release.state.pull_requests.is_empty();
    for stage in stages(release).iter().filter(|stage| stage.timeline) {
        let done = stage.progress == Progress::Done || (opening && stage.progress == Progress::Under);
        body.push_str(&format!("- [{}] {}\n", if done { 'x' } else { ' ' }, stage.name));
    }
    // A release with dates of its own is over when they are.
    if brief.dates.0.is_empty() {
        let expected = brief.at + Duration::minutes(brief.target_minutes);
        body.push_str(&format!("\nExpected completion: {}\n", expected.format("%Y-%m-%d %H:%M UTC")));
    }
    if tagged_first {
        body.push_str("\nMerge as a merge commit, never squash: the tag has to stay part of the history.\n");
    }
    body
}

/// The body of the pull request that brings production back to development.
pub fn backport(release: &Release, head: &str, base: &str) -> String {
    let brief = &release.brief;
    let Some(BackMerge::Conflict { files }) = release.state.back_merge() else {
        return format!("Brings {} back to `{base}`. It merges itself when its checks are green.\n", brief.tag);
    };
    let list: String = files.iter().map(|file| format!("- `{file}`\n")).collect();
    format!(
        "Brings {} back to `{base}`, but these files conflict:\n\n{list}\nResolve them here or locally, then mark this \
         ready for review:\n\n```sh\ngit fetch origin\ngit switch {head}\ngit merge origin/{base}\n# resolve, then\ngit \
         commit\ngit push\n```\n",
        brief.tag
    )
}

/// People's words in a body ping nobody.
fn quiet(text: &str) -> String {
    text.replace('@', "@\u{200b}")
}
