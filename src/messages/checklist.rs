//! What is asked about the lines of a checklist: whether those that are left were checked too, and which are meant.

use commands::Invocation;

use super::{about, all, buttons::on_present};
use crate::domain::{
    message::{Button, Look, Message, Tone},
    release::{
        Release,
        gate::{Check, Gate},
    },
};

/// The most buttons in a row.
const ROW: usize = 4;
/// The most buttons that are shown: five rows.
const MOST: usize = 20;

/// Somebody approves while lines are left, each with its place. Their note goes with the yes.
pub fn checked_too(release: &Release, gate: &Gate, open: &[(usize, &Check)], note: Option<&str>) -> Message {
    let names: Vec<&str> = open.iter().map(|(_, check)| check.name.as_str()).collect();
    let lines: Vec<String> = open.iter().map(|(item, _)| (item + 1).to_string()).collect();
    let yes = of(release, "approve", gate).with("together", lines.join(","));
    let yes = note.into_iter().fold(yes, |yes, note| yes.with("note", note));
    let yes = Button::say("Yes, approve", Look::Good, &yes);
    let not_yet = Button::say("Not yet", Look::Plain, &of(release, "tick", gate));
    Message::new(Tone::Asking, format!("You checked {} too?", all(&names)))
        .row(yes.into_iter().chain(not_yet).collect())
}

/// What is recorded with an approval that covered them.
pub fn together(names: &[&str]) -> String {
    format!("Checked together: {}", all(names))
}

/// Which line is meant, of those that are not ticked, or with `off` of those that are.
pub fn which(release: &Release, gate: &Gate, lines: &[(usize, &Check)], off: bool) -> Message {
    let title = match (lines.is_empty(), off) {
        (true, true) => "No line is ticked",
        (true, false) => "Every line is ticked",
        (false, true) => "Which line is not checked after all?",
        (false, false) => "Which line have you checked?",
    };
    let tick = of(release, "tick", gate);
    let tick = if off { tick.with("off", "yes") } else { tick };
    let button = |(item, check): &(usize, &Check)| {
        let sign = if off { '\u{2611}' } else { '\u{2610}' };
        let label: String = format!("{sign} {}", check.name).chars().take(40).collect();
        Button::say(label, Look::Plain, &tick.clone().with("item", (item + 1).to_string()))
    };
    let all = Button::say("All of them", Look::Plain, &tick.clone().with("item", "0"));
    let all = all.filter(|_| !off && lines.len() > 1);
    let buttons: Vec<Button> = lines.iter().take(MOST - 1).filter_map(button).chain(all).collect();
    buttons.chunks(ROW).fold(Message::new(Tone::Asking, title), |message, row| message.row(row.to_vec()))
}

fn of(release: &Release, path: &str, gate: &Gate) -> Invocation {
    about(release, path).with("gate", on_present(release, gate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::{gate::GateState, samples::one_stage};

    #[test]
    fn a_note_goes_with_the_yes() {
        let gate = r#"{ do = "sign-off", name = "qa", title = "QA", roles = ["qa"], checklist = [{ name = "UI" }] }"#;
        let release = one_stage(gate);
        let (_, gate) = release.spec.plan.gates().next().unwrap();
        let open = gate.open_lines(&GateState::default());
        let said = |note: Option<&str>| {
            let message = checked_too(&release, gate, &open, note);
            message.buttons.iter().flatten().map(|button| format!("{:?}", button.action)).collect::<Vec<_>>().join(" ")
        };
        assert!(said(Some("looks fine")).contains("note=looks fine"), "{}", said(Some("looks fine")));
        assert!(!said(None).contains("note="), "{}", said(None));
    }
}
