//! The senders that are understood, one file each: what they send becomes reports of deploys and alerts.

mod argocd;
mod cloudevents;
mod flux;
mod gitlab;
mod grafana;
#[cfg(test)]
mod tests;
pub mod text;

use axum::http::{HeaderMap, StatusCode};

use super::{Reports, StoppedEnvironment, credentials::SigningWay};
use crate::domain::{deploy::report, incident::alert};

/// One kind of sender.
pub struct Sender {
    /// Its name in `routes` of `[hooks]`.
    pub name: &'static str,
    /// Where it sends to.
    pub path: &'static str,
    /// How it proves who it is, besides by the ways that all have.
    pub ways: &'static [SigningWay],
    /// The header in which it names each delivery, if it does.
    pub delivery: Option<&'static str>,
    /// What it is answered when it comes too often: some try again only when the server is at fault.
    pub too_fast: StatusCode,
    /// What it sends, read.
    pub read: fn(&HeaderMap, &[u8]) -> Result<Read, Vec<String>>,
    /// Something that can be sent as it stands, for those who sent what cannot be read.
    pub example: &'static str,
}

/// What a delivery says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// These reports.
    Reports(Reports),
    /// These reports, and what else in the same delivery cannot be read: what is wrong with it.
    Partly(Reports, Vec<String>),
    /// Nothing of concern, and why.
    Ignored(&'static str),
}

/// All of them.
pub const SENDERS: [Sender; 7] = [
    Sender {
        name: "deploy",
        path: "/hooks/deploy",
        ways: &[SigningWay::Standard],
        delivery: Some("webhook-id"),
        too_fast: StatusCode::TOO_MANY_REQUESTS,
        read: |_, body| Ok(Read::Reports(Reports { deploys: vec![report::read(body)?], ..Reports::default() })),
        example: report::EXAMPLE,
    },
    Sender {
        name: "alertmanager",
        path: "/hooks/alertmanager",
        ways: &[],
        delivery: None,
        too_fast: StatusCode::SERVICE_UNAVAILABLE,
        read: |_, body| Ok(Read::Reports(Reports { groups: vec![alert::read(body)?], ..Reports::default() })),
        example: alert::EXAMPLE,
    },
    Sender {
        name: "grafana",
        path: "/hooks/grafana",
        ways: &[SigningWay::BareSigned("x-grafana-alerting-signature")],
        delivery: None,
        too_fast: StatusCode::SERVICE_UNAVAILABLE,
        read: |_, body| grafana::read(body),
        example: grafana::EXAMPLE,
    },
    Sender {
        name: "gitlab",
        path: "/hooks/gitlab",
        ways: &[SigningWay::Token("x-gitlab-token")],
        delivery: Some("idempotency-key"),
        too_fast: StatusCode::TOO_MANY_REQUESTS,
        read: |_, body| gitlab::read(body),
        example: gitlab::EXAMPLE,
    },
    Sender {
        name: "argocd",
        path: "/hooks/argocd",
        ways: &[],
        delivery: None,
        too_fast: StatusCode::SERVICE_UNAVAILABLE,
        read: |_, body| argocd::read(body),
        example: argocd::EXAMPLE,
    },
    Sender {
        name: "flux",
        path: "/hooks/flux",
        ways: &[SigningWay::Signed("x-signature")],
        delivery: None,
        too_fast: StatusCode::SERVICE_UNAVAILABLE,
        read: |_, body| flux::read(body),
        example: flux::EXAMPLE,
    },
    Sender {
        name: "cloudevents",
        path: "/hooks/cloudevents",
        ways: &[],
        delivery: None,
        too_fast: StatusCode::TOO_MANY_REQUESTS,
        read: cloudevents::read,
        example: cloudevents::EXAMPLE,
    },
];

impl Sender {
    /// What the sender calls this delivery.
    pub fn delivery(&self, headers: &HeaderMap) -> Option<String> {
        let name = headers.get(self.delivery?)?.to_str().ok()?;
        (!name.is_empty() && name.len() <= 200).then(|| name.to_owned())
    }
}

fn reports(deploys: Vec<report::Deploy>) -> Result<Read, Vec<String>> {
    Ok(Read::Reports(Reports { deploys, ..Reports::default() }))
}
