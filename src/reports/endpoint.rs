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
    bounds::{beyond, beyond_kind, leave_out_ignored},
    credentials::{ReportCredentials, SigningWay, is_signed, proof},
    rate_limiter::TokenBucket,
    read::{Read, SENDERS, Sender},
};
use crate::{
    config::{HookSender, Hooks},
    domain::hex,
    logging,
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
    /// For each sender at each address, by their place in the configuration, with the token and with signatures.
    paces: BTreeMap<(&'static str, usize, ReportCredentials), TokenBucket>,
    /// For those who may not send there at each address, and do not prove who they are.
    strangers: BTreeMap<&'static str, TokenBucket>,
}

/// What is asked of whoever comes to an address.
#[derive(Clone, Copy)]
struct EntryTerms {
    path: &'static str,
    ways: &'static [SigningWay],
    too_fast: StatusCode,
    /// The kind of reports that is taken there, if any is.
    kind: Option<&'static str>,
}

impl EntryTerms {
    const UNREAD: Self = Self { path: UNREAD, ways: &[], too_fast: StatusCode::TOO_MANY_REQUESTS, kind: None };

    fn of(sender: &'static Sender) -> Self {
        let Sender { name, path, ways, too_fast, .. } = *sender;
        Self { path, ways, too_fast, kind: Some(name) }
    }
}

/// The doors for what others report: `POST /hooks/…` for each sender, and `GET /hooks/unread`, which gives what could not be
/// read.
pub fn doors(intake: Intake, hooks: Hooks, room: BodyRoom) -> Router {
    let paths = SENDERS.iter().map(|sender| sender.path).chain([UNREAD]);
    let strangers = paths.clone().map(|path| (path, TokenBucket::of_strangers())).collect();
    let keys = paths.flat_map(|path| {
        let of_path = move |sender| ReportCredentials::ALL.map(|proof| (path, sender, proof));
        (0..hooks.senders.len()).flat_map(of_path)
    });
    let paces = keys.map(|key| (key, TokenBucket::default())).collect();
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
    match doors.admitted(EntryTerms::UNREAD, (&headers, b"")) {
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
        if !is_signed(sender.ways, headers)
            && !self.is_proven(sender.ways, headers)
            && let Err(refused) = self.admitted(EntryTerms::of(sender), (headers, b""))
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
        let path = sender.path;
        let from = match self.admitted(EntryTerms::of(sender), (headers, body)) {
            Ok(from) => from,
            Err(refused) => return *refused,
        };
        if let Some(packed) = packed(headers) {
            let mistakes = vec![format!("it is packed (`Content-Encoding: {packed}`); send it as it is")];
            return self.unreadable(sender, StatusCode::UNSUPPORTED_MEDIA_TYPE, mistakes, body).await;
        }
        self.intake.0.context.clock.look_again().await;
        let name = || sender.delivery(headers).unwrap_or_else(|| digest(body));
        let mut read = (sender.read)(headers, body);
        if let Ok(Read::Reports(reports) | Read::Partly(reports, _)) = &mut read {
            let known = (&self.intake.0.context, &self.intake.0.rules);
            if !from.is_unbounded() {
                leave_out_ignored(known, sender.name, reports);
            }
            if let Some(why) = beyond(known, from, sender.name, reports) {
                return forbidden(path, &why);
            }
            reports.are_from(from);
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
        let path = sender.path;
        let proven = self.is_proven(sender.ways, headers);
        if let (true, BodyRefusal::TooLarge(largest)) = (proven, &refused) {
            if let Err(refused) = self.admitted(EntryTerms::of(sender), (headers, b"")) {
                return *refused;
            }
            let mistakes = vec![format!("it is larger than {} KiB, the most that is taken", largest / 1024)];
            return self.unreadable(sender, StatusCode::PAYLOAD_TOO_LARGE, mistakes, b"").await;
        }
        logging::of_strangers(|left_out| {
            tracing::warn!(path, problem = ?refused, left_out, "a report was refused: it did not come in whole");
        });
        refused.into_response()
    }

    /// Who sends, if they prove it, may send there and do not come too often; else the answer to them.
    fn admitted(
        &self,
        EntryTerms { path, ways, too_fast, kind }: EntryTerms,
        (headers, body): (&HeaderMap, &[u8]),
    ) -> Result<&HookSender, Box<Response>> {
        let now = self.intake.0.context.clock.now();
        let Some(proven) = proof(&self.hooks, ways, (headers, body), now) else {
            self.strangers_may_come(path)?;
            logging::of_strangers(|left_out| {
                tracing::warn!(path, left_out, "a report was refused: its sender did not prove who they are");
            });
            let own: String = ways.iter().map(|way| format!(", or {}", way.words())).collect();
            let ways = format!(
                "send `Authorization: Bearer TOKEN`, or `X-Shipmate-Signature: sha256=` and the HMAC of the body in \
                 hexadecimal{own}, with the token or secret of [hooks] in bot.toml\n"
            );
            let refused = (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], ways);
            return Err(Box::new(refused.into_response()));
        };
        if let Some(why) = kind.and_then(|kind| beyond_kind(proven.sender, kind)) {
            self.strangers_may_come(path)?;
            return Err(Box::new(forbidden(path, &why)));
        }
        match self.paces.get(&(path, proven.index, proven.by)).map(TokenBucket::take) {
            Some(Err(wait)) => {
                logging::of_strangers(|left_out| {
                    tracing::warn!(path, left_out, "a report was put off: its sender comes too often");
                });
                Err(Box::new(too_often(too_fast, wait)))
            }
            Some(Ok(())) | None => Ok(proven.sender),
        }
    }

    fn strangers_may_come(&self, path: &str) -> Result<(), Box<Response>> {
        match self.strangers.get(path).map(TokenBucket::take) {
            Some(Err(wait)) => Err(Box::new(too_often(StatusCode::TOO_MANY_REQUESTS, wait))),
            Some(Ok(())) | None => Ok(()),
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
