//! What is said about stories: how each stands, what happened to one, and who can do something about it.

use crate::domain::{
    message::{Block, Button, Line, Look, Message, Tone, line},
    release::{
        Release,
        next::Wait,
        stories::{Difference, Picking, Stands, Story},
    },
    team::people::{People, Permission},
};

use super::{about, capital, either, short, spoken};

mod answers;
mod differences;
mod told;
pub mod tries;

pub use answers::{added, plan, removal, revert};
pub use differences::to_settle;
pub use told::told;

/// What follows when the stories change after they were complete.
const ASKED_AGAIN: &str = "The stories were complete: that is asked again now, and what came after begins again.";

/// A list of names, or that there are none.
fn several(names: &[String]) -> String {
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

/// Each story and how it stands; ticked when it is in.
pub fn checklist(release: &Release, picking: Picking<'_>, people: &People) -> Option<Block> {
    let list = &release.state.stories.list;
    let item = |story| {
        (Story::is_in(story), Line([line().bold(&story.name).0, stands(release, picking, story, people).0].concat()))
    };
    (!list.is_empty()).then(|| Block::Checklist(list.iter().map(item).collect()))
}

/// How a story stands, after its name.
fn stands(release: &Release, picking: Picking<'_>, story: &Story, people: &People) -> Line {
    if let Some(failure) = &story.failed {
        let follows = if story.is_stopped() { "\u{26a0} stopped" } else { "tried again soon" };
        return line().plain(format!(" \u{b7} {follows}: {}", failure.problem));
    }
    let environment = picking.deploy.get(story.passed);
    line().plain(match &story.stands {
        Stands::In { .. } => String::new(),
        Stands::Pending if release.state.stories.rebuild => {
            format!(" \u{b7} is merged again, {} is made anew", picking.into)
        }
        Stands::Pending => match (environment, story.asked) {
            (Some(environment), _) => {
                let list = &release.state.stories.list;
                let before = list
                    .iter()
                    .find(|other| other.name != story.name && other.occupies(picking) == Some(environment.as_str()));
                match before {
                    Some(before) => format!(" \u{b7} waits for {}, where {} is", spoken(environment), before.name),
                    None => format!(" \u{b7} goes to {} next", spoken(environment)),
                }
            }
            (None, Some(_)) => " \u{b7} is being merged".into(),
            (None, None) => " \u{b7} is merged next".into(),
        },
        Stands::Deploying { environment, .. } => format!(" \u{b7} is being deployed to {}", spoken(environment)),
        Stands::Testing { environment } => {
            format!(
                " \u{b7} on {}: {} says whether it works",
                spoken(environment),
                either(&people.holding(picking.test))
            )
        }
        Stands::Rejected { environment, by, reason } => {
            format!(
                " \u{b7} \u{26a0} does not work on {} ({by}: {reason}): a push to it starts it again",
                spoken(environment)
            )
        }
        Stands::LeftOut { files, .. } => {
            let files: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
            let files = if files.is_empty() { String::new() } else { format!(" in {}", files.join(", ")) };
            format!(" \u{b7} \u{26a0} left out: conflicts with {}{files}", picking.into)
        }
    })
}

/// What is waited for while stories are under way.
pub fn under_way(release: &Release, picking: Picking<'_>, people: &People) -> Line {
    let list = &release.state.stories.list;
    let open = list.iter().filter(|story| !story.is_in() && !story.is_out());
    let going = open.filter(|story| story.stands != Stands::Pending || story.asked.is_some());
    let mut words = going.map(|story| [line().bold(&story.name).0, stands(release, picking, story, people).0].concat());
    match words.next() {
        Some(first) => Line(words.fold(first, |all, more| [all, line().plain("; ").0, more].concat())),
        None => line().plain(capital(&release.spec.plan.steps[picking.step].step.in_words())),
    }
}

/// What is in, whether it was chosen or not, and what was picked and stays out or was taken back.
pub fn in_and_out(release: &Release) -> String {
    let stories = &release.state.stories;
    let (gone, taken): (Vec<String>, Vec<String>) = stories.taken().into_iter().partition(|name| stories.is_gone(name));
    let along = stories.differences.iter().filter_map(|difference| match difference {
        Difference::Along { story, .. } => Some(story.clone()),
        Difference::Pushed { .. }
        | Difference::Reverted { .. }
        | Difference::ByHand { .. }
        | Difference::Lacking { .. } => None,
    });
    let beside = [("left out", stories.left()), ("in, and not chosen", along.collect()), ("not in any more", gone)];
    let beside = beside.into_iter().filter(|(_, names)| !names.is_empty());
    beside.fold(several(&taken), |all, (what, names)| format!("{all}; {what}: {}", names.join(", ")))
}

/// The same, as whoever says that these are all has to know it.
pub fn to_decide(release: &Release) -> String {
    match release.state.stories.list.is_empty() {
        true => "no story is picked yet: /release add S-\u{2026}".into(),
        false => format!("in: {}", in_and_out(release)),
    }
}

/// People who can do something about the stories just now.
pub fn who_can(release: &Release, picking: Picking<'_>, people: &People) -> Vec<String> {
    let tested = release.state.stories.list.iter().any(|story| story.tested_on().is_some());
    if tested { people.holding(picking.test) } else { vec![] }
}

/// The buttons that help with the stories.
pub fn buttons(release: &Release, picking: Picking<'_>, wait: &Wait) -> Vec<Vec<Button>> {
    let stories = &release.state.stories;
    let mut rows: Vec<Vec<Button>> =
        stories.list.iter().filter_map(|story| Some(verdict(release, story, story.tested_on()?))).take(2).collect();
    let mut row = vec![];
    if matches!(wait, Wait::Decision { .. }) && !stories.list.is_empty() {
        rows.push(super::buttons::ticks(release, picking.gate));
        let approve = about(release, "approve").with("gate", super::buttons::on_present(release, picking.gate));
        row.extend(Button::say("Complete", Look::Good, &approve));
    }
    if stories.stopped().next().is_some() {
        row.extend(Button::say("Retry", Look::Primary, &about(release, "release retry")));
    }
    row.extend(Button::say("Add a story\u{2026}", Look::Plain, &about(release, "release add")));
    rows.push(row);
    rows
}

/// The two buttons of a tester. They name the commit, so that an old button says nothing about a new one.
pub fn verdict(release: &Release, story: &Story, environment: &str) -> Vec<Button> {
    let subject = format!("{}/{environment}/{}", story.name, short(story.head.as_deref().unwrap_or_default()));
    let say = |label: String, look, path: &str| {
        let label: String = label.chars().take(40).collect();
        Button::say(label, look, &about(release, path).with("gate", &subject))
    };
    let name = &story.name;
    let works = say(format!("{name} works on {}", spoken(environment)), Look::Good, "approve");
    let fails = say(format!("{name} does not\u{2026}"), Look::Danger, "reject");
    works.into_iter().chain(fails).collect()
}

/// Asks for stories, or whether these are all.
pub fn ask(release: &Release, picking: Picking<'_>, wait: &Wait, words: Line) -> Message {
    let stories = &release.state.stories;
    let message = match stories.list.is_empty() {
        true => Message::new(Tone::Asking, "\u{1f4e5} Which stories?").text(
            line()
                .plain("Pick them with ")
                .code("/release add S-\u{2026}")
                .plain(format!("; each is merged into {} on its own.", picking.into)),
        ),
        false => Message::new(
            Tone::Asking,
            format!("\u{270b} {} of {}: your turn", capital(&picking.gate.title), release.name()),
        )
        .text(words),
    };
    buttons(release, picking, wait).into_iter().fold(message, Message::row)
}

/// The commands with which somebody resolves a conflict on their own machine.
pub fn commands(release: &Release, picking: Picking<'_>, story: &Story) -> String {
    let into = picking.into;
    // Into a branch of the release alone the story comes; a branch that lives on is brought into the story, to be tried.
    let (on, brought) = if into == release.spec.branch { (into, &*story.name) } else { (&*story.name, into) };
    format!(
        "git fetch origin\ngit switch {on} && git pull\ngit merge origin/{brought}\n# resolve the files, git add them, \
         then\ngit commit\ngit push origin {on}"
    )
}

/// Those who keep releases going.
pub fn keepers(people: &People) -> Vec<String> {
    people.holding(&people.roles_with(Permission::Release))
}
