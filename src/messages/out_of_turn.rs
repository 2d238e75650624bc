//! What is told of a merge into production that a release has not made, and the way on.

use super::{capital, code::with_code, merged::runs, short};
use crate::domain::{
    github::GithubProblem,
    message::{Message, Tone, line},
    release::{
        Release,
        fact::{MergeTurn, OtherMerge},
    },
    team::people::{People, Permission},
};

/// Whose a pull request was that nobody leads to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A cancelled release's.
    Cancelled {
        /// The release.
        name: String,
    },
    /// No release's, though its branch is called like one's.
    Nobody {
        /// The branch.
        branch: String,
    },
}

/// A merge into production that nobody leads to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unled {
    /// The pull request's number, page and title; nothing if it was merged with git alone.
    pub pull: Option<(u64, String, String)>,
    /// Who merged it.
    pub by: String,
    /// The commit that it became there.
    pub commit: String,
    /// Into which branch.
    pub base: String,
    /// The branch on which development goes on, if it is another.
    pub development: Option<String>,
    /// The workflow runs on it so far, by name and page, or why they cannot be seen.
    pub runs: Result<Vec<(String, String)>, GithubProblem>,
    /// Whose it was.
    pub holder: Holder,
}

/// Others merged a release's own pull request otherwise than the release would have.
pub fn otherwise(release: &Release, merge: &OtherMerge, people: &People) -> Message {
    let OtherMerge { number, by, base, rewritten, turn, .. } = merge;
    let what = match turn {
        MergeTurn::Come => format!("was squashed or rebased into {base}"),
        MergeTurn::Missing { .. } | MergeTurn::Departs { .. } => "was merged before its turn".to_owned(),
    };
    let how = line().plain(format!("{} merged it into {base}", capital_name(by)));
    let how = match turn {
        MergeTurn::Come => how.plain("."),
        MergeTurn::Missing { what } => how.plain(format!(": {what}.")),
        MergeTurn::Departs { at } => how.plain("; it was to leave ").time(*at).plain("."),
    };
    let message = Message::new(Tone::Bad, format!("\u{26a0} {}: #{number} {what}", release.name())).text(how);
    let message = match (rewritten, turn) {
        (false, _) => message,
        (true, MergeTurn::Come) => message.text(lacks(base)),
        (true, MergeTurn::Missing { .. } | MergeTurn::Departs { .. }) => {
            message.text(format!("It was squashed or rebased: {}", lacks(base)))
        }
    };
    let message = match deploys_by_itself(release, base) {
        true => message.text(format!("CD deploys {base} by itself, and so this.")),
        false => message,
    };
    message.text(with_code(&way_on(release, merge))).ping(people.holding(&people.roles_with(Permission::Release)))
}

/// What a merge lacks that was squashed or rebased, and what that does.
fn lacks(base: &str) -> String {
    format!(
        "{base} has its content, but not the commits that were decided on. The tag, what is brought back from {base} and the next \
         release do not fit to that."
    )
}

fn way_on(release: &Release, merge: &OtherMerge) -> String {
    let base = &merge.base;
    let end = format!("or revert it on {base} and end the release with /release cancel");
    let once = if matches!(merge.turn, MergeTurn::Missing { .. }) { " once its gates are through" } else { "" };
    match (merge.rewritten, &merge.turn) {
        (true, _) => format!(
            "`git switch {base}; git merge {}; git push` brings the commits there, and the release goes on with that by itself\
             {once}. Or /release merge takes the merge as it is{once}; {end}.",
            release.to_be_merged()
        ),
        (false, MergeTurn::Missing { .. }) => {
            format!("Go on, and the release takes the merge as it is{once}; {end}.")
        }
        (false, MergeTurn::Come | MergeTurn::Departs { .. }) => {
            format!("The release takes the merge as it is and goes on now; {end}.")
        }
    }
}

/// Whether CD watches a branch, and deploys what comes there.
fn deploys_by_itself(release: &Release, base: &str) -> bool {
    release.spec.plan.find(|step| step.deploys_pushes_to(base).is_some()).is_some()
}

/// A release's own pull request was merged otherwise, and its departure has come: what is, and what is missing is listed after it.
pub(super) fn at_departure(release: &Release, merge: &OtherMerge) -> (String, String) {
    let OtherMerge { number, by, base, .. } = merge;
    (
        format!("\u{1f6d1} {}: #{number} is merged already, and not everything is through", release.name()),
        format!("{} merged it into {base} before. This is missing:", capital_name(by)),
    )
}

/// Something was merged into production that nobody leads to its end.
pub fn unled(project: &str, merge: &Unled) -> Message {
    let Unled { pull, by, base, holder, .. } = merge;
    let number = pull.as_ref().map(|(number, ..)| format!("#{number}"));
    let (what, whose) = match (holder, &number) {
        (Holder::Cancelled { name }, number) => (
            format!("{name} is cancelled, and {} was merged all the same", number.as_deref().unwrap_or("its branch")),
            "I do not drive a release that is over",
        ),
        (Holder::Nobody { branch }, Some(number)) => (
            format!("{project}: {number} brought {branch} into {base}, and no release of mine holds it"),
            "Nobody decided on it here",
        ),
        (Holder::Nobody { branch }, None) => (
            format!("{project}: somebody merged {branch} into {base}, and no release of mine holds it"),
            "Nobody decided on it here",
        ),
    };
    let how = match pull {
        Some((number, url, title)) => line().link(format!("#{number} {title}"), url).plain(": "),
        None => line().plain("With git, at ").code(short(&merge.commit)).plain(": "),
    };
    let back =
        merge.development.as_ref().map(|line| format!(" I do not bring it to {line} either.")).unwrap_or_default();
    let stays = match &merge.development {
        Some(line) => format!("bring {base} to {line} by a pull request, and have CD deploy it"),
        None => "have CD deploy it".to_owned(),
    };
    Message::new(Tone::Bad, format!("\u{26a0} {what}"))
        .text(how.plain(format!("{by} merged it into {base}.")))
        .text(format!("{whose}: I neither deploy nor announce it.{back}"))
        .text(runs(&merge.runs))
        .text(format!(
            "If it must not stay, revert it on GitHub. If it is to stay, {stays}; /release prepare begins the next version."
        ))
}

/// People's names stay as they are; anything else begins a sentence.
fn capital_name(by: &str) -> String {
    if by.contains(' ') { capital(by) } else { by.to_owned() }
}
