//! `/release prepare` and `/hotfix`: begin a release, or show what it would be.

use commands::{Hotfix, Invocation, NewVersion, Permission, ReleasePrepare, Severity};

use super::{Asked, Refusal};
use crate::{
    domain::{
        message::{Button, Look},
        playbook::Playbook,
        release::ReleaseKind,
        version::{Bump, Version},
    },
    engine::{
        begin::{self, CannotBegin, Wanted},
        steps,
    },
    messages,
};

impl From<CannotBegin> for Refusal {
    fn from(why: CannotBegin) -> Self {
        match why {
            CannotBegin::Refused(sentence) => Self::Refused(sentence),
            CannotBegin::GitHub(problem) => problem.into(),
            CannotBegin::Store(problem) => problem.into(),
        }
    }
}

impl Asked<'_> {
    pub(super) async fn prepare(&self, asked: ReleasePrepare) -> Result<Option<super::Message>, Refusal> {
        if asked.waive.is_some() {
            self.authorise(Permission::Override)?;
        }
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let path = &playbook.release;
        let wanted = Wanted {
            project: &project.name,
            repository,
            playbook,
            path,
            source: asked.source.map_or_else(|| path.source.clone(), |source| source.as_str().to_owned()),
            version: read_version(playbook, asked.version.as_ref())?,
            bump: asked.bump.map_or(path.bump, bump),
            kind: ReleaseKind::Regular,
            waive: asked.waive.as_ref().map(|reason| reason.as_str().to_owned()),
            requester: self.who()?,
            start: self.context.clock.now(),
        };
        self.begin(wanted, asked.dry_run, asked.nothing_new).await
    }

    pub(super) async fn hotfix(&self, asked: Hotfix) -> Result<Option<super::Message>, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let path = &playbook.hotfix;
        let severity = asked.severity.map(Severity::number);
        if let Some(least) = path.severity.filter(|least| severity.is_none_or(|severity| severity > *least)) {
            return Err(self.fix_forward(&project.name, playbook, asked.severity, least));
        }
        let wanted = Wanted {
            project: &project.name,
            repository,
            playbook,
            path,
            source: path.source.clone(),
            version: read_version(playbook, asked.version.as_ref())?,
            bump: path.bump,
            kind: ReleaseKind::Hotfix { description: asked.description.as_str().to_owned(), severity },
            waive: None,
            requester: self.who()?,
            start: self.context.clock.now(),
        };
        self.begin(wanted, asked.dry_run, true).await
    }

    /// A hotfix is the last resort: what else helps.
    fn fix_forward(&self, project: &str, playbook: &Playbook, severity: Option<Severity>, least: u8) -> Refusal {
        let forward = format!(
            "Fix forward instead: merge the fix into {} and release it with /release prepare",
            playbook.production
        );
        let sentence = match severity {
            Some(severity) => format!(
                "{project} ships a hotfix only for severity {least} (critical) faults, and this one is {severity} ({}). \
                 {forward}{}.",
                severity.number(),
                self.or_switch_it_off()
            ),
            None => format!(
                "Say how severe it is: {project} ships a hotfix only for severity {least} (critical: production does not \
                 do what it is for), with severity=critical. {forward}{}.",
                self.or_switch_it_off()
            ),
        };
        let critical = severity.is_none().then(|| self.invocation.clone().with("severity", "critical"));
        let release = self.authorise(Permission::Release).is_ok().then(|| Invocation::new("release prepare"));
        let release = release.map(|release| release.with("project", project).with("dry-run", "yes"));
        let flags = self.context.flags.is_some().then(|| Invocation::new("flag list"));
        let buttons = [
            critical.and_then(|hotfix| Button::say("It is critical", Look::Danger, &hotfix)),
            release
                .and_then(|release| Button::say(format!("What is on {}", playbook.production), Look::Plain, &release)),
            flags.and_then(|flags| Button::say("Flags", Look::Plain, &flags)),
        ];
        let message = messages::refusal::refused(&sentence).row(buttons.into_iter().flatten().collect());
        Refusal::Answered(Box::new(message))
    }

    /// With feature flags there is a faster way than any release.
    fn or_switch_it_off(&self) -> &'static str {
        if self.context.flags.is_some() {
            return ", or switch the feature off at once, if it has a flag: /flag list, /flag off";
        }
        ", or switch the feature off if it has a flag"
    }

    /// Begins what is wanted; `empty` if it may begin although nothing has changed.
    async fn begin(&self, wanted: Wanted<'_>, dry_run: bool, empty: bool) -> Result<Option<super::Message>, Refusal> {
        let spec = begin::begin(self.context, &wanted).await?;
        let mut closed = begin::in_the_way(self.context, &spec)?;
        let ruled = begin::ruled::look(wanted.repository, &spec);
        if dry_run {
            let (previous, people) = (spec.previous_tag.as_deref(), &self.context.people);
            let notes = steps::notes::read(wanted.repository, people, previous, &spec.source_commit);
            let (notes, ruling) = futures::join!(notes, ruled);
            closed.extend(messages::hindrance::sentences(&ruling));
            return Ok(Some(messages::plan::dry_run(&spec, &notes?.lines(), &closed)));
        }
        let is_empty = async { if empty { Ok(false) } else { begin::is_empty(&wanted, &spec).await } };
        let (is_empty, ruling) = futures::join!(is_empty, ruled);
        if is_empty? {
            let again = self.invocation.clone().with("nothing-new", "yes");
            let message = messages::plan::nothing_new(&spec, &closed);
            let all_the_same = Button::say("Begin all the same", Look::Danger, &again);
            return Ok(Some(message.row(all_the_same.into_iter().collect())));
        }
        let (context, waive) = (self.context.clone(), wanted.waive);
        self.decide(move |writing| {
            let spec = begin::create(&context, writing, spec, waive, ruling)?;
            let id = spec.id;
            Ok((messages::plan::started(&spec, &closed), vec![id]))
        })
        .await
    }
}

fn read_version(playbook: &Playbook, version: Option<&NewVersion>) -> Result<Option<Version>, Refusal> {
    Ok(version.map(|version| playbook.scheme.read(version.as_str())).transpose()?)
}

fn bump(bump: commands::Bump) -> Bump {
    match bump {
        commands::Bump::Major => Bump::Major,
        commands::Bump::Minor => Bump::Minor,
        commands::Bump::Patch => Bump::Patch,
    }
}
