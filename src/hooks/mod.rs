//! What others report: deploys and alerts. Each sender proves who they are; each report is stored, together with what is
//! told about it, before it is acknowledged.

mod alerts;
mod deploy;
mod noted;
mod pace;
mod proof;

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};

use crate::{
    config::Hooks,
    desk::Desk,
    domain::{
        alert,
        people::Permission,
        post::{Place, Target},
        report::{self, Incident},
    },
    journal, messages,
    runner::Runner,
    store::{StoreProblem, Writing, reports::Unread},
};

use self::{
    pace::Pace,
    proof::{Proof, proof},
};

/// The largest report, in bytes.
const LARGEST: usize = 1024 * 1024;
/// How much of a body that cannot be read is kept, in bytes.
const KEPT: usize = 16 * 1024;

/// The doors for what others report: `POST /hooks/deploy`, `POST /hooks/alertmanager`, and `GET /hooks/unread`, which gives
/// what could not be read.
pub fn doors(desk: Desk, runner: Runner, hooks: Hooks) -> Router {
    let intake = Arc::new(Intake { desk, runner, hooks, by_token: Pace::default(), by_signature: Pace::default() });
    Router::new()
        .route("/hooks/deploy", post(take_deploy))
        .route("/hooks/alertmanager", post(take_alerts))
        .route("/hooks/unread", get(give_unread))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(intake)
}

struct Intake {
    desk: Desk,
    runner: Runner,
    hooks: Hooks,
    by_token: Pace,
    by_signature: Pace,
}

/// What became of a report.
enum Taken {
    /// It is news.
    New,
    /// It was known, or changes nothing.
    Known,
}

async fn take_deploy(State(intake): State<Arc<Intake>>, headers: HeaderMap, body: Bytes) -> Response {
    const PATH: &str = "/hooks/deploy";
    if let Some(refused) = intake.refused(PATH, &headers, &body, StatusCode::TOO_MANY_REQUESTS) {
        return refused;
    }
    match report::read(&body) {
        Ok(report) => {
            let project = report.project.clone();
            let taken = deploy::take(&intake.desk, &intake.hooks, report, &body).await;
            intake.answer(PATH, taken, Some(&project))
        }
        Err(mistakes) => intake.unreadable(PATH, mistakes, &body, report::EXAMPLE).await,
    }
}

async fn take_alerts(State(intake): State<Arc<Intake>>, headers: HeaderMap, body: Bytes) -> Response {
    const PATH: &str = "/hooks/alertmanager";
    // Alertmanager tries again only when the server is at fault.
    if let Some(refused) = intake.refused(PATH, &headers, &body, StatusCode::SERVICE_UNAVAILABLE) {
        return refused;
    }
    match alert::read(&body) {
        Ok(group) => {
            let project = alerts::project(&intake.desk, &intake.hooks, &group).map(|project| project.name.clone());
            let taken = alerts::take(&intake.desk, &intake.hooks, group).await;
            intake.answer(PATH, taken, project.as_deref())
        }
        Err(mistakes) => intake.unreadable(PATH, mistakes, &body, alert::EXAMPLE).await,
    }
}

async fn give_unread(State(intake): State<Arc<Intake>>, headers: HeaderMap) -> Response {
    if let Some(refused) = intake.refused("/hooks/unread", &headers, b"", StatusCode::TOO_MANY_REQUESTS) {
        return refused;
    }
    match intake.desk.store.unread() {
        Ok(unread) => axum::Json(unread).into_response(),
        Err(problem) => answer("/hooks/unread", Err(problem)),
    }
}

impl Intake {
    /// Wakes the releases of the project that something new is about, and answers.
    fn answer(&self, path: &str, taken: Result<Taken, StoreProblem>, project: Option<&str>) -> Response {
        let woken = match (&taken, project) {
            (Ok(Taken::New), Some(project)) => self.runner.wake_project(project),
            _ => Ok(()),
        };
        answer(path, taken.and_then(|taken| woken.map(|()| taken)))
    }

    /// The answer to those who do not prove who they are, or come too often.
    fn refused(&self, path: &str, headers: &HeaderMap, body: &[u8], too_fast: StatusCode) -> Option<Response> {
        let pace = match proof(&self.hooks, headers, body) {
            Some(Proof::Token) => &self.by_token,
            Some(Proof::Signature) => &self.by_signature,
            None => {
                tracing::warn!(path, "a report was refused: its sender did not prove who they are");
                let ways = "send `Authorization: Bearer TOKEN`, or `X-Shipmate-Signature: sha256=` and the HMAC of the \
                            body in hexadecimal, with the token or secret of [hooks] in bot.toml\n";
                return Some((StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], ways).into_response());
            }
        };
        let wait = pace.take().err()?;
        tracing::warn!(path, "a report was put off: its sender comes too often");
        let again = [(header::RETRY_AFTER, wait.as_secs().to_string())];
        Some((too_fast, again, "too many reports; try again in a moment\n").into_response())
    }

    /// Keeps what cannot be read, has it told once a day, and answers with what is wrong.
    async fn unreadable(&self, path: &'static str, mistakes: Vec<String>, body: &[u8], example: &str) -> Response {
        tracing::warn!(path, "a report was refused: it cannot be read");
        let said = format!("this cannot be read:\n- {}\n\nAn example:\n{example}\n", mistakes.join("\n- "));
        let (desk, places, at) = (self.desk.clone(), self.hooks.places.clone(), self.desk.clock.now());
        let body = String::from_utf8_lossy(&body[..body.len().min(KEPT)]).into_owned();
        let unread = Unread { at, path: path.to_owned(), mistakes, body };
        let kept: Result<(), StoreProblem> = (self.desk)
            .write(move |writing| {
                writing.keep_unread(&unread)?;
                let message = messages::report::unread(path, &unread.mistakes);
                let key = format!("unread/{path}/{}", at.format("%Y-%m-%d"));
                journal::post_everywhere(&desk, writing, &key, &places, Target::Channel, &message)
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

/// Opens an incident, or takes up the one that is open.
fn incident(
    writing: &mut Writing,
    open: Option<u64>,
    what: &str,
    places: &[Place],
    at: DateTime<Utc>,
) -> Result<Incident, StoreProblem> {
    let known = match open {
        Some(number) => writing.incident(number)?,
        None => None,
    };
    let incident = match known {
        Some(known) => Incident { at, ..known },
        None => {
            let number = writing.next_number("incident")?;
            Incident { at, number, what: what.to_owned(), places: places.to_vec(), acknowledged: None }
        }
    };
    writing.put_incident(&incident)?;
    Ok(incident)
}

/// Those who can do something about production.
fn on_call(desk: &Desk) -> Vec<String> {
    desk.people.holding(&desk.people.roles_with(Permission::Hotfix))
}
