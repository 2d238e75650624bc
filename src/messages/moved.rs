//! What is told when a branch on which people decide got new commits.

use super::short;
use crate::domain::{
    message::{Block, Line, Message, Tone, line},
    release::{
        Release,
        fact::{Fact, NewCommit},
        gate::Gate,
    },
};

/// New commits on the branch, by itself or on another one that a stage watches, and what follows.
pub fn told(release: &Release, branch: Option<&str>, commits: &[NewCommit], back_merge: bool) -> Message {
    let merges = |commit: &&NewCommit| commit.subject.starts_with("Merge ") || commit.subject.starts_with("\u{1f504} ");
    let all_merge = commits.iter().all(|commit| merges(&commit));
    let came = commits.iter().filter(|commit| all_merge || !merges(commit)).map(commit_line);
    let branch = branch.unwrap_or(&release.spec.branch);
    let places = (deployed_again(release, branch, back_merge), deployed_again(release, branch, false));
    let follows = match (places, decided(release)) {
        ((Some(place), _), true) => {
            format!("{} is deployed again, and decisions on earlier commits lapse.", super::capital(&place))
        }
        ((Some(place), _), false) => format!("{} is deployed again.", super::capital(&place)),
        ((None, Some(place)), true) => {
            format!("It only brings production back: {place} is not deployed again. Earlier decisions lapse.")
        }
        ((None, Some(place)), false) => format!("It only brings production back: {place} is not deployed again."),
        ((None, None), true) => "Decisions on earlier commits lapse.".to_owned(),
        ((None, None), false) => String::new(),
    };
    let message =
        Message::new(Tone::Working, format!("\u{1f4ac} {branch} has new commits")).block(Block::List(came.collect()));
    if follows.is_empty() { message } else { message.text(follows) }
}

/// The answer to a decision on an earlier commit than the present one: what came since.
pub fn since(release: &Release, gate: &Gate, looked_at: &str) -> Message {
    let title = super::capital(&gate.title);
    let present = short(release.commit_at(gate));
    let message = Message::new(Tone::Bad, "The card you looked at is older").text(
        line()
            .plain("It was about ")
            .code(looked_at)
            .plain(format!("; {title} of {} is decided on ", release.name()))
            .code(present)
            .plain(" now. Nothing was decided."),
    );
    let came = release.came_since(gate, looked_at);
    let message = match &came {
        Some(came) if !came.is_empty() => {
            let lines = came.iter().map(|commit| commit_line(commit)).collect();
            message.text("What came since:").block(Block::List(lines))
        }
        Some(_) => message.text("No commits came: the branch was set back."),
        None => message.text("How it got there from the commit you looked at, I do not know."),
    };
    message.text("Look at that, and decide on the card as it stands now; /release status shows it.")
}

fn commit_line(commit: &NewCommit) -> Line {
    line().code(short(&commit.sha)).plain(format!(" {} ({})", commit.subject, commit.author))
}

/// Whether anybody has decided or ticked anything since the commits before these.
fn decided(release: &Release) -> bool {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let since = earlier.take_while(|recorded| !matches!(recorded.fact, Fact::HeadMoved { .. }));
    since
        .into_iter()
        .any(|recorded| matches!(recorded.fact, Fact::Approved { .. } | Fact::Rejected { .. } | Fact::Ticked { .. }))
}

/// Where something is deployed again because a branch got commits, in words.
fn deployed_again(release: &Release, branch: &str, back_merge: bool) -> Option<String> {
    let (spec, state) = (&release.spec, &release.state);
    let steps = spec.plan.steps.iter().zip(&state.steps);
    let mut places: Vec<String> = vec![];
    for (planned, state) in steps {
        let Some(environment) = planned.step.deploys_to() else { continue };
        let keeps = back_merge && spec.plan.stages[planned.stage].keeps_deploys;
        // What was not even asked for is not asked for again.
        let begun = state.tries > 0 || state.rollout.is_asked();
        let place = super::spoken(environment);
        if begun && !keeps && spec.repeats_on(planned.stage).as_deref() == Some(branch) && !places.contains(&place) {
            places.push(place);
        }
    }
    (!places.is_empty()).then(|| places.join(" and "))
}
