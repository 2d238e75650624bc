//! A gate through which nobody could let a release go, and the way out, in words.

use super::{all, either};
use crate::domain::release::{counted::NotTheirs, deadlock::Deadlock, gate::Gate};

/// How many people are named who could decide with another role.
const NAMED: usize = 3;

/// Which gate, why, and the way out, as a sentence without a full stop.
pub fn sentence(found: &Deadlock<'_>) -> String {
    format!("{}: {}", found.gate.title, why(found))
}

/// Why nobody could, and the way out, in words that follow a colon.
pub fn why(found: &Deadlock<'_>) -> String {
    let (gate, roles) = (found.gate, either(&found.gate.roles));
    if found.may.is_empty() && found.barred.is_empty() {
        let one = if gate.roles.len() > 1 { "one of them" } else { "it" };
        return format!(
            "nobody has the role {roles}; give {one} to somebody in bot.toml, or let another role decide at {} in the playbook",
            gate.name
        );
    }
    let could = match found.could.as_slice() {
        [] => "somebody else".to_owned(),
        several => either(several.get(..NAMED).unwrap_or(several)),
    };
    let out = format!("give {could} the role {roles} in bot.toml");
    let unknown = found.needed > gate.quorum;
    if found.needed > 1 {
        let may = either(&found.may);
        let only = if found.may.is_empty() { "nobody".to_owned() } else { format!("only {may}") };
        let needed = if found.needed == 2 { "two people".to_owned() } else { format!("{} people", found.needed) };
        return match unknown {
            true => format!(
                "it takes {needed}, for nobody can tell who wrote all of what is in, and {only} may decide there; write the \
                 addresses of the authors into bot.toml, or {out}"
            ),
            false => format!(
                "it takes {needed}, and {only} may decide there; {out}, or write a smaller quorum for {} into the playbook",
                gate.name
            ),
        };
    }
    format!(
        "{}, and nobody else decides there; {out}, or write {} into the playbook",
        reasons(found),
        other_line(found)
    )
}

/// Why those may not who hold a role of the gate.
fn reasons(found: &Deadlock<'_>) -> String {
    let who = |wanted: &[NotTheirs]| {
        let names = found.barred.iter().filter(|(_, why)| wanted.contains(why)).map(|(name, _)| name.as_str());
        names.collect::<Vec<_>>()
    };
    let (wrote, asked) = (who(&[NotTheirs::Author, NotTheirs::OwnFix]), who(&[NotTheirs::Requester]));
    let wrote = (!wrote.is_empty()).then(|| format!("{} wrote part of what is in", all(&wrote)));
    let asked = (!asked.is_empty()).then(|| format!("{} asked for the release", all(&asked)));
    wrote.into_iter().chain(asked).collect::<Vec<_>>().join(" and ")
}

/// The line of the playbook that keeps them from it.
fn other_line(found: &Deadlock<'_>) -> String {
    let Gate { name, author_may, .. } = found.gate;
    let key = if *author_may { "requester-may" } else { "author-may" };
    format!("{key} = true for {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_out_is_named() {
        let gate = |more: &str| {
            let text = format!("{{\"name\":\"qa\",\"title\":\"QA sign-off\",\"roles\":[\"qa\"]{more}}}");
            serde_json::from_str::<Gate>(&text).expect("a gate")
        };
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let told = |more: &str, needed, may: &[&str], barred: &[(&str, NotTheirs)], could: &[&str]| {
            let barred = barred.iter().map(|(name, why)| ((*name).to_owned(), *why)).collect();
            sentence(&Deadlock { gate: &gate(more), needed, may: names(may), barred, could: names(could) })
        };
        for (found, expected) in [
            (
                told("", 1, &[], &[], &["dan"]),
                "QA sign-off: nobody has the role qa; give it to somebody in bot.toml, or let another role decide at qa in \
                 the playbook",
            ),
            (
                told(",\"author-may\":false", 1, &[], &[("ann", NotTheirs::Author), ("bob", NotTheirs::Author)], &[]),
                "QA sign-off: ann and bob wrote part of what is in, and nobody else decides there; give somebody else the role \
                 qa in bot.toml, or write author-may = true for qa into the playbook",
            ),
            (
                told(",\"requester-may\":false", 1, &[], &[("ann", NotTheirs::Requester)], &["a", "b", "c", "d"]),
                "QA sign-off: ann asked for the release, and nobody else decides there; give a, b or c the role qa in bot.toml, \
                 or write requester-may = true for qa into the playbook",
            ),
            (
                told(",\"quorum\":3", 3, &["ann"], &[], &["dan"]),
                "QA sign-off: it takes 3 people, and only ann may decide there; give dan the role qa in bot.toml, or write a \
                 smaller quorum for qa into the playbook",
            ),
            (
                told(",\"author-may\":false", 2, &["ann"], &[("bob", NotTheirs::Author)], &["dan"]),
                "QA sign-off: it takes two people, for nobody can tell who wrote all of what is in, and only ann may decide \
                 there; write the addresses of the authors into bot.toml, or give dan the role qa in bot.toml",
            ),
        ] {
            assert_eq!(found, expected);
        }
    }
}
