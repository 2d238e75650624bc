//! Checks that tag, version file and release branch agree, and stops loudly if they do not.

use super::context::{StepContext, StepError};
use crate::{
    domain::{message::short::short, release::fact::Outcome},
    messages::count,
};

pub(super) async fn act(context: &StepContext<'_>, tag: &str, file: &str) -> Result<Outcome, StepError> {
    let spec = &context.release.spec;
    let mut wrong = vec![];
    if !is_plain_tag(tag) {
        wrong.push(format!("tag {tag} is not of the form v1.2.3"));
    }
    if tag.trim_start_matches('v') != spec.version.to_string() {
        wrong.push(format!("tag {tag} does not name version {}", spec.version));
    }
    let Some(found) = context.repository.tag(tag).await? else {
        return Err(stop(&[format!("tag {tag} is not on GitHub")]));
    };
    match context.repository.file(file, &found.commit).await? {
        None => wrong.push(format!("{file} is missing at {tag}")),
        Some(text) => match spec.version.scheme().read_file(&text.text) {
            Ok(version) if version == spec.version => {}
            Ok(version) => wrong.push(format!("{file} at {tag} says {version}, not {}", spec.version)),
            Err(problem) => wrong.push(format!("{file} at {tag} cannot be read: {problem}")),
        },
    }
    let merged = context.release.state.merged.as_ref().map_or(context.release.head(), |merged| &merged.head);
    let missing = context.repository.compare(&found.commit, merged).await?;
    if missing.ahead > 0 {
        let commits: Vec<&str> = missing.commits.iter().map(|commit| short(&commit.sha)).collect();
        wrong.push(format!(
            "{tag} lacks {} of {} that were merged: {}",
            count(missing.ahead, "commit"),
            spec.branch,
            commits.join(", ")
        ));
    }
    if let Some(merged) = &context.release.state.merged
        && context.repository.compare(&merged.commit, &found.commit).await?.ahead > 0
        && wrong.is_empty()
    {
        wrong.push(format!(
            "{tag} is not part of {}: the pull request was squashed or rebased where a merge commit was needed",
            spec.production
        ));
    }
    if wrong.is_empty() { Ok(Outcome::Nothing) } else { Err(stop(&wrong)) }
}

fn stop(wrong: &[String]) -> StepError {
    StepError::Person(format!("nothing goes to production: {}. Put it right and retry, or cancel", wrong.join("; ")))
}

fn is_plain_tag(tag: &str) -> bool {
    let Some(numbers) = tag.strip_prefix('v') else { return false };
    let parts: Vec<&str> = numbers.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_plain_tag;

    #[test]
    fn only_plain_tags_go_to_production() {
        assert!(is_plain_tag("v2.2.0"));
        for tag in ["2.2.0", "v2.2", "v2.2.0-rc.1", "v2.2.x", "v2..0", "vv2.2.0"] {
            assert!(!is_plain_tag(tag), "{tag}");
        }
    }
}
