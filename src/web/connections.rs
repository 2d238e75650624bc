//! The connections under which the server is asked: so many at once, and none for ever.

use std::{
    io,
    net::IpAddr,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::Router;
use futures::future::BoxFuture;
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    time::MissedTickBehavior,
};

use super::{
    arriving::Arriving,
    connection_table::{AT_LEAST, ConnectionTable, network},
    lingering::Lingering,
    outside::OutsideQueue,
};

/// How often those that are silent are looked for.
const SWEEP: Duration = Duration::from_secs(5);
/// How long nobody is let in after that failed: the next one would fail as well.
const PAUSE: Duration = Duration::from_millis(100);
/// The largest head of a request, in bytes, and how much of a body is read at once.
const HEAD: usize = 32 * 1024;

#[derive(Clone)]
struct Connections(Arc<Mutex<ConnectionTable>>);

/// Serves at most so many connections at once, while half as many wait outside, until `stop` is over; then ends what has begun.
///
/// # Errors
/// When the listener is none.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    most: usize,
    stop: BoxFuture<'static, ()>,
) -> io::Result<()> {
    let connections = Connections(Arc::new(Mutex::new(ConnectionTable::new(most))));
    let (graceful, mut stop) = (GracefulShutdown::new(), pin!(stop));
    // Whoever has to wait holds up nobody else.
    let mut outside = OutsideQueue::new(most / 2);
    let (mut sweep, mut look) = (tokio::time::interval(SWEEP), tokio::time::interval(AT_LEAST / 5));
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let enter = |from: IpAddr, stream: TcpStream| connections.enter(stream, from, &router, &graceful);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => {
                    let from = network(from.ip());
                    if let Some(stream) = enter(from, stream) {
                        outside.wait(from, stream);
                    }
                }
                // A connection that is gone again is not the listener's fault.
                Err(problem) if problem.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(problem) => {
                    tracing::warn!(%problem, "a connection could not be taken");
                    tokio::time::sleep(PAUSE).await;
                }
            },
            _ = look.tick(), if !outside.is_empty() => outside.let_in(enter),
            _ = sweep.tick() => connections.table().close_silent(Instant::now()),
            () = &mut stop => break,
        }
    }
    drop((listener, outside));
    graceful.shutdown().await;
    Ok(())
}

impl Connections {
    fn table(&self) -> MutexGuard<'_, ConnectionTable> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection in, if there is room for it; else it is given back.
    fn enter(
        &self,
        stream: TcpStream,
        from: IpAddr,
        router: &Router,
        graceful: &GracefulShutdown,
    ) -> Option<TcpStream> {
        if !self.table().has_room(from, Instant::now()) {
            return Some(stream);
        }
        self.open(stream, from, router, graceful);
        None
    }

    fn open(&self, stream: TcpStream, from: IpAddr, router: &Router, graceful: &GracefulShutdown) {
        let (number, close) = self.table().open(from, Instant::now());
        let (connections, router) = (self.clone(), TowerToHyperService::new(router.clone()));
        let own = connections.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let (asked, answered) = (connections.clone(), connections.clone());
            // What it asks begins now, however long it was silent before.
            connections.table().turn(number, false, Instant::now());
            let arrived = move || asked.table().turn(number, true, Instant::now());
            let answer = router.call(request.map(|body| Arriving::new(body, arrived)));
            async move {
                let answer = answer.await;
                answered.table().turn(number, false, Instant::now());
                answer
            }
        });
        let stream = TokioIo::new(Lingering::new(stream));
        let served = graceful.watch(http1::Builder::new().max_buf_size(HEAD).serve_connection(stream, service));
        // It ends with the connection, which the table ends: there is nothing to start again.
        #[allow(clippy::disallowed_methods)]
        tokio::spawn(async move {
            tokio::select! {
                ended = served => if let Err(problem) = ended {
                    tracing::debug!(%problem, "a connection broke off");
                },
                () = close.notified() => {}
            }
            own.table().over(number);
        });
    }
}
