//! Makes a branch with single commits on top of another line. GitHub picks them, by merges that nobody sees.

use super::{
    conflict, present,
    scene::{Scene, Trouble, short},
};
use crate::{
    domain::{
        conflict::Clash,
        fact::{BackMerge, Made, NewCommit},
        patch,
    },
    github::model::{CommitDetail, CommitLine, FileText, Merge},
};

/// The branch that should be there.
pub(super) struct Wanted<'a> {
    pub branch: &'a str,
    pub into: &'a str,
    pub from: &'a str,
    pub since: &'a str,
}

/// What came of picking.
struct Picked<'a> {
    tip: String,
    commits: Vec<&'a CommitLine>,
    conflict: Option<Vec<Clash>>,
}

pub(super) async fn act(scene: &Scene<'_>, wanted: &Wanted<'_>) -> Result<Made, Trouble> {
    let repository = scene.repository;
    let source = source(scene, wanted.from).await?;
    let came = repository.compare(wanted.since, &source).await?.commits;
    let commits: Vec<&CommitLine> = came.iter().filter(|commit| commit.parents < 2).collect();
    let merges = came.len() - commits.len();
    // The branch appears whole, so what is there is the end of an earlier attempt, or somebody else's.
    if let Some(made) = adopt(scene, wanted, &source, &commits, merges).await? {
        if scene.resumed {
            repository.delete_branch(&aside(wanted)).await?;
        }
        return Ok(Made::BackMerge(made));
    }
    let missing = present::missing(repository, &commits, &source, wanted.into).await?;
    if missing.is_empty() {
        if scene.resumed {
            repository.delete_branch(&aside(wanted)).await?;
        }
        return Ok(Made::BackMerge(BackMerge::Nothing));
    }
    let picked = pick(scene, wanted, &missing).await?;
    let (head, made) = match picked.conflict {
        Some(files) => (&source, BackMerge::Conflict { files, commits: listed(scene, &missing) }),
        None if picked.commits.is_empty() => (&source, BackMerge::Nothing),
        None => {
            let already: Vec<&CommitLine> =
                commits.into_iter().filter(|commit| !picked.commits.contains(commit)).collect();
            let (commits, already) = (listed(scene, &picked.commits), listed(scene, &already));
            (&picked.tip, BackMerge::Picked { commits, already, merges })
        }
    };
    if made != BackMerge::Nothing && Scene::exists(repository.create_branch(wanted.branch, head).await)?.is_none() {
        return Err(Trouble::Later(format!("branch {} is just being made", wanted.branch), None));
    }
    repository.delete_branch(&aside(wanted)).await?;
    Ok(Made::BackMerge(made))
}

/// Picks commit after commit, until one conflicts.
///
/// GitHub has no request for that, but it merges: with a commit that has the new line's tree and the picked commit's
/// parent, the merge base is that parent, and the merge's tree is that of a cherry-pick.
async fn pick<'a>(scene: &Scene<'_>, wanted: &Wanted<'_>, commits: &[&'a CommitLine]) -> Result<Picked<'a>, Trouble> {
    let repository = scene.repository;
    let aside = aside(wanted);
    let tip = repository.branch(wanted.into).await?;
    let tip = tip.ok_or_else(|| Trouble::Person(format!("branch {} is not on GitHub", wanted.into)))?;
    let mut tree = repository.commit(&tip).await?.tree;
    let mut picked = Picked { tip, commits: vec![], conflict: None };
    for commit in commits {
        let detail = repository.commit(&commit.sha).await?;
        let parents: Vec<&str> = detail.parents.iter().map(String::as_str).collect();
        let message = format!("To pick {}", detail.sha);
        let beside = repository.create_commit(&message, &tree, &parents, scene.started).await?;
        match join(scene, &aside, &beside, &detail.sha, &message).await? {
            Merge::Merged(merge) => {
                let merged = repository.commit(&merge).await?.tree;
                // Whose change is there already adds nothing.
                if merged != tree {
                    let message = patch::with_trailer(&detail.message, &detail.sha);
                    let (author, parents) = (&detail.author, [picked.tip.as_str()]);
                    picked.tip =
                        repository.create_commit_of(author, &message, &merged, &parents, scene.started).await?;
                    tree = merged;
                    picked.commits.push(commit);
                }
            }
            Merge::AlreadyThere => {}
            Merge::Conflict => {
                picked.conflict = Some(clashes(scene, wanted, &detail, &picked.tip).await?);
                return Ok(picked);
            }
            Merge::Refused(words) => {
                return Err(Trouble::Person(format!(
                    "GitHub does not let the bot work on branch {aside}: {words}. Exempt `shipmate/tmp/**` from the \
                     rule, then retry"
                )));
            }
        }
    }
    Ok(picked)
}

/// Merges a commit into one beside it, on a branch aside; an earlier attempt may have come so far already.
async fn join(scene: &Scene<'_>, aside: &str, beside: &str, commit: &str, message: &str) -> Result<Merge, Trouble> {
    let repository = scene.repository;
    if Scene::exists(repository.create_branch(aside, beside).await)?.is_none() {
        let head = repository.branch(aside).await?.unwrap_or_default();
        let stands = head == beside || repository.commit(&head).await?.parents == [beside, commit];
        if head != beside && stands {
            return Ok(Merge::Merged(head));
        }
        if !stands {
            repository.move_branch(aside, beside, true).await?;
        }
    }
    Ok(repository.merge_branch(aside, commit, message).await?)
}

/// The branch if it is there and ours: the commits as they were, or each picked from one of them, in order.
async fn adopt(
    scene: &Scene<'_>,
    wanted: &Wanted<'_>,
    source: &str,
    commits: &[&CommitLine],
    merges: usize,
) -> Result<Option<BackMerge>, Trouble> {
    let Some(head) = scene.repository.branch(wanted.branch).await? else { return Ok(None) };
    if head == source {
        let missing = present::missing(scene.repository, commits, source, wanted.into).await?;
        let files = conflict::known(scene, wanted.into, wanted.from).await?;
        return Ok(Some(BackMerge::Conflict { files, commits: listed(scene, &missing) }));
    }
    let own = scene.repository.compare(wanted.into, &head).await?.commits;
    let origin = |own: &CommitLine| patch::picked_from(&own.message).last().map(|&sha| sha.to_owned());
    let mut left = commits.iter();
    let mut picked = vec![];
    for own in &own {
        let found = origin(own).and_then(|sha| left.find(|commit| commit.sha == sha));
        picked.push(*found.ok_or_else(|| {
            Trouble::Person(format!(
                "branch {} exists already, at {}, and holds something else: delete it on GitHub and retry, or cancel",
                wanted.branch,
                short(&head)
            ))
        })?);
    }
    if picked.is_empty() {
        return Ok(Some(BackMerge::Nothing));
    }
    let already: Vec<&CommitLine> = commits.iter().copied().filter(|commit| !picked.contains(commit)).collect();
    let (commits, already) = (listed(scene, &picked), listed(scene, &already));
    Ok(Some(BackMerge::Picked { commits, already, merges }))
}

/// The files of a commit that do not go onto the new line, or all of them if none can be named.
async fn clashes(
    scene: &Scene<'_>,
    wanted: &Wanted<'_>,
    commit: &CommitDetail,
    tip: &str,
) -> Result<Vec<Clash>, Trouble> {
    let repository = scene.repository;
    let parent = commit.parents.first().map_or("", String::as_str);
    let changed: Vec<String> = repository.changes(&commit.sha).await?.into_iter().map(|file| file.path).collect();
    let mut paths = vec![];
    for path in &changed {
        let (base, ours, theirs) = futures::try_join!(
            repository.file(path, parent),
            repository.file(path, tip),
            repository.file(path, &commit.sha)
        )?;
        let text = |file: Option<FileText>| file.map(|file| file.text);
        let (base, ours, theirs) = (text(base), text(ours), text(theirs));
        let clean = ours == theirs
            || ours == base
            || matches!((&base, &ours, &theirs), (Some(base), Some(ours), Some(theirs))
                if diffy::merge(base, ours, theirs).is_ok());
        if !clean {
            paths.push(path.clone());
        }
    }
    let paths = if paths.is_empty() { changed } else { paths };
    let sides = [wanted.into, wanted.from];
    let looks = paths.into_iter().map(|path| conflict::clash(scene, path, &sides));
    futures::future::try_join_all(looks).await
}

fn listed(scene: &Scene<'_>, commits: &[&CommitLine]) -> Vec<NewCommit> {
    let one = |commit: &&CommitLine| NewCommit {
        sha: commit.sha.clone(),
        subject: commit.message.lines().next().unwrap_or_default().to_owned(),
        author: scene.people.name_of_login(&commit.author),
    };
    commits.iter().map(one).collect()
}

/// Where commits are picked: a branch that is gone again at the end.
fn aside(wanted: &Wanted<'_>) -> String {
    format!("shipmate/tmp/{}", wanted.branch.replace('/', "-"))
}

async fn source(scene: &Scene<'_>, name: &str) -> Result<String, Trouble> {
    if let Some(commit) = scene.repository.branch(name).await? {
        return Ok(commit);
    }
    let tag = scene.repository.tag(name).await?.map(|tag| tag.commit);
    tag.ok_or_else(|| Trouble::Person(format!("neither branch nor tag {name} is on GitHub: make it, then retry")))
}
