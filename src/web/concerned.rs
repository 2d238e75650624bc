//! Which open releases an event on GitHub is news for: all of the repository, unless it is about what some of them alone own.

use std::sync::Arc;

use crate::{domain::release::Release, github::event::Happened};

/// The releases to be woken, of those of the repository. What none of them owns may matter to each.
pub(super) fn concerned(mut releases: Vec<Arc<Release>>, happened: &Happened) -> Vec<Arc<Release>> {
    let (branch, number) = match happened {
        Happened::PullRequest { number, head, merged: false, .. } => (head.as_str(), Some(*number)),
        Happened::Push { git_ref, .. } => match git_ref.strip_prefix("refs/heads/") {
            Some(branch) => (branch, None),
            None => return releases,
        },
        // What is merged changes where it came to.
        Happened::PullRequest { .. }
        | Happened::Created { .. }
        | Happened::Workflow { .. }
        | Happened::Checks { .. }
        | Happened::Status { .. }
        | Happened::MergeGroup
        | Happened::Rules
        | Happened::DeploymentStatus { .. }
        | Happened::Ping
        | Happened::Other => return releases,
    };
    let owns = |release: &Release| {
        let spec = &release.spec;
        let is_own = spec.branch == branch && spec.branch != spec.source && spec.branch != spec.production;
        is_own || number.is_some_and(|number| release.state.own_pulls().contains(&number))
    };
    if releases.iter().any(|release| owns(release)) {
        releases.retain(|release| owns(release) || looks_at(release, branch));
    }
    releases
}

/// Whether a release looks at a branch, whoever owns it.
fn looks_at(release: &Release, branch: &str) -> bool {
    let (spec, state) = (&release.spec, &release.state);
    [&spec.branch, &spec.source, &spec.production].iter().any(|own| *own == branch)
        || spec.plan.stages.iter().any(|stage| stage.of.as_deref() == Some(branch))
        || state.stories.list.iter().any(|story| story.name == branch)
        || state.heads.contains_key(branch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::{
        ReleaseId,
        samples::{compare, decided, one_stage},
    };

    /// Which of two releases, each with a branch of its own, an event wakes; the second one looks at `qa`, too.
    fn woken(happened: &Happened) -> Vec<u64> {
        let release = |number: u64| {
            decided(one_stage(r#"{ do = "sign-off", name = "qa", title = "QA", roles = ["qa"] },"#), |spec| {
                spec.id = ReleaseId(number);
                spec.branch = format!("release/v{number}");
                spec.plan.stages.iter_mut().for_each(|stage| stage.of = (number == 2).then(|| "qa".to_owned()));
            })
        };
        let all = [1, 2].map(|number| Arc::new(release(number))).to_vec();
        concerned(all, happened).iter().map(|release| release.spec.id.0).collect()
    }

    fn pushed(git_ref: &str) -> Happened {
        let (git_ref, before, after) = (git_ref.to_owned(), String::new(), String::new());
        Happened::Push { git_ref, before, after, head_message: None }
    }

    fn pull(head: &str, merged: bool) -> Happened {
        Happened::PullRequest { number: 7, head: head.to_owned(), base: "main".to_owned(), merged }
    }

    #[test]
    fn what_is_a_releases_alone_wakes_that_release_alone() {
        compare([
            ("its branch", woken(&pushed("refs/heads/release/v1")), vec![1]),
            ("its pull request", woken(&pull("release/v2", false)), vec![2]),
            ("its pull request is merged", woken(&pull("release/v2", true)), vec![1, 2]),
            ("nobody's branch", woken(&pushed("refs/heads/qa")), vec![1, 2]),
            ("everybody's branch", woken(&pushed("refs/heads/main")), vec![1, 2]),
            ("a tag", woken(&pushed("refs/tags/release/v1")), vec![1, 2]),
            ("a check", woken(&Happened::Checks { head_sha: "c0ffee".to_owned() }), vec![1, 2]),
        ]);
    }
}
