//! The GitHub App way in: a signed token for the app, exchanged for one of its installation.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use ring::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

use super::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    stamp,
};

/// Made for the sandbox and good for nothing else: every copy of the program holds it.
const SANDBOX_APP_KEY: &str = include_str!("sandbox_app_key.pem");

/// The private key of the sandbox's app, as GitHub hands such keys out (PKCS#1 PEM). It is public and protects nothing.
pub fn app_private_key_pem() -> &'static str {
    SANDBOX_APP_KEY
}

impl GitHub {
    /// Checks the app's own token: RS256, issued by the app, for at most ten minutes around now.
    pub(super) fn check_app_token(&self, token: &str) -> Result<(), Refusal> {
        let undecodable = || Refusal::new(401, "A JSON web token could not be decoded");
        let app = self.settings().app.ok_or_else(Refusal::not_found)?;
        let (signed, signature) = token.rsplit_once('.').ok_or_else(undecodable)?;
        let (header, claims) = signed.split_once('.').ok_or_else(undecodable)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| undecodable());
        let key = public_key().ok_or_else(undecodable)?;
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key);
        key.verify(signed.as_bytes(), &decode(signature)?).map_err(|_| undecodable())?;
        let read = |part: &str| serde_json::from_slice::<Value>(&decode(part)?).map_err(|_| undecodable());
        let (header, claims) = (read(header)?, read(claims)?);
        let issuer = claims["iss"].as_u64().or_else(|| claims["iss"].as_str()?.parse().ok());
        if header["alg"] != "RS256" || issuer != Some(app.id) {
            return Err(undecodable());
        }
        let (issued, expires) =
            (claims["iat"].as_i64().unwrap_or_default(), claims["exp"].as_i64().unwrap_or_default());
        // Seconds that the two clocks may differ by; a bot on the wall clock meets a sandbox on a clock of its own.
        let now = self.now().timestamp();
        if expires <= now {
            return Err(Refusal::new(
                401,
                "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
            ));
        }
        if expires - issued > 660 || expires > now + 660 {
            return Err(Refusal::new(401, "'Expiration time' claim ('exp') is too far in the future"));
        }
        if issued > now + 60 {
            return Err(Refusal::new(
                401,
                "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
            ));
        }
        Ok(())
    }

    fn installation_json(&self) -> Value {
        let app = self.settings().app.unwrap_or(super::App { id: 0, installation: 0 });
        let url = format!("{}/app/installations/{}", self.0.base, app.installation);
        json!({
            "id": app.installation, "account": self.user_json(&self.owner()), "repository_selection": "selected",
            "access_tokens_url": format!("{url}/access_tokens"), "html_url": url, "app_id": app.id,
            "repositories_url": format!("{}/installation/repositories", self.0.base), "app_slug": "shipmate",
            "target_id": self.owner().id, "target_type": "Organization", "permissions": permissions(), "events": ["*"],
            "created_at": "2020-03-02T09:00:00Z", "updated_at": "2020-03-02T09:00:00Z",
            "single_file_name": null, "suspended_by": null, "suspended_at": null,
        })
    }
}

fn permissions() -> Value {
    json!({
        "actions": "write", "checks": "write", "contents": "write", "deployments": "write", "issues": "write",
        "metadata": "read", "pull_requests": "write", "statuses": "write", "workflows": "write",
        "administration": "write",
    })
}

/// `GET /app`.
pub(super) fn app(github: &GitHub) -> Answered {
    let id = github.settings().app.map_or(0, |app| app.id);
    Answer::ok(json!({
        "id": id, "slug": "shipmate", "node_id": format!("A_{id}"), "name": "Shipmate", "description": null,
        "owner": github.user_json(&github.owner()), "external_url": github.api_url(),
        "html_url": format!("{}/apps/shipmate", github.api_url()), "events": ["*"], "permissions": permissions(),
        "created_at": "2020-03-02T09:00:00Z", "updated_at": "2020-03-02T09:00:00Z",
    }))
}

/// `GET /app/installations`, and `GET /repos/…/installation`.
pub(super) fn installations(github: &GitHub, ask: &Ask) -> Answered {
    Answer::list(ask, vec![github.installation_json()])
}

/// The installation with this id, or any if none is given.
pub(super) fn installation(github: &GitHub, id: Option<&str>) -> Answered {
    let known = github.settings().app.map(|app| app.installation.to_string());
    if known.is_none() || id.is_some_and(|id| Some(id) != known.as_deref()) {
        return Err(Refusal::not_found());
    }
    Answer::ok(github.installation_json())
}

/// `POST /app/installations/{id}/access_tokens`: a token for one hour.
pub(super) fn access_token(github: &GitHub, ask: &Ask, id: &str) -> Answered {
    installation(github, Some(id))?;
    let fields = ask.fields(&[], &["repositories", "repository_ids", "permissions"])?;
    if fields.texts("repositories")?.is_some_and(|names| names.iter().any(|name| *name != github.settings().name)) {
        return Err(Refusal::invalid(
            "There is at least one repository that does not exist or is not accessible to the parent installation.",
        ));
    }
    let until = github.now() + Duration::hours(1);
    let mut state = github.state();
    let token = format!("ghs_sandbox{:029}", state.next_id());
    state.installation_tokens.push((token.clone(), until));
    drop(state);
    Answer::created(json!({
        "token": token, "expires_at": stamp(until), "permissions": permissions(), "repository_selection": "selected",
        "repositories": [github.repository_json()],
    }))
}

fn public_key() -> Option<Vec<u8>> {
    let lines = SANDBOX_APP_KEY.lines().filter(|line| !line.starts_with("-----"));
    let der = base64::engine::general_purpose::STANDARD.decode(lines.collect::<String>()).ok()?;
    Some(RsaKeyPair::from_der(&der).ok()?.public_key().as_ref().to_vec())
}
