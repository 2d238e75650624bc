//! The wire between the bot and the sandbox: every request is counted, recorded, delayed, broken or cut here.

use std::{
    collections::{BTreeSet, VecDeque},
    convert::Infallible,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode},
};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch};
use tower::ServiceExt;

/// Which of the services a request went to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// GitHub's REST API.
    GitHub,
    /// Discord's REST API (the gateway is not recorded).
    Discord,
    /// Telegram's Bot API.
    Telegram,
    /// Unleash's Admin API.
    Unleash,
}

/// One request that the bot made.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Recorded {
    /// Which service it went to.
    pub service: Service,
    /// The HTTP method.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The query string, empty if there was none.
    pub query: String,
    /// The JSON body, null if there was none, a string if it was not JSON.
    pub body: Value,
    /// The status that was answered; 0 if the connection was cut.
    pub status: u16,
    /// Whether the request asks for a change.
    pub changing: bool,
}

/// What goes wrong with the next request that fits.
#[derive(Debug, Clone)]
pub enum Mishap {
    /// Answered with this status, these headers and this body; nothing is applied.
    Answer(u16, Vec<(String, String)>, Value),
    /// Answered with this status and a web page, as a proxy does; nothing is applied.
    Page(u16),
    /// The request is applied, and half of its answer comes.
    Half,
    /// Answered 200 with a body that never ends; nothing is applied.
    Endless,
    /// Never answered; nothing is applied. The connection is held until the caller gives up, or [`Wire::mend`].
    Silence,
    /// Held before it is applied, until [`Wire::let_go`]; then it goes its way.
    Slow,
    /// The connection is cut before anything is applied.
    CutBefore,
    /// The request is applied, then the connection is cut.
    CutAfter,
}

/// Breaks one request: the first that goes to `service`, with `method` (any if empty) and a path containing `path`; in GitHub's
/// GraphQL, where all has one path, with a query containing it.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The service it concerns.
    pub service: Service,
    /// The HTTP method, or empty for any.
    pub method: String,
    /// A part of the path.
    pub path: String,
    /// What happens.
    pub mishap: Mishap,
}

/// When a trap springs, seen from the request it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before the request is applied.
    Before,
    /// After it has been applied, before it is answered.
    After,
}

/// What a trap does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Pass,
    /// It waits, before it is applied, until [`Wire::let_go`]; as [`Verdict::Pass`] once it has been applied.
    Hold,
    /// The connection is cut.
    Cut,
}

type Trap = Arc<dyn Fn(usize, &Recorded, Moment) -> Verdict + Send + Sync>;

#[derive(Default)]
struct State {
    recorded: Vec<Recorded>,
    faults: Vec<Fault>,
    /// What befalls every request to a service, by the service.
    down: [Option<Mishap>; 4],
    latency: [Duration; 4],
    trap: Option<Trap>,
    misunderstood: VecDeque<String>,
}

/// The wire. Cloning gives another handle on the same wire.
#[derive(Clone, Default)]
pub struct Wire {
    state: Arc<Mutex<State>>,
    /// The positions of the requests that are held.
    held: Arc<watch::Sender<BTreeSet<usize>>>,
}

/// A request is held until this is dropped: because it was let go, or because whoever sent it is gone.
struct Held<'a>(&'a Wire, usize);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.held.send_modify(|held| {
            held.remove(&self.1);
        });
    }
}

impl Wire {
    /// Every request so far, in the order of arrival.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.state().recorded.clone()
    }

    /// How many requests there were so far.
    pub fn requests(&self) -> usize {
        self.state().recorded.len()
    }

    /// Breaks the next request that fits, once. Several faults may wait side by side.
    pub fn fail_next(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// Forgets the faults that have not come about yet.
    pub fn forget_faults(&self) {
        self.state().faults.clear();
    }

    /// From now on this befalls every request to a service, and nobody gets a new connection over which it would tell what
    /// happens; until [`Wire::mend`].
    pub fn break_down(&self, service: Service, mishap: Mishap) {
        self.state().down[service as usize] = Some(mishap);
    }

    /// A service works again. Connections on which it kept silent are cut, and requests that are held are let go.
    pub fn mend(&self, service: Service) {
        self.state().down[service as usize] = None;
        self.let_go();
    }

    /// Delays every answer of a service by this much real time.
    pub fn delay(&self, service: Service, by: Duration) {
        self.state().latency[service as usize] = by;
    }

    /// Shows every request that asks for a change to `judge`, with its position among all requests, when it arrives and
    /// when it has been applied, and does what that one says.
    pub fn set_trap(&self, judge: impl Fn(usize, &Recorded, Moment) -> Verdict + Send + Sync + 'static) {
        self.state().trap = Some(Arc::new(judge));
    }

    /// Waits until a request is held.
    pub async fn holds(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.held.subscribe().wait_for(|held| !held.is_empty()).await;
    }

    /// Lets every request go that is held.
    pub fn let_go(&self) {
        self.held.send_modify(BTreeSet::clear);
    }

    /// Notes that the bot sent something the sandbox does not understand. Tests fail when there is any such note.
    pub fn misunderstood(&self, what: String) {
        tracing::error!(what, "the sandbox did not understand a request");
        self.state().misunderstood.push_back(what);
    }

    /// Everything that was not understood.
    pub fn all_misunderstood(&self) -> Vec<String> {
        self.state().misunderstood.iter().cloned().collect()
    }

    /// Serves `router` as `service` on `listener` until the process ends or the task is aborted.
    pub async fn serve(self, service: Service, listener: TcpListener, router: Router) {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let (wire, router) = (self.clone(), router.clone());
            tokio::spawn(async move {
                let answer = service_fn(move |request| {
                    let (wire, router) = (wire.clone(), router.clone());
                    async move { wire.pass(service, request, router).await }
                });
                // An error here is a connection that somebody cut; that is what the wire is for.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer)
                    .with_upgrades()
                    .await;
            });
        }
    }

    async fn pass(&self, service: Service, request: Request<Incoming>, router: Router) -> io::Result<Response<Body>> {
        if request.headers().contains_key("upgrade") {
            if self.state().down[service as usize].is_some() {
                return Err(io::Error::other("the service is down"));
            }
            return Ok(route(router, request.map(Body::new)).await);
        }
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(Body::new(body), 64 << 20).await.map_err(io::Error::other)?;
        let changing = is_changing(service, &head.method, head.uri.path(), &body);
        let (position, fault, latency) = self.arrive(service, &head, &body, changing);
        match self.judge(position, Moment::Before) {
            Verdict::Pass => {}
            Verdict::Hold => self.hold(position).await,
            Verdict::Cut => return Err(io::Error::other("the trap sprang before the request")),
        }
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        match &fault {
            Some(Mishap::Answer(status, headers, body)) => {
                self.answered(position, *status);
                return Ok(answer(*status, headers, body));
            }
            Some(Mishap::Page(status)) => {
                self.answered(position, *status);
                return Ok(page(*status));
            }
            Some(Mishap::Endless) => {
                self.answered(position, 200);
                return Ok(endless());
            }
            Some(Mishap::Silence) => {
                let _ = tokio::time::timeout(Duration::from_secs(120), self.hold(position)).await;
                return Err(io::Error::other("silence"));
            }
            Some(Mishap::Slow) => self.hold(position).await,
            Some(Mishap::CutBefore) => return Err(io::Error::other("cut before")),
            Some(Mishap::CutAfter | Mishap::Half) | None => {}
        }
        let response = route(router, Request::from_parts(head, Body::from(body))).await;
        self.answered(position, response.status().as_u16());
        if self.judge(position, Moment::After) == Verdict::Cut {
            return Err(io::Error::other("the trap sprang after the request"));
        }
        match fault {
            Some(Mishap::CutAfter) => Err(io::Error::other("cut after")),
            Some(Mishap::Half) => half(response).await,
            _ => Ok(response),
        }
    }

    fn arrive(
        &self,
        service: Service,
        head: &axum::http::request::Parts,
        body: &[u8],
        changing: bool,
    ) -> (usize, Option<Mishap>, Duration) {
        let mut state = self.state();
        let path = head.uri.path().to_owned();
        let query = if path == "/graphql" { String::from_utf8_lossy(body) } else { "".into() };
        let fits = |f: &Fault| {
            let there = path.contains(&f.path) || query.contains(&f.path);
            f.service == service && (f.method.is_empty() || f.method == head.method.as_str()) && there
        };
        let fault = state.faults.iter().position(fits).map(|at| state.faults.remove(at).mishap);
        let fault = fault.or_else(|| state.down[service as usize].clone());
        state.recorded.push(Recorded {
            service,
            method: head.method.to_string(),
            path,
            query: head.uri.query().unwrap_or_default().to_owned(),
            body: read_body(body),
            status: 0,
            changing,
        });
        (state.recorded.len() - 1, fault, state.latency[service as usize])
    }

    async fn hold(&self, position: usize) {
        self.held.send_modify(|held| {
            held.insert(position);
        });
        let _held = Held(self, position);
        let _ = self.held.subscribe().wait_for(|held| !held.contains(&position)).await;
    }

    fn judge(&self, position: usize, moment: Moment) -> Verdict {
        let (trap, request) = {
            let state = self.state();
            let request = &state.recorded[position];
            let Some(trap) = state.trap.clone().filter(|_| request.changing) else { return Verdict::Pass };
            (trap, request.clone())
        };
        trap(position, &request, moment)
    }

    fn answered(&self, position: usize, status: u16) {
        self.state().recorded[position].status = status;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Telegram's calls are all POSTs, so the ones that only read are told by name; GitHub's queries in GraphQL only read,
/// and its mutations change.
fn is_changing(service: Service, method: &Method, path: &str, body: &[u8]) -> bool {
    if service == Service::Telegram {
        let name = path.rsplit('/').next().unwrap_or_default();
        return !name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("get"));
    }
    if service == Service::GitHub && path == "/graphql" {
        let query = read_body(body)["query"].as_str().map(str::to_owned);
        return query.is_some_and(|query| query.trim_start().starts_with("mutation"));
    }
    method != Method::GET && method != Method::HEAD && method != Method::OPTIONS && !path.contains(".git/")
}

fn read_body(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}

fn answer(status: u16, headers: &[(String, String)], body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// What a proxy shows in a service's place.
fn page(status: u16) -> Response<Body> {
    let text =
        "<!DOCTYPE html><html><head><title>Unicorn!</title></head><body><p>Please come back later.</p></body></html>";
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert("content-type", HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// The first half of an answer, and an end as if that were all.
async fn half(response: Response<Body>) -> io::Result<Response<Body>> {
    let (mut head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.map_err(io::Error::other)?;
    head.headers.remove("content-length");
    // An answer that is a status alone, such as 304, breaks off within its head.
    let halved = (!body.is_empty()).then(|| Body::from(body.slice(..body.len() / 2)));
    Ok(Response::from_parts(head, halved.ok_or_else(|| io::Error::other("half"))?))
}

/// Spaces without an end, as fast as they are taken.
fn endless() -> Response<Body> {
    let piece = Bytes::from(vec![b' '; 64 * 1024]);
    Response::new(Body::from_stream(futures::stream::repeat_with(move || Ok::<_, Infallible>(piece.clone()))))
}

async fn route(router: Router, request: Request<Body>) -> Response<Body> {
    let answered: Result<_, Infallible> = router.oneshot(request).await;
    match answered {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
