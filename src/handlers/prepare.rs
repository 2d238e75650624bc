//! `/release prepare` and `/hotfix`: read what is there, decide on the version, freeze the plan.

use chrono::{DateTime, Utc};
use commands::{Hotfix, NewVersion, ReleasePrepare};

use super::{Asked, Refusal};
use crate::{
    domain::{
        next::next,
        playbook::{Path, Playbook},
        release::{Brief, Release, ReleaseId, ReleaseKind},
        version::{Bump, Version},
    },
    github::Repository,
    journal, messages, steps,
};

/// What was asked for, whichever command asked.
struct Wanted<'a> {
    project: &'a str,
    repository: &'a Repository,
    playbook: &'a Playbook,
    path: &'a Path,
    source: String,
    version: Option<Version>,
    bump: Bump,
    kind: ReleaseKind,
    dry_run: bool,
}

/// What stands in the repository.
pub(super) struct Found {
    pub(super) source_commit: String,
    pub(super) current: Version,
}

impl Asked<'_> {
    pub(super) async fn prepare(&self, asked: ReleasePrepare) -> Result<Option<super::Message>, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let path = &playbook.release;
        self.start(Wanted {
            project: &project.name,
            repository,
            playbook,
            path,
            source: asked.source.map_or_else(|| path.source.clone(), |source| source.as_str().to_owned()),
            version: read_version(asked.version.as_ref())?,
            bump: asked.bump.map_or(path.bump, bump),
            kind: ReleaseKind::Regular,
            dry_run: asked.dry_run,
        })
        .await
    }

    pub(super) async fn hotfix(&self, asked: Hotfix) -> Result<Option<super::Message>, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let path = &playbook.hotfix;
        self.start(Wanted {
            project: &project.name,
            repository,
            playbook,
            path,
            source: path.source.clone(),
            version: read_version(asked.version.as_ref())?,
            bump: path.bump,
            kind: ReleaseKind::Hotfix { description: asked.description.as_str().to_owned() },
            dry_run: asked.dry_run,
        })
        .await
    }

    async fn start(&self, wanted: Wanted<'_>) -> Result<Option<super::Message>, Refusal> {
        let requester = self.who()?;
        let at = self.desk.clock.now();
        let found = look(wanted.repository, wanted.playbook, &wanted.source).await?;
        let brief = brief(&wanted, found, requester, at).await?;
        if wanted.dry_run {
            let previous = brief.previous_tag.as_deref();
            let notes =
                steps::notes::read(wanted.repository, &self.desk.people, previous, &brief.source_commit).await?;
            return Ok(Some(messages::plan::dry_run(&brief, &notes.lines())));
        }
        let desk = self.desk.clone();
        self.decide(move |writing| {
            let mut brief = brief;
            for open in writing.open_releases()?.into_iter().filter(|open| open.brief.project == brief.project) {
                let same_line = open.is_hotfix() == matches!(brief.kind, ReleaseKind::Hotfix { .. });
                if same_line || open.brief.version == brief.version {
                    return Err(still_open(&open));
                }
            }
            brief.id = ReleaseId(writing.next_number("release")?);
            writing.create_release(&brief)?;
            journal::refresh_cards(&desk, writing, &brief)?;
            let id = brief.id;
            Ok((messages::plan::started(&brief), vec![id]))
        })
        .await
    }
}

/// Reads the source's head and its version.
pub(super) async fn look(repository: &Repository, playbook: &Playbook, source: &str) -> Result<Found, Refusal> {
    let file = &playbook.version_file;
    let (head, text) = futures::try_join!(repository.branch(source), repository.file(file, source))?;
    let head =
        head.ok_or_else(|| format!("There is no branch {source} on GitHub; name another with source=\u{2026}."))?;
    let text = text.ok_or_else(|| {
        format!("{file} is missing on {source}: add it with the version that production runs, then prepare again.")
    })?;
    let current = Version::from_file(&text.text)
        .map_err(|problem| format!("{file} on {source} cannot be used: {problem}. Correct it, then prepare again."))?;
    Ok(Found { source_commit: head, current })
}

async fn brief(wanted: &Wanted<'_>, found: Found, requester: String, at: DateTime<Utc>) -> Result<Brief, Refusal> {
    let playbook = wanted.playbook;
    let version = wanted.version.clone().unwrap_or_else(|| found.current.next(wanted.bump));
    if !version.is_final() {
        return Err(format!("{version} is a pre-release; only plain versions such as 2.2.0 go to production.").into());
    }
    if version <= found.current {
        let next = found.current.next(wanted.bump);
        return Err(format!(
            "{version} does not come after {}, which {} holds. Next would be {next}: prepare again without a version, or \
             with a greater one.",
            found.current, wanted.source
        )
        .into());
    }
    let text = version.to_string();
    let (tag, branch) = (playbook.tag_of(&text), wanted.path.branch.replace("{version}", &text));
    let before = playbook.tag_of(&found.current.to_string());
    let (tags, earlier, branches) = futures::try_join!(
        wanted.repository.tags_with_prefix(&tag),
        wanted.repository.tags_with_prefix(&before),
        wanted.repository.branches_with_prefix(&branch)
    )?;
    let has = |names: &[(String, String)], name: &str| names.iter().any(|(known, _)| known == name);
    if has(&tags, &tag) || has(&branches, &branch) {
        let what = if has(&tags, &tag) { format!("Tag {tag}") } else { format!("Branch {branch}") };
        let next = version.next(wanted.bump);
        return Err(format!(
            "{what} exists already, and a version is used only once. Next would be {next}: prepare again with \
             version={next}, or delete it on GitHub if it was made by mistake."
        )
        .into());
    }
    let previous_tag = if has(&earlier, &before) { Some(before) } else { newest(wanted, &version).await? };
    let words = playbook.words(&text, &tag, &branch, &wanted.source);
    Ok(Brief {
        id: ReleaseId(0),
        project: wanted.project.to_owned(),
        kind: wanted.kind.clone(),
        requester,
        at,
        plan: wanted.path.plan(&words)?,
        tag,
        branch,
        source: wanted.source.clone(),
        source_commit: found.source_commit,
        production: playbook.production.clone(),
        previous_tag,
        next_version: version.next(playbook.release.bump),
        target_minutes: wanted.path.target_minutes(),
        version,
    })
}

/// The tag of the newest version below this one: version file and tags do not agree in every repository, and older tags
/// may have been written without what the playbook puts around a version.
async fn newest(wanted: &Wanted<'_>, below: &Version) -> Result<Option<String>, Refusal> {
    let names = wanted.repository.tag_names().await?;
    let version = |name: &String| {
        let version: Version = wanted.playbook.version_of_tag(name).unwrap_or(name).parse().ok()?;
        (version.is_final() && version < *below).then(|| (version, name.clone()))
    };
    Ok(names.iter().filter_map(version).max().map(|(_, name)| name))
}

fn still_open(open: &Release) -> Refusal {
    let waiting = match next(open, &crate::domain::next::Around::default(), open.brief.at) {
        crate::domain::next::Next::Run(step) => open.brief.plan.steps[step].step.in_words(),
        _ => "waiting; /why tells for what".to_owned(),
    };
    Refusal::Refused(format!(
        "{} is still open ({waiting}). Finish it first, or end it with /release cancel.",
        open.name()
    ))
}

fn read_version(version: Option<&NewVersion>) -> Result<Option<Version>, Refusal> {
    Ok(version.map(|version| version.as_str().parse()).transpose()?)
}

fn bump(bump: commands::Bump) -> Bump {
    match bump {
        commands::Bump::Major => Bump::Major,
        commands::Bump::Minor => Bump::Minor,
        commands::Bump::Patch => Bump::Patch,
    }
}
