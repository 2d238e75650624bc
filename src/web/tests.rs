//! The server over a real connection.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used)]

use futures::FutureExt;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
};

use super::{Hook, HookRefusal, TakeWebhook, Web, calendar::NoCalendar, serve};
use crate::reports::BodyRoom;

/// Takes a body that says `fine`; refuses as any other body says.
fn obedient_hook() -> Hook {
    let take: TakeWebhook = Box::new(|_, body| {
        async move {
            match body.bytes() {
                b"fine" => Ok(()),
                b"full" => Err(HookRefusal::NotStored("the disk is full".into())),
                _ => Err(HookRefusal::Unreadable("no JSON".into())),
            }
        }
        .boxed()
    });
    Hook { may_be: Box::new(|headers| headers.contains_key("x-proof")), take }
}

/// The addresses of health, for so many connections.
pub(super) fn health(connections: usize, stop: futures::future::BoxFuture<'static, ()>) -> Web {
    Web {
        ready: Box::new(|| async { Ok("ready".to_owned()) }.boxed()),
        settled: settled(),
        delivered: settled(),
        github: None,
        telegram: None,
        calendar: None,
        hooks: None,
        room: BodyRoom::default(),
        connections,
        stop,
    }
}

/// Serves on a free port; answers with its address.
pub(super) async fn start(routes: Web) -> (String, tokio::task::JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (address, tokio::spawn(serve(listener, routes)))
}

async fn sent(address: &str, body: impl Into<reqwest::Body>) -> u16 {
    let request = reqwest::Client::new().post(address).header("x-proof", "yes").body(body);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn health_says_what_holds() {
    let ready = Box::new(|| async { Err("the store is read-only".to_owned()) }.boxed());
    let routes = Web {
        ready,
        settled: settled(),
        delivered: settled(),
        github: None,
        telegram: None,
        calendar: None,
        hooks: None,
        room: BodyRoom::default(),
        connections: 64,
        stop: std::future::pending().boxed(),
    };
    let (address, _server) = start(routes).await;
    let live = reqwest::get(format!("{address}/livez")).await.unwrap();
    assert_eq!((live.status().as_u16(), live.text().await.unwrap().as_str()), (200, "alive\n"));
    let ready = reqwest::get(format!("{address}/readyz")).await.unwrap();
    assert_eq!((ready.status().as_u16(), ready.text().await.unwrap().as_str()), (503, "the store is read-only\n"));
    assert_eq!(sent(&format!("{address}/hooks/github"), "fine").await, 404);
}

#[tokio::test]
async fn a_webhook_is_answered_with_what_became_of_it() {
    let ready = Box::new(|| async { Ok("ready".to_owned()) }.boxed());
    let (github, telegram) = (Some(obedient_hook()), Some(obedient_hook()));
    let (address, _server) = start(Web {
        ready,
        settled: settled(),
        delivered: settled(),
        github,
        telegram,
        calendar: None,
        hooks: None,
        room: BodyRoom::default(),
        connections: 64,
        stop: std::future::pending().boxed(),
    })
    .await;
    assert_eq!(reqwest::get(format!("{address}/readyz")).await.unwrap().status().as_u16(), 200);
    for door in [format!("{address}/hooks/github"), format!("{address}/hooks/telegram")] {
        assert_eq!(sent(&door, "fine").await, 200);
        assert_eq!(sent(&door, "full").await, 503);
        assert_eq!(sent(&door, "{").await, 400);
        let unproven = reqwest::Client::new().post(&door).body("fine").send().await.unwrap();
        assert_eq!(unproven.status().as_u16(), 401);
        assert_eq!(reqwest::get(&door).await.unwrap().status().as_u16(), 405);
    }
    assert_eq!(sent(&format!("{address}/hooks/github"), vec![b'x'; 3 * 1024 * 1024]).await, 400, "read whole");
    assert_eq!(sent(&format!("{address}/hooks/telegram"), vec![b'x'; 1024 * 1024 + 1]).await, 413);
}

#[tokio::test]
async fn what_has_begun_is_answered_before_the_end() {
    let (arrived, mut arrivals) = mpsc::channel(1);
    let take: TakeWebhook = Box::new(move |_, _| {
        let (go_on, wait) = oneshot::channel::<()>();
        arrived.try_send(go_on).unwrap();
        async move { wait.await.map_err(|lost| HookRefusal::NotStored(lost.to_string())) }.boxed()
    });
    let slow = Hook { may_be: Box::new(|_| true), take };
    let (stop, stopped) = oneshot::channel::<()>();
    let ready = Box::new(|| async { Ok("ready".to_owned()) }.boxed());
    let routes = Web {
        ready,
        settled: settled(),
        delivered: settled(),
        github: Some(slow),
        telegram: None,
        calendar: None,
        hooks: None,
        room: BodyRoom::default(),
        connections: 64,
        stop: stopped.map(drop).boxed(),
    };
    let (address, server) = start(routes).await;
    let door = format!("{address}/hooks/github");
    let request = tokio::spawn(async move { sent(&door, "fine").await });
    let go_on = arrivals.recv().await.unwrap();
    stop.send(()).unwrap();
    go_on.send(()).unwrap();
    assert_eq!(request.await.unwrap(), 200);
    server.await.unwrap().unwrap();
}

fn settled() -> super::Settled {
    Box::new(|| std::future::ready(()).boxed())
}

#[tokio::test]
async fn a_calendar_is_given_to_whoever_has_the_token() {
    let ready = Box::new(|| async { Ok("ready".to_owned()) }.boxed());
    let calendar: super::GiveCalendar = Box::new(|project, token| match (project, token) {
        ("api", "right") => Ok("BEGIN:VCALENDAR".into()),
        (_, "right") => Err(NoCalendar::Unknown),
        _ => Err(NoCalendar::Unproven),
    });
    let (calendar, stop) = (Some(calendar), std::future::pending().boxed());
    let (address, _server) = start(Web {
        ready,
        settled: settled(),
        delivered: settled(),
        github: None,
        telegram: None,
        calendar,
        hooks: None,
        room: BodyRoom::default(),
        connections: 64,
        stop,
    })
    .await;
    let asked = async |query: &str| reqwest::get(format!("{address}/calendar.ics{query}")).await.unwrap();
    let given = asked("?project=api&token=right").await;
    assert_eq!(given.headers()["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(given.text().await.unwrap(), "BEGIN:VCALENDAR");
    assert_eq!(asked("?project=web&token=right").await.status().as_u16(), 404);
    for wrong in ["", "?project=api", "?project=api&token=wrong", "?project=web&token=wrong"] {
        assert_eq!(asked(wrong).await.status().as_u16(), 401, "{wrong}");
    }
    // Whoever guesses is put off, and keeps out nobody who has the token.
    let mut statuses = std::collections::BTreeSet::new();
    for _ in 0..100 {
        statuses.insert(asked("?project=api&token=guessed").await.status().as_u16());
    }
    assert_eq!(statuses, [401, 429].into());
    assert_eq!(asked("?project=api&token=right").await.status().as_u16(), 200);
}
