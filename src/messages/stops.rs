//! What stops a release on its way, and the command, the button or the words of git that mend it.

use std::fmt;

pub use crate::domain::release::stop::Stop;

const ANEW: &str = "/release cancel ends it, and /release prepare begins the next version, which has it right";

impl<T: AsRef<str> + fmt::Display> fmt::Display for Stop<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form { tag } => write!(
                f,
                "tag {tag} is not of the form v1.2.3: write tag = \"v{{version}}\" in the playbook, then /release cancel, and \
                 /release prepare"
            ),
            Self::Names { tag, version } => write!(
                f,
                "tag {tag} does not name version {version}: write tag = \"v{{version}}\" in the playbook, then /release cancel, \
                 and /release prepare"
            ),
            Self::Gone { tag, at } if at.as_ref().is_empty() => {
                write!(f, "tag {tag} is not on GitHub: make it, then /release retry; or /release cancel")
            }
            Self::Gone { tag, at } => write!(
                f,
                "tag {tag} is not on GitHub: `git push origin {at}:refs/tags/{tag}` puts it back, then /release retry; or \
                 /release cancel"
            ),
            Self::File { tag, what } => write!(f, "{what}, and {tag} stays as it is: {ANEW}"),
            Self::Unwritable { what } => {
                write!(f, "{what}: mend that where the release is cut from, then /release cancel, and /release prepare")
            }
            Self::Lacks { tag, what } => write!(
                f,
                "{tag} lacks {what}, on which nobody decided: {ANEW}; or /release skip with a reason brings {tag} as it is"
            ),
            Self::Apart { tag, branch } => write!(
                f,
                "{tag} is not part of {branch}: the pull request was squashed or rebased where a merge commit was needed. \
                 `git switch {branch}; git merge {tag}; git push` brings it there, then /release retry; or /release skip with a \
                 reason"
            ),
            Self::Moved { tag, how, at, left } => write!(
                f,
                "tag {tag} {how}, and {at} is what was decided on: {left}. \
                 `git push -f origin {at}:refs/tags/{tag}` puts it back, then /release retry; or /release cancel"
            ),
            Self::Taken { tag, at, not } => write!(
                f,
                "tag {tag} exists already and points at {at}, not at {not}: `git push origin :refs/tags/{tag}` deletes it, then \
                 /release retry; or /release cancel"
            ),
            Self::Foreign { branch, at } => write!(
                f,
                "branch {branch} exists already, at {at}, and holds something else: `git push origin --delete {branch}` deletes it, \
                 then /release retry; or /release cancel"
            ),
            Self::Rebased { branch, at, from } => write!(
                f,
                "branch {branch} was rewritten since it was adopted: it is at {at} and does not have {from} any more. \
                 /release cancel, then /release adopt {branch} goes on with what is there"
            ),
            Self::Astray { tag, at, branch } => write!(
                f,
                "tag {tag} is at {at}, which is no commit of the fix on {branch}: delete the tag with \
                 `git push origin :refs/tags/{tag}`, or put it on such a commit; I go on by myself then"
            ),
            Self::Seen { tag } => write!(
                f,
                "production has already seen {tag}, so the tag stays where it is: /release skip leaves the newer commits to \
                 the next version; or /release cancel"
            ),
            Self::LacksFix { git_ref, what, from, repeats } => {
                let then = if *repeats { "I go on by myself then" } else { "then /release retry" };
                write!(
                    f,
                    "a fix is missing in {git_ref}: {what}. Bring it there, by a merge of {from} for example: {then}; or \
                     /release skip with a reason"
                )
            }
            Self::TagLacksFix { tag, what } => write!(
                f,
                "a fix is missing in {tag}: {what}. A tag does not change: /release cancel, then /release prepare once \
                 the source has it; or /release skip with a reason"
            ),
            Self::Checks { git_ref, failed } => write!(
                f,
                "failed checks on {git_ref}: {failed}. Push a fix, or run them again on GitHub, then /release retry; or \
                 /release skip with a reason"
            ),
            Self::NoRef { name } => write!(
                f,
                "neither branch nor tag {name} is on GitHub: make it, then /release retry; or /release cancel"
            ),
            Self::Bad { git_ref, what, by, environment } => write!(
                f,
                "with {git_ref}, {what} would come back, which {by} marked as bad in {environment}, without its revert. Revert \
                 it, then /release retry; or /release resume {environment} forget-bad lets it in"
            ),
            Self::NoEnvironment { project, environment } => write!(
                f,
                "bot.toml names no environment `{environment}` for {project}: add \
                 [projects.{project}.environments.{environment}] with its workflow, restart, then /release retry"
            ),
            Self::NoWorkflow { project, environment } => write!(
                f,
                "CD deploys {environment} unasked, and bot.toml does not name its workflow: write it under \
                 [projects.{project}.environments.{environment}], restart, then /release retry"
            ),
            Self::NotBegun { workflow, minutes, git_ref } => write!(
                f,
                "{workflow} has not begun within {minutes} minutes after {git_ref} was pushed: look at its triggers; \
                 /release retry starts it"
            ),
            Self::NothingPushed { environment } => write!(
                f,
                "nothing has been pushed that {environment} could deploy: the playbook has to tag or merge before; \
                 /release cancel, then /release prepare"
            ),
            Self::Nameless { environment } => write!(
                f,
                "CD does not say which artifact it deployed to {environment}: have it name the digest (see \"The artifact\" in \
                 docs/playbooks.md), then /release retry"
            ),
            Self::OtherArtifact { environment, this, first } => write!(
                f,
                "{environment} got another artifact, {this}, than the one that was deployed first, {first}: it goes no \
                 further. Have CD deploy that one, then /release retry; or /release cancel"
            ),
            Self::Rebuilt { tag, now, first, environment } => write!(
                f,
                "{tag} was built anew: it is now {now}, and not {first}, which was deployed first and tried. {environment} was \
                 not asked to deploy it: /release cancel, then /release prepare brings what is there now as a new version"
            ),
            Self::OtherCommit { differs } => write!(
                f,
                "{differs}. Have CD deploy what was decided on, then /release retry; /release rollback brings back what ran \
                 before"
            ),
            Self::Signal { environment, what, answered: true } => write!(f, "a bad signal from {environment}: {what}"),
            Self::Signal { environment, what, answered: false } => write!(
                f,
                "a bad signal from {environment}: {what}. /release rollback {environment} takes it back; /release retry \
                 watches once more; /release skip goes on with a reason"
            ),
            Self::Closed { number } => {
                write!(f, "#{number} was closed without merging: reopen it, then /release retry; or /release cancel")
            }
            Self::Rewritten { number, base, what } => write!(
                f,
                "#{number} was squashed or rebased into {base}, which lacks the commits that were decided on. \
                 `git switch {base}; git merge {what}; git push` brings them, and I go on by myself then; /release merge takes \
                 it as it is; or /release cancel"
            ),
            Self::NotMergeable { number, obstacle } => {
                write!(f, "#{number} cannot be merged: {obstacle}. Then press Merge, or say /release merge")
            }
            Self::Pushed => write!(
                f,
                "somebody just pushed to the release branch; QA looks at it again first, and /approve says that it may go on"
            ),
            Self::NoWayBack { environment } => write!(
                f,
                "I know of no earlier tag to which {environment} could be rolled back: have your CD deploy what is good, then \
                 /release skip with a reason"
            ),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::Stop;

    /// What mends a stop: the commands that its sentence names, all of which exist; the button; or that it goes on by itself.
    pub(crate) fn ways(sentence: &str) -> Vec<String> {
        let mut ways = vec![];
        for (at, _) in sentence.match_indices('/') {
            let before = sentence[..at].chars().last();
            let words: Vec<&str> = sentence[at + 1..].split([' ', ',', ';', '.', ':', ')']).take(2).collect();
            let named = [words.join(" "), words[0].to_owned()];
            let known = named.into_iter().find(|path| commands::spec(path).is_some());
            if before.is_none_or(|letter| !letter.is_alphanumeric()) && before != Some('/') {
                ways.extend(known.map(|path| format!("/{path}")));
            }
        }
        let words = ["git ", "by myself", "press Merge", "by itself"];
        ways.extend(words.iter().filter(|word| sentence.contains(**word)).map(|word| word.trim().to_owned()));
        ways
    }

    #[test]
    fn every_stop_names_what_mends_it() {
        let (tag, branch, environment, at) = ("v2.2.0", "release/v2.2.0", "production", "04bbdab");
        let (project, first) = ("api", "1447de4");
        let rows = [
            (Stop::Form { tag }, "/release cancel, /release prepare"),
            (Stop::Names { tag, version: "2.2.0" }, "/release cancel, /release prepare"),
            (Stop::Gone { tag, at }, "/release retry, /release cancel, git"),
            (Stop::Gone { tag, at: "" }, "/release retry, /release cancel"),
            (Stop::File { tag, what: "version.txt is missing" }, "/release cancel, /release prepare"),
            (Stop::Unwritable { what: "x lies in a submodule" }, "/release cancel, /release prepare"),
            (Stop::Lacks { tag, what: "1 commit" }, "/release cancel, /release prepare, /release skip"),
            (Stop::Apart { tag, branch: "main" }, "/release retry, /release skip, git"),
            (Stop::Moved { tag, how: "was moved", at, left: "it waits" }, "/release retry, /release cancel, git"),
            (Stop::Moved { tag, how: "is gone", at, left: "it waits" }, "/release retry, /release cancel, git"),
            (Stop::Taken { tag, at, not: first }, "/release retry, /release cancel, git"),
            (Stop::Foreign { branch, at }, "/release retry, /release cancel, git"),
            (Stop::Rebased { branch, at, from: first }, "/release cancel, /release adopt"),
            (Stop::Astray { tag, at, branch }, "git, by myself"),
            (Stop::Seen { tag }, "/release skip, /release cancel"),
            (
                Stop::LacksFix { git_ref: branch, what: "x", from: "main", repeats: false },
                "/release retry, /release skip",
            ),
            (Stop::LacksFix { git_ref: branch, what: "x", from: "main", repeats: true }, "/release skip, by myself"),
            (Stop::TagLacksFix { tag, what: "x" }, "/release cancel, /release prepare, /release skip"),
            (Stop::Checks { git_ref: branch, failed: "unit" }, "/release retry, /release skip"),
            (Stop::NoRef { name: branch }, "/release retry, /release cancel"),
            (Stop::Bad { git_ref: branch, what: "x", by: "bob", environment }, "/release retry, /release resume"),
            (Stop::NoEnvironment { project, environment }, "/release retry"),
            (Stop::NoWorkflow { project, environment }, "/release retry"),
            (Stop::NotBegun { workflow: "deploy.yml", minutes: 10, git_ref: tag }, "/release retry"),
            (Stop::NothingPushed { environment }, "/release cancel, /release prepare"),
            (Stop::Nameless { environment }, "/release retry"),
            (Stop::OtherArtifact { environment, this: at, first }, "/release retry, /release cancel"),
            (Stop::Rebuilt { tag, now: at, first, environment }, "/release cancel, /release prepare"),
            (Stop::OtherCommit { differs: "it differs" }, "/release retry, /release rollback"),
            (
                Stop::Signal { environment, what: "Errors fires", answered: false },
                "/release rollback, /release retry, /release skip",
            ),
            (Stop::Signal { environment, what: "Errors fires", answered: true }, ""),
            (Stop::Closed { number: 7 }, "/release retry, /release cancel"),
            (Stop::Rewritten { number: 7, base: "main", what: tag }, "/release merge, /release cancel, git, by myself"),
            (Stop::NotMergeable { number: 7, obstacle: "it is a draft" }, "/release merge, press Merge"),
            (Stop::Pushed, "/approve"),
            (Stop::NoWayBack { environment }, "/release skip"),
        ];
        for (stop, expected) in rows {
            assert_eq!(ways(&stop.to_string()).join(", "), expected, "{stop}");
        }
    }
}
