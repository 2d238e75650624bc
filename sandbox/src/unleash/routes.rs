//! The paths of the Admin API, and who may walk them.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, Response, header::AUTHORIZATION},
};

use super::{
    House,
    answers::{Refusal, empty, respond},
};

const WRONG_TYPE: &str = "invalid token: expected a different token type for this endpoint";
const NO_TOKEN: &str = "You must log in to use Unleash. Your request had no authorization header, so we could not \
    authorize you. Try logging in at /auth/simple/login";

/// The whole API.
pub(super) fn router(house: Arc<House>) -> Router {
    Router::new().fallback(enter).with_state(house)
}

async fn enter(State(house): State<Arc<House>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    answer(&house, request.method(), request.headers(), &parts).unwrap_or_else(Refusal::into_response)
}

fn answer(house: &House, method: &Method, headers: &HeaderMap, path: &[&str]) -> Result<Response<Body>, Refusal> {
    let ["api", "admin", rest @ ..] = path else { return Err(unknown(house, method, path)) };
    let may_change = who(house, headers)?;
    match (method, rest) {
        (&Method::GET, ["projects", project, "features"]) => Ok(respond(200, &house.list_json(project))),
        (&Method::GET, ["projects", project, "features", name]) => {
            belongs(house, project, name)?;
            let found = house.state().flags.iter().find(|flag| flag.name == **name).cloned();
            found.map(|flag| respond(200, &house.flag_json(&flag))).ok_or_else(|| unknown(house, method, path))
        }
        (
            &Method::POST,
            ["projects", project, "features", name, "environments", environment, turned @ ("on" | "off")],
        ) => {
            if !may_change {
                return Err(Refusal::lacks("UPDATE_FEATURE_ENVIRONMENT", environment));
            }
            if house.state().guarded.iter().any(|guarded| guarded == environment) {
                return Err(Refusal::lacks("SKIP_CHANGE_REQUEST", environment));
            }
            belongs(house, project, name)?;
            if !house.settings.environments.iter().any(|(known, _)| known == environment) {
                let message = format!("Could not find environment {environment} for feature: {name}");
                return Err(Refusal::not_found(message));
            }
            house.turn(name, environment, *turned == "on");
            Ok(empty(200))
        }
        _ => Err(unknown(house, method, path)),
    }
}

/// Whether whoever asks may change flags; refused if nobody is known by the token.
fn who(house: &House, headers: &HeaderMap) -> Result<bool, Refusal> {
    let Some(token) = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
        return Err(Refusal(401, "AuthenticationRequired", NO_TOKEN.to_owned()));
    };
    let settings = &house.settings;
    if token == settings.client_token {
        return Err(Refusal(403, "NoAccessError", WRONG_TYPE.to_owned()));
    }
    if token != settings.token && token != settings.read_only_token {
        return Err(Refusal(401, "UnauthorizedError", "You must log in to use Unleash.".to_owned()));
    }
    Ok(token == settings.token)
}

fn belongs(house: &House, project: &str, name: &str) -> Result<(), Refusal> {
    let known = house.state().flags.iter().any(|flag| flag.name == name);
    if known && project == house.settings.project {
        return Ok(());
    }
    let elsewhere = if known {
        format!(", but there's a feature with that name in project \"{}\"", house.settings.project)
    } else {
        ".".to_owned()
    };
    Err(Refusal::not_found(format!("There's no feature named \"{name}\" in project \"{project}\"{elsewhere}")))
}

/// A path that only a mistake in the bot leads to.
fn unknown(house: &House, method: &Method, path: &[&str]) -> Refusal {
    let path = path.join("/");
    house.wire.misunderstood(format!("Unleash: {method} /{path}"));
    Refusal::not_found(format!("The path you were looking for (/{path}) is not available."))
}
