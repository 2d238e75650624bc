//! Reads who wrote what a release brings: by linked account, by address, and by the trailers that name others.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    context::{StepContext, StepError},
    head::is_cut,
};
use crate::{
    domain::{
        github::Hidden,
        message::short::short,
        release::{
            Release,
            authors::Authorship,
            fact::{Fact, Outcome},
            gate::Gate,
        },
        team::people::People,
    },
    github::{Repository, model::CommitLine, problem::GithubProblem},
};

/// The trailer that names another author, in small letters.
const TRAILER: &str = "co-authored-by:";

/// Who wrote everything that is decided on at a gate and was not in the release before.
///
/// # Errors
/// What GitHub says against looking.
pub async fn authors(context: &StepContext<'_>, gate: &Gate) -> Result<Fact, StepError> {
    let commit = context.release.commit_at(gate);
    Ok(authored(context.repository, context.people, context.release, commit).await?)
}

/// The same of a commit.
///
/// # Errors
/// What GitHub says against looking.
pub async fn authored(
    repository: &Repository,
    people: &People,
    release: &Release,
    commit: &str,
) -> Result<Fact, GithubProblem> {
    let fact = |authors| Ok(Fact::Authored { commit: commit.to_owned(), authors });
    let nobody_knows = |why: String| fact(Authorship { known: vec![], unknown: vec![why] });
    let Some(before) = &release.spec.previous_tag else {
        return nobody_knows("all of it, for there is no release before to compare it with".to_owned());
    };
    let came = match repository.compare(before, commit).await {
        Ok(came) => came,
        // The tag before may be gone: that does not pass by itself, and people decide all the same.
        Err(problem) if matches!(problem.hidden_by(), Hidden::NotFound | Hidden::Refused) => {
            return nobody_knows(format!("all of it: {problem}"));
        }
        Err(problem) => return Err(problem),
    };
    let mut authors = written(people, &came.commits, &made_by_the_bot(release, &came.commits));
    if is_cut(&came) {
        authors.unknown.push(format!("what came before the {} commits that GitHub names", came.commits.len()));
    }
    fact(authors)
}

/// Who wrote these commits. Whoever pressed a button that merges wrote nothing; what the bot made is nobody's.
fn written(people: &People, commits: &[CommitLine], by_the_bot: &BTreeSet<&str>) -> Authorship {
    let (mut known, mut unknown) = (BTreeSet::new(), vec![]);
    for commit in commits {
        if commit.only_merges() || by_the_bot.contains(commit.sha.as_str()) {
            continue;
        }
        let author = (people.author(commit.login.as_deref(), &commit.email), commit.author.as_str());
        let others = co_authors(&commit.message).map(|(name, email)| (people.author(None, email), name));
        for (found, name) in std::iter::once(author).chain(others) {
            match found {
                Some(name) => drop(known.insert(name)),
                None => unknown.push(format!("{} by {name}", short(&commit.sha))),
            }
        }
    }
    unknown.dedup();
    Authorship { known: known.into_iter().collect(), unknown }
}

/// The names and addresses of those whom a commit's message names as authors, too.
fn co_authors(message: &str) -> impl Iterator<Item = (&str, &str)> {
    message.lines().filter_map(|line| {
        let line = line.trim();
        let begins = line.get(..TRAILER.len()).is_some_and(|start| start.eq_ignore_ascii_case(TRAILER));
        let who = line.get(TRAILER.len()..).filter(|_| begins)?;
        let (name, address) = who.rsplit_once('<').unwrap_or((who, ""));
        Some((name.trim(), address.trim_end_matches('>').trim()))
    })
}

/// The commits that the release's own steps made, as its facts name them.
fn made_by_the_bot<'a>(release: &Release, commits: &'a [CommitLine]) -> BTreeSet<&'a str> {
    let first_parents: BTreeMap<&str, (&str, Option<&str>)> = commits
        .iter()
        .map(|commit| (commit.sha.as_str(), (commit.sha.as_str(), commit.parent_ids.first().map(String::as_str))))
        .collect();
    let mut own = BTreeSet::new();
    for recorded in &release.facts {
        let Fact::Done { step, made: Outcome::Branch { commit, .. } } = &recorded.fact else { continue };
        // The snapshot puts a commit for each file onto the source.
        let most = release.spec.plan.steps.get(*step).map_or(0, |planned| planned.step.commits().len());
        let mut at = commit.as_str();
        for _ in 0..most {
            let Some((sha, parent)) = first_parents.get(at).filter(|_| at != release.spec.source_commit) else { break };
            own.insert(*sha);
            let Some(parent) = parent else { break };
            at = parent;
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::team::people::Person;

    fn line(login: Option<&str>, email: &str, message: &str) -> CommitLine {
        let (sha, author) = ("1a2b3c4".to_owned(), "Max".to_owned());
        let (login, email, message) = (login.map(str::to_owned), email.to_owned(), message.to_owned());
        CommitLine { sha, message, author, login, email, parents: 1, ..CommitLine::default() }
    }

    #[test]
    fn an_author_is_named_by_account_address_or_trailer() {
        let bob = Person {
            name: "bob".into(),
            github: vec!["bob-gh".into(), "bob-at-home".into()],
            emails: vec!["bob@acme.example".into()],
            ..Person::default()
        };
        let people = People { people: vec![bob], ..People::default() };
        let merge = CommitLine { parents: 2, by_github: true, ..line(None, "max@home.example", "Merge") };
        let by_hand = CommitLine { by_github: false, ..merge.clone() };
        // Bob pressed the button; merged with git, which may say anything; had his own work squashed.
        let pressed = CommitLine { parents: 2, by_github: true, ..line(Some("bob-gh"), "", "Merge pull request #1") };
        let pushed = CommitLine { by_github: false, ..pressed.clone() };
        let squashed = CommitLine { parents: 1, ..pressed.clone() };
        for (commit, known, unknown) in [
            (line(Some("bob-gh"), "", "x"), "bob", ""),
            (line(Some("Bob-At-Home"), "", "x"), "bob", ""),
            (line(Some("lin-gh"), "bob@acme.example", "x"), "bob", ""),
            (line(Some("lin-gh"), "77+bob-gh@users.noreply.github.com", "x"), "bob", ""),
            (line(Some("lin-gh"), "77+max@users.noreply.github.com", "x"), "lin-gh", ""),
            (line(Some("lin-gh"), "lin@acme.example", "x"), "lin-gh", ""),
            (line(None, "Bob@ACME.example", "x"), "bob", ""),
            (line(None, "77+bob-gh@users.noreply.github.com", "x"), "bob", ""),
            (line(None, "lin-gh@users.noreply.github.com", "x"), "lin-gh", ""),
            (line(None, "max@home.example", "x"), "", "1a2b3c4 by Max"),
            (line(Some("lin-gh"), "", "x\n\nCo-Authored-By: Bob <bob@acme.example>"), "bob lin-gh", ""),
            (line(Some("lin-gh"), "", "x\n\nco-authored-by: Eve <eve@x.example>"), "lin-gh", "1a2b3c4 by Eve"),
            (line(Some("lin-gh"), "", "x\n\nCo-authored-by: Eve"), "lin-gh", "1a2b3c4 by Eve"),
            (line(Some("lin-gh"), "", "the co-authored-by: trailer is read"), "lin-gh", ""),
            (merge, "", ""),
            (pressed, "", ""),
            (by_hand, "", "1a2b3c4 by Max"),
            (pushed, "bob", ""),
            (squashed, "bob", ""),
        ] {
            let found = written(&people, std::slice::from_ref(&commit), &BTreeSet::new());
            assert_eq!(
                (found.known.join(" ").as_str(), found.unknown.join(" ").as_str()),
                (known, unknown),
                "{commit:?}"
            );
            assert_eq!(written(&people, &[commit], &BTreeSet::from(["1a2b3c4"])), Authorship::default());
        }
    }
}
