//! Whether what a release deployed still runs where it was deployed: it may have been taken back, or replaced since.

use std::collections::BTreeMap;

use super::{
    environment::{Running, Standing},
    plan::Step,
    release::Release,
};

/// A deploy that had ended well, and whose version does not run there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone<'a> {
    /// The step that waited for it.
    pub deploy: usize,
    /// The environment.
    pub environment: &'a str,
    /// What runs there, if that is known.
    pub runs: Option<&'a Running>,
    /// Whether it was taken back, rather than followed by another version.
    pub taken_back: bool,
}

/// What keeps a step from being taken: the newest deploy before it, if what that brought does not run any more. What was
/// taken back goes nowhere; what was replaced only keeps people from saying something of it.
pub fn undone<'a>(release: &'a Release, step: usize, standings: &'a BTreeMap<String, Standing>) -> Option<Undone<'a>> {
    let planned = &release.brief.plan.steps[step].step;
    let found = newest(release, step, standings)?;
    let brings = matches!(
        planned,
        Step::AwaitDeploy { .. } | Step::StartRollBack { .. } | Step::AwaitRollBack { .. } | Step::Hold { .. }
    );
    (!brings && (found.taken_back || planned.speaks_of_what_runs())).then_some(found)
}

/// What production runs, if that is a later version than the release's.
pub fn later_in_production<'a>(release: &Release, standings: &'a BTreeMap<String, Standing>) -> Option<&'a Running> {
    let production = release.brief.plan.environments().pop()?;
    let now = standings.get(production)?.now.as_ref()?;
    let version = release.brief.version.scheme().read(&now.version).ok()?;
    let others = now.release != Some(release.brief.id) && !release.is_roll_back();
    (others && version > release.brief.version).then_some(now)
}

fn newest<'a>(release: &'a Release, step: usize, standings: &'a BTreeMap<String, Standing>) -> Option<Undone<'a>> {
    if release.is_roll_back() {
        return None;
    }
    let (deploy, environment, tag) = release.deployed_before(step)?;
    let standing = standings.get(environment)?;
    let (runs, taken_back) = (standing.now.as_ref(), standing.is_taken_back(tag));
    let runs_still = runs.is_some_and(|runs| runs.release == Some(release.brief.id) || runs.tag == tag);
    if runs_still || (runs.is_none() && !taken_back) {
        return None;
    }
    // Where a branch goes on, what came after is what people decide on.
    let production = release.brief.plan.environments().last() == Some(&environment);
    let bound = production || tag == release.brief.tag && !goes_on(release, deploy);
    (taken_back || bound).then_some(Undone { deploy, environment, runs, taken_back })
}

/// Whether a deploy brings a branch that others go on with.
fn goes_on(release: &Release, deploy: usize) -> bool {
    let plan = &release.brief.plan;
    let asked = plan.asking(deploy).map(|asked| &plan.steps[asked].step);
    matches!(asked, Some(Step::StartDeploy { git_ref, .. }) if *git_ref == release.brief.source)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{
        release::ReleaseId,
        samples::{deployed, happens, minute, one_stage},
    };

    const STEPS: &str = r#"
        { do = "start-deploy", environment = "staging", git-ref = "{branch}" },
        { do = "await-deploy", environment = "staging" },
        { do = "sign-off", name = "qa", title = "QA", roles = ["qa"] },
        { do = "start-deploy", environment = "production", git-ref = "{tag}" },
        { do = "await-deploy", environment = "production" },
        { do = "announce", what = "live" },
        { do = "sign-off", name = "verify", title = "verification", roles = ["qa"] },
        { do = "delete-branch", name = "{branch}" },
    "#;

    const STAGING: usize = 1;
    const QA: usize = 2;
    const PRODUCTION: usize = 4;
    const LIVE: usize = 5;
    const VERIFY: usize = 6;
    const DELETE: usize = 7;

    fn release(done: &[usize]) -> Release {
        let mut release = one_stage(STEPS);
        done.iter().for_each(|step| happens(&mut release, deployed(*step, "2.2.0")));
        release
    }

    fn running(version: &str, release: u64) -> Running {
        Running {
            version: version.into(),
            tag: format!("v{version}"),
            commit: None,
            digest: None,
            config: None,
            since: minute(0),
            release: Some(ReleaseId(release)),
            url: None,
            rejected: None,
        }
    }

    /// What happened in an environment: `+` came there, `-` was taken back, by which release.
    fn standing(events: &str) -> Standing {
        let mut standing = Standing::default();
        for event in events.split_whitespace() {
            let (version, release) = event[1..].split_once('@').unwrap();
            let release = release.parse().unwrap();
            match &event[..1] {
                "+" => standing.deployed(running(version, release)),
                "-" => standing.take_back(&format!("v{version}")),
                _ => unreachable!("{event}"),
            }
        }
        standing
    }

    #[test]
    fn a_release_goes_on_only_with_what_runs() {
        let own = "+2.1.0@1 +2.2.0@7";
        for (why, deployed, (environment, events), step, expected) in [
            ("nothing was deployed yet", &[][..], ("staging", "+2.1.0@1"), QA, None),
            ("nothing is known of it", &[STAGING], ("staging", ""), QA, None),
            ("it runs", &[STAGING], ("staging", own), QA, None),
            ("it was deployed once more", &[STAGING], ("staging", "+2.2.0@7 +2.2.0@9"), QA, None),
            ("taken back", &[STAGING], ("staging", "+2.2.0@7 +2.1.0@8 -2.2.0@7"), QA, Some((STAGING, true))),
            (
                "taken back, to what is not known",
                &[STAGING],
                ("staging", "+2.2.0@7 -2.2.0@7"),
                QA,
                Some((STAGING, true)),
            ),
            ("taken back, and there again", &[STAGING], ("staging", "+2.2.0@7 -2.2.0@7 +2.2.0@7"), QA, None),
            ("another version came after it", &[STAGING], ("staging", "+2.2.0@7 +2.3.0@8"), QA, Some((STAGING, false))),
            (
                "staging has moved on, which says nothing of production",
                &[STAGING, PRODUCTION],
                ("staging", "+2.2.0@7 +2.3.0@8"),
                VERIFY,
                None,
            ),
            (
                "LIVE of what was taken back",
                &[PRODUCTION],
                ("production", "+2.2.0@7 -2.2.0@7"),
                LIVE,
                Some((PRODUCTION, true)),
            ),
            (
                "LIVE of what was replaced",
                &[PRODUCTION],
                ("production", "+2.2.0@7 +2.2.1@8"),
                LIVE,
                Some((PRODUCTION, false)),
            ),
            (
                "its branch was replaced, too, and may go",
                &[PRODUCTION],
                ("production", "+2.2.0@7 +2.2.1@8"),
                DELETE,
                None,
            ),
            (
                "nothing is tidied away of what was taken back",
                &[PRODUCTION],
                ("production", "+2.2.0@7 -2.2.0@7"),
                DELETE,
                Some((PRODUCTION, true)),
            ),
            ("while it is on its way", &[STAGING], ("production", "+2.1.0@1"), PRODUCTION, None),
        ] {
            let (release, standings) =
                (release(deployed), BTreeMap::from([(environment.to_owned(), standing(events))]));
            let found = undone(&release, step, &standings).map(|found| (found.deploy, found.taken_back));
            assert_eq!(found, expected, "{why}");
        }
    }

    #[test]
    fn an_older_version_does_not_go_over_a_later_one() {
        for (events, expected) in [
            ("", None),
            ("+2.1.0@1", None),
            ("+2.2.0@7", None),
            ("+2.3.0@8", Some("2.3.0")),
            ("+2.2.1@8", Some("2.2.1")),
            ("+2.3.0@8 +2.1.0@9", None),
        ] {
            let standings = BTreeMap::from([("production".to_owned(), standing(events))]);
            let release = release(&[]);
            let found = later_in_production(&release, &standings).map(|later| later.version.as_str());
            assert_eq!(found, expected, "{events}");
        }
    }
}
