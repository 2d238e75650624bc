//! What is said about files that two sides changed: who touched them last, and the commands that resolve it.

use crate::domain::{
    message::{Line, line},
    release::{
        Release,
        conflict::{Clash, Conflict, Touch},
        fact::{BackMerge, NewCommit, Outcome},
        plan::Step,
    },
};

/// One line a file, with who touched it last on each side.
pub fn lines(files: &[Clash]) -> Vec<Line> {
    let one = |file: &Clash| {
        let words = line().code(&file.path);
        match file.last.as_slice() {
            [] => words,
            touches => words.plain(format!(": {}", in_words(touches))),
        }
    };
    files.iter().map(one).collect()
}

/// The same list in a pull request.
pub fn markdown(files: &[Clash]) -> String {
    let one = |file: &Clash| match file.last.as_slice() {
        [] => format!("- `{}`\n", file.path),
        touches => format!("- `{}`: {}\n", file.path, super::quiet(&in_words(touches))),
    };
    files.iter().map(one).collect()
}

/// `last by dave on develop (fix: orders), by lin on main (docs: x)`
fn in_words(touches: &[Touch]) -> String {
    let one = |touch: &Touch| {
        let short = touch.commit.get(..7).unwrap_or(&touch.commit);
        let pull = touch.pull.map(|number| format!(", #{number}")).unwrap_or_default();
        format!("by {} on {} ({short} {}{pull})", touch.by, touch.on, touch.subject)
    };
    format!("last {}", touches.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// The commands that merge by hand what did not merge by itself.
pub fn commands(conflict: &Conflict) -> String {
    let from = match conflict.tag {
        true => conflict.from.clone(),
        false => format!("origin/{}", conflict.from),
    };
    by_merging(&conflict.into, &from)
}

/// The commands that merge `from`, as git names it here, into a branch.
pub fn by_merging(branch: &str, from: &str) -> String {
    format!(
        "git fetch origin --tags\ngit switch {branch}\ngit pull --ff-only\ngit merge {from}\n# resolve, then\ngit add \
         --all\ngit commit\ngit push origin {branch}"
    )
}

/// The commands that resolve a back-merge: those of the first step of the release that conflicts.
pub fn of_back_merge(release: &Release) -> String {
    let steps = release.spec.plan.steps.iter().zip(&release.state.steps);
    let mut found = steps.filter_map(|(planned, state)| {
        let Some((Outcome::BackMerge(BackMerge::Conflict { commits, .. }), _)) = &state.done else { return None };
        if let Step::CherryPick { branch, into, .. } = &planned.step {
            return Some(by_picking(branch, into, commits));
        }
        let Step::BackMerge { branch, into, .. } = &planned.step else { return None };
        Some(by_merging(branch, &format!("origin/{into}")))
    });
    found.next().unwrap_or_default()
}

/// The commands that pick commits by hand.
fn by_picking(branch: &str, into: &str, commits: &[NewCommit]) -> String {
    let commits: Vec<&str> = commits.iter().map(|commit| commit.sha.get(..12).unwrap_or(&commit.sha)).collect();
    format!(
        "git fetch origin --tags\ngit switch -C {branch} origin/{into}\ngit cherry-pick -x {}\n# at each stop: resolve, \
         then\ngit add --all && git cherry-pick --continue\ngit push --force-with-lease origin {branch}",
        commits.join(" ")
    )
}

/// The body of a pull request that does what could not be done directly.
pub fn proposal(why: &str, rule: Option<&str>, head: &str, base: &str, files: &[Clash]) -> String {
    let why = super::quiet(why);
    if files.is_empty() {
        let rule = rule.map(|words| words.split_whitespace().collect::<Vec<_>>().join(" "));
        let rule = rule.map(|words| format!(" GitHub says: {words}")).unwrap_or_default();
        return format!(
            "{}.{rule}\n\nMerge it as a merge commit, never squash: the history has to arrive.\n",
            super::capital(&why)
        );
    }
    format!(
        "{why}:\n\n{}\nResolve that here or locally, mark this ready for review, and merge it as a merge commit, never \
         squash:\n\n```sh\n{}\n```\n",
        markdown(files),
        by_merging(head, &format!("origin/{base}"))
    )
}
