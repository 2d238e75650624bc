//! What keeps a step from being done, as a sentence without a full stop.

use std::fmt;

use crate::domain::release::setback::Setback;

mod deploy;
mod git;
mod plan;
mod pull;

impl fmt::Display for Setback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stop(stop) => stop.fmt(f),
            Self::Pull(pull) => pull.fmt(f),
            Self::Deploy(deploy) => deploy.fmt(f),
            Self::Git(git) => git.fmt(f),
            Self::Plan(plan) => plan.fmt(f),
            Self::Github(problem) => problem.fmt(f),
            Self::ToRetry { once_right } => {
                write!(f, "{once_right}. Once that is put right, /release retry tries it again")
            }
            Self::Words(words) => f.write_str(words),
        }
    }
}

/// Whether what was found is what is stored already; an older program stored the sentence alone.
pub fn is_known(stored: &Setback, found: &Setback) -> bool {
    stored == found || matches!(stored, Setback::Words(words) if *words == found.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::stop::Stop;

    #[test]
    fn what_an_older_program_put_into_words_is_known() {
        let (checks, other) = (
            || Setback::from(Stop::Checks { git_ref: "main", failed: "unit" }),
            || Setback::from(Stop::Checks { git_ref: "main", failed: "lint" }),
        );
        let words = |problem: Setback| Setback::Words(problem.to_string());
        for (stored, found, known) in [
            (checks(), checks(), true),
            (words(checks()), checks(), true),
            (words(other()), checks(), false),
            (other(), checks(), false),
            // The words of today are no stop.
            (checks(), words(checks()), false),
        ] {
            assert_eq!(is_known(&stored, &found), known, "{stored:?} {found:?}");
        }
    }
}
