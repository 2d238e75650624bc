//! What keeps a deploy from its end, in words.

use std::fmt;

use super::super::{either, short, spoken};
use crate::domain::{
    deploy::run_end::RunStop,
    release::setback::{DeploySetback, DeployedOtherwise},
};

impl fmt::Display for DeploySetback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked { environment } => {
                write!(f, "nobody has asked {environment} to deploy: /release retry does")
            }
            Self::Uncertain { environment } => {
                write!(f, "it is not certain yet that {environment} was asked to deploy")
            }
            Self::Unlisted => f.write_str("GitHub has not listed the new run yet"),
            Self::Begins { environment, git_ref } => write!(f, "{environment} begins to deploy {git_ref}"),
            Self::Goes { environment, build } => write!(f, "{} is deploying {build}", spoken(environment)),
            Self::Protected { environment, build, url } => {
                write!(f, "{build} waits on GitHub for the protection rules of {}{}", spoken(environment), page(url))
            }
            Self::Kept { environment, build, url, who } => write!(
                f,
                "{build} waits on GitHub until {} lets it deploy to {}{}",
                either(who),
                spoken(environment),
                page(url)
            ),
            Self::Failed { environment, build, url, how } => {
                write!(f, "the deploy of {build} to {} ended with {how}{}", spoken(environment), page(url))
            }
            Self::Stopped { environment, build, url, how } => {
                let page = if url.is_empty() { String::new() } else { format!(" ({url})") };
                write!(
                    f,
                    "the deploy of {build} to {} {how}{page}: run it again there, or /release retry asks for it anew; /release \
                     cancel ends the release",
                    spoken(environment)
                )
            }
            Self::StoryStopped { environment, story, url, how } => {
                write!(f, "the deploy of {story} to {} {how}{}", spoken(environment), page(url))
            }
            Self::TakenBack { by, reason } => write!(f, "{by} takes it back: {reason}"),
            Self::Other(other) => write!(f, "{other}. I wait for its end, and go no further"),
            Self::TagMoved { tag, now, decided, environment, build, url, ended } => {
                let how = now.as_deref().map_or_else(|| "is gone".into(), |now| format!("was moved to {}", short(now)));
                let (there, page, decided) = (spoken(environment), page(url), short(decided));
                write!(f, "tag {tag} {how} meanwhile, and {decided} is what was decided on: ")?;
                match ended {
                    true => write!(
                        f,
                        "the deploy of {build} to {there} ended well{page}, but whether it runs there is not certain. Put the \
                         tag back and look at what runs there, and I go on; or have it rolled back"
                    ),
                    false => write!(
                        f,
                        "nobody should let {build} deploy to {there} on GitHub{page} before the tag is back there"
                    ),
                }
            }
            Self::MovedSince { tag, environment, ran, now } => write!(
                f,
                "tag {tag} was moved to {} since it ran in {}, where it was {}: that is not what ran well. Put the tag back, \
                 then /release retry; or go to another version with /release rollback {environment} to=\u{2026}",
                short(now),
                spoken(environment),
                short(ran)
            ),
            Self::RunsLater { environment, version, later, release } => write!(
                f,
                "{} runs {later}, which is later than {version}: {version} would go over it. /release cancel ends {release}; \
                 /release rollback {environment} to={version} goes back to it if that is what you want",
                spoken(environment)
            ),
            Self::NoStoryWorkflow { environment } => write!(
                f,
                "stories are deployed to {environment} by its workflow: name it in bot.toml, restart, and retry"
            ),
        }
    }
}

impl fmt::Display for DeployedOtherwise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} gets commit {}, which is not what was decided on: {} is {}",
            self.environment,
            short(&self.deployed),
            self.tag.as_deref().unwrap_or("the merge"),
            short(&self.decided)
        )
    }
}

impl fmt::Display for RunStop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("was cancelled on GitHub, which does not say by whom"),
            Self::Superseded(newer) => {
                write!(f, "was cancelled on GitHub, and a newer run is there, {newer}")
            }
            Self::Reported => f.write_str("was cancelled, as CD reports, which does not say by whom"),
            Self::Skipped => f.write_str("was skipped on GitHub, as none of its jobs had anything to do"),
        }
    }
}

/// Where more can be read, behind a sentence.
fn page(url: &str) -> String {
    if url.is_empty() { String::new() } else { format!(": {url}") }
}
