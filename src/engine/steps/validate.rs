//! Checks that tag, version file and release branch agree, and stops loudly if they do not.

use super::context::{StepContext, StepError};
use crate::{
    domain::{
        message::short::short,
        release::{fact::Outcome, setback::GitSetback},
        version::{
            Version,
            file::{self, FileMistake, VersionedFile},
        },
    },
    github::problem::GithubProblem,
    messages::{count, stops::Stop},
};

pub(super) async fn act(context: &StepContext<'_>, tag: &str, file: &str) -> Result<Outcome, StepError> {
    let (spec, mut wrong) = (&context.release.spec, vec![]);
    // The release's own tag has the form that the team gave it. Dates have forms of their own; that they name the version says all.
    let is_other = tag != spec.tag;
    if is_other && matches!(spec.version, Version::Semver(_)) && !is_plain_tag(tag) {
        wrong.push(Stop::Form { tag }.owned());
    }
    if is_other && tag.trim_start_matches('v') != spec.version.to_string() {
        wrong.push(Stop::Names { tag, version: &spec.version.to_string() }.owned());
    }
    let Some(found) = context.repository.tag(tag).await? else {
        let at = context.release.state.tagged.as_deref().map(short).unwrap_or_default();
        return Err(stop(vec![Stop::Gone { tag, at }.owned()]));
    };
    for file in spec.plan.version_files(file).into_iter().filter(VersionedFile::says_version) {
        let what = differs(context, tag, &found.commit, file).await?;
        wrong.extend(what.map(|what| Stop::File { tag, what: &what }.owned()));
    }
    let merged = context.release.state.merged.as_ref().map_or(context.release.head(), |merged| &merged.head);
    let missing = context.repository.compare(&found.commit, merged).await?;
    if missing.ahead > 0 {
        let commits: Vec<&str> = missing.commits.iter().map(|commit| short(&commit.sha)).collect();
        let (many, commits) = (count(missing.ahead, "commit"), commits.join(", "));
        let what = format!("{many} of {} that were merged: {commits}", spec.branch);
        wrong.push(Stop::Lacks { tag, what: &what }.owned());
    }
    if let Some(merged) = &context.release.state.merged
        && context.repository.compare(&merged.commit, &found.commit).await?.ahead > 0
        && wrong.is_empty()
    {
        wrong.push(Stop::Apart { tag, branch: &spec.production }.owned());
    }
    if wrong.is_empty() { Ok(Outcome::Nothing) } else { Err(stop(wrong)) }
}

/// What is wrong with a version file at the tag, if something is.
async fn differs(
    context: &StepContext<'_>,
    tag: &str,
    commit: &str,
    file: VersionedFile,
) -> Result<Option<String>, StepError> {
    let (spec, path) = (&context.release.spec, file.path.clone());
    let text = match context.repository.file(&path, commit).await {
        Ok(Some(found)) => found.text,
        Ok(None) => return Ok(Some(format!("{path} is missing at {tag}"))),
        Err(GithubProblem::NotAFile(why)) => return Ok(Some(why)),
        Err(problem) => return Err(problem.into()),
    };
    Ok(match file::current(&[(file, text)], &spec.version.scheme()) {
        Ok(version) if version == spec.version => None,
        Ok(version) => Some(format!("{path} at {tag} says {version}, not {}", spec.version)),
        Err(FileMistake { words, .. }) => Some(format!("{path} at {tag} cannot be read: {words}")),
    })
}

fn stop(stops: Vec<Stop>) -> StepError {
    StepError::person(GitSetback::Wrong { stops })
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
