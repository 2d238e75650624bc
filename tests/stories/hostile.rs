//! What others write neither pings, nor formats, nor stands in the way of what comes after it.

use sandbox::wire::Service;
use serde_json::json;

use crate::story::{Story, with_hooks};

/// Mentions, markup of both chats, letters that take several units, and far too much of all of it.
fn hostile() -> String {
    format!(
        "@everyone </b> [a](https://evil.example) <@1> `x` \u{1f525} {}",
        "*_~|\u{1f469}\u{200d}\u{1f4bb} ".repeat(700)
    )
}

fn notification(status: &str, title: &str) -> String {
    let short: String = title.chars().take(400).collect();
    let alert = |name: String| {
        json!({"status": status, "labels": {"instance": name, "path": short}, "annotations": {"summary": short},
            "startsAt": "2026-03-02T08:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "fingerprint": name})
    };
    let alerts: Vec<_> = (0..30).map(|nth| alert(format!("web-{nth}"))).collect();
    let more = (0..12).map(|nth| (format!("label{nth}"), json!(title)));
    let mut labels: serde_json::Map<_, _> = more.collect();
    labels.extend([("alertname".to_owned(), json!(title)), ("shipmate_project".to_owned(), json!("api"))]);
    json!({"version": "4", "groupKey": "k", "truncatedAlerts": 0, "status": status, "groupLabels": {}, "commonLabels": labels,
        "commonAnnotations": {}, "externalURL": "http://alertmanager:9093", "receiver": title, "alerts": alerts})
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_do_no_harm_in_either_chat() {
    let story = Story::begin_configured(with_hooks).await;
    let deploy = |status: &str, url: &str| {
        json!({"project": "api", "environment": "</b>@everyone", "version": "[a](b)", "status": status, "id": "`@here`",
            "commit": "<b>*_~", "url": url})
        .to_string()
    };
    for url in ["https://evil.example/)[x](y", "javascript:alert(1)"] {
        assert_eq!(story.reported("/hooks/deploy", deploy("failed", url)).await.0, 200);
    }
    assert_eq!(story.reported("/hooks/deploy", json!({"project": hostile()}).to_string()).await.0, 400);
    insta::assert_snapshot!(story.short("#incidents") + "\n" + &story.short("Incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_without_end_is_shortened_and_its_end_is_shown() {
    let story = Story::begin_configured(with_hooks).await;
    assert!(hostile().chars().count() > 5000);
    assert_eq!(story.reported("/hooks/alertmanager", notification("firing", &hostile())).await.0, 200);
    let firing = (story.shown("#incidents"), story.shown("Incidents"));
    assert!(firing.0.contains("30 firing") && firing.1.contains("30 firing"), "{firing:?}");
    assert_eq!(story.reported("/hooks/alertmanager", notification("resolved", &hostile())).await.0, 200);
    for place in ["#incidents", "Incidents"] {
        let told = story.shown(place);
        let message = told.lines().nth(2).unwrap_or_default().to_owned() + told.lines().nth(1).unwrap_or_default();
        assert!(message.contains("Resolved: "), "{place}: {told}");
    }
    let refused: Vec<_> = story
        .world
        .wire()
        .recorded()
        .into_iter()
        .filter(|sent| [Service::Discord, Service::Telegram].contains(&sent.service) && sent.status >= 400)
        .collect();
    assert!(refused.is_empty(), "{refused:?}");
    let pinged = story
        .told()
        .lines()
        .filter(|line| line.trim_start().starts_with("pings:"))
        .map(str::to_owned)
        .collect::<Vec<_>>();
    assert!(!pinged.is_empty() && pinged.iter().all(|line| !line.contains("everyone")), "{pinged:?}");
    story.end().await;
}
