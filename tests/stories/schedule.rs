//! The agenda in both chats: what comes, what is left out and moved, what was missed.

use sandbox::{bot_toml::BotProject, world::WorldSettings};

use crate::story::Story;

/// What the team of the weekly train says every Friday.
const MORE: &str = r#"
[calendar]
holidays = ["2026-03-13 Founders' Day"]
token = "a-token-for-the-calendar"
[[schedules]]
project = "shop"
name = "triage"
title = "Bug triage"
cron = "30 9 * * 5"
roll = "next-working-day"
says = "Which bugs came in, and who takes them?"
roles = ["developer"]
"#;

/// It is Thursday, 5 March 2026, 09:00 in Toronto; that weekend the clocks go forward.
async fn thursday() -> Story {
    let settings = WorldSettings::weekly_train();
    let project = BotProject { more: MORE.replace("shop", &settings.github.name), ..settings.project.clone() };
    let reads_elsewhere =
        |text: &str| text.replacen("name = \"bob\"\n", "name = \"bob\"\ntime_zone = \"Asia/Kolkata\"\n", 1);
    Story::begin_in(WorldSettings { project, ..settings }, reads_elsewhere).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_is_listed_and_previewed() {
    let story = thursday().await;
    story.discord("dave", "schedule list", &[]).await;
    story.telegram("bob", "/schedule preview count=8").await;
    story.discord("carol", "schedule preview", &[("date", "departure"), ("count", "3")]).await;
    story.telegram("bob", "/schedule preview lunch").await;
    let suggested = story.suggested("schedule move", &[], ("date", "")).await;
    let known = ["Code freeze = code-freeze", "Departure = departure", "Bug triage = triage"];
    assert!(known.iter().all(|date| suggested.iter().any(|found| found == date)), "{suggested:?}");
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_train_is_left_out_and_another_moved() {
    let story = thursday().await;
    story.telegram("dave", "/schedule skip code-freeze nobody is here").await;
    story.telegram("alice", "/schedule skip code-freeze nobody is here dry-run").await;
    story.telegram("alice", "/schedule skip code-freeze nobody is here").await;
    story
        .discord(
            "alice",
            "schedule move",
            &[
                ("date", "departure"),
                ("to", "2026-03-17 14:00"),
                ("on", "2026-03-16"),
                ("reason", "the auditors come on Monday"),
            ],
        )
        .await;
    story.telegram("alice", "/schedule move departure 2026-03-12 10:00 on=2026-03-23 reason=sooner").await;
    story.telegram("alice", "/schedule move pre-flight Tue 10:00 reason=later").await;
    story.telegram("alice", "/schedule skip triage on=2026-03-06 reason=off-site").await;
    // The train of this Thursday does not begin; the one after it does, with the date that was moved.
    story.until("2026-03-05 18:00").await;
    story.until("2026-03-06 10:00").await;
    story.until("2026-03-12 17:00").await;
    story.discord("dave", "schedule list", &[]).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_of_an_open_release_moves_and_the_others_follow() {
    let story = thursday().await;
    story.until("2026-03-05 17:00").await;
    story.telegram("alice", "/schedule move departure Tue 14:00 reason=\"the database moves on Monday\" dry-run").await;
    story.telegram("alice", "/schedule move departure Tue 14:00 reason=\"the database moves on Monday\"").await;
    story
        .discord("alice", "schedule move", &[("date", "qa-sign-off"), ("to", "Wed 10:00"), ("reason", "too late")])
        .await;
    story.discord("alice", "schedule skip", &[("date", "departure"), ("reason", "not this week")]).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_departure_that_was_missed_is_moved_with_the_button() {
    let story = thursday().await;
    // What strikes at one instant is said in any order, so each strikes alone.
    for moment in ["05 17:00", "06 09:00", "06 09:30", "06 15:00", "09 10:00"] {
        story.until(&format!("2026-03-{moment}")).await;
    }
    story.telegram_press("alice", "Move it\u{2026}").await;
    story.telegram_reply("alice", "To when", "14:00").await;
    story.telegram_reply("alice", "Why is it moved", "QA needs the morning").await;
    // A train that is still there when the next one should begin keeps it from that.
    story.until("2026-03-12 17:00").await;
    let shown = story.shown("Releases");
    let from = shown.find("alice presses [Move it").expect("it was missed");
    insta::assert_snapshot!(&shown[from..]);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_train_that_was_missed_begins_late_and_a_very_late_one_does_not() {
    let mut story = thursday().await;
    story.until("2026-03-05 16:00").await;
    story.bot.killer()();
    story.until("2026-03-05 20:00").await;
    story.start_bot().await;
    story.discord("alice", "release cancel", &[("reason", "only a test")]).await;
    story.bot.killer()();
    // The sign-off was due on Monday, after the holiday.
    story.until("2026-03-16 15:30").await;
    story.start_bot().await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn github_does_not_answer_at_the_freeze() {
    use sandbox::wire::{Fault, Mishap, Service};
    let story = thursday().await;
    story.until("2026-03-05 16:59").await;
    for _ in 0..3 {
        let mishap = Mishap::Answer(502, vec![], serde_json::json!({ "message": "Bad gateway" }));
        let (method, path) = ("GET".into(), "/git/ref/heads/dev".into());
        story.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap });
    }
    story.until("2026-03-05 17:00").await;
    story.pass(2).await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calendar_is_read_by_another_library() {
    use icalendar::{Calendar, CalendarComponent, Component};

    let story = thursday().await;
    story.until("2026-03-05 17:00").await;
    story.discord("carol", "freeze start", &[("reason", "audit; quarter, end"), ("until", "2026-03-20 12:00")]).await;
    let name = &story.world.github().settings().name;
    let asked = async |project: &str, token: &str| {
        let address = story.world.bot_address();
        reqwest::get(format!("http://{address}/calendar.ics?project={project}&token={token}")).await.unwrap()
    };
    assert_eq!(asked(name, "another-token-altogether").await.status().as_u16(), 401);
    assert!(story.bot.log().contains("a calendar was refused: the token in its address is missing or wrong"));
    assert!(!story.bot.log().contains("another-token"), "{}", story.bot.log());
    assert_eq!(asked("other", "a-token-for-the-calendar").await.status().as_u16(), 404);
    let text = asked(name, "a-token-for-the-calendar").await.text().await.unwrap();
    let calendar: Calendar = text.parse().unwrap();
    let shown = calendar.components.iter().map(|component| {
        let CalendarComponent::Event(event) = component else { panic!("not an event: {component:?}") };
        let time = |value: Option<&str>| value.unwrap_or("-").to_owned();
        let (from, until) = (time(event.property_value("DTSTART")), time(event.property_value("DTEND")));
        format!("{from} {until} {} | {}", event.get_summary().unwrap(), event.get_description().unwrap_or_default())
    });
    let shown: Vec<String> = shown.collect();
    let ids: std::collections::BTreeSet<_> =
        calendar.components.iter().map(|event| event.as_event().unwrap().get_uid()).collect();
    assert_eq!(ids.len(), shown.len(), "each has its own id");
    // The first two weeks tell enough.
    insta::assert_snapshot!(shown.iter().take(20).cloned().collect::<Vec<_>>().join("\n"));
    assert!(shown.len() > 80, "twelve trains are known ahead");
    story.end().await;
}
