//! Who wrote what is decided on at a gate, and who may therefore not decide there.

use serde::{Deserialize, Serialize};

use super::{Release, ReleaseKind, counted::NotTheirs, gate::Gate};
use crate::domain::team::people::People;

/// Who wrote what a release brings since the one before, as far as GitHub tells.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Authorship {
    /// Those who are known: people by their names, others by their logins.
    pub known: Vec<String>,
    /// What was written by nobody knows whom, one line each.
    pub unknown: Vec<String>,
}

impl Release {
    /// Who wrote what is decided on at a gate, once that was read for its present commit.
    pub fn authorship(&self, gate: &Gate) -> Option<&Authorship> {
        self.state.authors.get(self.commit_at(gate))
    }

    /// Whether it matters at a gate who wrote what is decided on.
    pub fn minds_authors(&self, gate: &Gate) -> bool {
        !gate.author_may || self.lets_a_fix_go(gate)
    }

    /// How many people have to approve at a gate: one more than one where nobody can tell whose work it is.
    pub fn quorum(&self, gate: &Gate) -> usize {
        let minds = !gate.author_may || (self.nobody_asked() && self.lets_a_fix_go(gate));
        let unknown = minds && self.authorship(gate).is_some_and(|authors| !authors.unknown.is_empty());
        if unknown { gate.quorum.max(2) } else { gate.quorum }
    }

    /// What keeps somebody who holds a role of the gate from deciding there, if anything does. Whose a login is may have become
    /// known since it was read.
    pub fn stands_against(&self, gate: &Gate, name: &str, people: &People) -> Option<NotTheirs> {
        let requested = name == self.spec.requester;
        if !gate.requester_may && requested {
            return Some(NotTheirs::Requester);
        }
        let is_theirs = |author: &str| author == name || people.name_of_login(author) == name;
        let came = self.state.new_commits.iter().any(|commit| !commit.only_merges && is_theirs(&commit.author));
        let read = self.authorship(gate);
        let wrote = came || read.is_some_and(|authors| authors.known.iter().any(|known| is_theirs(known)));
        if !gate.author_may && wrote {
            return Some(NotTheirs::Author);
        }
        let unknown = read.is_some_and(|authors| !authors.unknown.is_empty());
        // Whoever wrote what nobody asked for has it released: they stand for whoever asked.
        let own = requested && (wrote || unknown) || wrote && self.nobody_asked();
        (own && self.lets_a_fix_go(gate)).then_some(NotTheirs::OwnFix)
    }

    /// Whether a gate is what keeps a hotfix from production.
    fn lets_a_fix_go(&self, gate: &Gate) -> bool {
        let step = self.spec.plan.gate(&gate.name).map(|(step, _)| step);
        matches!(self.spec.kind, ReleaseKind::Hotfix { .. }) && step.is_some_and(|step| self.leads_to_production(step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        release::{
            fact::{Fact, NewCommit, THE_BOT},
            samples::{compare, decided, happens, hotfix, release},
        },
        team::people::Person,
    };

    const LINE: &str = r#"
[[release.stage]]
name = "QA"
repeat = "on-push"
steps = [
  { do = "sign-off", name = "own", title = "QA", roles = ["qa"] },
  { do = "sign-off", name = "others", title = "QA", roles = ["qa"], author-may = false },
  { do = "deploy", environment = "production", git-ref = "{branch}" },
  { do = "sign-off", name = "verify", title = "verification", roles = ["qa"] },
]
"#;

    fn decides(mut release: Release, gate: &str, known: &[&str], unknown: &[&str]) -> String {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let authors = Authorship { known: words(known), unknown: words(unknown) };
        let commit = release.head().to_owned();
        happens(&mut release, Fact::Authored { commit, authors });
        let Some((_, gate)) = release.spec.plan.gate(gate) else { return "no such gate".into() };
        let asked = release.spec.requester.clone();
        let bob = Person { name: "bob".into(), github: vec!["bob-gh".into()], ..Person::default() };
        let people = People { people: vec![bob], ..People::default() };
        let may = |name: &str| if release.stands_against(gate, name, &people).is_none() { "may" } else { "may not" };
        format!("{} of them; bob {}, who asked {}", release.quorum(gate), may("bob"), may(&asked))
    }

    /// Bob, and whoever asked, merged on GitHub what others wrote.
    fn pressed(mut release: Release) -> Release {
        let commit = |author: &str| NewCommit {
            sha: "c2".into(),
            subject: "Merge pull request #1".into(),
            author: author.into(),
            only_merges: true,
        };
        let commits = vec![commit("bob"), commit(&release.spec.requester)];
        let (branch, from, to) = (None, release.head().to_owned(), "c2".into());
        happens(&mut release, Fact::HeadMoved { branch, from, to, commits, back_merge: false });
        release
    }

    #[test]
    fn nobody_decides_on_their_own_work() {
        let (ordinary, fix) = (|| release(LINE), || hotfix(LINE));
        let taken_up =
            |release: Release| decided(release, |spec| (spec.adopted, spec.requester) = (Some(1), THE_BOT.to_owned()));
        let asked = ordinary().spec.requester;
        let own = [asked.as_str()];
        compare([
            (
                "others wrote it",
                decides(ordinary(), "others", &["lin"], &[]),
                "1 of them; bob may, who asked may".into(),
            ),
            (
                "bob wrote it",
                decides(ordinary(), "others", &["bob"], &[]),
                "1 of them; bob may not, who asked may".into(),
            ),
            (
                "bob wrote it by a login that was nobody's when it was read",
                decides(ordinary(), "others", &["Bob-GH"], &[]),
                "1 of them; bob may not, who asked may".into(),
            ),
            ("bob may here", decides(ordinary(), "own", &["bob"], &[]), "1 of them; bob may, who asked may".to_owned()),
            (
                "nobody knows who wrote it",
                decides(ordinary(), "others", &[], &["1a2b3c4"]),
                "2 of them; bob may, who asked may".into(),
            ),
            (
                "nobody knows, where it does not matter",
                decides(ordinary(), "own", &[], &["1a2b3c4"]),
                "1 of them; bob may, who asked may".into(),
            ),
            ("a fix of their own", decides(fix(), "own", &own, &[]), "1 of them; bob may, who asked may not".into()),
            ("a fix by others", decides(fix(), "own", &["lin"], &[]), "1 of them; bob may, who asked may".into()),
            (
                "a fix by nobody knows whom",
                decides(fix(), "own", &[], &["1a2b3c4"]),
                "1 of them; bob may, who asked may not".into(),
            ),
            (
                "a fix that others wrote and they merged",
                decides(pressed(fix()), "own", &["lin"], &[]),
                "1 of them; bob may, who asked may".into(),
            ),
            (
                "bob only pressed the button",
                decides(pressed(ordinary()), "others", &["lin"], &[]),
                "1 of them; bob may, who asked may".into(),
            ),
            (
                "bob wrote a fix that nobody asked for",
                decides(taken_up(fix()), "own", &["bob"], &[]),
                "1 of them; bob may not, who asked may".into(),
            ),
            (
                "others wrote a fix that nobody asked for",
                decides(taken_up(fix()), "own", &["lin"], &[]),
                "1 of them; bob may, who asked may".into(),
            ),
            (
                "nobody knows who wrote what nobody asked for",
                decides(taken_up(fix()), "own", &[], &["1a2b3c4"]),
                "2 of them; bob may, who asked may not".into(),
            ),
            (
                "bob wrote it, and it is there",
                decides(taken_up(fix()), "verify", &["bob"], &[]),
                "1 of them; bob may, who asked may".into(),
            ),
            (
                "bob wrote what is no fix",
                decides(taken_up(ordinary()), "own", &["bob"], &[]),
                "1 of them; bob may, who asked may".into(),
            ),
            ("once it is there", decides(fix(), "verify", &own, &[]), "1 of them; bob may, who asked may".into()),
        ]);
    }
}
