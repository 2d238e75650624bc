//! Merges one branch into another on GitHub; where a rule or a conflict is in the way, a person does it.

use super::{
    conflict,
    pull_request::assign,
    scene::{Scene, Sight, Trouble},
};
use crate::{
    domain::release::{
        conflict::{Clash, Conflict, paths},
        fact::{Joined, Made, Proposal},
    },
    github::{merges::is_a_rule, model::Merge},
    messages,
};

/// What should be merged.
pub(super) struct Wanted<'a> {
    pub branch: &'a str,
    pub from: &'a str,
    pub message: &'a str,
}

/// What is to arrive: a branch's or a tag's commit.
struct Source {
    commit: String,
    tag: bool,
}

pub(super) async fn look(scene: &Scene<'_>, wanted: &Wanted<'_>) -> Result<Sight, Trouble> {
    let state = &scene.release.state.steps[scene.index];
    if let Some(proposal) = &state.proposed {
        return proposed(scene, wanted, proposal).await;
    }
    let Some(failure) = state.failed.as_ref().filter(|failure| failure.retry_at.is_none()) else {
        return Ok(Sight::Ready);
    };
    // It is stopped until a person has merged it by hand; what they had to merge is what it was then.
    if let Some(conflict) = &failure.conflict
        && contains(scene, wanted.branch, &conflict.commit).await?
    {
        let commit = head(scene, wanted.branch).await?;
        return Ok(Sight::Done(Made::Merge { commit, how: Joined::ByHand }));
    }
    Ok(Sight::NotYet(failure.problem.clone()))
}

pub(super) async fn act(scene: &Scene<'_>, wanted: &Wanted<'_>) -> Result<Made, Trouble> {
    let source = source(scene, wanted.from).await?;
    if let Some(proposal) = &scene.release.state.steps[scene.index].proposed {
        return finish(scene, wanted, proposal).await;
    }
    if scene.resumed
        && let Some(trouble) = opened(scene, wanted, &source).await?
    {
        return Err(trouble);
    }
    match scene.repository.merge_branch(wanted.branch, &source.commit, wanted.message).await? {
        Merge::Merged(commit) => Ok(Made::Merge { commit, how: Joined::Clean }),
        Merge::AlreadyThere => already(scene, wanted, &source).await,
        Merge::Conflict if wanted.branch == scene.release.brief.branch => {
            let files = conflict::known(scene, wanted.branch, &source.commit).await?;
            let files = named(files, &source.commit, wanted.from);
            let (into, from) = (wanted.branch.to_owned(), wanted.from.to_owned());
            let conflict = Conflict { into, from, tag: source.tag, commit: source.commit, files };
            Err(Trouble::Conflict(Box::new(conflict)))
        }
        Merge::Conflict => {
            let files = conflict::known(scene, wanted.branch, &source.commit).await?;
            propose(scene, wanted, &source, files, None).await
        }
        Merge::Refused(words) if is_a_rule(&words) => {
            let files = conflict::between(scene, wanted.branch, &source.commit).await?;
            propose(scene, wanted, &source, files, Some(words)).await
        }
        Merge::Refused(words) => {
            Err(Trouble::Person(format!("GitHub does not merge {} into {}: {words}", wanted.from, wanted.branch)))
        }
    }
}

/// It is there: perhaps because this very step merged it, and died before that was noted.
async fn already(scene: &Scene<'_>, wanted: &Wanted<'_>, source: &Source) -> Result<Made, Trouble> {
    let commit = head(scene, wanted.branch).await?;
    let found = scene.repository.commit(&commit).await?;
    let merges = found.message.trim() == wanted.message.trim() && found.parents.get(1) == Some(&source.commit);
    let earlier = scene
        .release
        .state
        .steps
        .iter()
        .any(|step| matches!(&step.done, Some((Made::Merge { commit: made, .. }, _)) if *made == commit));
    let ours = scene.resumed && merges && !earlier;
    Ok(Made::Merge { commit, how: if ours { Joined::Clean } else { Joined::Already } })
}

/// A branch that takes no merge from the bot gets a pull request; with a conflict, a draft for somebody to resolve.
async fn propose(
    scene: &Scene<'_>,
    wanted: &Wanted<'_>,
    source: &Source,
    files: Vec<Clash>,
    rule: Option<String>,
) -> Result<Made, Trouble> {
    let head = own_branch(scene, wanted);
    if head != wanted.from {
        Scene::exists(scene.repository.create_branch(&head, &source.commit).await)?;
    }
    let files = named(files, &source.commit, wanted.from);
    let why = why(wanted, &files);
    let body = messages::conflict::proposal(&why, rule.as_deref(), &head, wanted.branch, &files);
    let draft = !files.is_empty();
    let opened = scene.repository.open_pull_request(wanted.message, &body, &head, wanted.branch, draft).await;
    let pull_request = match Scene::exists(opened)? {
        Some(opened) => opened,
        None => scene
            .repository
            .find_pull_request(&head, wanted.branch)
            .await?
            .ok_or_else(|| Trouble::Later(format!("the pull request from {head} is not to be found"), None))?,
    };
    if draft {
        assign(scene, pull_request.number).await?;
    }
    let (number, url, base) = (pull_request.number, pull_request.url, wanted.branch.to_owned());
    let commit = source.commit.clone();
    Err(Trouble::Instead(Box::new(Proposal { number, url, head, base, commit, why, files })))
}

/// The pull request that an earlier attempt opened before it could be noted.
async fn opened(scene: &Scene<'_>, wanted: &Wanted<'_>, source: &Source) -> Result<Option<Trouble>, Trouble> {
    let head = own_branch(scene, wanted);
    let Some(found) = scene.repository.find_pull_request(&head, wanted.branch).await? else { return Ok(None) };
    if !found.open || found.head_sha != source.commit {
        return Ok(None);
    }
    let files = conflict::between(scene, wanted.branch, &source.commit).await?;
    let files = named(files, &source.commit, wanted.from);
    if found.draft {
        assign(scene, found.number).await?;
    }
    let why = why(wanted, &files);
    let (number, url, base) = (found.number, found.url, wanted.branch.to_owned());
    let commit = source.commit.clone();
    Ok(Some(Trouble::Instead(Box::new(Proposal { number, url, head, base, commit, why, files }))))
}

fn why(wanted: &Wanted<'_>, files: &[Clash]) -> String {
    let (from, branch) = (wanted.from, wanted.branch);
    match files {
        [] => format!("a rule keeps {branch}, so {from} goes there by pull request"),
        files => format!("{from} and {branch} conflict in {}", paths(files)),
    }
}

/// How the pull request stands that does it instead.
async fn proposed(scene: &Scene<'_>, wanted: &Wanted<'_>, proposal: &Proposal) -> Result<Sight, Trouble> {
    let number = proposal.number;
    let pull_request = scene.repository.pull_request(number).await?;
    if pull_request.merged.is_some() || contains(scene, wanted.branch, &proposal.commit).await? {
        return Ok(Sight::Ready);
    }
    if !pull_request.open {
        return Err(Trouble::Person(format!(
            "#{number} was closed without merging: reopen it, retry to have another, or skip with a reason"
        )));
    }
    let what = format!("{} into {}", wanted.from, wanted.branch);
    Ok(Sight::NotYet(match pull_request.mergeable {
        Some(false) => {
            format!("#{number} brings {what} and conflicts in {}: a person resolves it", paths(&proposal.files))
        }
        _ if pull_request.draft => format!("#{number} brings {what}: a person marks it ready and merges it"),
        _ => format!("#{number} brings {what}: a person merges it"),
    }))
}

/// After the merge, the branch that was made for it is not needed any more.
async fn finish(scene: &Scene<'_>, wanted: &Wanted<'_>, proposal: &Proposal) -> Result<Made, Trouble> {
    let commit = head(scene, wanted.branch).await?;
    if proposal.head != wanted.from {
        scene.repository.delete_branch(&proposal.head).await?;
    }
    Ok(Made::Merge { commit, how: Joined::ByHand })
}

/// The release branch goes by itself; what moves on or is a tag is held still by a branch of its own.
fn own_branch(scene: &Scene<'_>, wanted: &Wanted<'_>) -> String {
    match wanted.from == scene.release.brief.branch {
        true => wanted.from.to_owned(),
        false => format!("merge/{}-into-{}", wanted.from, wanted.branch.replace('/', "-")),
    }
}

/// People know a branch by its name, not by its commit.
fn named(mut files: Vec<Clash>, commit: &str, name: &str) -> Vec<Clash> {
    let touches = files.iter_mut().flat_map(|file| &mut file.last);
    touches.filter(|touch| touch.on == commit).for_each(|touch| touch.on = name.to_owned());
    files
}

async fn source(scene: &Scene<'_>, name: &str) -> Result<Source, Trouble> {
    // What people decided on, wherever the branch is now.
    if let Some(commit) = scene.release.decided_on(name, scene.index) {
        return Ok(Source { commit: commit.to_owned(), tag: false });
    }
    if let Some(commit) = scene.repository.branch(name).await? {
        return Ok(Source { commit, tag: false });
    }
    let tag = scene.repository.tag(name).await?;
    let tag =
        tag.ok_or_else(|| Trouble::Person(format!("neither branch nor tag {name} is on GitHub: make it, then retry")))?;
    Ok(Source { commit: tag.commit, tag: true })
}

async fn head(scene: &Scene<'_>, branch: &str) -> Result<String, Trouble> {
    let head = scene.repository.branch(branch).await?;
    head.ok_or_else(|| Trouble::Person(format!("branch {branch} is not on GitHub: make it, then retry")))
}

async fn contains(scene: &Scene<'_>, branch: &str, commit: &str) -> Result<bool, Trouble> {
    Ok(scene.repository.compare(branch, commit).await?.ahead == 0)
}
