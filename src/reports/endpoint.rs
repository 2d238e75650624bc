//! The doors at which senders knock: who they are, how often they may come, what they are answered.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::{
    Intake, Taken,
    body::{BodyRefusal, BodyRoom},
    bounds::{beyond, beyond_kind},
    credentials::{ReportCredentials, SigningWay, is_signed, proof},
    rate_limiter::TokenBucket,
    read::{Read, SENDERS, Sender},
};
use crate::{
    config::{HookSender, Hooks},
    domain::hex,
    store::StoreProblem,
};

/// The largest report, in bytes.
const LARGEST: usize = 1024 * 1024;
/// What a sender is told who may not read what others sent.
const BOUNDED: &str = "only a sender that may speak of everything may read what could not be read\n";
/// Where what could not be read is given.
const UNREAD: &str = "/hooks/unread";

struct ReportDoors {
    intake: Intake,
    hooks: Hooks,
    room: BodyRoom,
    paces: BTreeMap<(&'static str, ReportCredentials), TokenBucket>,
    /// For those who do not prove who they are, at each address.
    strangers: BTreeMap<&'static str, TokenBucket>,
}

/// The doors for what others report: `POST /hooks/…` for each sender, and `GET /hooks/unread`, which gives what could not be
/// read.
pub fn doors(intake: Intake, hooks: Hooks, room: BodyRoom) -> Router {
    let paths = SENDERS.iter().map(|sender| sender.path).chain([UNREAD]);
    let strangers = paths.clone().map(|path| (path, TokenBucket::of_strangers())).collect();
    let paces =
        paths.flat_map(|path| ReportCredentials::ALL.map(|proof| ((path, proof), TokenBucket::default()))).collect();
    let doors = Arc::new(ReportDoors { intake, hooks, room, paces, strangers });
    let mut router = Router::new().route(UNREAD, get(give_unread));
    for sender in &SENDERS {
        let take = move |State(doors): State<Arc<ReportDoors>>, headers: HeaderMap, body: Body| async move {
            doors.open(sender, &headers, body).await
        };
        router = router.route(sender.path, post(take));
    }
    router.with_state(doors)
}

async fn give_unread(State(doors): State<Arc<ReportDoors>>, headers: HeaderMap) -> Response {
    match doors.admitted(UNREAD, &[], (&headers, b""), StatusCode::TOO_MANY_REQUESTS) {
        Err(refused) => return *refused,
        // What others sent is not theirs to read.
        Ok(sender) if !sender.is_unbounded() => return (StatusCode::FORBIDDEN, BOUNDED).into_response(),
        Ok(_) => {}
    }
    match doors.intake.0.context.store.unread() {
        Ok(unread) => axum::Json(unread).into_response(),
        Err(problem) => answer(UNREAD, Err(problem)),
    }
}

impl ReportDoors {
    /// Reads the body of whoever may have proven who they are; of nobody else.
    async fn open(&self, sender: &'static Sender, headers: &HeaderMap, body: Body) -> Response {
        let Sender { path, ways, too_fast, .. } = sender;
        if !is_signed(ways, headers)
            && !self.is_proven(ways, headers)
            && let Err(refused) = self.admitted(path, ways, (headers, b""), *too_fast)
        {
            return *refused;
        }
        match self.room.read(headers, body, LARGEST).await {
            Ok(body) => self.take(sender, headers, body.bytes()).await,
            Err(refused) => self.not_read(sender, headers, refused).await,
        }
    }

    /// Whether the headers alone prove who sends.
    fn is_proven(&self, ways: &[SigningWay], headers: &HeaderMap) -> bool {
        proof(&self.hooks, ways, (headers, b""), self.intake.0.context.clock.now()).is_some()
    }

    async fn take(&self, sender: &'static Sender, headers: &HeaderMap, body: &[u8]) -> Response {
        let Sender { path, ways, too_fast, .. } = sender;
        let from = match self.admitted(path, ways, (headers, body), *too_fast) {
            Ok(from) => from,
            Err(refused) => return *refused,
        };
        if let Some(why) = beyond_kind(from, sender.name) {
            return forbidden(path, &why);
        }
        if let Some(packed) = packed(headers) {
            let mistakes = vec![format!("it is packed (`Content-Encoding: {packed}`); send it as it is")];
            return self.unreadable(sender, StatusCode::UNSUPPORTED_MEDIA_TYPE, mistakes, body).await;
        }
        self.intake.0.context.clock.look_again().await;
        let name = || sender.delivery(headers).unwrap_or_else(|| digest(body));
        let mut read = (sender.read)(headers, body);
        if let Ok(Read::Reports(reports) | Read::Partly(reports, _)) = &mut read {
            let known = (&self.intake.0.context, &self.intake.0.rules);
            if let Some(why) = beyond(known, from, sender.name, reports) {
                return forbidden(path, &why);
            }
            reports.are_from(from.name.as_deref());
        }
        match read {
            Ok(Read::Reports(reports)) => answer(path, self.intake.take(sender.name, name(), reports).await),
            Ok(Read::Partly(reports, mistakes)) => {
                let taken = self.intake.take(sender.name, name(), reports).await;
                match (&taken, self.intake.cannot_read(path, mistakes.clone(), body).await) {
                    (Ok(_), Ok(())) => {
                        let said = format!("taken, but for this, which cannot be read:\n- {}\n", mistakes.join("\n- "));
                        (StatusCode::OK, said).into_response()
                    }
                    (Ok(_), Err(problem)) => answer(path, Err(problem)),
                    (Err(_), _) => answer(path, taken),
                }
            }
            Ok(Read::Ignored(why)) => {
                tracing::debug!(path, why, "a report is of no concern");
                (StatusCode::OK, format!("ignored: {why}\n")).into_response()
            }
            Err(mistakes) => self.unreadable(sender, StatusCode::BAD_REQUEST, mistakes, body).await,
        }
    }

    /// The answer to what did not come in whole. Whoever signs cannot prove who they are then.
    async fn not_read(&self, sender: &'static Sender, headers: &HeaderMap, refused: BodyRefusal) -> Response {
        let Sender { path, ways, too_fast, .. } = sender;
        let proven = self.is_proven(ways, headers);
        if let (true, BodyRefusal::TooLarge(largest)) = (proven, &refused) {
            if let Err(refused) = self.admitted(path, ways, (headers, b""), *too_fast) {
                return *refused;
            }
            let mistakes = vec![format!("it is larger than {} KiB, the most that is taken", largest / 1024)];
            return self.unreadable(sender, StatusCode::PAYLOAD_TOO_LARGE, mistakes, b"").await;
        }
        if proven || self.strangers.get(path).is_none_or(|pace| pace.take().is_ok()) {
            tracing::warn!(path, problem = ?refused, "a report was refused: it did not come in whole");
        }
        refused.into_response()
    }

    /// Who sends, if they prove it and do not come too often; else the answer to them.
    fn admitted(
        &self,
        path: &'static str,
        ways: &[SigningWay],
        (headers, body): (&HeaderMap, &[u8]),
        too_fast: StatusCode,
    ) -> Result<&HookSender, Box<Response>> {
        let now = self.intake.0.context.clock.now();
        let Some(proven) = proof(&self.hooks, ways, (headers, body), now) else {
            if let Some(Err(wait)) = self.strangers.get(path).map(TokenBucket::take) {
                return Err(Box::new(too_often(StatusCode::TOO_MANY_REQUESTS, wait)));
            }
            tracing::warn!(path, "a report was refused: its sender did not prove who they are");
            let own: String = ways.iter().map(|way| format!(", or {}", way.words())).collect();
            let ways = format!(
                "send `Authorization: Bearer TOKEN`, or `X-Shipmate-Signature: sha256=` and the HMAC of the body in \
                 hexadecimal{own}, with the token or secret of [hooks] in bot.toml\n"
            );
            let refused = (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], ways);
            return Err(Box::new(refused.into_response()));
        };
        match self.paces.get(&(path, proven.by)).map(TokenBucket::take) {
            Some(Err(wait)) => {
                tracing::warn!(path, "a report was put off: its sender comes too often");
                Err(Box::new(too_often(too_fast, wait)))
            }
            Some(Ok(())) | None => Ok(proven.sender),
        }
    }

    /// Keeps what cannot be read, has it told once a day, and answers with what is wrong.
    async fn unreadable(
        &self,
        Sender { path, example, .. }: &'static Sender,
        status: StatusCode,
        mistakes: Vec<String>,
        body: &[u8],
    ) -> Response {
        let said = format!("this cannot be read:\n- {}\n\nAn example:\n{example}\n", mistakes.join("\n- "));
        match self.intake.cannot_read(path, mistakes, body).await {
            Ok(()) => (status, said).into_response(),
            Err(problem) => answer(path, Err(problem)),
        }
    }
}

/// The answer to a sender who speaks of what is not theirs.
fn forbidden(path: &str, why: &str) -> Response {
    tracing::warn!(path, why, "a report was refused: it is not its sender's to send");
    (StatusCode::FORBIDDEN, format!("{why}\n")).into_response()
}

fn too_often(status: StatusCode, wait: Duration) -> Response {
    let again = [(header::RETRY_AFTER, wait.as_secs().to_string())];
    (status, again, "too many reports; try again in a moment\n").into_response()
}

/// How a body is packed, if it is not sent as it is.
fn packed(headers: &HeaderMap) -> Option<&str> {
    let packed = headers.get(header::CONTENT_ENCODING)?.to_str().unwrap_or("?");
    (!packed.is_empty() && !packed.eq_ignore_ascii_case("identity")).then_some(packed)
}

fn answer(path: &str, taken: Result<Taken, StoreProblem>) -> Response {
    match taken {
        Ok(Taken::New) => (StatusCode::OK, "taken\n").into_response(),
        Ok(Taken::Known) => (StatusCode::OK, "known already\n").into_response(),
        Err(problem) => {
            tracing::error!(path, %problem, "a report could not be stored");
            (StatusCode::SERVICE_UNAVAILABLE, "this could not be stored; send it again\n").into_response()
        }
    }
}

/// A name for a delivery whose sender gives none.
fn digest(body: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, body);
    hex::encoded(digest.as_ref())
}
