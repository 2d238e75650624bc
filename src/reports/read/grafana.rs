//! What Grafana's contact point "webhook" sends: as Alertmanager does, in a version of its own.

use super::{Read, Reports};
use crate::domain::incident::alert;

/// A notification that can be sent as it stands.
pub(super) const EXAMPLE: &str = r#"{"version": "1", "groupKey": "{}:{alertname=\"HighErrorRate\"}", "status": "firing", "orgId": 1, "truncatedAlerts": 0, "commonLabels": {"alertname": "HighErrorRate", "severity": "critical", "shipmate_project": "api"}, "alerts": [{"status": "firing", "labels": {"alertname": "HighErrorRate"}, "startsAt": "2026-03-02T15:04:05Z", "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "b0c4"}]}"#;

/// Reads a notification.
pub(super) fn read(body: &[u8]) -> Result<Read, Vec<String>> {
    let group = alert::read_version(body, "1", "Grafana")?;
    // Both count their groups in the same way, and mean different ones.
    let group = group.renamed(|key| format!("grafana:{key}"));
    Ok(Read::Reports(Reports { groups: vec![group], ..Reports::default() }))
}
