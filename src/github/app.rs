//! A GitHub App's signature: a short-lived JWT (RS256), traded for a token of the installation.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use http::HeaderValue;
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject};
use serde_json::json;

use super::{
    bearer::bearer,
    problem::{GithubProblem, GithubResult},
};

/// An App's id and key.
pub(super) struct AppKey {
    app_id: u64,
    key: RsaKeyPair,
}

impl AppKey {
    pub(super) fn read(app_id: u64, pem: &str) -> GithubResult<Self> {
        let refused = |why: &str| GithubProblem::Unauthorized(format!("the private key of the App {why}"));
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| refused("is not PEM"))?;
        let key = match &der {
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
            PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
            _ => return Err(refused("is not an RSA key")),
        };
        let key = key.map_err(|_| refused("is not an RSA key of 2048 bits or more"))?;
        Ok(Self { app_id, key })
    }

    /// The App's id.
    pub(super) fn id(&self) -> u64 {
        self.app_id
    }

    /// The header that speaks for the App itself for nine minutes (GitHub allows ten).
    pub(super) fn header(&self, now: DateTime<Utc>) -> GithubResult<HeaderValue> {
        bearer(&self.jwt(now.timestamp())?)
    }

    fn jwt(&self, now: i64) -> GithubResult<String> {
        // A minute back, so that a clock that runs ahead of GitHub's does no harm.
        let claims = json!({ "iat": now - 60, "exp": now + 540, "iss": self.app_id.to_string() });
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| GithubProblem::Unauthorized("the private key of the App does not sign".to_owned()))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    use serde_json::Value;

    /// Made for these tests; it opens nothing.
    const PKCS1: &str = include_str!("fixtures/app-key-pkcs1.pem");
    const PKCS8: &str = include_str!("fixtures/app-key-pkcs8.pem");

    #[test]
    fn the_token_is_one_that_github_accepts() {
        for pem in [PKCS1, PKCS8] {
            let app = AppKey::read(1234, pem).unwrap();
            let token = app.jwt(1_800_000_000).unwrap();
            let (signed, signature) = token.rsplit_once('.').unwrap();
            let (head, claims) = signed.split_once('.').unwrap();
            let json =
                |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
            assert_eq!(json(head), json!({ "alg": "RS256", "typ": "JWT" }));
            assert_eq!(json(claims), json!({ "iat": 1_799_999_940, "exp": 1_800_000_540, "iss": "1234" }));
            let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, app.key.public().as_ref());
            public.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        }
    }

    #[test]
    fn a_key_that_is_none_is_not_shown() {
        for pem in ["hush", "-----BEGIN RSA PRIVATE KEY-----\naHVzaA==\n-----END RSA PRIVATE KEY-----\n"] {
            let problem = AppKey::read(1, pem).err().unwrap();
            assert!(matches!(&problem, GithubProblem::Unauthorized(why) if !why.contains("hush")), "{problem}");
        }
    }
}
