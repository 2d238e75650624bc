//! What closes a branch on GitHub, and whom it lets through all the same.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// What keeps a branch closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptBy {
    /// The branch requires the check.
    Check,
    /// A ruleset restricts updates.
    Ruleset,
    /// Both.
    Both,
}

/// Who may pass a rule, as far as GitHub shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passing {
    /// These, in words; nobody if there are none.
    Known(Vec<String>),
    /// It is not shown to the bot.
    Hidden,
}

/// Whose word a rule takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckSource {
    /// Anybody's who may write statuses.
    Anybody,
    /// Only the bot's.
    Ours,
    /// Only that of the App with this id, which is not the bot.
    Other(u64),
}

/// A rule that closes a branch: it requires the check, or, being the bot's own ruleset, restricts updates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingRule {
    /// Whose word it takes.
    pub source: CheckSource,
    /// Who may pass it.
    pub passing: Passing,
}

/// What a branch that is kept closed lets through all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// What keeps the branch closed.
    pub by: KeptBy,
    /// Who may pass.
    pub passing: Passing,
    /// Whether anybody who may write can turn the check green.
    pub forgeable: bool,
}

impl Gap {
    /// What rules that close a branch together let through; nothing if they let nobody through.
    pub fn of(by: KeptBy, rules: &[&ClosingRule]) -> Option<Self> {
        let firm: Vec<&ClosingRule> = rules.iter().copied().filter(|rule| rule.source == CheckSource::Ours).collect();
        let forgeable = firm.is_empty();
        let counting = if forgeable { rules.to_vec() } else { firm };
        // Whoever passes all of them passes each, so nobody else passes than those whom the strictest one names.
        let known = counting.iter().filter_map(|rule| match &rule.passing {
            Passing::Known(names) => Some(names),
            Passing::Hidden => None,
        });
        let passing =
            known.min_by_key(|names| names.len()).map_or(Passing::Hidden, |names| Passing::Known(names.clone()));
        (forgeable || passing != Passing::Known(vec![])).then_some(Self { by, passing, forgeable })
    }

    /// Whether it lets somebody through whom another one does not; what is hidden says nothing.
    pub(super) fn is_wider(&self, than: Option<&Self>) -> bool {
        let names = |gap: Option<&Self>| match gap.map(|gap| &gap.passing) {
            Some(Passing::Known(names)) => Some(names.iter().cloned().collect::<BTreeSet<String>>()),
            Some(Passing::Hidden) => None,
            None => Some(BTreeSet::new()),
        };
        let more = names(Some(self)).zip(names(than)).is_some_and(|(here, there)| !here.is_subset(&there));
        more || self.forgeable && !than.is_some_and(|than| than.forgeable)
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passing = match &self.passing {
            Passing::Known(names) => match names.as_slice() {
                [] => None,
                [one] => Some(format!("{one} may pass")),
                [others @ .., last] => Some(format!("{} and {last} may pass", others.join(", "))),
            },
            Passing::Hidden => Some("GitHub does not show the bot who may pass".to_owned()),
        };
        let forgeable = self.forgeable.then(|| "anybody who may write can turn it green".to_owned());
        f.write_str(&passing.into_iter().chain(forgeable).collect::<Vec<_>>().join(", and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `- `: nobody passes, `?`: hidden, else names with commas between them.
    fn rule(source: CheckSource, passing: &str) -> ClosingRule {
        let passing = match passing {
            "?" => Passing::Hidden,
            "-" => Passing::Known(vec![]),
            names => Passing::Known(names.split(',').map(str::to_owned).collect()),
        };
        ClosingRule { source, passing }
    }

    #[test]
    fn what_rules_let_through_together() {
        use CheckSource::{Anybody, Ours};
        const GREEN: &str = "anybody who may write can turn it green";
        const HIDDEN: &str = "GitHub does not show the bot who may pass";
        for (rules, expected) in [
            (vec![(Ours, "-")], None),
            (vec![(Ours, "administrators")], Some("administrators may pass".to_owned())),
            (
                vec![(Ours, "administrators,team a,team b")],
                Some("administrators, team a and team b may pass".to_owned()),
            ),
            (vec![(Ours, "?")], Some(HIDDEN.to_owned())),
            (vec![(Anybody, "-")], Some(GREEN.to_owned())),
            (vec![(Anybody, "administrators")], Some(format!("administrators may pass, and {GREEN}"))),
            (vec![(Anybody, "?")], Some(format!("{HIDDEN}, and {GREEN}"))),
            // Two rules let nobody through whom the stricter one stops.
            (vec![(Ours, "administrators"), (Ours, "-")], None),
            (vec![(Ours, "?"), (Ours, "-")], None),
            (vec![(Ours, "?"), (Ours, "team a")], Some("team a may pass".to_owned())),
            (vec![(Ours, "team a"), (Ours, "administrators,team b")], Some("team a may pass".to_owned())),
            // What anybody may turn green stops nobody.
            (vec![(Ours, "team a"), (Anybody, "-")], Some("team a may pass".to_owned())),
            (vec![(Anybody, "administrators"), (Anybody, "-")], Some(GREEN.to_owned())),
        ] {
            let rules: Vec<ClosingRule> = rules.into_iter().map(|(source, passing)| rule(source, passing)).collect();
            let gap = Gap::of(KeptBy::Check, &rules.iter().collect::<Vec<_>>());
            assert_eq!(gap.map(|gap| gap.to_string()), expected, "{rules:?}");
        }
    }
}
