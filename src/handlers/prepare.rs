//! `/release prepare` and `/hotfix`: begin a release, or show what it would be.

use commands::{Hotfix, Invocation, NewVersion, Permission, ReleasePrepare, Severity};

use super::{Asked, Refusal};
use crate::{
    domain::{
        message::{Button, Look},
        playbook::Playbook,
        release::{
            ReleaseKind, ReleaseSpec,
            notes::{Notes, NotesEntry},
        },
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
        let repository = &if asked.dry_run { repository.for_a_question() } else { repository.for_a_start() };
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
            adopt: None,
            requester: self.who()?,
            start: self.context.clock.now(),
        };
        // Who says how the version grows has decided what breaks in it.
        let decided = asked.version.is_some() || asked.bump.is_some();
        self.begin(wanted, asked.dry_run, Asks { empty: !asked.nothing_new, breaking: !decided }).await
    }

    pub(super) async fn hotfix(&self, asked: Hotfix) -> Result<Option<super::Message>, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let path = &playbook.hotfix;
        let severity = asked.severity.map(Severity::number);
        if let Some(least) = path.severity.filter(|least| severity.is_none_or(|severity| severity > *least)) {
            return Err(self.fix_forward(&project.name, playbook, asked.severity, least));
        }
        let repository = &if asked.dry_run { repository.for_a_question() } else { repository.for_a_start() };
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
            adopt: None,
            requester: self.who()?,
            start: self.context.clock.now(),
        };
        self.begin(wanted, asked.dry_run, Asks { empty: false, breaking: false }).await
    }

    /// What breaks, where the version does not say so. What GitHub does not show now keeps no release from beginning.
    async fn breaking(&self, wanted: &Wanted<'_>, spec: &ReleaseSpec) -> Vec<String> {
        let Version::Semver(version) = &spec.version else { return vec![] };
        // Before 1.0.0 a minor version says it.
        let says = match wanted.bump {
            Bump::Major => true,
            Bump::Minor => version.major == 0,
            Bump::Patch => false,
        };
        if says || spec.previous_tag.is_none() {
            return vec![];
        }
        let found = steps::notes::breaking(wanted.repository, &self.context.people, &spec.range()).await;
        found.unwrap_or_default().iter().map(NotesEntry::text).collect()
    }

    /// What would be in.
    async fn notes_of(&self, wanted: &Wanted<'_>, spec: &ReleaseSpec) -> Result<Notes, Refusal> {
        let project = self.context.projects.get(wanted.project);
        let (project, _) = project.ok_or_else(|| format!("There is no project {}.", wanted.project))?;
        Ok(steps::notes::read((project, wanted.repository), &self.context.people, &spec.range()).await?)
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

    /// Begins what is wanted, or asks first.
    pub(super) async fn begin(
        &self,
        wanted: Wanted<'_>,
        dry_run: bool,
        asks: Asks,
    ) -> Result<Option<super::Message>, Refusal> {
        let decided = begin::begin(self.context, &wanted).await?;
        let spec = &decided.spec;
        let mut closed = begin::in_the_way(self.context, spec)?;
        let ruled = begin::ruled::look(wanted.repository, spec);
        let undecidable = begin::undecidable::look(self.context, wanted.repository, spec);
        if dry_run {
            let (notes, ruling, undecidable) = futures::join!(self.notes_of(&wanted, spec), ruled, undecidable);
            closed.extend(undecidable);
            closed.extend(messages::hindrance::sentences(&ruling));
            let begin = Button::say("Begin it", Look::Plain, &self.invocation.clone().with("dry-run", "no"));
            let plan = messages::plan::dry_run(spec, &notes?, &closed);
            return Ok(Some(plan.row(begin.into_iter().collect())));
        }
        let is_empty = async { if asks.empty { begin::is_empty(&wanted, spec).await } else { Ok(false) } };
        let breaking = async { if asks.breaking { self.breaking(&wanted, spec).await } else { vec![] } };
        let ahead = decided.read_ahead(wanted.repository);
        let (is_empty, breaking, ruling, undecidable, ()) =
            futures::join!(is_empty, breaking, ruled, undecidable, ahead);
        closed.extend(undecidable);
        if is_empty? {
            let again = self.invocation.clone().with("nothing-new", "yes");
            let message = messages::plan::nothing_new(spec, &closed);
            let all_the_same = Button::say("Prepare anyway", Look::Danger, &again);
            return Ok(Some(message.row(all_the_same.into_iter().collect())));
        }
        if !breaking.is_empty() {
            let as_it = |bump| self.invocation.clone().with("bump", bump);
            let message = messages::plan::breaking(spec, &breaking, &closed);
            let major = Button::say("As a major version", Look::Good, &as_it("major"));
            let same = match wanted.bump {
                Bump::Major | Bump::Minor => "minor",
                Bump::Patch => "patch",
            };
            let same = Button::say(format!("{} all the same", spec.tag), Look::Danger, &as_it(same));
            return Ok(Some(message.row(major.into_iter().chain(same).collect())));
        }
        let (context, waive, spec) = (self.context.clone(), wanted.waive, decided.spec);
        self.decide(move |writing| {
            let spec = begin::create(&context, writing, spec, waive, ruling)?;
            let id = spec.id;
            Ok((messages::plan::started(&spec, &closed), vec![id]))
        })
        .await
    }
}

/// What is asked before a release begins.
#[derive(Clone, Copy)]
pub(super) struct Asks {
    /// Whether it is to begin although nothing has changed.
    pub empty: bool,
    /// Whether a version that is no major one is to bring what breaks.
    pub breaking: bool,
}

fn read_version(playbook: &Playbook, version: Option<&NewVersion>) -> Result<Option<Version>, Refusal> {
    Ok(version.map(|version| playbook.scheme.read(version.as_str())).transpose()?)
}

pub(super) fn bump(bump: commands::Bump) -> Bump {
    match bump {
        commands::Bump::Major => Bump::Major,
        commands::Bump::Minor => Bump::Minor,
        commands::Bump::Patch => Bump::Patch,
    }
}
