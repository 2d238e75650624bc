//! The doors at which senders knock: who they are, how often they may come, what they are answered.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::{
    Intake, Taken,
    pace::Pace,
    proof::{Proof, Way, proof},
    read::{Read, SENDERS, Sender},
};
use crate::{
    config::Hooks,
    domain::post::Target,
    journal, messages,
    store::{StoreProblem, reports::Unread},
};

/// The largest report, in bytes.
const LARGEST: usize = 1024 * 1024;
/// How much of a body that cannot be read is kept, in bytes.
const KEPT: usize = 16 * 1024;
/// Where what could not be read is given.
const UNREAD: &str = "/hooks/unread";

struct Doors {
    intake: Intake,
    hooks: Hooks,
    paces: BTreeMap<(&'static str, Proof), Pace>,
}

/// The doors for what others report: `POST /hooks/…` for each sender, and `GET /hooks/unread`, which gives what could not be
/// read.
pub fn doors(intake: Intake, hooks: Hooks) -> Router {
    let paths = SENDERS.iter().map(|sender| sender.path).chain([UNREAD]);
    let paces = paths.flat_map(|path| Proof::ALL.map(|proof| ((path, proof), Pace::default()))).collect();
    let doors = Arc::new(Doors { intake, hooks, paces });
    let mut router = Router::new().route(UNREAD, get(give_unread));
    for sender in &SENDERS {
        let take = move |State(doors): State<Arc<Doors>>, headers: HeaderMap, body: Bytes| async move {
            doors.take(sender, &headers, &body).await
        };
        router = router.route(sender.path, post(take));
    }
    router.layer(DefaultBodyLimit::max(LARGEST)).with_state(doors)
}

async fn give_unread(State(doors): State<Arc<Doors>>, headers: HeaderMap) -> Response {
    if let Some(refused) = doors.refused(UNREAD, &[], &headers, b"", StatusCode::TOO_MANY_REQUESTS) {
        return refused;
    }
    match doors.intake.0.desk.store.unread() {
        Ok(unread) => axum::Json(unread).into_response(),
        Err(problem) => answer(UNREAD, Err(problem)),
    }
}

impl Doors {
    async fn take(&self, sender: &'static Sender, headers: &HeaderMap, body: &[u8]) -> Response {
        let Sender { path, ways, too_fast, .. } = sender;
        if let Some(refused) = self.refused(path, ways, headers, body, *too_fast) {
            return refused;
        }
        match (sender.read)(headers, body) {
            Ok(Read::Reports(reports)) => {
                let name = sender.delivery(headers).unwrap_or_else(|| digest(body));
                answer(path, self.intake.take(sender.name, name, reports).await)
            }
            Ok(Read::Ignored(why)) => {
                tracing::debug!(path, why, "a report is of no concern");
                (StatusCode::OK, format!("ignored: {why}\n")).into_response()
            }
            Err(mistakes) => self.unreadable(path, mistakes, body, sender.example).await,
        }
    }

    /// The answer to those who do not prove who they are, or come too often.
    fn refused(
        &self,
        path: &'static str,
        ways: &[Way],
        headers: &HeaderMap,
        body: &[u8],
        too_fast: StatusCode,
    ) -> Option<Response> {
        let Some(proof) = proof(&self.hooks, ways, headers, body) else {
            tracing::warn!(path, "a report was refused: its sender did not prove who they are");
            let own: String = ways.iter().map(|way| format!(", or {}", way.words())).collect();
            let ways = format!(
                "send `Authorization: Bearer TOKEN`, or `X-Shipmate-Signature: sha256=` and the HMAC of the body in \
                 hexadecimal{own}, with the token or secret of [hooks] in bot.toml\n"
            );
            return Some((StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], ways).into_response());
        };
        let wait = self.paces.get(&(path, proof))?.take().err()?;
        tracing::warn!(path, "a report was put off: its sender comes too often");
        let again = [(header::RETRY_AFTER, wait.as_secs().to_string())];
        Some((too_fast, again, "too many reports; try again in a moment\n").into_response())
    }

    /// Keeps what cannot be read, has it told once a day, and answers with what is wrong.
    async fn unreadable(&self, path: &'static str, mistakes: Vec<String>, body: &[u8], example: &str) -> Response {
        tracing::warn!(path, "a report was refused: it cannot be read");
        let said = format!("this cannot be read:\n- {}\n\nAn example:\n{example}\n", mistakes.join("\n- "));
        let desk = self.intake.0.desk.clone();
        let (places, at) = (self.intake.0.rules.unread(), desk.clock.now());
        let body = String::from_utf8_lossy(&body[..body.len().min(KEPT)]).into_owned();
        let unread = Unread { at, path: path.to_owned(), mistakes, body };
        let teller = desk.clone();
        let kept: Result<(), StoreProblem> = desk
            .write(move |writing| {
                writing.keep_unread(&unread)?;
                let message = messages::report::unread(path, &unread.mistakes);
                let key = format!("unread/{path}/{}", at.format("%Y-%m-%d"));
                journal::post_everywhere(&teller, writing, &key, &places, Target::Channel, &message)
            })
            .await;
        match kept {
            Ok(()) => (StatusCode::BAD_REQUEST, said).into_response(),
            Err(problem) => answer(path, Err(problem)),
        }
    }
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
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
