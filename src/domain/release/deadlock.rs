//! Gates at which too few people may decide: known when a release begins, and not only when their turn comes.

use super::{Release, counted::NotTheirs, gate::Gate};
use crate::domain::team::people::People;

/// A gate through which nobody could let a release go, as things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadlock<'a> {
    /// The gate.
    pub gate: &'a Gate,
    /// How many have to approve.
    pub needed: usize,
    /// Who may, too few.
    pub may: Vec<String>,
    /// Who holds a role of the gate and may not decide all the same, and why.
    pub barred: Vec<(String, NotTheirs)>,
    /// Who holds none of its roles, and could decide with one.
    pub could: Vec<String>,
}

impl Release {
    /// The gates that are still to come and through which nobody could let it go.
    pub fn deadlocks(&self, people: &People) -> Vec<Deadlock<'_>> {
        let ahead = self.spec.plan.gates().filter(|(step, _)| !self.state.step(*step).is_over());
        ahead.filter_map(|(_, gate)| self.deadlock(gate, people)).collect()
    }

    /// Whether nobody could let it go through a gate. Where a chat vouches for a role, nobody knows who holds it.
    pub fn deadlock<'a>(&self, gate: &'a Gate, people: &People) -> Option<Deadlock<'a>> {
        if people.mapped_roles.values().any(|role| gate.roles.contains(role)) {
            return None;
        }
        let against = |name: &String| self.stands_against(gate, name, people);
        let (holders, needed) = (people.holding(&gate.roles), self.quorum(gate));
        let barred: Vec<(String, NotTheirs)> =
            holders.iter().filter_map(|name| Some((name.clone(), against(name)?))).collect();
        let may: Vec<String> = holders.iter().filter(|name| against(name).is_none()).cloned().collect();
        let could = || people.people.iter().map(|person| person.name.clone());
        let could = || could().filter(|name| !holders.contains(name) && against(name).is_none()).collect();
        (may.len() < needed).then(|| Deadlock { gate, needed, barred, could: could(), may })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        release::{
            authors::Authorship,
            fact::Fact,
            samples::{compare, happens, one_stage},
        },
        team::people::Person,
    };

    const GATES: &str = r#"
        { do = "sign-off", name = "qa", title = "QA", roles = ["qa"] },
        { do = "sign-off", name = "others", title = "QA", roles = ["qa"], author-may = false },
        { do = "sign-off", name = "two", title = "QA", roles = ["qa", "lead"], quorum = 2 },
        { do = "sign-off", name = "not-ours", title = "QA", roles = ["qa"], requester-may = false },
    "#;

    /// The gates through which nobody can let it go: how many may, of how many that are needed, and who could besides.
    fn told(people: &[(&str, &[&str])], known: &[&str], unknown: &[&str], vouched: &[&str]) -> String {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let mut release = one_stage(GATES);
        let commit = release.head().to_owned();
        let authors = Authorship { known: words(known), unknown: words(unknown) };
        happens(&mut release, Fact::Authored { commit, authors });
        let asked = release.spec.requester.clone();
        let person = |(name, roles): &(&str, &[&str])| Person {
            name: name.replace("asker", &asked),
            roles: words(roles).into_iter().collect(),
            ..Person::default()
        };
        let people = People {
            people: people.iter().map(person).collect(),
            mapped_roles: vouched.iter().map(|role| ("discord:1".to_owned(), (*role).to_owned())).collect(),
            ..People::default()
        };
        let told = |found: &Deadlock<'_>| {
            let barred: Vec<&str> = found.barred.iter().map(|(name, _)| name.as_str()).collect();
            format!(
                "{}: {} of {}, not {}, but {}",
                found.gate.name,
                found.may.len(),
                found.needed,
                barred.join(" "),
                found.could.join(" ")
            )
        };
        release.deadlocks(&people).iter().map(told).collect::<Vec<_>>().join("; ").replace(&asked, "asker")
    }

    #[test]
    fn a_gate_with_too_few_who_may_decide_is_known() {
        let ann: (&str, &[&str]) = ("ann", &["qa"]);
        let bob: (&str, &[&str]) = ("bob", &["qa"]);
        compare([
            ("two who may", told(&[ann, bob], &[], &[], &[]), "".to_owned()),
            ("one who may", told(&[ann, ("dan", &[])], &[], &[], &[]), "two: 1 of 2, not , but dan".into()),
            (
                "nobody with the role",
                told(&[("dan", &["lead"]), ("eve", &["lead"])], &["eve"], &[], &[]),
                "qa: 0 of 1, not , but dan eve; others: 0 of 1, not , but dan; not-ours: 0 of 1, not , but dan eve"
                    .into(),
            ),
            ("all wrote it", told(&[ann, bob], &["ann", "bob"], &[], &[]), "others: 0 of 1, not ann bob, but ".into()),
            (
                "nobody knows who wrote it",
                told(&[ann, bob], &["bob"], &["1a2b3c4"], &[]),
                "others: 1 of 2, not bob, but ".into(),
            ),
            (
                "only who asked has the role",
                told(&[("asker", &["qa"]), ("dan", &["lead"])], &[], &[], &[]),
                "not-ours: 0 of 1, not asker, but dan".into(),
            ),
            ("a chat says who has the role", told(&[("dan", &[])], &[], &[], &["qa"]), String::new()),
        ]);
    }
}
