//! Five thousand reports at once, from eight senders, a third of them twice, in any order, and the bot killed in the
//! middle: each change is told once and none is lost.

mod senders;
mod shown;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::story::{Story, with_hooks};
use senders::{Delivery, SENDERS, deliveries};

/// How many deliveries of one sender are under way at once.
const AT_ONCE: usize = 4;
/// How long all may take, in real time.
const PATIENCE: Duration = Duration::from_secs(240);

/// What the senders have been answered.
#[derive(Default)]
struct Answers {
    taken: AtomicUsize,
    refused: AtomicUsize,
    put_off: AtomicUsize,
    unheard: AtomicUsize,
}

/// Sends until it is acknowledged, as real senders do: again when nobody answers, when the server is at fault, or later
/// when it says so.
async fn send(client: &reqwest::Client, door: &str, delivery: &Delivery, answers: &Answers) {
    loop {
        let Delivery { path, headers, body } = delivery;
        let request = client.post(format!("{door}{path}")).body(body.clone());
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let again = match request.send().await {
            Ok(answer) if answer.status().is_success() => {
                answers.taken.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Ok(answer) if answer.status().is_server_error() || answer.status().as_u16() == 429 => {
                answers.put_off.fetch_add(1, Ordering::Relaxed);
                let wait = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
                Duration::from_secs(wait.unwrap_or(0)) + Duration::from_millis(20)
            }
            Ok(answer) => {
                answers.refused.fetch_add(1, Ordering::Relaxed);
                panic!("{} was refused: {}", delivery.path, answer.status());
            }
            Err(_) => {
                answers.unheard.fetch_add(1, Ordering::Relaxed);
                Duration::from_millis(20)
            }
        };
        tokio::time::sleep(again).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_told_once_and_none_is_lost_though_the_bot_is_killed_in_a_burst() {
    let began = Instant::now();
    let mut story = Story::begin_configured(with_hooks).await;
    let (door, client, answers) = (story.door(""), reqwest::Client::new(), Arc::new(Answers::default()));
    let mut sending = tokio::task::JoinSet::new();
    let (mut sent, secret) = (0, story.world.github().settings().webhook_secret.clone());
    for sender in SENDERS {
        let all = Arc::new(deliveries(sender, &secret));
        sent += all.len();
        let next = Arc::new(AtomicUsize::new(0));
        for _ in 0..AT_ONCE {
            let (all, next, client, door) = (all.clone(), next.clone(), client.clone(), door.clone());
            let answers = answers.clone();
            sending.spawn(async move {
                while let Some(delivery) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    send(&client, &door, delivery, &answers).await;
                }
            });
        }
    }
    let taken = || answers.taken.load(Ordering::Relaxed);
    while taken() < sent / 2 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let at_the_kill = taken();
    story.bot.killer()();
    tokio::time::sleep(Duration::from_millis(100)).await;
    story.bot.start();
    while let Some(sender) = sending.join_next().await {
        sender.unwrap();
    }
    let all_taken = began.elapsed();
    tokio::time::timeout(PATIENCE, story.bot.settled()).await.expect("all is said in the end");
    story.settle().await;
    assert_eq!(taken(), sent);
    let (unheard, put_off) = (answers.unheard.load(Ordering::Relaxed), answers.put_off.load(Ordering::Relaxed));
    assert!(unheard > 0, "nobody knocked while the bot was dead");
    let mut told = BTreeMap::new();
    for place in ["#releases", "#incidents", "Releases", "Incidents"] {
        told.insert(place, shown::check(place, &story.world.transcript(&[place])));
    }
    println!(
        "burst: {sent} deliveries, killed after {at_the_kill}, {unheard} unheard, {put_off} put off; taken in {:.1} s, told \
         in {:.1} s; {told:?}",
        all_taken.as_secs_f64(),
        began.elapsed().as_secs_f64()
    );
    story.end().await;
}
