//! `/release promote`: approves at the gate before an environment.

use commands::{Approve, ReleasePromote};

use crate::{
    domain::{
        message::Message,
        release::{Release, gate::Gate},
    },
    handlers::{Asked, Refusal, suggest::open_gates},
};

impl Asked<'_> {
    /// To promote is to approve at the gate before an environment.
    pub(in crate::handlers) async fn promote(&self, asked: ReleasePromote) -> Result<Option<Message>, Refusal> {
        let environment = asked.environment.as_ref().map(commands::EnvironmentName::as_str);
        let promotes = |release: &Release| {
            let open = open_gates(self.context, release);
            let gates = release.spec.plan.gates().map(|(_, gate)| gate);
            let fits = |gate: &&Gate| {
                let to = gate.promotes.as_deref();
                open.contains(&gate.name) && to.is_some() && environment.is_none_or(|wanted| to == Some(wanted))
            };
            gates.into_iter().find(fits).map(|gate| gate.name.clone())
        };
        let release =
            self.release_that(|release| promotes(release).is_some(), asked.project.as_ref(), asked.version.as_ref())?;
        let gate = match (promotes(&release), &asked.environment) {
            (Some(gate), _) => gate,
            (None, Some(named)) => {
                let to = self.environment(&release.spec.project, named)?;
                // One that was given is answered as such.
                let mut gates = release.spec.plan.gates();
                let given = gates
                    .find(|(step, gate)| gate.promotes.as_deref() == Some(&to) && release.state.steps[*step].is_over());
                match given {
                    Some((_, gate)) => gate.name.clone(),
                    None => return Err(self.not_asked(&release, &format!("no promotion to {to}"))?),
                }
            }
            (None, None) => return Err(self.not_asked(&release, "no promotion")?),
        };
        let gate = commands::Argument::parse(&gate).ok();
        self.approve(Approve { gate, project: asked.project, version: asked.version, note: asked.note, together: None })
            .await
    }
}
