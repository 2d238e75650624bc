//! What a card says while stories are picked, tried and taken in.

use crate::domain::{
    message::{Button, Line, Look, line},
    release::{
        next::Wait,
        stories::{PREFIX, Picking, Stands, Story},
    },
};

use super::{
    super::{about, all, buttons::on_present, short, spoken, stories},
    rows,
    standing::{CardSign, CardStanding},
    view::{CardView, names, problem_line},
};

/// How many stories have buttons.
const ROWS: usize = 2;
/// How many are named in a line.
const NAMED: usize = 12;

/// How it stands with the stories.
pub(super) fn picking(view: &CardView<'_>, picking: Picking<'_>, wait: &Wait) -> CardStanding {
    let list = &view.release.state.stories;
    let (taken, count) = (list.taken().len(), list.list.len());
    let tried: Vec<&Story> = list.list.iter().filter(|story| story.tested_on().is_some()).collect();
    let complete = matches!(wait, Wait::Decision { .. });
    let gate = picking.gate;
    let mut ask = line();
    if let Some(place) = tried.first().and_then(|story| story.tested_on()) {
        let names_of: Vec<&str> = tried.iter().map(|story| story.name.as_str()).collect();
        let tried = if names_of.len() > 3 { format!("{} stories", names_of.len()) } else { all(&names_of) };
        ask = names(&view.people.holding(picking.test)).plain(format!(": try {tried} on {}. ", spoken(place)));
    }
    if complete && tried.is_empty() {
        let what = match count {
            0 => ": pick the stories, with /release add.",
            _ => ": add stories, or say that these are all.",
        };
        ask = names(&view.deciding(gate)).plain(what);
    }
    let trouble: Vec<String> = list.list.iter().filter_map(trouble).collect();
    if !trouble.is_empty() {
        let gap = if complete && tried.is_empty() { " " } else { "" };
        ask = ask.plain(format!("{gap}{}.", trouble.join(". ")));
    }
    if ask.0.is_empty() {
        ask = line().plain("Nothing to do yet.");
    }
    let asks = complete || !tried.is_empty() || !trouble.is_empty();
    let words = if count == 0 { "picks its stories".to_owned() } else { format!("{taken} of {count} stories in") };
    let sign = if asks { CardSign::Asks } else { CardSign::Works };
    let mut standing = CardStanding::new(sign, words, ask).alone();
    if let Wait::Retry { at, problem } = wait {
        let why = line().plain("I try again at ").moment(*at, view.now).plain(": ");
        standing = standing.detail(why.and(problem_line(&problem.to_string())));
    }
    if let Some(differ) = stories::to_settle(view.release, picking) {
        standing = standing.detail(line().plain(format!("{differ}.")));
    }
    for story in tried.iter().take(ROWS) {
        standing = standing.row(verdict(view, story, story.tested_on().unwrap_or_default()));
    }
    let approve = about(view.release, "approve").with("gate", on_present(view.release, gate));
    let approve = Button::say("Stories complete\u{2026}", Look::Good, &approve).filter(|_| complete && count > 0);
    let approve = approve.map(|button| match gate.checklist.is_empty() {
        true => Button { label: "Stories complete".to_owned(), ..button },
        false => button,
    });
    let retry = view.say("Retry", Look::Primary, "release retry").filter(|_| list.stopped().next().is_some());
    if complete && count > 0 && !gate.checklist.is_empty() {
        standing = standing.row(rows::lines(view, gate));
    }
    let add = view.say("Add a story\u{2026}", Look::Plain, "release add");
    let row = if tried.is_empty() && complete {
        [retry, approve, add, view.more()]
    } else {
        [retry, add, approve, view.more()]
    };
    standing.row(row)
}

/// The two buttons of a tester; they name the commit, so that an old button says nothing about a new one.
fn verdict(view: &CardView<'_>, story: &Story, place: &str) -> [Option<Button>; 2] {
    let subject = format!("{}/{place}/{}", story.name, short(story.head.as_deref().unwrap_or_default()));
    let say = |words: String, look, path| Button::say(words, look, &about(view.release, path).with("gate", &subject));
    [
        say(format!("{} works", story.name), Look::Good, "approve"),
        say(format!("{} fails\u{2026}", story.name), Look::Danger, "reject"),
    ]
}

/// What keeps a story out until somebody does something.
fn trouble(story: &Story) -> Option<String> {
    if story.is_stopped() {
        return Some(format!("{} stopped", story.name));
    }
    match &story.stands {
        Stands::LeftOut { .. } => Some(format!("{} conflicts", story.name)),
        Stands::Rejected { environment, .. } => {
            Some(format!("{} does not work on {}", story.name, spoken(environment)))
        }
        Stands::Pending | Stands::Deploying { .. } | Stands::Testing { .. } | Stands::In { .. } => None,
    }
}

/// The stories, a line for each way in which they stand.
pub(super) fn list(view: &CardView<'_>, picking: Picking<'_>) -> Option<Line> {
    let list = &view.release.state.stories.list;
    let mut lines: Vec<String> = vec![];
    let of = |fits: &dyn Fn(&Story) -> bool| {
        list.iter().filter(|story| fits(story)).map(|story| story.name.as_str()).collect::<Vec<&str>>()
    };
    let mut add = |mark: &str, what: &str, names: Vec<&str>| {
        if !names.is_empty() {
            lines.push(format!("{mark} {what}: {}", in_short(&names)));
        }
    };
    add("\u{25d0}", "to try", of(&|story| story.tested_on().is_some() && !story.is_stopped()));
    let moves = |story: &Story| {
        !story.is_stopped() && (matches!(story.stands, Stands::Deploying { .. }) || story.is_merging(picking))
    };
    add("\u{25d0}", "on their way", of(&moves));
    for story in list {
        let name = &story.name;
        if story.is_stopped() {
            let why = story.failed.as_ref().map(|failure| failure.problem.to_string()).unwrap_or_default();
            lines.push(format!("\u{25a0} stopped: {name}: {why}"));
            continue;
        }
        match &story.stands {
            Stands::LeftOut { files, .. } => {
                let files: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
                let files = if files.is_empty() { String::new() } else { format!(" in {}", files.join(", ")) };
                lines.push(format!("\u{25a0} conflict: {name}, with {}{files}", picking.into));
            }
            Stands::Rejected { by, reason, .. } => {
                lines.push(format!("\u{25a0} does not work: {name} ({by}: {reason}); a push to it starts it again"));
            }
            Stands::Pending | Stands::Deploying { .. } | Stands::Testing { .. } | Stands::In { .. } => {}
        }
    }
    let mut add = |mark: &str, what: &str, names: Vec<&str>| {
        if !names.is_empty() {
            lines.push(format!("{mark} {what}: {}", in_short(&names)));
        }
    };
    let waits = |story: &Story| story.stands == Stands::Pending && !story.is_stopped() && !story.is_merging(picking);
    add("\u{25cb}", "to come", of(&waits));
    add("\u{2713}", "in", of(&Story::is_in));
    let rest = lines.len().saturating_sub(NAMED);
    if rest > 0 {
        lines.truncate(NAMED);
        lines.push(format!("and {rest}\u{a0}more"));
    }
    (!lines.is_empty()).then(|| line().plain(lines.join("\n")))
}

/// `S-10001 · 10002`: what all begin with is said once.
fn in_short(names: &[&str]) -> String {
    let one = |(nth, name): (usize, &&str)| match name.strip_prefix(PREFIX) {
        Some(number) if nth > 0 => number.to_owned(),
        Some(_) | None => (*name).to_owned(),
    };
    let shown: Vec<String> = names.iter().enumerate().take(NAMED).map(one).collect();
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more}\u{a0}more") } else { String::new() };
    format!("{}{more}", shown.join(" \u{b7} "))
}
