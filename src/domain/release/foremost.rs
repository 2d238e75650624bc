//! Which of the things that a release waits for comes first: for whoever reads its card, and for whoever goes past one.

use super::{Release, plan::Step, wait::Wait};

/// What is said of it first: what stopped, then what asks somebody, each in its own line before what goes on beside it.
pub fn foremost<'a>(release: &Release, waits: &'a [(usize, Wait)]) -> Option<(usize, &'a Wait)> {
    let asks = |(step, wait): &&(usize, Wait)| needs_somebody(release, *step, wait);
    let in_line = |(step, _): &&(usize, Wait)| !is_beside(release, *step);
    let own = waits.iter().find(in_line);
    let first = own.filter(asks).or_else(|| waits.iter().find(asks)).or(own);
    first.or_else(|| waits.first()).map(|(step, wait)| (*step, wait))
}

/// Whether a step belongs to what goes on beside the others.
pub fn is_beside(release: &Release, step: usize) -> bool {
    release.spec.plan.stage_of(step).is_some_and(|stage| stage.background)
}

/// Whether it goes on only if somebody does something.
fn needs_somebody(release: &Release, step: usize, wait: &Wait) -> bool {
    match wait {
        Wait::Decision { .. }
        | Wait::Missed { .. }
        | Wait::RolledBack { .. }
        | Wait::Undone { .. }
        | Wait::Rejected { .. }
        | Wait::Person { .. } => true,
        Wait::Outside { asks, .. } => {
            let hand = matches!(release.spec.plan.step(step), Some(Step::AwaitMerge { .. } | Step::AwaitFix));
            *asks || hand || release.state.step(step).conflict.is_some()
        }
        Wait::Until { .. } | Wait::Unseen { .. } | Wait::Retry { .. } | Wait::Around(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::samples::{minute, release};

    const STAGES: &str = r#"
[[release.stage]]
name = "Review"
background = true
steps = [{ do = "sign-off", name = "review", title = "review", roles = ["qa"] }]
[[release.stage]]
name = "QA"
steps = [{ do = "sign-off", name = "qa", title = "QA sign-off", roles = ["qa"] }]
"#;

    #[test]
    fn what_asks_in_its_own_line_comes_before_what_goes_on_beside_it() {
        let release = release(STAGES);
        let decision = || Wait::Decision { have: 0, needed: 1, unticked: vec![], by: None };
        let stopped = || Wait::Person { problem: "it broke".into() };
        let until = || Wait::Until { at: minute(9), title: "the test day".into() };
        for (about, beside, own, first) in [
            ("both ask", decision(), decision(), Some(1)),
            ("what is beside it stopped", stopped(), decision(), Some(1)),
            ("only what is beside it asks", decision(), until(), Some(0)),
            ("nothing asks", until(), until(), Some(1)),
        ] {
            let waits = [(0, beside), (1, own)];
            assert_eq!(foremost(&release, &waits).map(|(step, _)| step), first, "{about}");
        }
        assert_eq!(foremost(&release, &[]), None);
    }
}
