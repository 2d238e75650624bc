//! The server over connections from several addresses, of which one has more than its share.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{net::SocketAddr, time::Duration};

use futures::FutureExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::{mpsc, oneshot},
};

use super::{
    Hook, HookRefusal, TakeWebhook, Web,
    tests::{health, start},
};

/// So many connections at once: two for each address.
const CONNECTIONS: usize = 8;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection from 127.0.0.`last`.
async fn connection(server: &str, last: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, last], 0))).unwrap();
    socket.connect(server.trim_start_matches("http://").parse().unwrap()).await.unwrap()
}

async fn asks(stream: &mut TcpStream, request: &str) {
    stream.write_all(request.as_bytes()).await.unwrap();
}

/// Whether an answer is there to its end.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// The status of the next answer; 0 if the connection is closed instead.
async fn answered(stream: &mut TcpStream) -> u16 {
    let mut answer = vec![];
    while !is_whole(&answer) {
        let read = tokio::time::timeout(PATIENCE, stream.read_buf(&mut answer)).await.expect("nobody answers");
        if read.unwrap_or(0) == 0 {
            return 0;
        }
    }
    std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap()
}

const ALIVE: &str = "GET /livez HTTP/1.1\r\nHost: bot\r\n\r\n";

/// A webhook of four bytes; its body comes apart from it.
const WEBHOOK: &str = "POST /hooks/github HTTP/1.1\r\nHost: bot\r\nContent-Length: 4\r\n\r\n";

/// A door whose head and whole are told, each with what lets the whole be answered.
fn slow_door() -> (Hook, mpsc::Receiver<()>, mpsc::Receiver<oneshot::Sender<()>>) {
    let ((began, heads), (arrived, arrivals)) = (mpsc::channel(8), mpsc::channel(8));
    let take: TakeWebhook = Box::new(move |_, _| {
        let (go_on, wait) = oneshot::channel::<()>();
        arrived.try_send(go_on).unwrap();
        async move { wait.await.map_err(|lost| HookRefusal::NotStored(lost.to_string())) }.boxed()
    });
    let may_be = Box::new(move |_: &_| began.try_send(()).is_ok());
    (Hook { may_be, take }, heads, arrivals)
}

#[tokio::test]
async fn who_has_their_share_answered_keeps_out_nobody_else() {
    let (github, _heads, mut arrivals) = slow_door();
    let (stop, stopped) = oneshot::channel::<()>();
    let (server, serving) = start(Web { github: Some(github), ..health(CONNECTIONS, stopped.map(drop).boxed()) }).await;
    let (mut share, mut held) = (vec![], vec![]);
    for _ in 0..2 {
        let mut one = connection(&server, 1).await;
        asks(&mut one, &format!("{WEBHOOK}fine")).await;
        held.push(arrivals.recv().await.unwrap());
        share.push(one);
    }
    let mut third = connection(&server, 1).await;
    asks(&mut third, &format!("{WEBHOOK}fine")).await;
    let mut other = connection(&server, 2).await;
    asks(&mut other, ALIVE).await;
    assert_eq!(answered(&mut other).await, 200, "there is room for others");
    // As soon as one of theirs is answered, the next is heard.
    held.remove(0).send(()).unwrap();
    assert_eq!(answered(&mut share[0]).await, 200);
    held.push(arrivals.recv().await.unwrap());
    let mut fourth = connection(&server, 1).await;
    asks(&mut fourth, ALIVE).await;
    asks(&mut other, ALIVE).await;
    assert_eq!(answered(&mut other).await, 200);
    // While one waits outside the server can be stopped: what has begun is answered, and nobody else.
    stop.send(()).unwrap();
    assert_eq!(answered(&mut fourth).await, 0);
    held.into_iter().for_each(|go_on| go_on.send(()).unwrap());
    assert_eq!((answered(&mut share[1]).await, answered(&mut third).await), (200, 200));
    tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn the_clock_of_a_question_begins_with_it() {
    let (github, mut heads, mut arrivals) = slow_door();
    let (server, _serving) =
        start(Web { github: Some(github), ..health(CONNECTIONS, std::future::pending().boxed()) }).await;
    let mut kept = connection(&server, 1).await;
    asks(&mut kept, ALIVE).await;
    assert_eq!(answered(&mut kept).await, 200);
    let mut silent = connection(&server, 1).await;
    let mut known = connection(&server, 2).await;
    asks(&mut known, ALIVE).await;
    assert_eq!(answered(&mut known).await, 200, "so the silent one was taken before");
    asks(&mut kept, WEBHOOK).await;
    heads.recv().await.unwrap();
    let mut next = connection(&server, 1).await;
    asks(&mut next, ALIVE).await;
    assert_eq!(answered(&mut next).await, 200);
    assert_eq!(answered(&mut silent).await, 0, "who has been silent for longest goes");
    asks(&mut kept, "fine").await;
    arrivals.recv().await.unwrap().send(()).unwrap();
    assert_eq!(answered(&mut kept).await, 200, "who asks is heard out");
}
