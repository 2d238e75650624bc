//! Reads who wrote what is decided on before anybody is asked to decide on it.

use std::collections::BTreeSet;

use super::{record::record, scene::scene};
use crate::{
    context::Context,
    domain::release::{
        Release,
        fact::Fact,
        gate::Gate,
        next::{Surroundings, Wait},
    },
    engine::steps,
    store::StoreProblem,
};

/// Reads it for each gate at which it matters; whether anything was learnt. What cannot be read is looked at again, and whose work
/// nobody knew is read once more after a start: bot.toml may name them since. `read` are the commits for which it was read since.
pub(super) async fn learn(
    context: &Context,
    release: &Release,
    surroundings: &Surroundings,
    waits: &[(usize, Wait)],
    read: &mut BTreeSet<String>,
) -> Result<bool, StoreProblem> {
    for (step, gate) in unread(release, waits, read) {
        let (stored, commit) = (release.authorship(gate), release.commit_at(gate));
        let Some(scene) = scene(context, release, surroundings, step, context.clock.now(), false) else { continue };
        match steps::authors(&scene, gate).await {
            Ok(fact) => {
                read.insert(commit.to_owned());
                if matches!(&fact, Fact::Authored { authors, .. } if Some(authors) == stored) {
                    continue;
                }
                record(context, release.spec.id, fact).await?;
                return Ok(true);
            }
            Err(error) => {
                let problem = error.problem();
                tracing::warn!(release = release.spec.id.0, step, %problem, "who wrote it could not be read");
            }
        }
    }
    Ok(false)
}

/// The gates at which it matters who wrote what is decided on, and is not known. Whoever rejected there may take that back.
fn unread<'a>(release: &'a Release, waits: &[(usize, Wait)], read: &BTreeSet<String>) -> Vec<(usize, &'a Gate)> {
    let decided = waits.iter().filter(|(_, wait)| matches!(wait, Wait::Decision { .. } | Wait::Rejected { .. }));
    let gates = decided.filter_map(|(step, _)| Some((*step, release.spec.plan.step(*step)?.gate()?)));
    let is_known = |gate: &Gate| {
        let read = read.contains(release.commit_at(gate));
        release.authorship(gate).is_some_and(|authors| authors.unknown.is_empty() || read)
    };
    gates.filter(|(_, gate)| release.minds_authors(gate) && !is_known(gate)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::{
        authors::Authorship,
        samples::{compare, happens, one_stage, step_named},
    };

    const GATES: &str = r#"
        { do = "sign-off", name = "own", title = "QA", roles = ["qa"] },
        { do = "sign-off", name = "others", title = "QA", roles = ["qa"], author-may = false },
    "#;

    /// Whether it is read who wrote it, at a gate that is decided on or was rejected, with those who are unknown so far.
    fn reads(gate: &str, rejected: bool, unknown: Option<&[&str]>, read: bool) -> bool {
        let mut release = one_stage(GATES);
        let (step, commit) = (step_named(&release, gate), release.head().to_owned());
        if let Some(unknown) = unknown {
            let unknown = unknown.iter().map(|what| (*what).to_owned()).collect();
            let authors = Authorship { known: vec![], unknown };
            happens(&mut release, Fact::Authored { commit: commit.clone(), authors });
        }
        let wait = match rejected {
            true => Wait::Rejected { by: "eve".into(), reason: "no".into(), freezing: false },
            false => Wait::Decision { have: 0, needed: 1, unticked: vec![], by: None },
        };
        let read = if read { BTreeSet::from([commit]) } else { BTreeSet::new() };
        !unread(&release, &[(step, wait)], &read).is_empty()
    }

    #[test]
    fn who_wrote_it_is_read_where_it_matters() {
        compare([
            ("it is decided on", reads("others", false, None, false), true),
            ("it was rejected, which may be taken back", reads("others", true, None, false), true),
            ("it does not matter", reads("own", false, None, false), false),
            ("all are known", reads("others", false, Some(&[]), false), false),
            ("some were unknown before the start", reads("others", false, Some(&["1a2b3c4"]), false), true),
            ("some were unknown since", reads("others", false, Some(&["1a2b3c4"]), true), false),
        ]);
    }
}
