//! When people are nudged, and what is missing when a release could not leave.

use super::{due, missing, next_at};
use crate::domain::release::{
    Release,
    fact::{Fact, Missing},
    next::Surroundings,
    samples::{around, compare, dated, happened, minute, named, now, one_stage, release, surroundings},
};
use crate::domain::time::quiet::{QuietHours, QuietTimes};

const TRAIN: &str = r#"
[[date]]
name = "ready"
title = "QA's word"
cron = "0 15 * * fri"
remind = ["2h", "30m"]
[[date]]
name = "leave"
title = "departure"
cron = "0 10 * * mon"
remind = ["1h"]
[[release.stage]]
name = "Staging"
repeat = "on-push"
steps = [
  { do = "deploy", environment = "staging", git-ref = "{branch}", retries = 1 },
  { do = "sign-off", name = "qa", title = "QA", roles = ["qa"], deadline = "ready" },
  { do = "sign-off", name = "pm", title = "approval", roles = ["pm"], deadline = "leave" },
]
[[release.stage]]
name = "Leave"
steps = [
  { do = "await-merge", at = "leave" },
  { do = "deploy", environment = "production", git-ref = "main", by = "push", on-failure = "roll-back" },
  { do = "sign-off", name = "verify", title = "verification", roles = ["qa"] },
]
"#;

/// QA's word is due in minute 300, the departure in minute 600.
fn train() -> Release {
    dated(TRAIN, &[("ready", 300), ("leave", 600)])
}

fn told(release: &Release, fact: &Fact) -> String {
    let name = |step: &usize| named(release, [*step]);
    let minutes = |at: &chrono::DateTime<chrono::Utc>| (*at - minute(0)).num_minutes();
    match fact {
        Fact::RetryAsked { step, by } => format!("{by} tries {}", name(step)),
        Fact::Escalated { step, deadline } => format!("{} is late for {}", name(step), minutes(deadline)),
        Fact::Reminded { step, due } => format!("reminder of {} for {}", name(step), minutes(due)),
        Fact::TargetNear { due } => format!("the target is near at {}", minutes(due)),
        Fact::TargetMissed { at } => format!("the target is missed at {}", minutes(at)),
        Fact::Missed { step, at, missing } => {
            format!("{} missed {}: {}", name(step), minutes(at), lacks(release, missing))
        }
        other => format!("{other:?}"),
    }
}

fn lacks(release: &Release, missing: &[Missing]) -> String {
    let name = |step: &usize| named(release, [*step]);
    let one = |missing: &Missing| match missing {
        Missing::Step(step) => name(step),
        Missing::Late(step) => format!("{} was late", name(step)),
        Missing::Around(barrier) => around(barrier),
        Missing::NotRunning => "nobody was running".into(),
        Missing::Stopped(problem) => problem.to_string(),
        Missing::Obstacle(words) => words.clone(),
    };
    missing.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A gate has four hours from its turn, another one six hours from the begin; all of it has eight.
const RELATIVE: &str = r#"
remind = ["1h"]
escalate = ["lead"]
[[release.stage]]
name = "Staging"
repeat = "on-push"
steps = [
  { do = "deploy", environment = "staging", git-ref = "{branch}" },
  { do = "sign-off", name = "qa", title = "QA", roles = ["qa"], due = "4h", remind = ["2h"], escalate = ["lead"] },
]
[[release.stage]]
name = "Leave"
steps = [{ do = "sign-off", name = "pm", title = "approval", roles = ["pm"], due = "6h", since = "release", remind = ["30m"] }]
"#;

/// What it is about; what happened; what goes on around; what people are told now.
type NudgeRow = (&'static str, &'static str, &'static str, &'static str);

fn each(begun: impl Fn() -> Release, rows: &[NudgeRow]) {
    compare(rows.iter().map(|(about, history, goes_on, expected)| {
        let release = happened(begun(), history);
        let due = due(&release, &surroundings(&release, goes_on), now(&release, goes_on));
        (*about, due.map_or("nothing".into(), |fact| told(&release, &fact)), (*expected).to_owned())
    }));
}

#[test]
fn people_are_reminded_before_a_date() {
    each(
        train,
        &[
            ("long before", "", "now 100", "nothing"),
            ("a minute before the first reminder", "to qa", "now 179", "nothing"),
            ("the first reminder", "to qa", "now 180", "reminder of qa for 180"),
            (
                "the gate's turn has not come: whoever is in its way is reminded, too",
                "",
                "now 180",
                "reminder of qa for 180",
            ),
            ("they were reminded", "to qa; reminded qa 180", "now 200", "nothing"),
            ("the second reminder", "to qa; reminded qa 180", "now 270", "reminder of qa for 270"),
            ("after a pause only the last reminder is made", "to qa", "now 280", "reminder of qa for 270"),
            ("the gate is through", "to pm", "now 280", "nothing"),
            ("the gate was skipped", "to qa; skipped qa ann", "now 280", "nothing"),
            (
                "the departure is told of with the merge, not with the gate before it",
                "to pm",
                "now 540",
                "reminder of await-merge for 540",
            ),
            (
                "the date was moved on: its reminders come again",
                "to qa; reminded qa 270; moved ready 500",
                "now 380",
                "reminder of qa for 380",
            ),
            ("a commit came: reminders are not made again", "to qa; reminded qa 180; pushed c2", "now 200", "nothing"),
            ("the release is over", "to qa; cancelled ann", "now 280", "nothing"),
        ],
    );
    each(
        || dated(TRAIN, &[("ready", 60), ("leave", 600)]),
        &[
            ("a reminder from before the release began is not made", "to qa", "now 20", "nothing"),
            ("the one after it is", "to qa", "now 30", "reminder of qa for 30"),
        ],
    );
}

#[test]
fn a_gate_is_late() {
    each(
        train,
        &[
            ("a minute before its deadline", "to qa; reminded qa 270", "now 299", "nothing"),
            ("at its deadline", "to qa; reminded qa 270", "now 300", "qa is late for 300"),
            ("nobody was reminded", "to qa", "now 300", "qa is late for 300"),
            ("it was told", "to qa; escalated qa 300", "now 330", "nothing"),
            (
                "the deadline was moved",
                "to qa; escalated qa 300; moved ready 400; reminded qa 280",
                "now 330",
                "nothing",
            ),
            ("it is late again", "to qa; escalated qa 300; moved ready 400", "now 400", "qa is late for 400"),
            (
                "it was through in time, and begins again after its deadline",
                "to qa; at 200; done qa; at 310; pushed c2",
                "now 311",
                "nothing",
            ),
            (
                "it was through late, and begins again",
                "to qa; at 310; done qa; pushed c2",
                "now 312",
                "qa is late for 300",
            ),
            (
                "a gate with the departure's deadline is told of with that",
                "to pm; reminded await-merge 540",
                "now 599",
                "nothing",
            ),
        ],
    );
}

#[test]
fn a_release_cannot_leave() {
    each(
        train,
        &[
            ("all is well: it leaves", "to await-merge", "now 600", "nothing"),
            ("it leaves late: the playbook lets it", "to await-merge", "now 630", "nothing"),
            ("a gate is not through", "to pm", "now 600", "await-merge missed 600: pm"),
            ("a minute before", "to pm; reminded await-merge 540", "now 599", "nothing"),
            ("nothing was done", "escalated qa 300", "now 600", "await-merge missed 600: ask-staging, qa, pm"),
            (
                "a deploy failed",
                "to staging; failed staging; escalated qa 300",
                "now 600",
                "await-merge missed 600: staging, qa, pm",
            ),
            (
                "a gate was late, and is through",
                "to qa; escalated qa 300; to await-merge",
                "now 600",
                "await-merge missed 600: qa was late",
            ),
            (
                "a gate was late, and somebody moved the dates",
                "to qa; escalated qa 300; to await-merge; moved leave 700",
                "now 700",
                "nothing",
            ),
            ("a freeze", "to await-merge", "now 600; frozen quarter", "await-merge missed 600: frozen, quarter"),
            ("an open hotfix", "to await-merge", "now 600; hotfix 2.1.1", "await-merge missed 600: hotfix 2.1.1 first"),
            (
                "a held environment",
                "to await-merge",
                "now 600; held production",
                "await-merge missed 600: production is held",
            ),
            ("it was told", "to pm; missed await-merge 600", "now 610", "nothing"),
            (
                "it misses the next time, too",
                "to pm; missed await-merge 600; moved leave 700",
                "now 700",
                "await-merge missed 700: pm",
            ),
            ("somebody asked for the merge", "to await-merge; merge-asked ann", "now 600; frozen quarter", "nothing"),
            ("it has left", "to ask-production", "now 600; frozen quarter", "nothing"),
        ],
    );
    let punctual =
        || dated(&TRAIN.replace("remind = [\"1h\"]", "missed = \"skip\""), &[("ready", 900), ("leave", 600)]);
    each(
        punctual,
        &[
            ("a playbook that does not leave late leaves in time", "to await-merge", "now 605", "nothing"),
            (
                "a playbook that does not leave late, after the bot was away",
                "to await-merge",
                "now 606",
                "await-merge missed 600: nobody was running",
            ),
        ],
    );
}

#[test]
fn a_deploy_is_tried_again_by_itself() {
    each(
        train,
        &[
            ("its pause is not over", "to staging; failed staging until 30", "now 29", "nothing"),
            ("its pause is over", "to staging; failed staging until 30", "now 30", "Shipmate tries staging"),
            ("it failed for good", "to staging; failed staging", "now 30", "nothing"),
            (
                "it is tried before anybody is told that a gate is late",
                "to staging; failed staging until 30",
                "now 300",
                "Shipmate tries staging",
            ),
            (
                "CD could not be asked: the step does that by itself",
                "to ask-staging; failed ask-staging until 5",
                "now 30",
                "nothing",
            ),
            (
                "the roll-back's pause is over: that is looked at, not begun anew",
                "to production; failed production; done ask-back-production; failed back-production until 90",
                "now 95",
                "nothing",
            ),
            ("the release is over", "to staging; failed staging until 30; cancelled ann", "now 40", "nothing"),
        ],
    );
}

#[test]
fn a_gate_has_time_from_its_turn_or_from_the_begin() {
    each(
        || release(RELATIVE),
        &[
            ("its turn has not come, however long that takes", "to staging", "now 320", "nothing"),
            ("a minute before the reminder", "at 29; to qa", "now 149", "nothing"),
            ("the reminder, two hours before its time is over", "at 29; to qa", "now 150", "reminder of qa for 150"),
            ("its time is over", "at 29; to qa; reminded qa 150", "now 270", "qa is late for 270"),
            ("that was told", "at 29; to qa; escalated qa 270", "now 300", "nothing"),
            (
                "a commit came, so its time begins again",
                "at 29; to qa; escalated qa 270; at 290; pushed c2; at 299; to qa",
                "now 320",
                "nothing",
            ),
            (
                "… and ends again",
                "at 29; to qa; escalated qa 270; at 290; pushed c2; at 299; to qa",
                "now 540",
                "qa is late for 540",
            ),
            (
                "from the begin, before its turn has come",
                "at 29; to qa; escalated qa 270",
                "now 330",
                "reminder of pm for 330",
            ),
            ("from the begin", "at 300; to pm; reminded pm 330", "now 360", "pm is late for 360"),
        ],
    );
}

#[test]
fn people_are_told_of_the_target() {
    each(
        || release(RELATIVE),
        &[
            ("a minute before the reminder", "to staging; escalated pm 360", "now 419", "nothing"),
            ("the reminder", "to staging; escalated pm 360", "now 420", "the target is near at 420"),
            ("it was made", "to staging; escalated pm 360; target-near 420", "now 450", "nothing"),
            (
                "the target is over",
                "to staging; escalated pm 360; target-near 420",
                "now 480",
                "the target is missed at 480",
            ),
            ("nobody was running before", "to staging; escalated pm 360", "now 500", "the target is missed at 480"),
            ("it was told", "to staging; escalated pm 360; target-missed 480", "now 999", "nothing"),
        ],
    );
    each(
        train,
        &[(
            "a playbook that says nothing of it",
            "skipped qa ann; skipped pm ann; missed await-merge 600",
            "now 999",
            "nothing",
        )],
    );
}

#[test]
fn nobody_is_told_when_it_is_quiet() {
    // From 11:00 to 14:00 in UTC, which is minute 120 to 300.
    let hours = vec![QuietHours::read("11:00-14:00", chrono_tz::UTC).unwrap()];
    let rows = [
        ("a reminder waits until it is over, if there is time then", "at 89; to qa", 299, "nothing"),
        ("… and is made then", "at 89; to qa", 300, "reminder of qa for 300"),
        ("its time ended in between, so it is late instead", "at 29; to qa; reminded qa 119", 299, "nothing"),
        ("… and that is told when it is over", "at 29; to qa; reminded qa 119", 300, "qa is late for 270"),
        ("a reminder for which there is no time then comes before", "at 29; to qa", 119, "reminder of qa for 119"),
    ];
    compare(rows.map(|(about, history, now, expected)| {
        let release = happened(release(RELATIVE), history);
        let quiet = QuietTimes { hours: hours.clone(), days_off: None };
        let surroundings = Surroundings { quiet, ..Surroundings::default() };
        let due = due(&release, &surroundings, minute(now));
        (about, due.map_or("nothing".to_owned(), |fact| told(&release, &fact)), expected.to_owned())
    }));
}

#[test]
fn when_something_will_be_due_next() {
    let rows = [
        ("the first reminder", "", 0, Some(180)),
        ("the second, once the first is due", "", 180, Some(270)),
        ("the deadline", "", 270, Some(300)),
        ("the reminder of the departure", "", 300, Some(540)),
        ("the departure", "", 540, Some(600)),
        ("nothing after that", "", 600, None),
        ("nothing of a gate that is through", "to pm", 0, Some(540)),
        ("nothing of a gate that was skipped", "skipped qa ann", 0, Some(540)),
        ("a date that was moved", "skipped qa ann; moved leave 800", 0, Some(740)),
    ];
    compare(rows.map(|(about, history, now, expected)| {
        let at = next_at(&happened(train(), history), &QuietTimes::default(), minute(now));
        (about, at.map(|at| (at - minute(0)).num_minutes()), expected)
    }));
    assert_eq!(
        next_at(&one_stage(r#"{ do = "await-merge" }"#), &QuietTimes::default(), minute(0)),
        None,
        "a release without dates"
    );
}

#[test]
fn what_is_missing_before_a_step() {
    let rows = [
        ("everything before it", "", "await-merge", "", "ask-staging, qa, pm"),
        ("a deploy that is under way", "to staging", "await-merge", "", "staging, qa, pm"),
        ("only a gate", "to pm", "await-merge", "", "pm"),
        ("only what comes before it", "to staging", "qa", "", "staging"),
        ("nothing", "to await-merge", "await-merge", "", ""),
        ("what closes the merge is told last", "to pm", "await-merge", "frozen quarter", "pm, frozen, quarter"),
        ("a release that is over lacks no step", "to await-merge; cancelled ann", "await-merge", "", ""),
    ];
    compare(rows.map(|(about, history, step, goes_on, expected)| {
        let release = happened(train(), history);
        let step = crate::domain::release::samples::step_named(&release, step);
        let missing = missing(&release, step, &surroundings(&release, goes_on), now(&release, goes_on));
        (about, lacks(&release, &missing), expected.to_owned())
    }));
}
