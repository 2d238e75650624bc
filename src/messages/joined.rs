//! What is told when one line comes into another: merged, proposed instead, or in conflict.

use super::{capital, conflict as clashes, count, wait};
use crate::domain::{
    message::{Block, Button, Line, Message, Tone, line},
    release::{
        Release,
        conflict::{Clash, Conflict, authors},
        fact::{BackMerge, Joined, NewCommit, OnlyMerged, Proposal},
        next::Wait,
        plan::{PullRequestName, Step},
        setback::Setback,
    },
    team::people::{People, Permission},
};

/// A merge that went through.
pub fn merged(branch: &str, from: &str, how: Joined) -> Message {
    match how {
        Joined::Clean => Message::new(Tone::Good, format!("\u{1f500} {from} is merged into {branch}")),
        Joined::ByHand => Message::new(Tone::Good, format!("\u{1f500} {from} has arrived on {branch}")),
        Joined::Already => {
            Message::new(Tone::Plain, format!("{branch} has everything that {from} has: nothing to merge"))
        }
    }
}

/// Commits that were picked for another line; nothing for a conflict, which its pull request tells.
pub fn picked(into: &str, how: &BackMerge) -> Option<Message> {
    match how {
        BackMerge::Nothing => Some(Message::new(
            Tone::Good,
            format!("{into} has every commit of the fix already: nothing to bring there"),
        )),
        BackMerge::Picked { commits, already, merges, only_merged } => {
            let one = |commit: &NewCommit| {
                let short = commit.sha.get(..7).unwrap_or(&commit.sha);
                line().code(short).plain(format!(" {} ({})", commit.subject, commit.author))
            };
            let message = Message::new(Tone::Plain, format!("\u{1f352} Picked for {into}"))
                .block(Block::List(commits.iter().map(one).collect()));
            let message = match already.is_empty() {
                true => message,
                false => message.text("There already:").block(Block::List(already.iter().map(one).collect())),
            };
            let message = match merges {
                0 => message,
                merges => message.text(format!(
                    "{} left out: what they merged is picked commit by commit.",
                    count(*merges, "merge commit")
                )),
            };
            let lacks = |merge: &OnlyMerged| {
                let NewCommit { sha, author, .. } = &merge.commit;
                let files = merge.files.join(", ");
                line().code(sha.get(..7).unwrap_or(sha)).plain(format!(" by {author}, in {files}"))
            };
            Some(match only_merged.as_slice() {
                [] => message,
                merges => message
                    .text("These merges hold more, which is in no commit: its pull request is a draft until somebody brings it.")
                    .block(Block::List(merges.iter().map(lacks).collect())),
            })
        }
        BackMerge::Clean | BackMerge::Settled { .. } | BackMerge::Conflict { .. } => None,
    }
}

/// A pull request that the bot may not merge: those who may release do.
pub fn waits_for_a_person(release: &Release, step: usize, waiting: &Wait, words: Line) -> Message {
    let message = Message::new(Tone::Asking, "\u{1f91d} The rules leave this one to people").text(words);
    wait::buttons(release, step, waiting).into_iter().fold(message, Message::row)
}

/// A pull request stands in for what could not be done directly.
pub fn proposed(release: &Release, proposal: &Proposal, people: &People) -> Message {
    let open = Button::open(format!("Open #{}", proposal.number), &proposal.url);
    if proposal.files.is_empty() {
        let title = format!("\u{1f4e5} #{}: a person merges it into {}", proposal.number, proposal.base);
        return Message::new(Tone::Asking, title)
            .text(format!("{}.", capital(&proposal.why.to_string())))
            .row(vec![open])
            .ping(people.holding(&people.roles_with(Permission::Release)));
    }
    let owner = owner(release);
    let title = format!("\u{26a1} #{} conflicts with {}", proposal.number, proposal.base);
    let message = Message::new(Tone::Bad, title)
        .text(format!("{owner}, please resolve these files; the pull request is a draft until then:"));
    with_files(message, &proposal.files, &clashes::by_merging(&proposal.head, &format!("origin/{}", proposal.base)))
        .row(vec![open])
        .ping(those_concerned(owner, &proposal.files, people))
}

/// A conflict on the release branch: somebody merges by hand, and the release goes on by itself.
pub fn conflict(release: &Release, step: usize, conflict: &Conflict, people: &People) -> Message {
    let owner = owner(release);
    let title = format!("\u{26a1} {}: {} conflicts with {}", release.name(), conflict.from, conflict.into);
    let message = Message::new(Tone::Bad, title)
        .text(format!("{owner}, please merge it by hand. Once it is pushed, the release goes on by itself:"));
    let commands = match release.decided_on(&conflict.from, step) {
        Some(commit) => clashes::by_merging(&conflict.into, commit.get(..12).unwrap_or(commit)),
        None => clashes::commands(conflict),
    };
    let message = with_files(message, &conflict.files, &commands);
    let stopped = Wait::Person { problem: Setback::default() };
    wait::buttons(release, step, &stopped).into_iter().fold(message, Message::row).ping(those_concerned(
        owner,
        &conflict.files,
        people,
    ))
}

/// A pull request that conflicts before its merge: somebody merges by hand, and it goes on by itself.
pub fn pull_request(release: &Release, step: usize, conflict: &Conflict, people: &People) -> Message {
    let brings_back = release.spec.plan.steps[step].step == Step::MergeWhenGreen;
    let name = if brings_back { PullRequestName::Backport } else { PullRequestName::Release };
    let page = release.state.pull_requests.get(&name);
    let shown = page.map_or_else(|| release.name(), |(number, _)| format!("#{number}"));
    let open = page.map(|(number, url)| Button::open(format!("Open #{number}"), url));
    let (owner, into, from) = (owner(release), &conflict.into, &conflict.from);
    let message = Message::new(Tone::Bad, format!("\u{26a1} {shown} conflicts with {from}")).text(format!(
        "{owner}, please merge {from} into {into} by hand. Once that is pushed, the release goes on by itself:"
    ));
    with_files(message, &conflict.files, &clashes::commands(conflict))
        .row(open.into_iter().collect())
        .ping(those_concerned(owner, &conflict.files, people))
}

/// What conflicted in a back-merge and was resolved by rule.
pub fn settled(lines: &[String], message: Message) -> Message {
    let lines = lines.iter().map(|line| line.as_str().into()).collect();
    message
        .text("Both sides changed what I write there, and I have put that together by rule:")
        .block(Block::List(lines))
}

/// The back-merge's pull request, which conflicts.
pub fn back_merge(release: &Release, files: &[Clash], message: Message) -> Message {
    let owner = owner(release);
    Message { tone: Tone::Bad, ..message }
        .text(line().bold("It conflicts").plain(format!(" in these files; {owner}, please resolve them:")))
        .block(Block::List(clashes::lines(files)))
        .block(Block::Code(clashes::of_back_merge(release)))
        .ping(vec![owner])
}

fn with_files(message: Message, files: &[Clash], commands: &str) -> Message {
    message.block(Block::List(clashes::lines(files))).block(Block::Code(commands.to_owned()))
}

/// Whoever merged the release, else whoever asked for it.
pub fn owner(release: &Release) -> String {
    let merger = release.state.merged.as_ref().map(|merged| merged.by.clone());
    merger.unwrap_or_else(|| release.spec.requester.clone())
}

/// The owner, and those of the team who know the files best.
fn those_concerned(owner: String, files: &[Clash], people: &People) -> Vec<String> {
    let mut names = vec![owner];
    names.extend(authors(files).into_iter().filter(|name| people.named(name).is_some()));
    names.sort_unstable();
    names.dedup();
    names
}

/// Files that were also changed elsewhere: both sides hear of it, and nothing is held up.
pub fn overlap(release: &Release, with: &str, files: &[Clash], people: &People) -> Message {
    let title = format!("\u{1f500} {} touches files that were also changed on {with}", release.name());
    Message::new(Tone::Working, title)
        .block(Block::List(clashes::lines(files)))
        .text("Nothing is held up: look at each other's changes before the fix goes there.")
        .ping(authors(files).into_iter().filter(|name| people.named(name).is_some()).collect())
}
